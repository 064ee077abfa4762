"""The judges of Scripts/attack must find what they look for: a blind one always says ok."""

import sys
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(SCRIPTS / "attack.d"), str(SCRIPTS / "lib")]

import pages  # noqa: E402
import payloads  # noqa: E402
import terminal  # noqa: E402
from described import routes  # noqa: E402
from page import strictly  # noqa: E402
from rows import Check  # noqa: E402
from wire import Answer, Tally, encoded  # noqa: E402

TRAP = "http://127.0.0.1:9"


def failures(judge, *arguments):
    check = Check()
    judge(check, *arguments)
    return check.failures


class Pages(unittest.TestCase):
    def test_every_script_that_is_not_escaped_is_found(self):
        for text in payloads.scripts(TRAP):
            if "<" in text.replace("<<", "<") and "</scr" not in text[:9] and not text.startswith(("&lt;", "<\x00")):
                with self.subTest(text):
                    self.assertTrue(strictly(f"<p>{text}</p>").problems)

    def test_what_an_export_is_made_of_passes(self):
        link = '<a rel="noopener noreferrer nofollow" href="https://a.test">x</a>'
        page = f'<html lang=""><p class="file">{link}</p></html>'
        self.assertEqual(strictly(page).problems, [])

    def test_links_and_pictures_that_fetch_or_mislead_are_found(self):
        for text in (
            '<img src="http://a.test/x">', '<a href="javascript:x">x</a>', '<a href="https://a.test">x</a>',
            "<p onclick=x>"
        ):
            with self.subTest(text):
                self.assertTrue(strictly(text).problems)

    def test_formulas_are_found_in_tables(self):
        table = "a,b\r\n" + "".join(f'"{text}","x"\r\n' for text in ["=1", "+1", "@x"])
        self.assertTrue(failures(pages.cells, Answer(200, {}, table.encode()), []))

    def test_a_fence_that_is_left_open_is_found(self):
        self.assertTrue(failures(pages.transcripts, "## User\n\n```\nopen\n" * 200, ""))


class Terminals(unittest.TestCase):
    def test_every_control_sequence_is_found(self):
        for text in payloads.TERMINAL:
            with self.subTest(text):
                self.assertTrue(failures(terminal.harmless, text.encode(), "shown", b""))

    def test_what_is_shown_instead_passes(self):
        self.assertEqual(failures(terminal.harmless, "␛]52;c;\n\t\\u{202E} 天气".encode(), "shown", b""), [])


class Descriptions(unittest.TestCase):
    DOCUMENT = {
        "security": [{"key": []}],
        "components": {"parameters": {"Thing": {"name": "thing", "in": "path", "schema": {"type": "string"}}}},
        "paths": {
            "/v1/things/{thing}": {
                "parameters": [{"$ref": "#/components/parameters/Thing"}],
                "post": {"requestBody": {"content": {"application/json": {"schema": {
                    "type": "object", "required": ["a"],
                    "properties": {"a": {"type": "string"}, "b": {"type": ["string", "null"]}}}}}}},
            },
            "/health": {"get": {"security": []}},
        },
    }

    def test_a_new_route_is_attacked_by_itself(self):
        made, health = routes(self.DOCUMENT)
        self.assertEqual(
            (str(made), made.words, made.body(), list(made.texts_of_body())),
            ("POST /v1/things/{thing}", ["thing"], {"a": "x"}, ["a", "b"])
        )
        self.assertEqual((made.is_open, made.scopes, health.is_open), (False, {"chat"}, True))
        self.assertEqual(made.target({"thing": "t_1"}), "/v1/things/t_1")


class Answers(unittest.TestCase):
    def test_an_answer_without_protection_is_noted(self):
        tally = Tally()
        tally.answered(Answer(400, {"connection": "close"}, b""))
        self.assertIn("x-content-type-options", tally.wrong[400])

    def test_a_row_that_looks_at_nothing_holds_nothing(self):
        self.assertEqual(Check().looked, 0)

    def test_whatever_stands_in_a_request_is_sent(self):
        self.assertEqual(
            encoded("GET", "/天", [("X", b"\0\xff")]), "GET /天 HTTP/1.1\r\nX: ".encode() + b"\0\xff\r\n\r\n"
        )


if __name__ == "__main__":
    unittest.main()
