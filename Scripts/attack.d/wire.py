"""HTTP/1.1 by hand, so that anything can be sent: what is malformed too. Every answer is counted and looked at."""

import json
import socket
import threading

# What every answer carries, whatever it is; see S25.
PROTECTION = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
UNWANTED = ("server", "set-cookie", "x-powered-by", "strict-transport-security", "location")


class Tally:
    """Counts requests, and keeps what is wrong with the headers of any answer."""

    def __init__(self):
        self.lock = threading.Lock()
        self.requests, self.answers, self.wrong = 0, 0, {}
        self.statuses = {}

    def sent(self, count=1):
        with self.lock:
            self.requests += count

    def answered(self, answer):
        wrong = [name for name, value in PROTECTION.items() if answer.headers.get(name) != value]
        wrong += [name for name in UNWANTED if name in answer.headers]
        cache = answer.headers.get("cache-control", "")
        if "no-store" not in cache and "no-cache" not in cache:
            wrong.append("cache-control")
        if "x-request-id" not in answer.headers:
            wrong.append("x-request-id")
        if answer.headers.get("access-control-allow-origin") == "*":
            wrong.append("access-control-allow-origin")
        with self.lock:
            self.answers += 1
            self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
            if wrong:
                self.wrong[answer.status] = wrong


TALLY = Tally()


class Answer:
    """A status, headers by lower-case name, and the bytes of the body."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def error(self):
        """The error object of the body, or an empty one."""
        try:
            return json.loads(self.body)["error"] or {}
        except (ValueError, KeyError, TypeError):
            return {}

    @property
    def code(self):
        return self.error.get("code")

    def __repr__(self):
        return f"{self.status} {self.text[:120]}"


class Broken(Exception):
    """The connection ended without a whole answer."""


class Connection:
    """One connection: a TCP port of this machine, or the path of a unix socket."""

    def __init__(self, place, source=None, timeout=30):
        if isinstance(place, int):
            bound = (source, 0) if source else None
            self.socket = socket.create_connection(("127.0.0.1", place), timeout, bound)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(str(place))
        self.reader = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.reader.close()
        self.socket.close()

    def send(self, data, requests=1):
        TALLY.sent(requests)
        self.socket.sendall(data)

    def head(self):
        """The status and the headers of the next answer that is no invitation to go on."""
        while True:
            line = self.reader.readline(65_536)
            if not line.startswith(b"HTTP/1."):
                raise Broken(f"no answer but {line[:80]!r}")
            status, headers = int(line.split()[1]), {}
            while (line := self.reader.readline(65_536)) not in (b"\r\n", b"\n", b""):
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            if status != 100:
                return Answer(status, headers, b"")

    def answer(self, to_head=False):
        """The next whole answer."""
        answer = self.head()
        if not to_head and answer.status not in (204, 304):
            answer.body = self._body(answer.headers)
        TALLY.answered(answer)
        return answer

    def _body(self, headers):
        if "chunked" in headers.get("transfer-encoding", ""):
            return b"".join(self.chunks())
        if "content-length" not in headers:
            return self.reader.read()
        length = int(headers["content-length"])
        body = self.reader.read(length)
        if len(body) < length:
            raise Broken(f"{len(body)} bytes of {length}")
        return body

    def chunks(self):
        """The pieces of a chunked body as they come; a cut one is an error."""
        while True:
            line = self.reader.readline()
            if not line.endswith(b"\n"):
                raise Broken("cut in the middle of a body")
            size = int(line.split(b";")[0], 16)
            data = self.reader.read(size)
            self.reader.readline()
            if size == 0:
                return
            if len(data) < size:
                raise Broken("cut in the middle of a piece")
            yield data


def encoded(method, target, headers, body=b""):
    """A request as bytes; header values may hold anything."""
    def raw(text):
        return text if isinstance(text, bytes) else text.encode("utf-8")
    lines = [b"%s %s HTTP/1.1" % (raw(method), raw(target))]
    lines += [b"%s: %s" % (raw(name), raw(value)) for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class Client:
    """Asks one server for one holder of a key, on a new connection each time."""

    def __init__(self, place, key=None, source=None):
        self.place, self.key, self.source = place, key, source

    def holding(self, key):
        return Client(self.place, key, self.source)

    def coming_from(self, source):
        return Client(self.place, self.key, source)

    def request(self, method, target, body=None, headers=()):
        """The bytes of a request, with a host and a key unless the headers have their own."""
        headers = list(headers.items() if isinstance(headers, dict) else headers)
        names = {name.lower() for name, _ in headers}
        if "host" not in names:
            port = f":{self.place}" if isinstance(self.place, int) else ""
            headers.insert(0, ("Host", f"127.0.0.1{port}"))
        if self.key is not None and "authorization" not in names:
            headers.append(("Authorization", f"Bearer {self.key}"))
        data = b""
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
            if "content-type" not in names:
                headers.append(("Content-Type", "application/json"))
        if (
            body is not None or method in ("POST", "PUT", "PATCH")
        ) and not names & {"content-length", "transfer-encoding"}:
            headers.append(("Content-Length", str(len(data))))
        return encoded(method, target, headers, data)

    def connect(self, timeout=30):
        return Connection(self.place, self.source, timeout)

    def ask(self, method, target, body=None, headers=(), timeout=30):
        with self.connect(timeout) as connection:
            connection.send(self.request(method, target, body, headers))
            return connection.answer(to_head=method == "HEAD")

    def get(self, target, headers=()):
        return self.ask("GET", target, None, headers)

    def post(self, target, body=None, headers=()):
        return self.ask("POST", target, body, headers)

    def raw(self, data, timeout=15, pause=0.02):
        """Sends bytes as they are; returns all whole answers until the server is silent for a moment or closes."""
        answers = []
        with self.connect(timeout) as connection:
            try:
                connection.send(data)
                while True:
                    answers.append(connection.answer())
                    connection.socket.settimeout(pause)
            except (OSError, Broken, ValueError):
                return answers

    def open_stream(self, target, body, headers=()):
        """Begins a streamed answer; the caller reads `chunks` and closes."""
        connection = self.connect()
        connection.send(self.request("POST" if body is not None else "GET", target, body, headers))
        answer = connection.head()
        TALLY.answered(answer)
        return connection, answer
