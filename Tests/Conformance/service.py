"""One running Parley with its own database and model server, users and keys, for the tests of every client."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Scripts" / "lib"))

from parley_server import ParleyServer, clean_environment, newest_binary, request_json  # noqa: E402
from upstream import Upstream  # noqa: E402


class Service:
    """A server on a fresh database: `url`, the key of one user, keys for more, and the model behind it.

    The model is a scripted one, unless the `url` of another is given, and then its name.
    """

    def __init__(self, legacy=True, url=None, model="fake"):
        self._folder = tempfile.TemporaryDirectory(prefix="parley-conformance-")
        folder = Path(self._folder.name)
        self.upstream = None if url else Upstream(legacy).start()
        self.binary = newest_binary(os.environ.get("PARLEY_BINARY"))
        self.server = ParleyServer(
            self.binary,
            folder / "parley.sqlite",
            url or self.upstream.url,
            environment={"PARLEY_ANONYMOUS_USER": "guest", "PARLEY_MODEL": model},
        )
        self.command("users", "add", "guest")
        self.key = self.make_key("anna")
        self.other_key = self.make_key("berta")
        self.server.start()

    @property
    def url(self):
        return self.server.url

    @property
    def base_url(self):
        return f"{self.url}/v1"

    def command(self, *words):
        """Runs a command of the binary on this database and returns its decoded answer."""
        environment = clean_environment(self.server.folder)
        line = [str(self.binary), *words, "--database", str(self.server.database), "--json"]
        done = subprocess.run(line, env=environment, cwd=self.server.folder, capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(words)}: {done.stderr}")
        return json.loads(done.stdout)

    def make_key(self, user):
        """Adds a user and makes a key for them."""
        self.command("users", "add", user)
        return self.command("keys", "create", "--user", user)["key"]

    def send(self, method, path, body=None, key=None, headers=None):
        """One plain request: (status, decoded body, headers)."""
        authorized = {"Authorization": f"Bearer {key or self.key}", **(headers or {})}
        return request_json(method, f"{self.url}{path}", body, authorized)

    def restart(self):
        """Kills the server and starts it again on the same database."""
        self.server.kill()
        self.server.start()

    def close(self):
        self.server.stop()
        if self.upstream:
            self.upstream.shutdown()
        self._folder.cleanup()


def eventually(check, seconds=10):
    """Asks until `check` answers something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        if found := check():
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.005)


class Running:
    """A call that runs on a thread of its own; `result()` waits for what it returned or raises what it raised."""

    def __init__(self, call):
        self._call = call
        self.error = None
        self._value = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            self._value = self._call()
        except Exception as error:  # noqa: BLE001, handed to whoever asks for the result
            self.error = error

    def result(self, seconds=20):
        self._thread.join(seconds)
        assert not self._thread.is_alive(), f"still running after {seconds} s"
        if self.error:
            raise self.error
        return self._value

    def ends_well(self, seconds=20):
        """Waits, and says whether nothing was raised."""
        self._thread.join(seconds)
        return not self._thread.is_alive() and self.error is None
