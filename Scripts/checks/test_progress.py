"""A command that takes long says on a terminal how far it has come, takes the line away at its end, and says nothing of
it into a pipe."""

import http.server
import json
import os
import pty
import re
import select
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

BINARY = Path(os.environ.get("PARLEY_BINARY") or Path(__file__).resolve().parents[2] / ".build/debug/parley")
PATIENCE = 60
CLEARED = b"\r\x1b[K"
SUMMARY = {"object": "export.summary", "conversations": 1, "items": 1, "left_out": {"conversations": 0, "items": 0}}


def line(value):
    return json.dumps(value).encode() + b"\n"


def progress(step, done, total):
    return line({"object": "progress", "step": step, "done": done, "total": total})


# What each command asks for, what it is told first, what it is told at the end, and what it must show meanwhile.
COMMANDS = {
    "sessions prune": (
        ["sessions", "prune", "--idle-for", "90d", "--yes"],
        progress("conversations", 3, 40),
        line({"object": "prune", "conversations": 40, "dry_run": False}),
        r"removing conversations: 3 of 40, \d+ s",
    ),
    "users erase": (
        ["users", "erase", "anna", "--yes"],
        progress("pages", 5, 9),
        line({"object": "erasure", "id": "erasure_1"}),
        r"giving pages back to the disk: 5 of 9, \d+ s",
    ),
    "database vacuum": (
        ["database", "vacuum", "--full"],
        progress("file", 0, None),
        line({"object": "database"}),
        r"writing the file anew, \d+ s",
    ),
    "database check": (
        ["database", "check"],
        line({"object": "database.check.progress", "subject": "chain", "items": 7}),
        line({"object": "database.check", "sound": True, "items": 9}),
        r"checking: chain, 7 items, \d+ s",
    ),
    "sessions export": (
        ["sessions", "export", "--all", "--format", "text", "--output", "all.txt"],
        b"x" * 4096,
        b"x\x1e" + line(SUMMARY),
        r"3\.0 KiB written, \d+ s",
    ),
    "sessions stats": (["sessions", "stats"], b"{", b"}", r"working, \d+ s"),
    "sessions list": (["sessions", "list"], b'{"object":"list","data":', b'[],"has_more":false}', r"working, \d+ s"),
}


class SlowServer:
    """Answers every request with `first` at once, and with `last` when it is let go."""

    def __init__(self, first, last):
        self.gate = threading.Event()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_response(200)
                self.send_header("Content-Type", "application/x-ndjson")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(first)
                self.wfile.flush()
                server.gate.wait(PATIENCE)
                self.wfile.write(last)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.gate.set()
        self.http.shutdown()
        self.http.server_close()


def environment(folder):
    return {"HOME": folder, "PATH": "/usr/bin:/bin", "TERM": "xterm", "PARLEY_DATABASE": f"{folder}/p.sqlite"}


def read_until(terminal, said, is_enough):
    deadline = time.monotonic() + PATIENCE
    while not is_enough(said):
        if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
            raise TimeoutError(f"it did not come; {said!r} did")
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # The other end is closed.
            return said
        if not piece:
            return said
        said += piece
    return said


class ACommandThatTakesLong(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def arguments(self, arguments, server):
        return [str(BINARY), *arguments, "--url", server.url]

    def test_says_on_a_terminal_how_far_it_is_and_takes_it_away(self):
        for name, (arguments, first, last, shown) in COMMANDS.items():
            with self.subTest(command=name), SlowServer(first, last) as server:
                (Path(self.folder.name) / "all.txt").unlink(missing_ok=True)
                pid, terminal = pty.fork()
                if pid == 0:
                    os.chdir(self.folder.name)
                    os.execve(BINARY, self.arguments(arguments, server), environment(self.folder.name))
                wanted = re.compile(shown.encode())
                said = read_until(terminal, b"", lambda said: wanted.search(said))
                self.assertRegex(said, wanted)
                server.gate.set()
                said = read_until(terminal, said, lambda said: False)
                status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                os.close(terminal)
                self.assertEqual(status, 0, said)
                after = said[said.rindex(CLEARED) + len(CLEARED):]
                self.assertNotRegex(after, rb"\d+ s\b")
                self.assertNotIn(b"\x1b[K", after)

    def test_says_nothing_of_it_into_a_pipe(self):
        for name, (arguments, first, last, _) in COMMANDS.items():
            with self.subTest(command=name), SlowServer(first, last) as server:
                (Path(self.folder.name) / "all.txt").unlink(missing_ok=True)
                # Longer than a command is silent on a terminal.
                threading.Timer(1.5, server.gate.set).start()
                ended = subprocess.run(
                    self.arguments(arguments, server),
                    env=environment(self.folder.name), cwd=self.folder.name, stdin=subprocess.DEVNULL,
                    capture_output=True, timeout=PATIENCE, check=False,
                )
                self.assertEqual((ended.returncode, ended.stderr), (0, b""), ended.stdout)
                self.assertNotIn(b"\x1b", ended.stdout)


if __name__ == "__main__":
    unittest.main()
