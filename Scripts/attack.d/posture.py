"""S31: what a server is that nobody has set up."""

import socket
import subprocess
import tempfile
from pathlib import Path

from described import described
from parley_server import clean_environment, free_port
from rows import row
from wire import Client


@row("S31", "a fresh start: loopback alone, no key, no way to make one from outside; other addresses only with a key")
def fresh(world, check):
    server = world.serve("fresh")
    listening = listeners(server.process.pid)
    check(listening == {("127.0.0.1", server.port)}, f"it listens at {listening}")
    client, local = Client(server.port), Client(f"{server.database}.run/parley.sock")
    check(local.get("/admin/keys").json()["data"] == [], "it has keys from the start")
    for route in described(world):
        if route.is_hidden:
            answer = client.ask(route.method, route.target({"name": "local", "handle": "x"}), route.body())
            check.status(answer, 404, f"{route} without any key")
    check.status(client.post("/admin/keys", {"user": "local"}), 404, "a key from outside")
    check(local.get("/admin/keys").json()["data"] == [], "somebody made a key from outside")
    printed = world.command("keys", "create", "--user", "local", server=server).decode()
    check(printed.count("prl_") == 1, f"a new key is shown {printed.count('prl_')} times")
    check("prl_" not in world.command("keys", "list", server=server).decode(), "`keys list` shows keys")
    check.status(client.get("/v1/models"), 401, "once there is a key")
    check("prl_" not in server.log_path.read_text(), "the key is in the log")
    server.stop()
    world.servers.remove(server)
    for host in ("0.0.0.0", "::", "10.0.0.1", socket.gethostname()):
        refuses(world, check, host)


def listeners(pid):
    """Addresses and ports at which a process listens over TCP."""
    inodes = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            inodes.add(str(entry.readlink()))
        except OSError:
            continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                address, port = fields[1].split(":")
                shown = socket.inet_ntoa(bytes.fromhex(address)[::-1]) if table == "tcp" else address
                found.add((shown, int(port, 16)))
    return found


def refuses(world, check, host):
    with tempfile.TemporaryDirectory(dir=world.folder) as place:
        words = ["serve", "--host", host, "--port", str(free_port())]
        environment = clean_environment(
            place, PARLEY_DATABASE=f"{place}/parley.sqlite", OPENAI_BASE_URL=world.upstream.url
        )
        try:
            done = subprocess.run(
                [str(world.binary), *words], env=environment, cwd=place, capture_output=True, timeout=10, check=False
            )
        except subprocess.TimeoutExpired:
            check(False, f"it listens at {host} without a key")
            return
        check(done.returncode == 78, f"--host {host} without a key: {done.returncode} {done.stderr[-200:]}")
        check(b"key" in done.stderr, f"--host {host}: {done.stderr[-200:]} does not say what to do")
