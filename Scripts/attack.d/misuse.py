"""S28: administration by mistake."""

import json
import threading

from rows import row
from world import CANARY, handle_of


@row(
    "S28",
    "administration by mistake: prunes without a condition or a yes, impossible dates, two at once; all is audited"
)
def misuse(world, check):
    client = world.anyone.holding(world.make_user("pruned"))
    for number in range(5):
        client.post("/v1/conversations", {"title": f"kept {number}", "items": [{"role": "user", "content": "x"}]})
    empty = [
        {}, {"filter": {}}, {"filter": None}, {"dry_run": False}, {"conversations": None, "dry_run": False},
        {"filter": {}, "dry_run": False}
    ]
    for body in empty:
        check.status(client.post("/v1/prune", body), 400, f"a prune of {body}")
        check.status(world.root.post("/admin/prune", body), 400, f"everybody's prune of {body}")
    for odd in ("\x00", "\x00\x00", "%", "_", "x" * 500):
        answer = client.post("/v1/prune", {"filter": {"q": odd}})
        check(
            answer.status == 200 and answer.json()["conversations"] == 0,
            f"a prune of titles with {odd[:9]!r}: {answer!r}"
        )
    times = [-1, 0, 1e30, 9223372036854775807, 9223372036854775808, "tomorrow", "-90d", True, [], 1.5]
    for time_given in times:
        for name in ("created_before", "updated_before", "created_after"):
            answer = client.post("/v1/prune", {"filter": {name: time_given}, "dry_run": True})
            check(answer.status in (200, 400), f"{name} {time_given}: {answer!r}")
        check(
            client.post("/v1/prune", {"deleted_before": time_given}).status in (200, 400),
            f"deleted_before {time_given}"
        )
    for words in (
        ["--older-than", "0d"], ["--older-than", "-1d"], ["--idle-for", "99999999999999y"], ["--before", "9999-99-99"],
        ["--keep", "-1"], ["--title", "x"], []
    ):
        done = world.run("sessions", "prune", *words, "--user", "pruned")
        check(done.returncode in (0, 64, 65), f"prune {words}: {done.returncode} {done.stderr[-200:]}")
    without_yes(world, check, client)
    at_once(world, check)
    audited(world, check)


def without_yes(world, check, client):
    keyed = client.get("/v1/conversations?limit=100").json()["data"]
    dry = client.post("/v1/prune", {"filter": {"q": "kept"}})
    check(dry.status == 200 and dry.json()["dry_run"] and dry.json()["conversations"] == 5, f"{dry!r}")
    for words in (
        ["sessions", "prune", "--title", "kept", "--user", "pruned"], ["users", "erase", "pruned"],
        ["database", "restore", "x"]
    ):
        done = world.run(*words)
        refused = done.returncode != 0 or b"5" in done.stdout
        check(refused, f"{words}: {done.returncode} {done.stdout[-200:]} {done.stderr[-200:]}")
    check(
        len(client.get("/v1/conversations?limit=100").json()["data"]) == len(keyed) == 5, "something went without a yes"
    )


def at_once(world, check):
    """Two administrators do the same at the same time."""
    name = "twice"
    world.make_user(name)
    statuses = []

    def do():
        for path, body in (
            ("/admin/users/twice", {"disabled": True}), ("/admin/users/twice/erase", None),
            ("/admin/users", {"name": "both"})
        ):
            statuses.append((path, world.root.post(path, body).status))

    threads = [threading.Thread(target=do) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(all(status in (200, 404, 409, 503) for _, status in statuses), f"at the same time: {statuses}")
    check(
        [status for path, status in statuses if path == "/admin/users"].count(200) == 1,
        f"a name was given twice: {statuses}"
    )
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
