"""Starts the product's real binary for the scripts that measure or torment it. Standard library only."""

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class ServerDied(Exception):
    """The server ended, or never became ready, without being told to."""


def newest_binary(preferred=None):
    """The binary to run: the one that was asked for, else the newer of the debug and the release build."""
    if preferred:
        return Path(preferred).resolve()
    built = [ROOT / ".build" / kind / "parley" for kind in ("debug", "release")]
    built = [path for path in built if path.exists()]
    if not built:
        raise SystemExit("no parley binary: run `swift build` first, or name one with --binary")
    return max(built, key=lambda path: path.stat().st_mtime)


def free_port():
    """A free port below the range that the kernel gives to outgoing connections.

    A port of that range could be taken by a client while the server is down, or be connected to itself.
    """
    for _ in range(1000):
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise SystemExit("no free port between 20000 and 32000")


def clean_environment(home, **settings):
    """This process's environment without anybody's Parley or OpenAI settings, with a home of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PARLEY_", "OPENAI_", "XDG_"))
    }
    home = str(home)
    return {**kept, "HOME": home, "XDG_DATA_HOME": home, "XDG_RUNTIME_DIR": home, **settings}


def preloaded_disk(folder, database):
    """Builds `disk.c` into the folder; returns what a server's environment needs to go through it."""
    library = Path(folder) / "disk.so"
    source = Path(__file__).with_name("disk.c")
    command = ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(library), str(source)]
    subprocess.run(command, check=True)
    return {"LD_PRELOAD": str(library), "DISK_DATABASE": str(database)}


def request_json(method, url, body=None, headers=None, timeout=30):
    """Sends one request and returns (status, decoded body or None, response headers)."""
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    if data is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            raw, status, answered = answer.read(), answer.status, answer.headers
    except urllib.error.HTTPError as error:
        raw, status, answered = error.read(), error.code, error.headers
    try:
        return status, json.loads(raw) if raw else None, answered
    except ValueError:
        return status, None, answered


class ParleyServer:
    """One `parley serve` on one database, which can be started and killed again and again."""

    def __init__(self, binary, database, upstream, port=None, environment=None, prefix=(), options=()):
        self.database = Path(database)
        self.folder = self.database.parent
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = self.folder / "server.log"
        self.process = None
        self._command = [
            *prefix, str(binary), "serve",
            "--host", "127.0.0.1", "--port", str(self.port), "--database", str(self.database),
            *options,
        ]
        self._environment = clean_environment(
            self.folder,
            **{"OPENAI_BASE_URL": upstream, "OPENAI_API_KEY": "x", "PARLEY_MODEL": "fake", **(environment or {})},
        )

    def spawn(self):
        """Starts the process without waiting for it."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self._environment,
            )

    def start(self, timeout=30):
        """Starts the process and returns the seconds until /health/ready answers 200."""
        begun = time.perf_counter()
        self.spawn()
        while not self._is_ready():
            self.check_alive()
            if time.perf_counter() - begun > timeout:
                raise ServerDied(f"not ready after {timeout} s\n{self.log_tail()}")
            time.sleep(0.001)
        return time.perf_counter() - begun

    def check_alive(self):
        """Throws when the process ended by itself."""
        code = self.process.poll()
        if code is not None:
            raise ServerDied(f"the server ended by itself with {code}\n{self.log_tail()}")

    def kill(self):
        """SIGKILL: nothing of the process gets a chance to tidy up."""
        self.process.kill()
        self.process.wait()

    def stop(self, timeout=30):
        """SIGTERM; returns the exit status, or kills and throws when the process does not leave."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerDied(f"did not stop within {timeout} s of SIGTERM\n{self.log_tail()}") from None

    def log_tail(self, length=3000):
        """The end of what the process wrote, for a message to a person."""
        try:
            return self.log_path.read_text(errors="replace")[-length:]
        except OSError:
            return ""

    def _is_ready(self):
        request = b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n" % self.port
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(request)
                return connection.recv(64).split(b" ", 2)[1:2] == [b"200"]
        except OSError:
            return False
