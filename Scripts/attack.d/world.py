"""Who takes part: two users who know nothing of each other, an administrator, their keys and their belongings."""

import itertools
import json
import os
import subprocess

from parley_server import ParleyServer, clean_environment
from trap import Trap
from upstream import AttackedUpstream
from wire import Client

# Stands in whatever belongs to anna, and may never be in an answer to anybody else.
CANARY = "CANARY-A"
# The key of the upstream: no client, log or file may ever see it.
UPSTREAM_KEY = "sk-canaryupstream0123456789abcdefghijklmnop"


class CommandFailed(Exception):
    """A command ended with another status than was expected."""


class World:
    """A server under attack, with everything around it. `with` stops whatever was started."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.upstream, self.trap = AttackedUpstream().start(), Trap()
        self.servers, self.ended = [], []
        self.server = self.serve("main", PARLEY_LOG_LEVEL="debug", PARLEY_PRICES="*=1/1")
        self.socket = Client(f"{self.server.database}.run/parley.sock")
        self.anyone = Client(self.server.port)
        self._make_users()
        self.belongings = self._make_belongings()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.upstream.release.set()
        for server in self.servers:
            if server.process.poll() is None:
                server.kill()

    def serve(self, name, options=(), prefix=(), **settings):
        """Starts a further server with a database of its own, on loopback unless the options say otherwise."""
        place = self.folder / name
        place.mkdir(mode=0o700, exist_ok=True)
        settings = {"OPENAI_API_KEY": UPSTREAM_KEY, **settings}
        server = ParleyServer(
            self.binary, place / "parley.sqlite", self.upstream.url, environment=settings, prefix=prefix,
            options=options,
        )
        server.start()
        self.servers.append(server)
        return server

    def command(self, *words, server=None, stdin=None, statuses=(0,), **environment):
        """Runs a command on a server's database; returns its standard output as bytes."""
        done = self.run(*words, server=server, stdin=stdin, **environment)
        if done.returncode not in statuses:
            raise CommandFailed(f"{' '.join(words)}: {done.returncode} {done.stderr.decode(errors='replace')[-300:]}")
        return done.stdout

    def run(self, *words, server=None, stdin=None, **environment):
        """Runs a command on a server's database, whatever comes of it."""
        server = server or self.server
        return subprocess.run(
            [str(self.binary), *words],
            input=stdin if stdin is not None else b"",
            capture_output=True,
            cwd=server.folder,
            env=clean_environment(server.folder, PARLEY_DATABASE=str(server.database), **environment),
            timeout=120,
            check=False,
        )

    def told(self, *words, **more):
        """A command's answer as JSON."""
        return json.loads(self.command(*words, "--json", **more))

    def make_user(self, name, role="user"):
        answer = self.socket.post("/admin/users", {"name": name, "role": role})
        assert answer.status == 200, answer
        return self.make_key(name)

    def make_key(self, name, **more):
        answer = self.socket.post("/admin/keys", {"user": name, **more})
        assert answer.status == 200, answer
        return answer.json()["key"]

    def revoke(self, key):
        answer = self.socket.ask("DELETE", f"/admin/keys/{handle_of(key)}")
        assert answer.status == 200, answer

    def _make_users(self):
        self.keys = {name: self.make_user(name) for name in ("anna", "ben")}
        self.keys["root"] = self.make_user("root", "admin")
        self.scoped = {scope: self.make_key("anna", scopes=[scope]) for scope in ("chat", "read", "export")}
        self.keys["root without admin"] = self.make_key("root", scopes=["chat", "read", "export"])
        self.keys["revoked"], self.keys["revoked root"] = self.make_key("anna"), self.make_key("root")
        self.revoke(self.keys["revoked"])
        self.revoke(self.keys["revoked root"])
        self.anna, self.ben, self.root = (self.anyone.holding(self.keys[name]) for name in ("anna", "ben", "root"))

    def _make_belongings(self):
        """One of everything of anna's that has an id, by the name that the API's description gives to it."""
        said = {"role": "user", "content": f"{CANARY} secret"}
        conversation = made(
            self.anna.post("/v1/conversations", {"title": f"{CANARY} title", "tags": [f"{CANARY}-tag"]})
        )
        asked = {"messages": [said], "conversation": conversation["id"], "store": True, "metadata": {"a": CANARY}}
        completion = made(self.anna.post("/v1/chat/completions", asked))
        response = made(self.anna.post("/v1/responses", {"input": f"{CANARY} input", "background": True}))
        items = made(self.anna.get(f"/v1/conversations/{conversation['id']}/items"))["data"]
        branches = made(self.anna.get(f"/v1/conversations/{conversation['id']}/branches"))["data"]
        turns = made(self.anna.get(f"/v1/conversations/{conversation['id']}/turns"))["data"]
        return {
            "conversation": conversation["id"],
            "completion": completion["id"],
            "response": response["id"],
            "item": items[0]["id"],
            "turn": turns[0]["id"],
            "branch": branches[0]["id"],
            "handle": handle_of(self.keys["anna"]),
            "name": "anna",
        }


def made(answer):
    assert answer.status == 200, answer
    return answer.json()


def handle_of(key):
    return key.removeprefix("prl_")[:10]


ADDRESSES = (f"127.{1 + number // 62_500 % 190}.{number // 250 % 250}.{1 + number % 250}" for number in itertools.count())


def addresses():
    """Addresses of this machine that nobody has asked from: wrong keys are counted by address, in all rows together."""
    return ADDRESSES


def memory(pid):
    """The resident memory of a process, in bytes."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as facts:
        return int(facts.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
