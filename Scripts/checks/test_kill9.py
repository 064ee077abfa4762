"""The auditor of Scripts/kill9 must find what it looks for: a blind auditor always reports zero."""

import sqlite3
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(SCRIPTS / "kill9.d"), str(SCRIPTS / "lib")]

from audit import Audit, Findings, check_file  # noqa: E402
from clients import Ack, sha256  # noqa: E402
from upstream import answer_to, pace_of, streamed_answer  # noqa: E402

TOKEN = "k9-0123456789abcdef"
QUESTION = f"{TOKEN} 什么会留下?"
SCHEMA = "CREATE TABLE item (json TEXT); CREATE TABLE turn (status TEXT);"


def item(number, role, text):
    return {"type": "message", "id": f"msg_{number}", "role": role, "content": [{"text": text}]}


class CannedAudit(Audit):
    """Reads its pages from a list."""

    def __init__(self, *items):
        super().__init__("")
        self.page = {"data": list(items), "has_more": False}

    def _page(self, conversation, after):
        return self.page


def ack(answer, **more):
    return Ack("http-200", "conv_1", TOKEN, sha256(QUESTION), sha256(answer), **more)


def found(acks, *items):
    findings = Findings()
    CannedAudit(*items).check(acks, findings)
    return len(findings.lost), len(findings.half), len(findings.corrupt)


class TheAuditor(unittest.TestCase):
    def setUp(self):
        self.turn = (item(1, "user", QUESTION), item(2, "assistant", answer_to(QUESTION)))

    def test_is_content_with_a_whole_turn(self):
        self.assertEqual(found([ack(answer_to(QUESTION))], *self.turn), (0, 0, 0))

    def test_finds_a_lost_turn(self):
        self.assertEqual(found([ack(answer_to(QUESTION))]), (1, 0, 0))

    def test_finds_an_answer_that_is_not_the_acknowledged_one(self):
        self.assertEqual(found([ack("something else")], *self.turn), (1, 0, 0))

    def test_finds_a_question_without_an_answer(self):
        self.assertEqual(found([ack("")], self.turn[0]), (1, 1, 0))

    def test_finds_an_answer_without_its_question(self):
        self.assertEqual(found([ack(answer_to(QUESTION))], *self.turn, self.turn[1]), (0, 1, 0))

    def test_finds_a_part_of_an_answer(self):
        part = item(2, "assistant", answer_to(QUESTION)[:9])
        self.assertEqual(found([ack(answer_to(QUESTION))], self.turn[0], part), (1, 1, 0))

    def test_finds_the_answer_to_another_question(self):
        other = item(2, "assistant", answer_to("another"))
        self.assertEqual(found([ack(answer_to(QUESTION))], self.turn[0], other), (1, 0, 1))

    def test_finds_a_turn_stored_twice_under_one_key(self):
        self.assertEqual(found([ack(answer_to(QUESTION), once=True)], *self.turn, *self.turn), (0, 0, 1))


class TheAuditOfTheFile(unittest.TestCase):
    def found(self, statements):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "parley.sqlite"
            connection = sqlite3.connect(path)
            connection.executescript(SCHEMA + statements)
            connection.close()
            findings = Findings()
            check_file(path, [Ack("sse-first", "conv_1", TOKEN, sha256(QUESTION))], findings)
            return len(findings.lost), len(findings.half), len(findings.corrupt)

    def test_is_content_with_a_stored_question(self):
        stored = f'INSERT INTO item VALUES (\'{{"role": "user", "content": "{QUESTION}"}}\');'
        self.assertEqual(self.found(stored), (0, 0, 0))

    def test_finds_a_lost_question_and_a_turn_left_running(self):
        self.assertEqual(self.found("INSERT INTO turn VALUES ('running');"), (1, 1, 0))


class TheUpstream(unittest.TestCase):
    def test_streams_what_it_answers_whole(self):
        chunks = [chunk["choices"] for chunk in streamed_answer({}, answer_to(QUESTION))]
        text = "".join(choices[0]["delta"].get("content", "") for choices in chunks)
        self.assertEqual(text, answer_to(QUESTION))

    def test_answers_alike_every_time(self):
        self.assertEqual((answer_to("a"), pace_of("a")), (answer_to("a"), pace_of("a")))
        self.assertNotEqual(answer_to("a"), answer_to("b"))


if __name__ == "__main__":
    unittest.main()
