"""S24: what wears a server out: slow clients, floods, large and deep bodies, searches, malformed HTTP."""

import socket
import threading
import time
import urllib.parse
from pathlib import Path

import payloads
from rows import row
from wire import TALLY, Broken, Connection
from world import memory

MIB = 1 << 20


class SlowClients:
    """Connections that give as little as they can, from the start of the whole run on; `S24` asks what became of them."""

    def __init__(self, world):
        self.world, self.ended, self.threads = world, {}, []
        port = world.server.port
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {world.keys['ben']}\r\n".encode()
        kinds = {
            "a head without an end": (b"GET / HTTP/1.1\r\nX-Slow: ", b"x"),
            "a head of many lines": (b"GET / HTTP/1.1\r\n", b"X: y\r\n"),
            "nothing at all": (b"", b""),
            "a slow body": (head + b"Content-Length: 10000\r\n\r\n{", b" "),
            "a slow chunked body": (head + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        }
        for kind, (first, more) in kinds.items():
            self._start(kind, self._give, first, more)
        self._start("an answer that nobody reads", self._never_read)

    def _start(self, kind, target, *arguments):
        thread = threading.Thread(target=self._timed, args=(kind, target, *arguments), daemon=True)
        self.threads.append(thread)
        thread.start()

    def _timed(self, kind, target, *arguments):
        begun = time.monotonic()
        try:
            target(*arguments)
        except OSError:
            pass
        self.ended[kind] = time.monotonic() - begun

    def _give(self, first, more):
        """One piece a second, until the server has had enough."""
        with socket.create_connection(("127.0.0.1", self.world.server.port), 5) as connection:
            TALLY.sent()
            connection.sendall(first)
            connection.settimeout(1)
            while True:
                try:
                    if not connection.recv(65_536):
                        return
                except TimeoutError:
                    connection.sendall(more)

    def _never_read(self):
        """Asks for far more than the kernel keeps, and takes nothing of it."""
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", self.world.server.port))
        request = self.world.anyone.request("GET", "/openapi.json")
        TALLY.sent(200)
        connection.settimeout(1)
        with connection:
            begun = time.monotonic()
            pending = request * 200
            while time.monotonic() - begun < 100:
                try:
                    pending = pending[connection.send(pending) :] if pending else pending
                except TimeoutError:
                    pass
                if not is_held(self.world.server.port, connection.getsockname()[1]):
                    return
                time.sleep(0.5)

    def wait(self, seconds):
        deadline = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0, deadline - time.monotonic()))
        return self.ended


def is_held(port, source):
    """Whether the server's side of a connection still belongs to a process; what it has sent may lie in the kernel longer."""
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        if int(fields[1].split(":")[1], 16) == port and int(fields[2].split(":")[1], 16) == source:
            return fields[9] != "0"
    return False


@row("S24", "load: slow heads, bodies and readers; 1,001 connections; large, deep and odd bodies; searches; malformed HTTP")
def load(world, check):
    before = memory(world.server.process.pid)
    connections(world, check)
    large_bodies(world, check)
    odd_bodies(world, check)
    at_the_limit(world, check)
    searches(world, check)
    series(world, check)
    malformed(world, check)
    grown = memory(world.server.process.pid) - before
    check(grown < 200 * MIB, f"the server grew by {grown // MIB} MiB")
    most = {"a head": 13, "nothing": 13, "a slow": 36, "an answer": 45}
    ended = world.slow.wait(45)
    check(len(ended) == len(world.slow.threads), f"still connected: {len(world.slow.threads) - len(ended)}; ended: {ended}")
    for kind, took in ended.items():
        limit = next(limit for start, limit in most.items() if kind.startswith(start))
        check(took <= limit, f"{kind} was held for {took:.0f} s")
    check(any(took > 8 for took in ended.values()), f"everybody was cut at once: {ended}")
    begun = time.monotonic()
    check.status(world.ben.get("/v1/conversations"), 200, "afterwards")
    check(time.monotonic() - begun < 1, "the server is slow afterwards")


def connections(world, check):
    """One address holds 1,000; others are not its victims."""
    held = []
    try:
        for _ in range(1_010):
            held.append(Connection(world.server.port, "127.77.0.1", timeout=10))
        taken = 0
        for connection in held:
            try:
                connection.send(world.anyone.request("GET", "/health/live"))
                taken += connection.answer().status == 200
            except (OSError, Broken):
                pass
        check(taken == 1_000, f"{taken} of 1,010 connections were served")
        check.status(world.ben.coming_from("127.77.0.2").get("/v1/models"), 200, "another address meanwhile")
    finally:
        for connection in held:
            connection.close()


def large_bodies(world, check):
    client = world.ben
    before = memory(world.server.process.pid)
    for target in ("/v1/chat/completions", "/v1/conversations", "/v1/responses", "/v1/prune", "/chat"):
        for length in ((8 << 20) + 1, 1 << 30, 1 << 40, (1 << 63) - 1):
            answers = client.raw(client.request("POST", target, b"", [("Content-Length", str(length))]), timeout=5)
            check([answer.status for answer in answers] == [413], f"{target} of {length} bytes: {answers}")
    for target in ("/v1/chat/completions", "/v1/conversations"):
        endless(client, check, target)
    expecting = client.request("POST", "/v1/conversations", b"", [("Content-Length", str(1 << 30)), ("Expect", "100-continue")])
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
        "depth 65": (b'{"a":' + nested(64) + b"}", 400), "depth 64": (b'{"a":' + nested(63) + b"}", 200), "half a million deep": (b'{"a":' + b"[" * 500_000, 400),
        "objects half a million deep": (b'{"a":' * 500_000, 400), "a million elements": (b'{"a":[' + b"1," * 1_000_000 + b"1]}", 200),
        "300,000 members": (b"{" + b",".join(b'"k%d":1' % number for number in range(300_000)) + b"}", 200),
        "4 MiB of escapes": (b'{"a":"' + b"\\u0000" * 700_000 + b'"}', 200), "the same member often": (b"{" + b'"title":"a",' * 50_000 + b'"title":"b"}', 200),
        "a long number": (b'{"a":' + b"9" * 400_000 + b"}", 200), "1e400": (b'{"a":1e400}', 200), "lone surrogates": (b'{"title":"\\ud800"}', (200, 400)),
        "not UTF-8": (b'{"title":"\xff\xfe"}', (200, 400)), "NaN": (b'{"a":NaN}', 400), "nothing": (b"", (200, 400)), "an array": (b"[]", 400),
        "a byte order mark": (b'\xef\xbb\xbf{}', (200, 400)), "two values": (b"{}{}", 400), "a comment": (b"{/**/}", 400), "white space": (b" " * 1_000_000, 400),
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
    pair("metadata pairs", "POST", here("/v1/conversations"), lambda more: {"metadata": {f"k{at}": "v" for at in range(16 + more)}})
    pair("a metadata name", "POST", here("/v1/conversations"), lambda more: {"metadata": {"语" * (64 + more): "v"}})
    pair("a metadata value", "POST", here("/v1/conversations"), lambda more: {"metadata": {"k": "语" * (512 + more)}})
    pair("a title", "POST", here("/v1/conversations"), lambda more: {"title": "x" * (512 + more)})
    pair("items", "POST", here(f"/v1/conversations/{made}/items"), lambda more: {"items": [item] * (20 + more)})
    pair("tags", "POST", here(f"/v1/conversations/{made}"), lambda more: {"tags": [f"t{at}" for at in range(16 + more)]})
    pair("a tag", "POST", here(f"/v1/conversations/{made}"), lambda more: {"tags": ["x" * (64 + more)]})
    pair("samples", "POST", here("/v1/chat/completions"), lambda more: {"messages": [item], "n": 128 + more, "store": False})
    pair("a page", "GET", lambda more: f"/v1/conversations?limit={100 + more}", lambda more: None)
    pair("a search", "GET", lambda more: f"/v1/search?q={'x' * (512 + more)}", lambda more: None)
    pair("terms", "GET", lambda more: f"/v1/search?q={'+'.join(f'w{at}' for at in range(16 + more))}", lambda more: None)
    pair("a key of idempotency", "POST", here("/v1/conversations"), lambda more: {}, lambda more: [("Idempotency-Key", "x" * (255 + more))])
    pair("headers", "GET", here("/v1/models"), lambda more: None, lambda more: [(f"X-{at}", "y") for at in range(98 + more)])
    pair("all headers", "GET", here("/v1/models"), lambda more: None, lambda more: [(f"X-{at}", "y" * 4_000) for at in range(7 + 2 * more)])


def searches(world, check):
    slowest = 0
    for text in payloads.SEARCHES + payloads.SQL:
        for sort in ("relevance", "newest"):
            begun = time.monotonic()
            answer = world.ben.get(f"/v1/search?q={urllib.parse.quote(text, safe='')}&sort={sort}")
            slowest = max(slowest, time.monotonic() - begun)
            check(answer.status in (200, 400, 408), f"a search for {text[:40]!r}: {answer!r}")
    check(slowest < 1.5, f"a search took {slowest:.1f} s")


def series(world, check):
    """Paths, methods and agents that nobody knows make no further metric, and short lines of the log."""
    def lines():
        return len(world.root.get("/metrics").text.splitlines())

    for method in ("GET", "PUT", "OTHER"):
        world.ben.raw(world.ben.request(method, "/unknown"))
        world.ben.raw(world.ben.request(method, "/v1/models"))
    world.ben.get("/v1/conversations/conv_x")
    lines()
    before, logged = lines(), world.server.log_path.stat().st_size
    check(before > 20, f"{before} lines of metrics only")
    for number in range(150):
        world.ben.get(f"/unknown/{number}/{'x' * (number * 10)}", [("User-Agent", f"agent{number}")])
        world.ben.get(f"/v1/conversations/conv_{number:048x}")
    for number in range(50):
        world.ben.raw(world.ben.request(f"METHOD{number}", "/v1/models"))
    check(lines() == before, f"{lines() - before} further lines of metrics after 350 unknown requests")
    check(world.server.log_path.stat().st_size - logged < 350 * 2048, "the log grows without bounds")


def malformed(world, check):
    port = world.server.port
    host = f"Host: 127.0.0.1:{port}\r\n"
    many = "".join(f"X-{number}: y\r\n" for number in range(1_001))
    garbage = [
        "", "\r\n", "GET", "GET /", "GET / HTTP/1.1\n\n", "GET / HTTP/9.9\r\n\r\n", "GET  /  HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n" + many + "\r\n",
        f"GET / HTTP/1.1\r\n{host}Bad Header: x\r\n\r\n", f"GET / HTTP/1.1\r\n{host}: x\r\n\r\n", f"GET / HTTP/1.1\r\n{host} folded: x\r\n y\r\n\r\n",
        f"GET /\x00 HTTP/1.1\r\n{host}\r\n", f"GET / HTTP/1.1\r\n{host}X: a\x00b\r\n\r\n", f"GET / HTTP/1.1\r\n{host}X: a\rb\r\n\r\n",
        f"GET /天气 HTTP/1.1\r\n{host}\r\n", f"POST / HTTP/1.1\r\n{host}Content-Length: 99999999999999999999\r\n\r\n",
        f"POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", f"POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n-1\r\n",
        f"POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\nzz\r\n", f"POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n1;{'x' * 70_000}\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "HELLO\r\n", "\x00" * 1000, "A" * 100_000,
        f"GET /{'a' * 100_000} HTTP/1.1\r\n{host}\r\n", f"GET / HTTP/1.1\r\n{host}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        f"GET / HTTP/1.1\r\n{host}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n", f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n{host}\r\n",
        f"TRACE / HTTP/1.1\r\n{host}Authorization: Bearer x\r\n\r\n", f"GET http://127.0.0.1:{world.trap.port}/ HTTP/1.1\r\n{host}\r\n", f"OPTIONS * HTTP/1.1\r\n{host}\r\n",
    ]
    for text in garbage:
        answers = world.anyone.raw(text.encode("latin-1", "replace") if text.isascii() or "天" not in text else text.encode(), timeout=0.4)
        check(all(answer.status >= 400 for answer in answers), f"{text[:60]!r}: {answers}")
        check(len(answers) <= 1, f"{text[:60]!r} has {len(answers)} answers")
    check(world.trap.connections == 0 or not any("GET http" in path for path in world.trap.seen), "it is a proxy")
    check.status(world.anyone.get("/health/live"), 200, "after malformed requests")
    check(world.server.process.poll() is None, "the server has ended")
