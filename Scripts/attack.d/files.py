"""S18, S19: names that lead elsewhere, and files that are more than they seem."""

import gzip
import io
import json
import os
import sqlite3
import threading
import time
import zipfile

from rows import row
from world import CANARY, memory

TITLES = [
    "../../escaped", "/etc/escaped", "..", ".", "~root", "a/b\\c", "CON", "nul.txt", "x" * 300, "\u2215\u2044slash", "..\u2215..\u2215x",
    "%2e%2e%2fx", "-rf", "--output", ".hidden", "$(touch escaped)", "`touch escaped`", "name\nnewline", "|touch escaped", "😀", "",
    "天气 报告", "a\u202egnp", "trailing.", "con:stream", "*?<>|",
]


@row("S18", "names and paths: exports stay in their folder, replace nothing, follow no link; the API takes no path")
def traversal(world, check):
    key = world.make_user("writer")
    client = world.anyone.holding(key)
    for title in TITLES:
        client.post("/v1/conversations", {"title": title, "items": [{"role": "user", "content": "hello"}]})
    place = world.folder / "out" / "inner"
    place.mkdir(parents=True, mode=0o700)
    world.command("sessions", "export", "--all", "--user", "writer", "--format", "markdown", "--output", f"{place}/")
    written = list(place.iterdir())
    check(len(written) == len(TITLES), f"{len(written)} files for {len(TITLES)} conversations")
    for path in written:
        check(path.resolve().parent == place and not path.is_symlink(), f"{path} is elsewhere")
        check(all(letter.isalnum() or letter in "-_." for letter in path.name), f"an odd name: {path.name!r}")
        check(path.stat().st_mode & 0o777 == 0o600, f"{path.name} has the mode {path.stat().st_mode:o}")
        check(not path.name.startswith(("-", ".")) and len(path.name.encode()) < 255, f"an odd name: {path.name!r}")
    check(sorted(os.listdir(place.parent)) == ["inner"], f"beside the folder: {os.listdir(place.parent)}")
    links(world, check, place.parent)
    no_paths(world, check, client)
    check(not [path for path in (world.server.folder, world.folder) if list(path.glob("escaped*"))], "a file named escaped")


def links(world, check, place):
    """A name that is taken, by a file or a link, is left alone."""
    victim = place / "victim"
    victim.write_text("untouched")
    for number, make in enumerate((lambda path: path.symlink_to(victim), lambda path: path.write_text("old"), lambda path: path.mkdir())):
        for words in (["sessions", "export", "--all", "--user", "writer", "--format", "json", "--output"], ["database", "backup"]):
            path = place / f"taken{number}{words[0]}"
            make(path)
            before = path.lstat()
            done = world.run(*words, str(path))
            check(done.returncode != 0, f"{words[:2]} over {path.name} ended with 0")
            check(path.lstat().st_ino == before.st_ino and victim.read_text() == "untouched", f"{words[:2]} replaced {path.name}")
    (place / "link").symlink_to(victim)
    world.run("sessions", "export", "--all", "--user", "writer", "--format", "json", "--force", "--output", str(place / "link"))
    check(victim.read_text() == "untouched", "--force wrote through a link")


def no_paths(world, check, client):
    """Whatever could be a path is a name of nothing."""
    secret = world.folder / "secret.txt"
    secret.write_text(f"{CANARY}-FILE")
    paths = [str(secret), f"../{secret.name}", f"file://{secret}", "/etc/passwd", "../../../../../../etc/passwd", f"..%2f{secret.name}"]
    before = sorted(os.listdir(world.folder))
    for path in paths:
        for body in ({"path": path}, {"file": path}, {"output": path}, {"destination": path, "directory": path}):
            for target in ("/admin/database/backup", "/admin/database/vacuum", "/v1/import", "/v1/conversations"):
                answer = world.root.post(target, body)
                check.absent(f"{CANARY}-FILE", answer, f"{target} with {body}")
        for target in ("/v1/export?format=", "/v1/export?id=", "/v1/conversations/", "/v1/models/", "/v1/responses/"):
            answer = client.get(f"{target}{path}")
            check.absent(f"{CANARY}-FILE", answer, f"{target}{path}")
            check(answer.status in (200, 400, 404) and b"root:x" not in answer.body, f"{target}{path}: {answer!r}")
    check(sorted(os.listdir(world.folder)) == before, "the API wrote a file of its own choice")


@row("S19", "imports: bombs, cycles, depth, lines without end, foreign owners and ids, hostile SQLite; memory stays bounded")
def bombs(world, check):
    place = world.folder / "imports"
    place.mkdir(mode=0o700)
    key = world.make_user("importer")
    peak = Peak(world.server.process.pid)
    before = memory(world.server.process.pid)
    with peak:
        for path in [zip_bomb(place), nested_zip(place), escaping_zip(place), gzip_bomb(place), cyclic(place), deep(place), long_line(place)]:
            imported(world, check, path)
        hostile_sqlite(world, check, place)
        over_the_api(world, check, world.anyone.holding(key))
    grown = peak.most - before
    check(grown < 220 << 20, f"the server grew by {grown >> 20} MiB")
    check(not (world.folder / "escaped.json").exists() and not (place / "escaped.json").exists(), "an archive wrote a file")
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


def zip_bomb(place):
    """300 MB of white space in 300 KB."""
    path = place / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive, archive.open("conversations.json", "w") as file:
        file.write(b"[")
        for _ in range(300):
            file.write(b" " * (1 << 20))
        file.write(b"]")
    return path


def nested_zip(place):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", b"[" + b" " * (8 << 20) + b"]")
    path = place / "nested.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(50):
            archive.writestr(f"{number}.zip", inner.getvalue())
    return path


def escaping_zip(place):
    path = place / "escaping.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../escaped.json", "../../escaped.json", "/tmp/escaped.json", "a/../../escaped.json"):
            archive.writestr(name, b"[]")
        link = zipfile.ZipInfo("conversations.json")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return path


def gzip_bomb(place):
    path = place / "conversations.json.gz"
    path.write_bytes(gzip.compress(b"[" + b" " * (64 << 20) + b"]"))
    return path


def node(name, parent, children, text="x"):
    message = {"id": name, "author": {"role": "user"}, "content": {"content_type": "text", "parts": [text]}, "create_time": 1e11}
    return {"id": name, "parent": parent, "children": children, "message": message}


def cyclic(place):
    """Parents that are their own children; dates far in the future; the same id twice."""
    mapping = {name: node(name, parent, children) for name, parent, children in (
        ("a", "b", ["b"]), ("b", "a", ["a"]), ("c", "c", ["c"]), ("d", None, ["e", "e", "missing"]), ("e", "d", ["d"]))}
    conversation = {"title": "cyclic", "create_time": 1e18, "update_time": -1e18, "mapping": mapping, "current_node": "b", "id": "same"}
    path = place / "cyclic.json"
    path.write_text(json.dumps([conversation, {**conversation, "title": "again"}, {**conversation, "mapping": {}, "current_node": "x"}]))
    return path


def deep(place):
    path = place / "deep.json"
    path.write_bytes(b"[" * 200_000 + b"]" * 200_000)
    return path


def long_line(place):
    path = place / "line.jsonl"
    with open(path, "wb") as file:
        file.write(b'{"messages":[{"role":"user","content":"')
        for _ in range(66):
            file.write(b"x" * (1 << 20))
    return path


def line(number):
    said = [{"from": "human", "value": f"question {number}"}, {"from": "gpt", "value": "answer"}]
    return json.dumps({"id": f"tiny{number}", "conversations": said}).encode() + b"\n"


def hostile_sqlite(world, check, place):
    """A log of `llm` with triggers and views, and one that is no log at all."""
    path = place / "logs.db"
    database = sqlite3.connect(path)
    database.executescript("""
        CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT);
        CREATE TABLE hidden (id TEXT, model TEXT, prompt TEXT, system TEXT, response TEXT, conversation_id TEXT, datetime_utc TEXT);
        CREATE VIEW responses AS SELECT id, model, prompt, system, load_extension('/tmp/evil.so') AS response, conversation_id,
            datetime_utc FROM hidden;
        CREATE TRIGGER t AFTER INSERT ON conversations BEGIN DELETE FROM conversations; END;
        INSERT INTO hidden VALUES ('1', 'm', 'p', NULL, 'r', 'c', '2024-01-01T00:00:00');
        WITH RECURSIVE endless(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless)
            INSERT INTO hidden SELECT n, 'm', 'p', NULL, 'r', 'c', '' FROM endless LIMIT 10;
        CREATE VIEW endless_view AS WITH RECURSIVE e(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM e) SELECT n FROM e;
    """)
    database.commit()
    database.close()
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
    for body in ([line], [{**line, "type": "header", "format": "parley"}, line], [{"format": "parley", "version": 1}, line], [None, [], 1, "x"]):
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
