"""S04 to S06, S25, S26, S31, S32: paths, hosts, pages of others, and what a server shows of itself."""

import json
import socket
import subprocess
import tempfile
from pathlib import Path

from described import described
from parley_server import clean_environment, free_port
from rows import row
from wire import TALLY, Client, encoded
from world import addresses


@row("S04", "a route is judged by what matched: odd paths, hosts and headers that claim another path or method")
def matched_route(world, check):
    check.status(world.root.get("/admin/users"), 200, "an administrator")
    paths = [
        "//admin/users", "/./admin/users", "/v1/../admin/users", "/v1/%2e%2e/admin/users", "/%61dmin/users",
        "/admin%2fusers", "/admin/users;x=1", "/admin/users/", "/admin//users", "/ADMIN/users", "/admin./users",
        "/admin/users%00", "/admin/users%20", "/admin\\users", "/health/live/../../admin/users", "/admin/users?",
        "/admin/users?/health/live", "/health/live;/admin/users", "/admin/users#/health/live", "/openapi.json/../metrics",
        "/v1/../metrics", "//metrics", "/metrics/", "/%6detrics", "/admin/database", "/admin/./keys", "/admin/audit//",
    ]
    targets = paths + [f"http://127.0.0.1:{world.server.port}{path}" for path in paths] + ["*", "/" * 3000]
    for target in targets:
        for client in (world.ben, world.anyone):
            for answer in client.raw(client.request("GET", target)):
                hidden(check, answer, f"GET {target[:80]}")
    headers = [
        ("X-Original-URL", "/admin/users"), ("X-Rewrite-URL", "/admin/users"), ("X-Forwarded-Path", "/admin/users"),
        ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Host", "localhost"), ("X-Real-IP", "127.0.0.1"),
        ("X-Parley-User", "root"), ("X-Parley-User", "local"), ("X-Forwarded-User", "root"), ("Forwarded", "for=_unix"),
        ("X-Forwarded-Prefix", "/admin"), ("X-Forwarded-Proto", "unix"), ("X-Original-Method", "GET"),
    ]
    for header in headers:
        for path in ("/admin/users", "/health/live", "/v1/models", "/metrics"):
            hidden(check, world.ben.get(path, [header]), f"{path} with {header}")
    hosts = ["127.0.0.1/health", "127.0.0.1:80/../admin", "localhost/admin/users?", "127.0.0.1#/admin"]
    for host in hosts:
        for answer in world.ben.raw(world.ben.request("GET", "/admin/users", None, [("Host", host)])):
            hidden(check, answer, f"Host: {host}")
    method_overrides(world, check)


def hidden(check, answer, what):
    """No administration, and nothing that only a key opens."""
    shown = any(word in answer.body for word in (b'"role":', b"parley_requests", b'"handle"', b'"audit.entry"', b'"bytes"'))
    check(not shown, f"{what} shows administration: {answer!r}")
    check(answer.status < 500, f"{what}: {answer!r}")


def method_overrides(world, check):
    conversation = world.ben.post("/v1/conversations", {"title": "stays"}).json()["id"]
    target = f"/v1/conversations/{conversation}"
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        world.ben.get(target, [(name, "DELETE")])
        world.ben.post(target, {"title": "stays"}, [(name, "DELETE")])
        world.ben.get(f"{target}?_method=DELETE", [(name, "DELETE")])
    check.status(world.ben.get(target), 200, "after DELETE in a header")
    for method in ("PUT", "PATCH", "TRACE", "PROPFIND", "OPTIONS", "get", "G\tET"):
        for answer in world.ben.raw(world.ben.request(method, target)):
            check(answer.status in (400, 403, 404, 405, 501), f"{method}: {answer!r}")
            check(world.keys["ben"].encode() not in answer.body, f"{method} echoes the key")


@row("S05", "administration: not there for users, on loopback and on every address; there for administrators")
def function_level(world, check):
    hidden_routes = [route for route in described(world) if route.is_hidden]
    check(len(hidden_routes) > 15, f"only {len(hidden_routes)} routes of administration")
    wide = world.serve("wide", options=("--host", "0.0.0.0"), prefix=keyed(world, "wide"))
    users = Client(f"{wide.database}.run/parley.sock")
    users.post("/admin/users", {"name": "root", "role": "admin"})
    users.post("/admin/users", {"name": "ben"})
    keys = {name: users.post("/admin/keys", {"user": name}).json()["key"] for name in ("root", "ben")}
    places = addresses()
    ids = {"name": "anna", "handle": "0" * 10}
    for port, held in ((world.server.port, world.keys), (wide.port, keys)):
        client = Client(port)
        unknown = client.holding(held["ben"]).get("/unknown")
        for route in hidden_routes:
            target = route.target(ids)
            for key in (held["ben"], None):
                guest = client.holding(key).coming_from(next(places))
                answer = guest.ask(route.method, target, route.body())
                check.status(answer, 404, f"{route} on port {port}")
                same = answer.error.get("type") == unknown.error["type"] and answer.code == unknown.code
                check(same, f"{route} is told from what is not there: {answer!r}")
                check("allow" not in answer.headers, f"{route} tells its methods")
            odd = client.holding(held["ben"]).ask("PUT", target)
            check(odd.status == 404 and "allow" not in odd.headers, f"PUT {target}: {odd!r}")
        check.status(client.holding(held["root"]).get("/admin/users"), 200, f"an administrator on port {port}")
    wide.stop()
    world.servers.remove(wide)


def keyed(world, name):
    """Makes a key before the server starts, without which it binds no other address; no words before its command."""
    place = world.folder / name
    environment = clean_environment(place, PARLEY_DATABASE=str(place / "parley.sqlite"))
    place.mkdir(mode=0o700)
    made = subprocess.run(
        [str(world.binary), "keys", "create", "--user", "local"], env=environment, cwd=place, capture_output=True, check=False
    )
    assert made.returncode == 0, made.stderr
    return ()


@row("S06", "pages of other sites: unknown hosts 421, foreign origins 403, no preflight, whatever the kind of body")
def other_sites(world, check):
    keyless = world.serve("keyless")
    for client in (world.ben, Client(keyless.port)):
        check.status(client.get("/v1/conversations"), 200, "this machine's own program")
        port = client.place
        for host in (f"localhost:{port}", f"127.0.0.1:{port}", "LOCALHOST", f"[::1]:{port}"):
            check.status(client.get("/v1/models", [("Host", host)]), 200, f"Host: {host}")
        foreign_hosts(client, check)
        foreign_origins(client, check, port)
    count = len(Client(keyless.port).get("/v1/conversations?limit=100").json()["data"])
    check(count == 0, f"pages of other sites made {count} conversations")
    keyless.stop()
    world.servers.remove(keyless)


def foreign_hosts(client, check):
    hosts = [
        "evil.test", "evil.test:8787", "127.0.0.1.evil.test", "localhost.evil.test", "evil.test@127.0.0.1", "0.0.0.0",
        "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost.", "local host", "127.0.0.1\tevil.test", "①②⑦.0.0.1",
    ]
    for host in hosts:
        for path in ("/v1/conversations", "/health/live", "/openapi.json", "/chat"):
            for answer in client.raw(client.request("GET", path, None, [("Host", host)])):
                check(answer.status in (400, 421), f"Host: {host} {path}: {answer!r}")
    twice = client.request("GET", "/v1/models", None, [("Host", "127.0.0.1"), ("Host", "evil.test")])
    check(all(answer.status == 400 for answer in client.raw(twice)), "two hosts")
    absolute = client.request("GET", "http://evil.test/v1/models", None, [("Host", "evil.test")])
    check(all(answer.status in (400, 421) for answer in client.raw(absolute)), "an absolute form of another host")


def foreign_origins(client, check, port):
    origins = [
        "https://evil.test", "null", "http://localhost.evil.test", "http://127.0.0.1.evil.test", f"http://localhost:{port + 1}",
        "file://", "http://127.0.0.1", "chrome-extension://abc", "https://evil.test, http://localhost", "",
    ]
    for origin in origins:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json"):
            headers = [("Origin", origin), ("Content-Type", kind)]
            answer = client.post("/v1/conversations", b"{}", headers)
            check.status(answer, 403, f"Origin: {origin} with {kind}")
            check("access-control-allow-origin" not in answer.headers, f"{origin} may read the answer")
        asked = [("Origin", origin), ("Access-Control-Request-Method", "POST")]
        preflight = client.ask("OPTIONS", "/v1/conversations", None, asked)
        check(preflight.status >= 400, f"a preflight of {origin}: {preflight!r}")
        check("access-control-allow-origin" not in preflight.headers, f"a preflight of {origin} is allowed")


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
        413: world.ben.ask("POST", "/v1/chat/completions", b"", large), 421: world.ben.get("/", [("Host", "evil.test")]),
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


@row("S31", "a fresh start: loopback alone, no key, no way to make one from outside; other addresses only with a key")
def fresh(world, check):
    server = world.serve("fresh")
    listening = listeners(server.process.pid)
    check(listening == {("127.0.0.1", server.port)}, f"it listens at {listening}")
    client, local = Client(server.port), Client(f"{server.database}.run/parley.sock")
    check(local.get("/admin/keys").json()["data"] == [], "it has keys from the start")
    for route in described(world):
        if route.is_hidden:
            answer = client.ask(route.method, route.target({"name": "local", "handle": "x"}), route.body())
            check.status(answer, 404, f"{route} without any key")
    check.status(client.post("/admin/keys", {"user": "local"}), 404, "a key from outside")
    check(local.get("/admin/keys").json()["data"] == [], "somebody made a key from outside")
    printed = world.command("keys", "create", "--user", "local", server=server).decode()
    check(printed.count("prl_") == 1, f"a new key is shown {printed.count('prl_')} times")
    check("prl_" not in world.command("keys", "list", server=server).decode(), "`keys list` shows keys")
    check.status(client.get("/v1/models"), 401, "once there is a key")
    check("prl_" not in server.log_path.read_text(), "the key is in the log")
    server.stop()
    world.servers.remove(server)
    for host in ("0.0.0.0", "::", "10.0.0.1", socket.gethostname()):
        refuses(world, check, host)


def listeners(pid):
    """Addresses and ports at which a process listens over TCP."""
    inodes = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            inodes.add(str(entry.readlink()))
        except OSError:
            continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                address, port = fields[1].split(":")
                shown = socket.inet_ntoa(bytes.fromhex(address)[::-1]) if table == "tcp" else address
                found.add((shown, int(port, 16)))
    return found


def refuses(world, check, host):
    with tempfile.TemporaryDirectory(dir=world.folder) as place:
        words = ["serve", "--host", host, "--port", str(free_port())]
        environment = clean_environment(place, PARLEY_DATABASE=f"{place}/parley.sqlite", OPENAI_BASE_URL=world.upstream.url)
        try:
            done = subprocess.run(
                [str(world.binary), *words], env=environment, cwd=place, capture_output=True, timeout=10, check=False
            )
        except subprocess.TimeoutExpired:
            check(False, f"it listens at {host} without a key")
            return
        check(done.returncode == 78, f"--host {host} without a key: {done.returncode} {done.stderr[-200:]}")
        check(b"key" in done.stderr, f"--host {host}: {done.stderr[-200:]} does not say what to do")


MARKUP = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg/onload=alert(1)>", "{{7*7}}", "%0d%0aX-Injected: 1"]


@row("S32", "what is wrong is answered as JSON, escaped, and never as a page")
def reflection(world, check):
    places = addresses()
    for text in MARKUP:
        plain = "".join(f"%{byte:02x}" for byte in text.encode())
        for method in ("GET", "POST", "DELETE", "PUT"):
            for target in (f"/{plain}", f"/v1/{plain}", f"/v1/conversations/{plain}", f"/v1/responses/{plain}", f"/admin/{plain}"):
                reflected(check, world.ben.ask(method, target), text)
        for target in ("/v1/conversations", "/v1/search", "/v1/usage", "/v1/export", "/v1/prune"):
            for name in ("q", "after", "sort", "limit", "by", "format", plain):
                reflected(check, world.ben.get(f"{target}?{name}={plain}"), text)
        for path in ("/v1/chat/completions", "/v1/responses", "/v1/conversations", "/v1/completions", "/v1/prune"):
            for body in (text.encode(), {text: text}, {"model": text}, {"messages": text, "input": {"a": text}}, {"role": text}):
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
    check(kind.startswith("application/json") or answer.status < 400 and kind.startswith("application/"), f"{text}: {kind}")
    check(answer.headers.get("x-content-type-options") == "nosniff", f"{text}: without nosniff")
    check("x-injected" not in answer.headers, f"{text} became a header")
    check(answer.status < 500 or answer.code == "no_upstream", f"{text}: {answer!r}")
    if kind.split(";")[0] == "application/json":
        json.loads(answer.body)
