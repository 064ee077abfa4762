"""How the programs of the tutorials are started: nothing differs from the tutorial but the address."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from parley_server import free_port
from service import eventually, request_json


class Programs:
    """Runs programs in a folder of their own, with the environment that a reader of the tutorials would set."""

    source = Path(__file__).resolve().parent / "programs"

    def __init__(self, parley, folder):
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PARLEY_"))}
        self.environment = {
            **kept,
            "OPENAI_ROOT": parley.url,
            "OPENAI_API_BASE": parley.base_url,
            "OPENAI_API_KEY": parley.key,
        }

    def run(self, *command, stdin="", **environment):
        """Runs a command and returns what it printed."""
        done = subprocess.run(
            [str(word) for word in command],
            input=stdin,
            env={**self.environment, **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def python(self, name, *arguments, **more):
        return self.run(sys.executable, self.source / name, *arguments, **more)

    def serve(self, name, probe):
        """Starts a Flask program; returns its process and root URL once the route `probe` answers anything."""
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, str(self.source / name)],
            env={**self.environment, "PORT": str(port)},
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        root = f"http://127.0.0.1:{port}"

        def answers():
            assert process.poll() is None, f"{name} ended"
            try:
                return request_json("GET", root + probe)[0]
            except OSError:
                return None

        eventually(answers, seconds=20)
        return process, root


@pytest.fixture
def programs(parley, tmp_path):
    return Programs(parley, tmp_path)
