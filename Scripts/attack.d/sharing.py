"""S27: what two users share without knowing: connections, keys of idempotency, the borders of requests."""

import json
import threading

from rows import row
from wire import Answer


@row("S27", "two users through the same connections, pipelined; keys of idempotency and tags of versions of each other")
def mix_up(world, check):
    users = {}
    for name in ("first", "second"):
        client = world.anyone.holding(world.make_user(f"mixed.{name}"))
        canary = f"canary-{name}-{'x' * 20}"
        made = client.post(
            "/v1/conversations", {"title": canary, "items": [{"role": "user", "content": canary}]}
        ).json()["id"]
        users[name] = (client, canary, made)
    threads = [threading.Thread(target=pipelined, args=(world, check, users, number)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    same_idempotency(check, users)
    smuggled(world, check, users)


def pipelined(world, check, users, seed):
    """Requests of both, many in one write; each answer is the asker's own."""
    names = list(users)
    for _ in range(8):
        asked, data = [], b""
        for number in range(40):
            client, canary, made = users[names[(number * 7 + seed) % 3 % 2]]
            target = [
                f"/v1/conversations/{made}", f"/v1/conversations/{made}/items", "/v1/conversations",
                "/v1/search?q=canary"
            ][number % 4]
            data += client.request("GET", target)
            asked.append((canary, target))
        with world.anyone.connect() as connection:
            connection.send(data, requests=len(asked))
            for canary, target in asked:
                answer = connection.answer()
                others = [other for _, other, _ in users.values() if other != canary]
                right = answer.status == 200 and (canary.encode() in answer.body or "search" in target)
                check(right, f"{target}: {answer!r}")
                check(
                    not any(other.encode() in answer.body for other in others),
                    f"{target} shows the other's: {answer!r}"
                )


def same_idempotency(check, users):
    (first, canary, _), (second, _, _) = users.values()
    for path, body in (
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": f"!say {canary}"}]}),
        ("/v1/responses", {"input": f"!say {canary}"}), ("/v1/conversations", {"title": canary}),
    ):
        headers = [("Idempotency-Key", f"shared{path}")]
        own = first.post(path, body, headers)
        again = first.post(path, body, headers)
        check(own.status == 200 and own.json()["id"] == again.json()["id"], f"{path} repeated: {own!r}, {again!r}")
        other = second.post(path, body, headers)
        check(other.status == 200 and other.json()["id"] != own.json()["id"], f"{path} of the other answers {other!r}")
        different = json.loads(json.dumps(body).replace(canary, "different"))
        answer = second.post(path, {**different, "metadata": {"n": "1"}}, headers)
        check.status(answer, 400, f"{path} with another body")
        check.absent(canary, answer, f"{path} with another body")
    tagged = second.get(
        "/v1/conversations", [("If-None-Match", "*"), ("If-Modified-Since", "Sun, 01 Jan 2040 00:00:00 GMT")]
    )
    check.status(tagged, 200, "a conditional request: nothing here may be cached")


def smuggled(world, check, users):
    """Two readings of where a request ends; what is hidden in the body must not be answered as the next one's."""
    (first, canary, made), (second, _, _) = users.values()
    hidden = second.request("GET", "/v1/conversations")
    port = world.server.port
    for lines in (
        ["Content-Length: 4", "Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked", "Content-Length: 4"],
        ["Content-Length: 4", "Content-Length: 5"], ["Content-Length: 4, 5"], ["Content-Length: +4"],
        ["Content-Length: -1"],
        ["Content-Length: 0x4"], ["Content-Length: 9223372036854775808"], ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding: chunked, identity"], ["Transfer-Encoding : chunked"],
        ["Transfer-Encoding:\tchunked", "Content-Length: 4"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], ["X: y\nContent-Length: 4"],
        ["X: y\r Content-Length: 4"],
    ):
        head = f"POST /v1/conversations/{made} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        head += f"Authorization: Bearer {first.key}\r\n"
        for body in (b"0\r\n\r\n" + hidden, b"{}\r\n" + hidden):
            answers = first.raw((head + "\r\n".join(lines) + "\r\n\r\n").encode() + body, timeout=1)
            check(
                len(answers) <= 1 or all(isinstance(one, Answer) and one.status >= 400 for one in answers[:1]),
                f"{lines}: {answers}"
            )
            check(not any(b"mixed" in answer.body for answer in answers), f"{lines}: {answers}")
