"""S25, S26, S32: what answers look like."""

import json

from rows import row
from wire import TALLY, encoded
from world import addresses


@row("S25", "protecting headers on every answer of this run and on one of every status; no header that tells or sets")
def headers_everywhere(world, check):
    body = {"messages": [{"role": "user", "content": "hello"}]}
    stream, answer = world.ben.open_stream("/v1/chat/completions", {**body, "stream": True})
    with stream:
        check.status(answer, 200, "a stream")
        check(answer.headers.get("x-accel-buffering") == "no", "a stream may be buffered")
        b"".join(stream.chunks())
    large = [("Content-Length", str(9 << 20))]
    long = {**body, "messages": [{"role": "user", "content": "x " * 300_000}], "conversation": made_conversation(world)}
    samples = {
        200: world.ben.get("/v1/models"), 400: world.ben.post("/v1/chat/completions", b"{"),
        401: world.anyone.get("/v1/models"), 403: world.ben.get("/v1/models", [("Origin", "https://evil.test")]),
        404: world.ben.get("/nothing"), 405: world.ben.ask("PUT", "/v1/models"),
        413: world.ben.ask("POST", "/v1/chat/completions", b"", large),
        421: world.ben.get("/", [("Host", "evil.test")]),
        431: world.ben.get("/v1/models", [("X-Long", "x" * 20_000)]),
        502: world.ben.post("/v1/chat/completions", {"messages": [{"role": "user", "content": "!fail 401"}]}),
    }
    samples[400.1] = world.ben.post("/v1/chat/completions", long)
    samples[400.2] = world.ben.raw(b"nonsense\r\n\r\n")[0]
    for status, answer in samples.items():
        check.status(answer, int(status), f"the sample of {status}")
        check("json" in answer.headers.get("content-type", ""), f"{status} is {answer.headers.get('content-type')}")
    head = world.ben.ask("HEAD", "/v1/models")
    check(head.status == 200 and not head.body, f"HEAD: {head!r}")
    check(not TALLY.wrong, f"of {TALLY.answers} answers, by status: {TALLY.wrong}")


def made_conversation(world):
    return world.ben.post("/v1/conversations", {}).json()["id"]


@row("S26", "no cookies: none is set by any answer, none opens anything (there is no page to log into yet)")
def cookies(world, check):
    key = world.keys["ben"]
    names = ["session", "__Host-session", "__Host-parley", "parley", "parley_session", "token", "auth", "Authorization"]
    for name in names:
        for value in (key, f"Bearer {key}", "root", "1"):
            for path in ("/v1/conversations", "/admin/users", "/chat"):
                answer = world.anyone.get(path, [("Cookie", f"{name}={value}; other=1")])
                check(answer.status in (401, 404, 405), f"{path} with the cookie {name}: {answer!r}")
                check("set-cookie" not in answer.headers, f"{path} sets a cookie")
    both = world.ben.get("/v1/conversations", [("Cookie", f"session={world.keys['root']}; user=anna")])
    check.status(both, 200, "a key beside a cookie")
    check("set-cookie" not in str(TALLY.wrong), f"some answer set a cookie: {TALLY.wrong}")


MARKUP = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg/onload=alert(1)>", "{{7*7}}",
    "%0d%0aX-Injected: 1"
]


@row("S32", "what is wrong is answered as JSON, escaped, and never as a page")
def reflection(world, check):
    places = addresses()
    for text in MARKUP:
        plain = "".join(f"%{byte:02x}" for byte in text.encode())
        for method in ("GET", "POST", "DELETE", "PUT"):
            for target in (
                f"/{plain}", f"/v1/{plain}", f"/v1/conversations/{plain}", f"/v1/responses/{plain}", f"/admin/{plain}"
            ):
                reflected(check, world.ben.ask(method, target), text)
        for target in ("/v1/conversations", "/v1/search", "/v1/usage", "/v1/export", "/v1/prune"):
            for name in ("q", "after", "sort", "limit", "by", "format", plain):
                reflected(check, world.ben.get(f"{target}?{name}={plain}"), text)
        for path in ("/v1/chat/completions", "/v1/responses", "/v1/conversations", "/v1/completions", "/v1/prune"):
            for body in (
                text.encode(), {text: text}, {"model": text}, {"messages": text, "input": {"a": text}}, {"role": text}
            ):
                reflected(check, world.ben.post(path, body), text)
        key = world.anyone.coming_from(next(places))
        reflected(check, key.get("/v1/models", [("Authorization", f"Bearer {text}")]), text)
        for header in ("Idempotency-Key", "X-Parley-Conversation", "Content-Type", "Accept"):
            reflected(check, world.ben.post("/v1/conversations", {}, [(header, text)]), text)
    raw = encoded("GET", "/<script>alert(1)</script>", [("Host", "127.0.0.1")])
    for answer in world.ben.raw(raw):
        reflected(check, answer, "<script>")


def reflected(check, answer, text):
    kind = answer.headers.get("content-type", "")
    check(
        kind.startswith("application/json") or answer.status < 400 and kind.startswith("application/"),
        f"{text}: {kind}"
    )
    check(answer.headers.get("x-content-type-options") == "nosniff", f"{text}: without nosniff")
    check("x-injected" not in answer.headers, f"{text} became a header")
    check(answer.status < 500 or answer.code == "no_upstream", f"{text}: {answer!r}")
    if kind.split(";")[0] == "application/json":
        json.loads(answer.body)
