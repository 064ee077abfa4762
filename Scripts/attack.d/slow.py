"""Clients that give and take as little as they can."""

import socket
import threading
import time
from pathlib import Path

from wire import TALLY


class SlowClients:
    """Connections that give as little as they can, from the start of the run on; `S24` asks what became of them."""

    def __init__(self, world):
        self.world, self.ended, self.threads = world, {}, []
        host, key = f"Host: 127.0.0.1:{world.server.port}", f"Authorization: Bearer {world.keys['ben']}"
        head = f"POST /v1/chat/completions HTTP/1.1\r\n{host}\r\n{key}\r\n".encode()
        kinds = {
            "a head without an end": (b"GET / HTTP/1.1\r\nX-Slow: ", b"x"),
            "a head of many lines": (b"GET / HTTP/1.1\r\n", b"X: y\r\n"),
            "nothing at all": (b"", b""),
            "a slow body": (head + b"Content-Length: 10000\r\n\r\n{", b" "),
            "a slow chunked body": (head + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        }
        for kind, (first, more) in kinds.items():
            self._start(kind, self._give, first, more)
        self._start("an answer that nobody reads", self._never_read)

    def _start(self, kind, target, *arguments):
        thread = threading.Thread(target=self._timed, args=(kind, target, *arguments), daemon=True)
        self.threads.append(thread)
        thread.start()

    def _timed(self, kind, target, *arguments):
        begun = time.monotonic()
        try:
            target(*arguments)
        except OSError:
            pass
        self.ended[kind] = time.monotonic() - begun

    def _give(self, first, more):
        """One piece a second, until the server has had enough."""
        with socket.create_connection(("127.0.0.1", self.world.server.port), 5) as connection:
            TALLY.sent()
            connection.sendall(first)
            connection.settimeout(1)
            while True:
                try:
                    if not connection.recv(65_536):
                        return
                except TimeoutError:
                    connection.sendall(more)

    def _never_read(self):
        """Asks for far more than the kernel keeps, and takes nothing of it."""
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", self.world.server.port))
        request = self.world.anyone.request("GET", "/openapi.json")
        TALLY.sent(200)
        connection.settimeout(1)
        with connection:
            begun = time.monotonic()
            pending = request * 200
            while time.monotonic() - begun < 100:
                try:
                    pending = pending[connection.send(pending) :] if pending else pending
                except TimeoutError:
                    pass
                if not is_held(self.world.server.port, connection.getsockname()[1]):
                    return
                time.sleep(0.5)

    def wait(self, seconds):
        deadline = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0, deadline - time.monotonic()))
        return self.ended


def is_held(port, source):
    """Whether the server's side of a connection belongs to a process; what it has sent may lie in the kernel longer."""
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        if int(fields[1].split(":")[1], 16) == port and int(fields[2].split(":")[1], 16) == source:
            return fields[9] != "0"
    return False
