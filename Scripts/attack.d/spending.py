"""S23: no way past the limits of a user, however a request is written and however many come at once."""

import threading

from rows import row
from wire import Broken

CHAT = "/v1/chat/completions"
SAID = [{"role": "user", "content": "hello"}]


def faces():
    """Every way to ask a model, with its body."""
    yield CHAT, {"messages": SAID}
    yield CHAT, {"messages": SAID, "stream": True}
    yield CHAT, {"messages": SAID, "store": False}
    yield "/v1/responses", {"input": "hello"}
    yield "/v1/responses", {"input": "hello", "stream": True}
    yield "/v1/responses", {"input": "hello", "background": True}
    yield "/v1/responses", {"input": "hello", "store": False}
    yield "/v1/completions", {"prompt": "hello"}
    yield "/v1/completions", {"messages": SAID}
    yield "/v1/engines/fake/completions", {"prompt": "hello"}
    yield "/v1/engines/fake/chat/completions", {"messages": SAID}
    yield "/chat", {"message": "hello"}
    yield "/ask_gpt", {"prompt": "hello"}


@row(
    "S23",
    "cost: every face, sample and maximum is reserved before the call; parallel requests cannot pass a limit together"
)
def cost(world, check):
    each_face(world, check)
    tricks(world, check)
    together(world, check)
    at_the_same_time(world, check)
    by_the_minute(world, check)
    keys_of_their_own(world, check)


def spender(world, name, **limits):
    client = world.anyone.holding(world.make_user(name))
    answer = world.socket.post(f"/admin/users/{name}", {"limits": limits})
    assert answer.status == 200, answer
    return client


def refused(check, answer, what, code="insufficient_quota"):
    check(answer.status == 429 and answer.code == code, f"{what}: {answer!r}")


def each_face(world, check):
    """Nothing is left: nothing is asked."""
    client = spender(world, "spender.none", tokens_per_day=0)
    world.upstream.forget()
    for path, body in faces():
        refused(check, client.post(path, body), f"{path} {body}")
    check(not world.upstream.calls, f"{len(world.upstream.calls)} calls were made for somebody with nothing left")


def tricks(world, check):
    """5,000 tokens are left; each of these could take more."""
    client = spender(world, "spender.tricks", tokens_per_day=5_000)
    world.upstream.forget()
    bodies = [
        {"max_tokens": 10**9}, {"max_completion_tokens": 10**9}, {"max_completion_tokens": 1, "max_tokens": 100_000},
        {"max_tokens": 1, "max_completion_tokens": 100_000}, {"max_tokens": 100, "n": 128}, {"max_tokens": 6_000},
        {"n": 128}, {},
        {"max_tokens": 0, "max_completion_tokens": 100_000}, {"max_tokens": 1, "tools": [tool()] * 3},
        {"max_tokens": 1, "n_predict": 100_000}, {"max_tokens": 1, "n_predict": -1},
    ]
    for more in bodies:
        refused(check, client.post(CHAT, {"messages": SAID, **more}), f"{more}"[:100])
        refused(
            check, client.post(CHAT, {"messages": SAID, **more, "stream": True, "store": False}),
            f"{more} streamed"[:100]
        )
    for members in (
        '"max_tokens":1,"max_tokens":100000', '"max_tokens":100000,"max_tokens":null', '"n":1,"max_tokens":99,"n":128'
    ):
        body = '{"messages":[{"role":"user","content":"x"}],' + members + "}"
        refused(check, client.post(CHAT, body.encode()), members)
    large = "x " * 4_000
    hidden = [
        {"messages": [{"role": "user", "content": large}]}, {"messages": [{"role": "system", "content": large}, *SAID]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": large}]}]},
        {"messages": [{"role": "user", "content": "x", "name": large}]}, {"messages": SAID, "unknown": large},
        {
            "messages": SAID,
            "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"d": large}}}
        },
        {
            "messages": [
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x.test/x"}}] * 4}
            ]
        },
        {"messages": [{"role": "user", "content": [{"type": "unknown", "data": large}]}]},
    ]
    for body in hidden:
        refused(check, client.post(CHAT, {**body, "max_tokens": 1}), f"{body}"[:100])
    answer = client.post("/v1/responses", {"input": "hello", "max_output_tokens": 10**9})
    check(answer.status in (400, 429), f"max_output_tokens 10^9: {answer!r}")
    for path, body in (
        ("/v1/responses", {"input": large, "max_output_tokens": 16}),
        ("/v1/responses", {"input": "hello", "instructions": large, "max_output_tokens": 16}),
        ("/v1/completions", {"prompt": "x", "max_tokens": 400, "best_of": 20}),
        ("/v1/completions", {"prompt": ["x"] * 20, "max_tokens": 400}),
        ("/v1/completions", {"prompt": large, "max_tokens": 1}),
        ("/v1/completions", {"prompt": "x", "max_tokens": 100, "n": 128}),
    ):
        refused(check, client.post(path, body), f"{path} {body}"[:100])
    for odd in (-1, 1e30, "5", 1.5, True, [], 2**63, -(2**63), 10**400):
        answer = client.post(CHAT, {"messages": SAID, "max_tokens": odd})
        check(answer.status in (400, 429), f"max_tokens {str(odd)[:30]}: {answer!r}")
    check(not world.upstream.calls, f"{[call[2] for call in world.upstream.calls][:3]} were asked")
    check.status(client.post(CHAT, {"messages": SAID, "max_tokens": 10}), 200, "what fits")


def tool():
    return {
        "type": "function", "function": {"name": "f", "description": "x " * 1_000, "parameters": {"type": "object"}}
    }


def in_parallel(count, do):
    threads = [threading.Thread(target=do, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def together(world, check):
    """Each takes 7 of 60 tokens and reserves more; what was spent never passes the limit by more than one request."""
    client = spender(world, "spender.together", tokens_per_day=600)
    statuses = []

    def ask(number):
        for repeat in range(4):
            statuses.append(
                client.post(
                    CHAT, {"messages": [{"role": "user", "content": f"{number}.{repeat}"}], "max_tokens": 100}
                ).status
            )

    in_parallel(30, ask)
    spent = world.socket.get("/admin/users/spender.together").json()["spent"]["day"]["tokens"]
    check(set(statuses) <= {200, 429}, f"statuses {set(statuses)}")
    check(
        200 in statuses and 429 in statuses,
        f"nothing was refused, or everything: {statuses.count(200)} of {len(statuses)} passed"
    )
    check(spent == 7 * statuses.count(200), f"{spent} tokens are told for {statuses.count(200)} answers of 7")
    check(spent <= 607, f"{spent} of 600 tokens were spent")


def at_the_same_time(world, check):
    client = spender(world, "spender.parallel", concurrent_turns=3)
    world.upstream.release.clear()
    held = []
    try:
        for _ in range(3):
            connection, answer = client.open_stream(
                CHAT, {"stream": True, "messages": [{"role": "user", "content": "!hold"}]}
            )
            check.status(answer, 200, "one of three at the same time")
            held.append(connection)
        for path, body in faces():
            refused(check, client.post(path, body), f"{path} as the fourth at the same time", "rate_limit_exceeded")
        check.status(world.ben.post(CHAT, {"messages": SAID}), 200, "another user meanwhile")
    finally:
        world.upstream.release.set()
        for connection in held:
            try:
                b"".join(connection.chunks())
            except (Broken, OSError):
                pass
            connection.close()


def by_the_minute(world, check):
    client = spender(world, "spender.minute", requests_per_minute=5)
    statuses = []
    in_parallel(
        12,
        lambda number: statuses.append(
            client.post(CHAT, {"messages": [{"role": "user", "content": str(number)}]}).status
        )
    )
    check(statuses.count(200) == 5 and statuses.count(429) == 7, f"12 requests where 5 may: {sorted(statuses)}")
    answer = client.post("/v1/responses", {"input": "hello"})
    refused(check, answer, "another face", "rate_limit_exceeded")
    check(1 <= int(answer.headers.get("retry-after", 0)) <= 120, f"Retry-After: {answer.headers.get('retry-after')}")
    second = world.anyone.holding(world.make_key("spender.minute"))
    refused(check, second.post(CHAT, {"messages": SAID}), "another key of the same user", "rate_limit_exceeded")


def keys_of_their_own(world, check):
    """A key's limit holds beside its user's, and another key does not lift it."""
    name = "spender.key"
    key = world.make_key(name) if world.make_user(name) else None
    limited = world.socket.post(f"/admin/keys/{key[4:14]}", {"limits": {"tokens_per_day": 0}})
    check.status(limited, 200, "a limit of a key")
    refused(check, world.anyone.holding(key).post(CHAT, {"messages": SAID}), "the limited key")
    check.status(world.anyone.holding(world.make_key(name)).post(CHAT, {"messages": SAID}), 200, "the other key")
    rotated = world.socket.post(f"/admin/keys/{key[4:14]}/rotate", {}).json()["key"]
    refused(check, world.anyone.holding(rotated).post(CHAT, {"messages": SAID}), "the key that took its place")
