"""Bodies that are too large, too deep or too odd, and what is just within a limit."""

import time

from wire import Broken
from world import memory

MIB = 1 << 20


def large_bodies(world, check):
    client = world.ben
    before = memory(world.server.process.pid)
    for target in ("/v1/chat/completions", "/v1/conversations", "/v1/responses", "/v1/prune", "/chat"):
        for length in ((8 << 20) + 1, 1 << 30, 1 << 40, (1 << 63) - 1):
            answers = client.raw(client.request("POST", target, b"", [("Content-Length", str(length))]), timeout=5)
            check([answer.status for answer in answers] == [413], f"{target} of {length} bytes: {answers}")
    for target in ("/v1/chat/completions", "/v1/conversations"):
        endless(client, check, target)
    expecting = client.request(
        "POST", "/v1/conversations", b"", [("Content-Length", str(1 << 30)), ("Expect", "100-continue")]
    )
    check([answer.status for answer in client.raw(expecting)] == [413], "a large body that asks first")
    exact = b'{"title":"' + b"x" * 100 + b'","pad":"' + b"y" * ((8 << 20) - 122) + b'"}'
    for size, status in ((8 << 20, 200), ((8 << 20) + 1, 413)):
        answer = client.ask("POST", "/v1/conversations", exact[:-2] + b"z" * (size - len(exact)) + exact[-2:])
        check.status(answer, status, f"a body of {size} bytes")
    grown = memory(world.server.process.pid) - before
    check(grown < 96 * MIB, f"large bodies took {grown // MIB} MiB")


def endless(client, check, target):
    """Pieces without end are cut a little behind the limit."""
    sent = 0
    with client.connect(5) as connection:
        connection.send(client.request("POST", target, b"", [("Transfer-Encoding", "chunked")]))
        try:
            while sent < 64 * MIB:
                connection.socket.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")
                sent += 65_536
        except OSError:
            pass
        try:
            check.status(connection.answer(), 413, f"pieces without end to {target}")
        except (OSError, Broken):
            check(sent < 32 * MIB, f"{target} took {sent // MIB} MiB without an answer")
    check(8 * MIB <= sent < 32 * MIB, f"{target} took {sent // MIB} MiB")


def nested(depth, inner="1"):
    return ("[" * depth + inner + "]" * depth).encode()


def odd_bodies(world, check):
    bodies = {
        "depth 65": (b'{"a":' + nested(64) + b"}", 400), "depth 64": (b'{"a":' + nested(63) + b"}", 200),
        "half a million deep": (b'{"a":' + b"[" * 500_000, 400),
        "objects half a million deep": (b'{"a":' * 500_000, 400),
        "a million elements": (b'{"a":[' + b"1," * 1_000_000 + b"1]}", 200),
        "300,000 members": (b"{" + b",".join(b'"k%d":1' % number for number in range(300_000)) + b"}", 200),
        "4 MiB of escapes": (b'{"a":"' + b"\\u0000" * 700_000 + b'"}', 200),
        "the same member often": (b"{" + b'"title":"a",' * 50_000 + b'"title":"b"}', 200),
        "a long number": (b'{"a":' + b"9" * 400_000 + b"}", 200), "1e400": (b'{"a":1e400}', 200),
        "lone surrogates": (b'{"title":"\\ud800"}', (200, 400)),
        "not UTF-8": (b'{"title":"\xff\xfe"}', (200, 400)), "NaN": (b'{"a":NaN}', 400), "nothing": (b"", (200, 400)),
        "an array": (b"[]", 400),
        "a byte order mark": (b'\xef\xbb\xbf{}', (200, 400)), "two values": (b"{}{}", 400),
        "a comment": (b"{/**/}", 400), "white space": (b" " * 1_000_000, 400),
    }
    for what, (body, status) in bodies.items():
        begun = time.monotonic()
        answer = world.ben.ask("POST", "/v1/conversations", body, timeout=60)
        check.status(answer, status, what)
        check(time.monotonic() - begun < 5, f"{what} took {time.monotonic() - begun:.1f} s")
        for target in ("/v1/chat/completions", "/v1/responses", "/v1/completions"):
            answer = world.ben.ask("POST", target, body, timeout=60)
            check(answer.status in (200, 400), f"{what} to {target}: {answer!r}")


def at_the_limit(world, check):
    """What is just within a limit is taken, and one more of it is not."""
    client, made = world.ben, world.ben.post("/v1/conversations", {}).json()["id"]

    def pair(what, method, target, body, headers=()):
        for more, status in ((0, 200), (1, (400, 431))):
            answer = client.ask(method, target(more), body(more), headers(more) if headers else ())
            check.status(answer, status, f"{what}, {'one more' if more else 'the most'}")

    def here(path):
        return lambda more: path

    item = {"role": "user", "content": "x"}
    pair(
        "metadata pairs", "POST", here("/v1/conversations"),
        lambda more: {"metadata": {f"k{at}": "v" for at in range(16 + more)}}
    )
    pair("a metadata name", "POST", here("/v1/conversations"), lambda more: {"metadata": {"语" * (64 + more): "v"}})
    pair("a metadata value", "POST", here("/v1/conversations"), lambda more: {"metadata": {"k": "语" * (512 + more)}})
    pair("a title", "POST", here("/v1/conversations"), lambda more: {"title": "x" * (512 + more)})
    pair("items", "POST", here(f"/v1/conversations/{made}/items"), lambda more: {"items": [item] * (20 + more)})
    pair(
        "tags", "POST", here(f"/v1/conversations/{made}"), lambda more: {"tags": [f"t{at}" for at in range(16 + more)]}
    )
    pair("a tag", "POST", here(f"/v1/conversations/{made}"), lambda more: {"tags": ["x" * (64 + more)]})
    pair(
        "samples", "POST", here("/v1/chat/completions"),
        lambda more: {"messages": [item], "n": 128 + more, "store": False}
    )
    pair("a page", "GET", lambda more: f"/v1/conversations?limit={100 + more}", lambda more: None)
    pair("a search", "GET", lambda more: f"/v1/search?q={'x' * (512 + more)}", lambda more: None)
    pair(
        "terms", "GET", lambda more: f"/v1/search?q={'+'.join(f'w{at}' for at in range(16 + more))}", lambda more: None
    )
    pair(
        "a key of idempotency", "POST", here("/v1/conversations"), lambda more: {},
        lambda more: [("Idempotency-Key", "x" * (255 + more))]
    )
    pair(
        "headers", "GET", here("/v1/models"), lambda more: None,
        lambda more: [(f"X-{at}", "y") for at in range(98 + more)]
    )
    pair(
        "all headers", "GET", here("/v1/models"), lambda more: None,
        lambda more: [(f"X-{at}", "y" * 4_000) for at in range(7 + 2 * more)]
    )
