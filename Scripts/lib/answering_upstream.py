"""A deterministic model server: whatever it is asked, it answers the same few words. Standard library only."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CREATED = 1_700_000_000
MODELS = ["fake", "other/model"]
WORDS = ["one ", "two ", "三"]
USAGE = {"prompt_tokens": 4, "completion_tokens": 3, "total_tokens": 7}


class Upstream(ThreadingHTTPServer):
    """The server: started on a free port by `start`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler=None):
        super().__init__(("127.0.0.1", 0), handler or Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"

    def start(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def handle_error(self, request, client_address):
        """A client that goes away is no error of ours."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_GET(self):
        listed = [{"id": name, "object": "model", "created": CREATED, "owned_by": "nobody"} for name in MODELS]
        self._send("application/json", json.dumps({"object": "list", "data": listed}).encode())

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        chat = self.path.endswith("/chat/completions")
        if request.get("stream") is True:
            self._send("text/event-stream", b"".join(events(request, chat)))
        else:
            self._send("application/json", json.dumps(whole(chat)).encode())

    def _send(self, kind, data, status=200):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def enclosed(kind, choices, **more):
    return {"id": "up-1", "object": kind, "created": CREATED, "model": "fake", "choices": choices, **more}


def whole(chat):
    said = {"message": {"role": "assistant", "content": "".join(WORDS)}} if chat else {"text": "".join(WORDS)}
    choice = {"index": 0, **said, "logprobs": None, "finish_reason": "stop"}
    return enclosed("chat.completion" if chat else "text_completion", [choice], usage=USAGE)


def events(request, chat):
    kind = "chat.completion.chunk" if chat else "text_completion"
    for word in WORDS:
        said = {"delta": {"role": "assistant", "content": word}} if chat else {"text": word}
        yield event(enclosed(kind, [{"index": 0, **said, "finish_reason": None}]))
    end = {"delta": {}} if chat else {"text": ""}
    yield event(enclosed(kind, [{"index": 0, **end, "finish_reason": "stop"}]))
    if (request.get("stream_options") or {}).get("include_usage"):
        yield event(enclosed(kind, [], usage=USAGE))
    yield b"data: [DONE]\n\n"


def event(value):
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"
