"""S03, S07 to S10: keys, from being made to being guessed."""

import base64
import hashlib
import os
import random
import statistics
import time

from rows import row
from wire import Broken
from world import UPSTREAM_KEY, addresses, handle_of, memory


@row("S03", "credentials in other places and shapes: one header counts, a key in a URL is refused and not logged")
def shapes(world, check):
    key, places = world.keys["ben"], addresses()
    right = world.ben.get("/v1/conversations")
    check.status(right, 200, "the right header")
    wrong = [
        [("Authorization", key)], [("Authorization", f"Basic {key}")], [("Authorization", f"Token {key}")],
        [("Authorization", f"Bearer {key}, Bearer {key}")], [("Authorization", f"Bearer {key} {key}")],
        [("Authorization", f"Bearer {key}"), ("Authorization", f"Bearer {key}")],
        [("Authorization", "Bearer x"), ("Authorization", f"Bearer {key}")],
        [("Authorization", "Basic " + base64.b64encode(f"ben:{key}".encode()).decode())],
        [("Authorization", f"Bearer {key[:-1]}")], [("Authorization", f"Bearer {key}0")],
        [("Authorization", f"Bearer {key.upper()}")], [("Authorization", "Bearer")], [("Authorization", "")],
        [("Authorization", b"Bearer \xff\xfe")], [("Authorization", "Bearer " + "a" * 257)],
        [("Proxy-Authorization", f"Bearer {key}")], [("X-Api-Key", key)], [("Api-Key", key)], [("Key", key)],
        [("X-Forwarded-Authorization", f"Bearer {key}")], [("X-Parley-Key", key)], [("X-Parley-User", "anna")],
        [("Cookie", f"session={key}")], [("Cookie", f"__Host-parley={key}")], [("X-Goog-Api-Key", key)],
    ]
    for guess in injections():
        wrong.append([("Authorization", f"Bearer {guess}")])
        wrong.append([("Authorization", f"Bearer prl_{handle_of(key)}_{guess}")])
        wrong.append([("Authorization", f"Bearer prl_{guess}_{key[15:]}")])
    for headers in wrong:
        answer = world.anyone.coming_from(next(places)).get("/v1/conversations", headers)
        check.status(answer, 401, f"{headers}"[:120])
    for headers in (
        [("Authorization", f"Bearer {key}".encode() + b"\0")], [("Authorization", "Bearer " + "a" * 100_000)]
    ):
        answers = world.anyone.raw(world.anyone.request("GET", "/v1/conversations", None, headers))
        check(all(answer.status in (400, 431) for answer in answers), f"{headers[0][1][:20]}…: {answers}")
    in_urls(world, check, key)


def injections():
    return [
        "' OR 1=1--", "' OR '1'='1", "x' UNION SELECT 1,1,1--", "\\' OR 1=1", "1; DROP TABLE api_key", "%27%20OR%201=1",
        "' OR handle LIKE '%", "*", "%", "_" * 10, "null", "undefined", "true", "{}", "[]", "../../x", "${jndi:x}",
    ]


def in_urls(world, check, key):
    names = ["api_key", "key", "apikey", "api-key", "access_token", "token", "KEY", "q", "anything"]
    for name in names:
        for client in (world.anyone, world.ben):
            answer = client.get(f"/v1/conversations?{name}={key}")
            check.status(answer, 400, f"?{name}=KEY")
            check.absent(key, answer, f"?{name}=KEY")
    check(key not in world.server.log_path.read_text(errors="replace"), "a key in a URL is in the log")


@row("S07", "whole keys are stored nowhere: database, log of it, backup, exports, command line, server's log; modes")
def storage(world, check):
    secrets = {name: key for name, key in world.keys.items() if "revoked" not in name}
    secrets["new"] = world.make_key("ben", label="storage")
    secrets["upstream's"] = UPSTREAM_KEY
    world.ben.post("/v1/chat/completions", {"messages": [{"role": "user", "content": "hello"}]})
    world.command("database", "backup", str(world.folder / "backup.sqlite"))
    world.command("sessions", "export", "--all", "--user", "ben", "--output", str(world.folder / "ben.jsonl"))
    seen = 0
    for path in world.folder.rglob("*"):
        if not path.is_file() or path.name.endswith(".reserve"):
            continue
        data, seen = path.read_bytes(), seen + 1
        for name, secret in secrets.items():
            middle = secret.encode() if name == "upstream's" else secret[15:58].encode()
            check(middle not in data, f"the {name} key is in {path.name}")
    check(seen >= 6, f"only {seen} files were looked at")
    for facts in ("cmdline", "environ"):
        with open(f"/proc/{world.server.process.pid}/{facts}", "rb") as file:
            told = file.read()
        for name, secret in secrets.items():
            if facts == "cmdline" or name != "upstream's":
                check(secret.encode() not in told, f"the {name} key is in the process's {facts}")
    modes(world, check)


def modes(world, check):
    """Nobody else may read what the server writes. Its log is a file of this script's."""
    for path in [*world.server.folder.rglob("*"), world.folder / "backup.sqlite", world.folder / "ben.jsonl"]:
        mode = path.lstat().st_mode & 0o777
        if path.name != "server.log":
            check(mode & 0o077 == 0, f"{path.name} has the mode {mode:o}")
    listed = world.command("keys", "list", "--json").decode()
    for name, key in world.keys.items():
        check(key[15:] not in listed, f"`keys list` shows the {name} key")


@row("S08", "a key that ends, a user who is disabled or erased, a role that is lost: at once, open streams too")
def lifecycle(world, check):
    expiring = world.make_key("ben", expires_in=3)
    begun = time.monotonic()
    endings = {
        "revoked": lambda name, key: world.revoke(key),
        "rotated": lambda name, key: world.socket.post(f"/admin/keys/{handle_of(key)}/rotate", {}),
        "disabled": lambda name, key: world.socket.post(f"/admin/users/{name}", {"disabled": True}),
        "erased": lambda name, key: world.socket.post(f"/admin/users/{name}/erase"),
    }
    for what, end in endings.items():
        name = f"ending.{what}"
        key = world.make_user(name)
        client = world.anyone.holding(key)
        check.status(client.get("/v1/conversations"), 200, f"before being {what}")
        ends_with(world, check, client, what, lambda name=name, key=key, end=end: end(name, key))
        check.status(client.get("/v1/conversations"), 401, f"after being {what}")
    lost_role(world, check)
    ends_with(
        world, check, world.anyone.holding(expiring), "expired", lambda: None, within=4 - (time.monotonic() - begun) + 1
    )
    check.status(world.anyone.holding(expiring).get("/v1/conversations"), 401, "after the end of its time")


def ends_with(world, check, client, what, end, within=1.5):
    """An open answer is cut soon after its key's end, and the model is not asked any longer."""
    world.upstream.release.clear()
    body = {"stream": True, "messages": [{"role": "user", "content": "!hold"}]}
    connection, answer = client.open_stream("/v1/chat/completions", body)
    with connection:
        if not check.status(answer, 200, f"a stream before being {what}"):
            return
        pieces = connection.chunks()
        next(pieces)
        end()
        ended = time.monotonic()
        text = b""
        try:
            for piece in pieces:
                text += piece
                if time.monotonic() - ended > within + 3:
                    break
        except (Broken, OSError):
            pass
        took = time.monotonic() - ended
    check(took < within + 1, f"a stream went on for {took:.1f} s after its key was {what}")
    check(b"[DONE]" not in text, f"a stream whose key was {what} ended as if it were whole")
    world.upstream.release.set()


def lost_role(world, check):
    client = world.anyone.holding(world.make_user("ending.role", "admin"))
    check.status(client.get("/admin/users"), 200, "an administrator")
    world.socket.post("/admin/users/ending.role", {"role": "user"})
    check.status(client.get("/admin/users"), 404, "one who is none any more")


@row("S09", "wrong keys and foreign ids take as long as unknown ones, and are told the same")
def timing(world, check):
    key, places = world.keys["anna"], addresses()
    kinds = {
        "a known handle": whole(handle_of(key)), "an unknown handle": whole("zzzzzzzzzz"),
        "a typing mistake": key[:-1] + "g",
        "a revoked handle": whole(handle_of(world.keys["revoked"])),
    }
    times, bodies = {kind: [] for kind in kinds}, {}
    for _ in range(200):
        address = next(places)
        for kind, guess in shuffled(kinds):
            answer, took = timed(world.anyone.coming_from(address).holding(guess), "/v1/models")
            times[kind].append(took)
            bodies[kind] = (answer.status, answer.body)
    check(len(set(bodies.values())) == 1, f"wrong keys are told apart: {bodies}")
    compare(check, times)
    ids = {"foreign": world.belongings["conversation"], "unknown": "conv_" + "0" * 48}
    times = {kind: [] for kind in ids}
    for _ in range(200):
        for kind, name in shuffled(ids):
            times[kind].append(timed(world.ben, f"/v1/conversations/{name}")[1])
    compare(check, times)


def whole(handle):
    """A key that nobody has, with a right checksum, so that it is looked up."""
    named = f"{handle}_{'A' * 43}"
    return f"prl_{named}_{hashlib.sha256(named.encode()).hexdigest()[:6]}"


def shuffled(named):
    """In another order each time: what comes first is slower than what follows."""
    return random.sample(list(named.items()), len(named))


def timed(client, target):
    with client.connect() as connection:
        data = client.request("GET", target)
        begun = time.perf_counter()
        connection.send(data)
        answer = connection.answer()
        return answer, time.perf_counter() - begun


def compare(check, times):
    """Medians within a quarter, or 250 µs: a slow hash for known keys alone takes tens of milliseconds."""
    medians = {kind: statistics.median(taken) for kind, taken in times.items()}
    least, most = min(medians.values()), max(medians.values())
    shown = {kind: f"{median * 1e6:.0f} µs" for kind, median in medians.items()}
    check(most - least < max(least / 4, 250e-6), f"told apart by their time: {shown}")


@row("S10", "wrong keys are slowed down by address, in bounded memory; right ones always pass")
def brute_force(world, check):
    guessing = world.anyone.coming_from("127.200.0.1").holding("prl_wrong")
    answers = [guessing.get("/v1/conversations") for _ in range(14)]
    statuses = [answer.status for answer in answers]
    check(statuses == [401] * 10 + [429] * 4, f"14 wrong keys from one address: {statuses}")
    check(int(answers[-1].headers.get("retry-after", 0)) > 0, f"no Retry-After: {answers[-1].headers}")
    check.status(guessing.holding(world.keys["ben"]).get("/v1/conversations"), 200, "a right key from there")
    check.status(world.anyone.coming_from("127.200.0.2").holding("prl_wrong").get("/v1/models"), 401, "another address")
    forwarded = guessing.get("/v1/models", [("X-Forwarded-For", "10.1.2.3"), ("Forwarded", "for=10.1.2.3")])
    check.status(forwarded, 429, "an address that a header claims")
    before = memory(world.server.process.pid)
    for number in range(400):
        source = f"127.201.{number // 250}.{1 + number % 250}"
        check.status(world.anyone.coming_from(source).holding("prl_x").get("/v1/models"), 401, f"from {source}")
    grown = memory(world.server.process.pid) - before
    check(grown < 16 << 20, f"400 addresses took {grown >> 20} MiB")
    check(os.path.exists(f"/proc/{world.server.process.pid}"), "the server has gone")
