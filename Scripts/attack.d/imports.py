"""S19: files that are more than they seem."""

import json
import os
import threading
import time

from bombs import (
    cyclic, deep, escaping_zip, gzip_bomb, hostile_log, line, long_line, nested_zip, zip_bomb,
)
from rows import row
from world import CANARY, memory


@row(
    "S19",
    "imports: bombs, cycles, depth, lines without end, foreign owners and ids, hostile SQLite; memory stays bounded"
)
def bombs(world, check):
    place = world.folder / "imports"
    place.mkdir(mode=0o700)
    key = world.make_user("importer")
    peak = Peak(world.server.process.pid)
    before = memory(world.server.process.pid)
    with peak:
        for path in [
            zip_bomb(place), nested_zip(place), escaping_zip(place), gzip_bomb(place), cyclic(place), deep(place),
            long_line(place)
        ]:
            imported(world, check, path)
        hostile_sqlite(world, check, place)
        over_the_api(world, check, world.anyone.holding(key))
    grown = peak.most - before
    check(grown < 220 << 20, f"the server grew by {grown >> 20} MiB")
    check(
        not (world.folder / "escaped.json").exists() and not (place / "escaped.json").exists(),
        "an archive wrote a file"
    )
    lines = b"".join(line(number) for number in range(1000))
    world.command("sessions", "import", "-", "--format", "sharegpt", "--user", "importer", stdin=lines)
    owned(world, check, key)


class Peak:
    """The most memory that a process had while something ran."""

    def __init__(self, pid):
        self.pid, self.most, self.done = pid, 0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self):
        while not self.done.wait(0.02):
            self.most = max(self.most, memory(self.pid))

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


def imported(world, check, path):
    """An import ends by itself, in good time, with a status of its own."""
    begun = time.monotonic()
    done = world.run("sessions", "import", str(path), "--user", "importer")
    took = time.monotonic() - begun
    check(done.returncode in (0, 1, 65), f"{path.name}: {done.returncode} {done.stderr[-300:]}")
    check(took < 20, f"{path.name} took {took:.0f} s")
    check(b"Fatal error" not in done.stderr, f"{path.name}: {done.stderr[-300:]}")
    if path.name.endswith("bomb.zip"):
        check(done.returncode != 0, f"{path.name} was taken")


def hostile_sqlite(world, check, place):
    path = hostile_log(place)
    before = path.read_bytes()
    imported(world, check, path)
    check(path.read_bytes() == before, "an imported SQLite file has changed")
    check(not list(place.glob("logs.db-*")), f"beside it: {list(place.glob('logs.db-*'))}")
    broken = place / "broken.db"
    broken.write_bytes(before[:100] + os.urandom(8192))
    imported(world, check, broken)


def over_the_api(world, check, client):
    """Lines that name other owners and other people's ids."""
    line = {
        "type": "conversation", "id": world.belongings["conversation"], "owner": "anna", "person_id": 1, "user": "anna",
        "title": "taken over", "created_at": 1, "items": [],
    }
    for body in (
        [line], [{**line, "type": "header", "format": "parley"}, line], [{"format": "parley", "version": 1}, line],
        [None, [], 1, "x"]
    ):
        data = b"".join(json.dumps(one).encode() + b"\n" for one in body)
        answer = client.ask("POST", "/v1/import", data, [("Content-Type", "application/jsonl")])
        check(answer.status in (200, 400), f"an import of {body}: {answer!r}")
    whole = world.anna.get("/v1/export?format=parley").body
    answer = client.ask("POST", "/v1/import", whole, [("Content-Type", "application/jsonl")])
    check.status(answer, 200, "anna's export, imported by another")
    endless = b'{"type":"' + b"[" * 500_000
    answer = client.ask("POST", "/v1/import", endless, [("Content-Type", "application/jsonl")])
    check(answer.status in (200, 400), f"half a line: {answer!r}")


def owned(world, check, key):
    """All that was imported belongs to the importer, and anna's is as it was."""
    shown = world.anna.get(f"/v1/conversations/{world.belongings['conversation']}").json()
    check(shown["title"] == f"{CANARY} title", f"anna's conversation is now {shown['title']}")
    own = world.anyone.holding(key).get("/v1/conversations?limit=100&archived=false").json()
    check(own["has_more"], "the lines were not imported")
    ids = {one["id"] for one in own["data"]}
    check(world.belongings["conversation"] not in ids, "an import took over an id")
    check(all(one["created_at"] < time.time() + 400 * 366 * 86_400 for one in own["data"]), "dates without bounds")
