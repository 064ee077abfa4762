"""On a terminal: a chat that is told to end gives it back, and a pager gets its keys."""

import json
import os
import pty
import select
import signal
import subprocess
import tempfile
import termios
import time
import unittest
from pathlib import Path

BINARY = Path(os.environ.get("PARLEY_BINARY") or Path(__file__).resolve().parents[2] / ".build/debug/parley")
PROMPT = "›".encode()
PATIENCE = 60


class Chat:
    """`parley chat`, or another command, on a terminal of its own."""

    def __init__(self, folder, *command, ignored=(), **settings):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            for number in ignored:
                signal.signal(number, signal.SIG_IGN)
            arguments = [str(BINARY), *(command or ["chat"])]
            os.execve(BINARY, arguments, {**environment(folder), **settings})
        self.said = b""

    def wait_for(self, text):
        deadline = time.monotonic() + PATIENCE
        while text not in self.said:
            if not select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError(f"{text!r} did not come; {self.said!r} did")
            self.said += os.read(self.terminal, 4096)

    def modes(self):
        """The terminal's local modes, those of them that editing changes."""
        return termios.tcgetattr(self.terminal)[3] & (termios.ICANON | termios.ECHO | termios.ISIG)

    def wait_for_editing(self):
        deadline = time.monotonic() + PATIENCE
        while self.modes() & termios.ICANON:
            if time.monotonic() > deadline:
                raise TimeoutError("no line is edited")
            select.select([], [], [], 0.01)

    def end(self):
        status = os.waitpid(self.pid, 0)[1]
        modes = self.modes()
        os.close(self.terminal)
        return status, modes


def environment(folder):
    return {
        "HOME": folder,
        "PATH": "/usr/bin:/bin",
        "TERM": "xterm",
        "PARLEY_DATABASE": f"{folder}/p.sqlite",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "OPENAI_API_KEY": "k",
    }


ALL = termios.ICANON | termios.ECHO | termios.ISIG


class AChatThatIsToldToEnd(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def editing(self, **options):
        chat = Chat(self.folder.name, **options)
        chat.wait_for(PROMPT)
        chat.wait_for_editing()
        return chat

    def test_gives_the_terminal_back(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                chat = self.editing()
                os.kill(chat.pid, number)
                status, modes = chat.end()
                self.assertTrue(os.WIFSIGNALED(status))
                self.assertEqual(os.WTERMSIG(status), number)
                self.assertEqual(modes, ALL)

    def test_goes_on_ignoring_what_it_was_told_to_ignore(self):
        chat = self.editing(ignored=[signal.SIGHUP])
        os.kill(chat.pid, signal.SIGHUP)
        os.kill(chat.pid, signal.SIGTERM)
        status, modes = chat.end()
        self.assertEqual(os.WTERMSIG(status), signal.SIGTERM)
        self.assertEqual(modes, ALL)

    def test_leaves_well_at_the_end_of_the_input(self):
        chat = self.editing()
        os.write(chat.terminal, b"\x04")
        status, modes = chat.end()
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)
        self.assertEqual(modes, ALL)


class APager(unittest.TestCase):
    def test_gets_the_keys_and_is_waited_for(self):
        with tempfile.TemporaryDirectory() as folder:
            words = [{"from": "human", "value": f"line {number}"} for number in range(60)]
            file = Path(folder, "long.json")
            file.write_text(json.dumps([{"id": "long", "conversations": words}]))
            made = [str(BINARY), "sessions", "import", str(file)]
            subprocess.run(made, env=environment(folder), check=True, capture_output=True)
            listed = [str(BINARY), "sessions", "list", "--json"]
            found = subprocess.run(listed, env=environment(folder), check=True, capture_output=True).stdout
            # One that changes the terminal, which is for those in its foreground.
            pager = "stty -echo </dev/tty; echo READY; read key </dev/tty; stty echo </dev/tty; echo GOT $key; cat"
            shown = Chat(folder, "sessions", "show", json.loads(found)[0]["id"], PAGER=pager)
            shown.wait_for(b"READY")
            os.write(shown.terminal, b"q\n")
            shown.wait_for(b"GOT q")
            shown.wait_for(b"line 59")
            status, _ = shown.end()
            self.assertEqual(os.waitstatus_to_exitcode(status), 0)


if __name__ == "__main__":
    unittest.main()
