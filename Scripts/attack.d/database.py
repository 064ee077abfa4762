"""S20, S27 to S29: what reaches SQL, connections that many share, administration by mistake, and deletion."""

import json
import re
import threading
import time
import urllib.parse

import payloads
from described import described
from rows import row
from wire import Answer
from world import CANARY, handle_of


@row("S20", "SQL in every text of every route: no error of the server, no row too many; LIKE signs and searches are literal")
def injections(world, check):
    client = world.anyone.holding(world.make_user("literal"))
    wanted = {}
    for number, text in enumerate(payloads.SQL):
        title = text.replace("\x00", "")[:200]
        made = client.post("/v1/conversations", {"title": title, "metadata": {"m": title}, "items": [{"role": "user", "content": text}]})
        if made.status == 200:
            wanted.setdefault(title, set()).add(made.json()["id"])
    literally(check, client, wanted)
    before = totals(world)
    for route in described(world):
        if route.is_open or "lanying" in route.path or route.method == "DELETE":
            continue
        asker = world.root if route.is_hidden else client
        ids = {word: None for word in route.words}
        for text in payloads.SQL[::2]:
            plain = urllib.parse.quote(text, safe="")
            if route.words:
                judge(check, asker.ask(route.method, route.target({word: plain for word in ids}), route.body()), f"{route} {text[:30]}")
        for name in [*route.texts_of_query(), "order", "limit", "sort"]:
            for text in payloads.SQL[::3]:
                if not route.words and route.method == "GET":
                    target = f"{route.path}?{name}={urllib.parse.quote(text, safe='')}"
                    judge(check, asker.get(target), f"{target}")
    for text in payloads.SQL:
        answer = client.get(f"/v1/conversations?metadata[{urllib.parse.quote(text, safe='')}]=x")
        judge(check, answer, f"metadata[{text}]")
        check(answer.status != 200 or not answer.json()["data"], f"metadata[{text}] finds something")
    after = totals(world)
    check(after == before, f"users, keys or anna's conversations: {before} before, {after} after")


def judge(check, answer, what):
    check(answer.status < 500, f"{what}: {answer!r}")
    check(CANARY.encode() not in answer.body, f"{what} shows what is anna's")
    told = answer.body.lower() if answer.status >= 400 else b""
    check(b"sqlite" not in told.replace(b"sqlite_schema", b"") and b"syntax error" not in told, f"{what}: {answer!r}")


def literally(check, client, wanted):
    """A search by title finds the titles that hold the text, and a metadata filter the equal ones."""
    check(len(wanted) > 45, f"{len(wanted)} titles")
    for odd in ("a%00b", "%00%00", "x" * 300, "%25" * 200, "%F0%9F%98%80" * 120):
        answer = client.get(f"/v1/conversations?q={odd}")
        check(answer.status == 200 and not answer.json()["data"], f"a title with {odd[:20]}: {answer!r}")
    for title in wanted:
        if not title.strip() or len(title.encode()) > 250:
            continue
        plain = urllib.parse.quote(title, safe="")
        found = {one["id"] for one in client.get(f"/v1/conversations?limit=100&q={plain}").json().get("data", [])}
        holding = {one for other, ids in wanted.items() if title.casefold() in other.casefold() for one in ids}
        least = wanted[title]
        check(least <= found, f"the title {title!r} does not find itself")
        foreign = found - holding
        check(not foreign or not title.isascii(), f"the title {title!r} finds {len(foreign)} others")
        equal = {one["id"] for one in client.get(f"/v1/conversations?limit=100&metadata[m]={plain}").json().get("data", [])}
        check(equal == least, f"metadata {title!r} finds {len(equal)} instead of {len(least)}")


def totals(world):
    users = [user["name"] for user in world.socket.get("/admin/users").json()["data"] if user["name"] in ("anna", "ben", "root", "local")]
    return users, len(world.socket.get("/admin/keys?user=anna").json()["data"]), len(world.anna.get("/v1/conversations").json()["data"])


@row("S27", "two users through the same connections, pipelined; keys of idempotency and tags of versions of each other")
def mix_up(world, check):
    users = {}
    for name in ("first", "second"):
        client = world.anyone.holding(world.make_user(f"mixed.{name}"))
        canary = f"canary-{name}-{'x' * 20}"
        made = client.post("/v1/conversations", {"title": canary, "items": [{"role": "user", "content": canary}]}).json()["id"]
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
            target = [f"/v1/conversations/{made}", f"/v1/conversations/{made}/items", "/v1/conversations", "/v1/search?q=canary"][number % 4]
            data += client.request("GET", target)
            asked.append((canary, target))
        with world.anyone.connect() as connection:
            connection.send(data, requests=len(asked))
            for canary, target in asked:
                answer = connection.answer()
                others = [other for _, other, _ in users.values() if other != canary]
                right = answer.status == 200 and (canary.encode() in answer.body or "search" in target)
                check(right, f"{target}: {answer!r}")
                check(not any(other.encode() in answer.body for other in others), f"{target} shows the other's: {answer!r}")


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
    tagged = second.get("/v1/conversations", [("If-None-Match", "*"), ("If-Modified-Since", "Sun, 01 Jan 2040 00:00:00 GMT")])
    check.status(tagged, 200, "a conditional request: nothing here may be cached")


def smuggled(world, check, users):
    """Two readings of where a request ends; what is hidden in the body must not be answered as the next one's."""
    (first, canary, made), (second, _, _) = users.values()
    hidden = second.request("GET", "/v1/conversations")
    port = world.server.port
    for lines in (
        ["Content-Length: 4", "Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked", "Content-Length: 4"],
        ["Content-Length: 4", "Content-Length: 5"], ["Content-Length: 4, 5"], ["Content-Length: +4"], ["Content-Length: -1"],
        ["Content-Length: 0x4"], ["Content-Length: 9223372036854775808"], ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding: chunked, identity"], ["Transfer-Encoding : chunked"], ["Transfer-Encoding:\tchunked", "Content-Length: 4"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], ["X: y\nContent-Length: 4"], ["X: y\r Content-Length: 4"],
    ):
        head = f"POST /v1/conversations/{made} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {first.key}\r\n"
        for body in (b"0\r\n\r\n" + hidden, b"{}\r\n" + hidden):
            answers = first.raw((head + "\r\n".join(lines) + "\r\n\r\n").encode() + body, timeout=1)
            check(len(answers) <= 1 or all(isinstance(one, Answer) and one.status >= 400 for one in answers[:1]), f"{lines}: {answers}")
            check(not any(b"mixed" in answer.body for answer in answers), f"{lines}: {answers}")


@row("S28", "administration by mistake: prunes without a condition or a yes, impossible dates, two at once; all is audited")
def misuse(world, check):
    client = world.anyone.holding(world.make_user("pruned"))
    for number in range(5):
        client.post("/v1/conversations", {"title": f"kept {number}", "items": [{"role": "user", "content": "x"}]})
    empty = [{}, {"filter": {}}, {"filter": None}, {"dry_run": False}, {"conversations": None, "dry_run": False}, {"filter": {}, "dry_run": False}]
    for body in empty:
        check.status(client.post("/v1/prune", body), 400, f"a prune of {body}")
        check.status(world.root.post("/admin/prune", body), 400, f"everybody's prune of {body}")
    for odd in ("\x00", "\x00\x00", "%", "_", "x" * 500):
        answer = client.post("/v1/prune", {"filter": {"q": odd}})
        check(answer.status == 200 and answer.json()["conversations"] == 0, f"a prune of titles with {odd[:9]!r}: {answer!r}")
    times = [-1, 0, 1e30, 9223372036854775807, 9223372036854775808, "tomorrow", "-90d", True, [], 1.5]
    for time_given in times:
        for name in ("created_before", "updated_before", "created_after"):
            answer = client.post("/v1/prune", {"filter": {name: time_given}, "dry_run": True})
            check(answer.status in (200, 400), f"{name} {time_given}: {answer!r}")
        check(client.post("/v1/prune", {"deleted_before": time_given}).status in (200, 400), f"deleted_before {time_given}")
    for words in (["--older-than", "0d"], ["--older-than", "-1d"], ["--idle-for", "99999999999999y"], ["--before", "9999-99-99"], ["--keep", "-1"], ["--title", "x"], []):
        done = world.run("sessions", "prune", *words, "--user", "pruned")
        check(done.returncode in (0, 64, 65), f"prune {words}: {done.returncode} {done.stderr[-200:]}")
    without_yes(world, check, client)
    at_once(world, check)
    audited(world, check)


def without_yes(world, check, client):
    keyed = client.get("/v1/conversations?limit=100").json()["data"]
    dry = client.post("/v1/prune", {"filter": {"q": "kept"}})
    check(dry.status == 200 and dry.json()["dry_run"] and dry.json()["conversations"] == 5, f"{dry!r}")
    for words in (["sessions", "prune", "--title", "kept", "--user", "pruned"], ["users", "erase", "pruned"], ["database", "restore", "x"]):
        done = world.run(*words)
        refused = done.returncode != 0 or b"5" in done.stdout
        check(refused, f"{words}: {done.returncode} {done.stdout[-200:]} {done.stderr[-200:]}")
    check(len(client.get("/v1/conversations?limit=100").json()["data"]) == len(keyed) == 5, "something went without a yes")


def at_once(world, check):
    """Two administrators do the same at the same time."""
    name = "twice"
    world.make_user(name)
    statuses = []

    def do():
        for path, body in (("/admin/users/twice", {"disabled": True}), ("/admin/users/twice/erase", None), ("/admin/users", {"name": "both"})):
            statuses.append((path, world.root.post(path, body).status))

    threads = [threading.Thread(target=do) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(all(status in (200, 404, 409, 503) for _, status in statuses), f"at the same time: {statuses}")
    check([status for path, status in statuses if path == "/admin/users"].count(200) == 1, f"a name was given twice: {statuses}")
    check.status(world.root.get("/admin/users/twice"), 404, "who was erased four times")


def audited(world, check):
    before = entries(world)
    key = world.root.post("/admin/keys", {"user": "both"}).json()
    done = {
        "user.change": world.root.post("/admin/users/both", {"disabled": True}),
        "budget.change": world.root.post("/admin/users/both", {"limits": {"tokens_per_day": 5}}),
        "key.rotate": world.root.post(f"/admin/keys/{key['handle']}/rotate", {}),
        "key.revoke": world.root.ask("DELETE", f"/admin/keys/{handle_of(world.make_key('both'))}"),
        "prune": world.root.post("/admin/prune", {"user": "pruned", "filter": {"q": "kept"}, "dry_run": False}),
        "database.vacuum": world.root.post("/admin/database/vacuum", {}),
        "export": world.root.get("/v1/export"),
        "user.erase": world.root.post("/admin/users/both/erase"),
    }
    added = entries(world)[: len(entries(world)) - len(before)]
    actions = [entry["action"] for entry in added]
    for action, answer in done.items():
        check.status(answer, 200, action)
        check(action in actions, f"{action} is not in the audit log: {actions}")
    check("key.create" in actions, f"key.create is not in the audit log: {actions}")
    check(all(entry["user"] in ("root", "local") for entry in added), f"somebody else did it: {added[:2]}")
    check(world.root.post("/admin/audit/verify", {}).json()["whole"] is True, "the audit log is not whole")
    check(not any(text in json.dumps(added) for text in (key["key"], CANARY)), "a key or a text is in the audit log")


def entries(world):
    found, after = [], ""
    while True:
        page = world.root.get(f"/admin/audit?limit=100{after}").json()
        found += page["data"]
        if not page["has_more"]:
            return found
        after = f"&after={page['last_id']}"


@row("S29", "what was deleted for good is in no file of the database: text, titles, tags, search index, answers, users")
def deletion(world, check):
    server = world.serve("deleting")
    local = type(world.anyone)(f"{server.database}.run/parley.sock")
    marks = {name: f"vanish{name}zq" for name in ("kept", "pruned", "erased")}
    key = {}
    for name, mark in marks.items():
        local.post("/admin/users", {"name": name})
        key[name] = local.post("/admin/keys", {"user": name}).json()["key"]
        client = type(world.anyone)(server.port, key[name])
        made = client.post("/v1/conversations", {"title": f"title {mark}", "metadata": {"m": mark}, "instructions": f"be {mark}"}).json()["id"]
        client.post(f"/v1/conversations/{made}", {"tags": [mark]})
        for number in range(20):
            asked = {"conversation": made, "store": True, "metadata": {"m": mark}, "messages": [{"role": "user", "content": f"!say {mark} {number} {'y' * 3000}"}]}
            answer = client.post("/v1/chat/completions", asked, [("Idempotency-Key", f"{mark}{number}")])
            check.status(answer, 200, name)
        client.post(f"/v1/conversations/{made}/items", {"items": [{"role": "user", "content": mark + "z" * 200_000}]})
        wait_until(lambda: client.get(f"/v1/search?q={mark}").json()["data"])
    before = found_in_files(server, marks)
    check(all(before.values()), f"before: {before}")
    client = type(world.anyone)(server.port, key["pruned"])
    ids = [one["id"] for one in client.get("/v1/conversations").json()["data"]]
    # Not by their title: what was asked of a prune is kept with it.
    pruned = client.post("/v1/prune", {"conversations": ids, "dry_run": False})
    check.status(pruned, 200, "a prune")
    check.status(local.post("/admin/users/erased/erase"), 200, "an erasure")
    check.status(local.post("/admin/database/vacuum", {}), 200, "vacuum")
    wait_until(lambda: not found_in_files(server, marks)["pruned"] and not found_in_files(server, marks)["erased"], 15)
    while_running = found_in_files(server, marks)
    server.stop()
    world.servers.remove(server)
    after = found_in_files(server, marks)
    check(after["kept"], f"what was to stay is gone: {after}")
    for name in ("pruned", "erased"):
        check(not while_running[name], f"what was {name} is still in {while_running[name]}")
        check(not after[name], f"after the end what was {name} is in {after[name]}")


def found_in_files(server, marks):
    found = {name: [] for name in marks}
    for path in server.folder.iterdir():
        if path.is_file() and path.name.startswith("parley.sqlite") and not path.name.endswith(".reserve"):
            data = path.read_bytes()
            for name, mark in marks.items():
                if mark.encode() in data:
                    found[name].append(path.name)
    return found


def wait_until(holds, seconds=10):
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)
