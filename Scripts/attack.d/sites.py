"""S04 to S06: paths, hosts, and pages of others."""

import subprocess

from described import described
from parley_server import clean_environment
from rows import row
from wire import Client
from world import addresses


@row("S04", "a route is judged by what matched: odd paths, hosts and headers that claim another path or method")
def matched_route(world, check):
    check.status(world.root.get("/admin/users"), 200, "an administrator")
    paths = [
        "//admin/users", "/./admin/users", "/v1/../admin/users", "/v1/%2e%2e/admin/users", "/%61dmin/users",
        "/admin%2fusers", "/admin/users;x=1", "/admin/users/", "/admin//users", "/ADMIN/users", "/admin./users",
        "/admin/users%00", "/admin/users%20", "/admin\\users", "/health/live/../../admin/users", "/admin/users?",
        "/admin/users?/health/live", "/health/live;/admin/users", "/admin/users#/health/live",
        "/openapi.json/../metrics",
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
    shown = any(
        word in answer.body for word in (b'"role":', b"parley_requests", b'"handle"', b'"audit.entry"', b'"bytes"')
    )
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
        [str(world.binary), "keys", "create", "--user", "local"], env=environment, cwd=place, capture_output=True,
        check=False
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
        "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost.", "local host", "127.0.0.1\tevil.test",
        "①②⑦.0.0.1",
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
        "https://evil.test", "null", "http://localhost.evil.test", "http://127.0.0.1.evil.test",
        f"http://localhost:{port + 1}",
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
