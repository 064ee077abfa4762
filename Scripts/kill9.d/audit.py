"""The auditor: compares what was acknowledged with what the server shows, and with the database file itself."""

import json
import re
import sqlite3
import urllib.parse
from collections import Counter
from dataclasses import dataclass, field

from clients import sha256
from parley_server import request_json
from upstream import answer_to

TOKEN = re.compile(r"k9-[0-9a-f]{16}")


class Findings:
    """What is wrong, one sentence for each finding; what is found twice counts once."""

    def __init__(self):
        self.lost, self.half, self.corrupt = {}, {}, {}

    def add_lost(self, sentence):
        self.lost[sentence] = None

    def add_half(self, sentence):
        self.half[sentence] = None

    def add_corrupt(self, sentence):
        self.corrupt[sentence] = None

    def any(self):
        return bool(self.lost or self.half or self.corrupt)

    def lines(self, most=10):
        for name in ("lost", "half", "corrupt"):
            found = list(getattr(self, name))
            for sentence in found[:most]:
                yield f"{name}: {sentence}"
            if len(found) > most:
                yield f"{name}: … and {len(found) - most} more"


@dataclass
class Path:
    """What has been read of one conversation's active path."""

    cursor: str = ""
    open_question: str | None = None
    turns: Counter = field(default_factory=Counter)
    answers: dict = field(default_factory=dict)


class Audit:
    """Follows the active paths of all conversations, page by page, over HTTP."""

    def __init__(self, url):
        self.url = url
        self.paths = {}
        self.items = 0

    def check(self, acks, findings, afresh=()):
        """Checks acknowledged facts; only what is new in a path is read, but for the conversations in `afresh`.

        A first event promises no place on the active path: `check_file` looks for its question.
        """
        acks = [ack for ack in acks if ack.kind != "sse-first"]
        for conversation in sorted({ack.conversation for ack in acks if ack.conversation}):
            if conversation in afresh:
                self.paths.pop(conversation, None)
            self._follow(conversation, findings)
        for ack in acks:
            self._check_ack(ack, findings)

    def _check_ack(self, ack, findings):
        path = self.paths.get(ack.conversation)
        if path is None:
            findings.add_lost(f"{ack.kind} {ack.token}: conversation {ack.conversation!r} cannot be read")
            return
        if ack.kind == "created":
            return
        count = path.turns[ack.question]
        if count == 0:
            findings.add_lost(f"{ack.kind} {ack.token}: not in {ack.conversation}")
        elif path.answers[ack.question] != ack.answer:
            findings.add_lost(f"{ack.kind} {ack.token}: another answer is in {ack.conversation}")
        elif ack.once and count > 1:
            findings.add_corrupt(f"{ack.token}: {count} times in {ack.conversation} under one idempotency key")

    def _follow(self, conversation, findings):
        path = self.paths.setdefault(conversation, Path())
        while True:
            page = self._page(conversation, path.cursor)
            if page is None:
                del self.paths[conversation]
                return
            for item in page["data"]:
                self._read_item(item, path, conversation, findings)
                path.cursor = item["id"]
            self.items += len(page["data"])
            if not page["has_more"]:
                break
        if path.open_question is not None:
            findings.add_half(f"{conversation} ends with a question: {path.open_question[:40]}")
            path.open_question = None

    def _page(self, conversation, after):
        query = {"limit": 100, "order": "asc", **({"after": after} if after else {})}
        route = f"/v1/conversations/{conversation}/items?{urllib.parse.urlencode(query)}"
        status, page, _ = request_json("GET", self.url + route)
        return page if status == 200 else None

    def _read_item(self, item, path, conversation, findings):
        if item["type"] != "message" or item["role"] not in ("user", "assistant"):
            return
        text = "".join(part.get("text", "") for part in item["content"])
        where = f"{conversation} {item['id']}"
        if item["role"] == "user":
            if path.open_question is not None:
                findings.add_half(f"{where}: the question before it has no answer")
            path.open_question = text
            return
        question, path.open_question = path.open_question, None
        if question is None:
            findings.add_half(f"{where}: an answer without its question")
        elif text == answer_to(question):
            path.turns[sha256(question)] += 1
            path.answers[sha256(question)] = sha256(text)
        elif answer_to(question).startswith(text):
            findings.add_half(f"{where}: only a part of the answer")
        else:
            findings.add_corrupt(f"{where}: not the answer to its question")


def check_file(database, acks, findings):
    """Checks the file of a stopped server: its structure, questions on side branches, turns left running."""
    address = f"file:{urllib.parse.quote(str(database))}?mode=ro"
    with sqlite3.connect(address, uri=True) as connection:
        check_structure(connection, findings)
        stored = stored_questions(connection)
        running = running_turns(connection)
    connection.close()
    for ack in acks:
        if ack.kind == "sse-first" and ack.question not in stored.get(ack.token, ()):
            findings.add_lost(f"{ack.kind} {ack.token}: the question is not in the file")
    if running:
        findings.add_half(f"{running} turns are still running in a stopped database")
    return sum(len(texts) for texts in stored.values())


def check_contents(connection, acks, findings):
    """Checks a database that nobody has recovered yet: its structure, and every acknowledged fact by its texts."""
    check_structure(connection, findings)
    if not acks:
        return
    questions, answers = stored_questions(connection), stored_answers(connection)
    conversations = connection.execute("SELECT count(*) FROM conversation").fetchone()[0]
    if sum(ack.kind == "created" for ack in acks) > conversations:
        findings.add_lost(f"there are only {conversations} conversations")
    for ack in acks:
        if ack.kind != "created" and ack.question not in questions.get(ack.token, ()):
            findings.add_lost(f"{ack.kind} {ack.token}: the question is not in the file")
        elif ack.answer and ack.answer not in answers:
            findings.add_lost(f"{ack.kind} {ack.token}: the answer is not in the file")
    for text in settled_without_answer(connection):
        findings.add_half(f"turn {text} is completed and has no answer")


def check_structure(connection, findings):
    for (line,) in connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            findings.add_corrupt(f"integrity_check: {line}")
    for row in connection.execute("PRAGMA foreign_key_check"):
        findings.add_corrupt(f"foreign_key_check: {row}")


def texts(connection, role):
    """The whole texts of all stored messages of a role, side branches included."""
    for (text,) in connection.execute("SELECT json FROM item"):
        item = json.loads(text)
        if item.get("role") == role:
            content = item["content"]
            yield content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def stored_questions(connection):
    """The hashes of all stored questions, by the token in them."""
    found = {}
    for whole in texts(connection, "user"):
        if token := TOKEN.search(whole):
            found.setdefault(token.group(), set()).add(sha256(whole))
    return found


def stored_answers(connection):
    """The hashes of all stored answers."""
    return {sha256(whole) for whole in texts(connection, "assistant")}


def settled_without_answer(connection):
    """The completed turns whose answer is not stored: both are written by one commit."""
    answered = {turn for (turn,) in connection.execute("SELECT turn_id FROM item WHERE pair IS NOT NULL")}
    completed = "SELECT id FROM turn WHERE status = 'completed' AND conversation_id IS NOT NULL"
    return [turn for (turn,) in connection.execute(completed) if turn not in answered]


def running_turns(connection):
    """How many turns are marked as running; after recovery and a clean stop there must be none."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(turn)")}
    column = next((name for name in ("status", "state") if name in columns), None)
    if column is None:
        raise SystemExit("kill9: table turn has neither status nor state: mend running_turns()")
    (count,) = connection.execute(f"SELECT count(*) FROM turn WHERE {column} = 'running'").fetchone()
    return count
