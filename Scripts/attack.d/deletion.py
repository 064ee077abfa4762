"""S29: deletion is real."""

import time

from rows import row


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
        made = client.post(
            "/v1/conversations", {"title": f"title {mark}", "metadata": {"m": mark}, "instructions": f"be {mark}"}
        ).json()["id"]
        client.post(f"/v1/conversations/{made}", {"tags": [mark]})
        for number in range(20):
            asked = {
                "conversation": made, "store": True, "metadata": {"m": mark},
                "messages": [{"role": "user", "content": f"!say {mark} {number} {'y' * 3000}"}]
            }
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
