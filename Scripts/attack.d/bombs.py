"""The files of S19: archives, JSON and a database that were made to do harm."""

import gzip
import io
import json
import sqlite3
import zipfile


def zip_bomb(place):
    """300 MB of white space in 300 KB."""
    path = place / "bomb.zip"
    with zipfile.ZipFile(
        path, "w", zipfile.ZIP_DEFLATED, compresslevel=9
    ) as archive, archive.open("conversations.json", "w") as file:
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
    message = {
        "id": name, "author": {"role": "user"}, "content": {"content_type": "text", "parts": [text]},
        "create_time": 1e11
    }
    return {"id": name, "parent": parent, "children": children, "message": message}


def cyclic(place):
    """Parents that are their own children; dates far in the future; the same id twice."""
    mapping = {name: node(name, parent, children) for name, parent, children in (
        ("a", "b", ["b"]), ("b", "a", ["a"]), ("c", "c", ["c"]), ("d", None, ["e", "e", "missing"]), ("e", "d", ["d"]))}
    conversation = {
        "title": "cyclic", "create_time": 1e18, "update_time": -1e18, "mapping": mapping, "current_node": "b",
        "id": "same"
    }
    path = place / "cyclic.json"
    path.write_text(
        json.dumps(
            [conversation, {**conversation, "title": "again"}, {**conversation, "mapping": {}, "current_node": "x"}]
        )
    )
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


def hostile_log(place):
    """A log of `llm` whose tables are views that load code and never end, with a trigger."""
    path = place / "logs.db"
    database = sqlite3.connect(path)
    database.executescript("""
        CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT);
        CREATE TABLE hidden (
            id TEXT, model TEXT, prompt TEXT, system TEXT, response TEXT, conversation_id TEXT, datetime_utc TEXT
        );
        CREATE VIEW responses AS SELECT id, model, prompt, system, load_extension('/tmp/evil.so') AS response,
            conversation_id, datetime_utc FROM hidden;
        CREATE TRIGGER t AFTER INSERT ON conversations BEGIN DELETE FROM conversations; END;
        INSERT INTO hidden VALUES ('1', 'm', 'p', NULL, 'r', 'c', '2024-01-01T00:00:00');
        WITH RECURSIVE endless(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless)
            INSERT INTO hidden SELECT n, 'm', 'p', NULL, 'r', 'c', '' FROM endless LIMIT 10;
        CREATE VIEW endless_view AS WITH RECURSIVE e(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM e) SELECT n FROM e;
    """)
    database.commit()
    database.close()
    return path
