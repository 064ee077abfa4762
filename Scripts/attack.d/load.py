"""S24: what wears a server out."""

import threading
import time
import urllib.parse

import payloads
from bodies import at_the_limit, large_bodies, odd_bodies
from pages import say
from rows import row
from wire import Broken, Connection
from world import memory

MIB = 1 << 20


@row(
    "S24",
    "load: slow heads, bodies and readers; 1,001 connections; large, deep and odd bodies; searches; malformed HTTP"
)
def load(world, check):
    before = memory(world.server.process.pid)
    connections(world, check)
    large_bodies(world, check)
    odd_bodies(world, check)
    at_the_limit(world, check)
    searches(world, check)
    while_indexing(world, check)
    series(world, check)
    malformed(world, check)
    grown = memory(world.server.process.pid) - before
    check(grown < 200 * MIB, f"the server grew by {grown // MIB} MiB")
    most = {"a head": 13, "nothing": 13, "a slow": 36, "an answer": 45}
    ended = world.slow.wait(45)
    check(
        len(ended) == len(world.slow.threads),
        f"still connected: {len(world.slow.threads) - len(ended)}; ended: {ended}"
    )
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


def searches(world, check):
    slowest = 0
    for text in payloads.SEARCHES + payloads.SQL:
        for sort in ("relevance", "newest"):
            begun = time.monotonic()
            answer = world.ben.get(f"/v1/search?q={urllib.parse.quote(text, safe='')}&sort={sort}")
            slowest = max(slowest, time.monotonic() - begun)
            check(answer.status in (200, 400, 408), f"a search for {text[:40]!r}: {answer!r}")
    check(slowest < 1.5, f"a search took {slowest:.1f} s")


def while_indexing(world, check):
    """Searches by many while much is said: those that run out of their time must leave the server as it was."""
    texts = payloads.scripts(world.trap.url) + payloads.TERMINAL + payloads.markdown(world.trap.url)
    said, words = threading.Event(), ["script", "e*", "x", "天", "img OR svg", "role:user script", "-x script", "http"]
    broken = []

    def search(client):
        for number in range(100_000):
            if said.is_set():
                return
            word = urllib.parse.quote(words[number % len(words)])
            try:
                answer = client.get(f"/v1/search?q={word}&limit=100&sort={('newest', 'relevance')[number % 2]}")
                if answer.status not in (200, 408, 503):
                    broken.append(f"{word}: {answer!r}")
            except (OSError, Broken) as error:
                broken.append(f"{word}: {error}")
                return

    for number in range(2):
        name = f"indexed.{number}"
        client = world.anyone.holding(world.make_user(name))
        threads = [threading.Thread(target=search, args=(client,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            say(client, texts)
        finally:
            said.set()
            for thread in threads:
                thread.join()
        said.clear()
    check(not broken, f"{len(broken)} searches broke: {broken[:2]}")
    check(world.server.process.poll() is None, "the server has ended")


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
        "", "\r\n", "GET", "GET /", "GET / HTTP/1.1\n\n", "GET / HTTP/9.9\r\n\r\n", "GET  /  HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\n" + many + "\r\n",
        f"GET / HTTP/1.1\r\n{host}Bad Header: x\r\n\r\n", f"GET / HTTP/1.1\r\n{host}: x\r\n\r\n",
        f"GET / HTTP/1.1\r\n{host} folded: x\r\n y\r\n\r\n",
        f"GET /\x00 HTTP/1.1\r\n{host}\r\n", f"GET / HTTP/1.1\r\n{host}X: a\x00b\r\n\r\n",
        f"GET / HTTP/1.1\r\n{host}X: a\rb\r\n\r\n",
        f"GET /天气 HTTP/1.1\r\n{host}\r\n", f"POST / HTTP/1.1\r\n{host}Content-Length: 99999999999999999999\r\n\r\n",
        f"POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
        f"POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n-1\r\n",
        f"POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        f"POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n1;{'x' * 70_000}\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "HELLO\r\n", "\x00" * 1000,
        "A" * 100_000,
        f"GET /{'a' * 100_000} HTTP/1.1\r\n{host}\r\n",
        f"GET / HTTP/1.1\r\n{host}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        f"GET / HTTP/1.1\r\n{host}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n",
        f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n{host}\r\n",
        f"TRACE / HTTP/1.1\r\n{host}Authorization: Bearer x\r\n\r\n",
        f"GET http://127.0.0.1:{world.trap.port}/ HTTP/1.1\r\n{host}\r\n", f"OPTIONS * HTTP/1.1\r\n{host}\r\n",
    ]
    for text in garbage:
        answers = world.anyone.raw(
            text.encode("latin-1", "replace") if text.isascii() or "天" not in text else text.encode(), timeout=0.4
        )
        check(all(answer.status >= 400 for answer in answers), f"{text[:60]!r}: {answers}")
        check(len(answers) <= 1, f"{text[:60]!r} has {len(answers)} answers")
    check(world.trap.connections == 0 or not any("GET http" in path for path in world.trap.seen), "it is a proxy")
    check.status(world.anyone.get("/health/live"), 200, "after malformed requests")
    check(world.server.process.poll() is None, "the server has ended")
