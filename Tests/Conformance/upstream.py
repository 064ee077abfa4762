"""A deterministic model server with OpenAI's chat, legacy and model routes. Standard library only.

What it answers, and the directives that a message may give it, are described in `answers.py`.
"""

import json
import select
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from answers import Answer, Refused, check_messages, prompts_of, text_of

MODELS = ["fake", "other/model", "gpt-4o-mini"]
LONGEST_HOLD = 30
CREATED = 1_700_000_000


class Upstream(ThreadingHTTPServer):
    """The server: started on a free port by `start`, with what it was asked in `requests`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, legacy=True):
        """Without `legacy` there is no route for completions that are not chat."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.legacy = legacy
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"
        self.requests = []
        self.aborted = 0
        self._seen = {}
        self._gates = {}
        self._lock = threading.Lock()

    def start(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def handle_error(self, request, client_address):
        """A client that goes away is no error of ours."""

    def note(self, path, request):
        with self._lock:
            self.requests.append((path, request))

    def note_aborted(self):
        with self._lock:
            self.aborted += 1

    def count(self, text):
        """How often this text was asked, this time included."""
        with self._lock:
            self._seen[text] = self._seen.get(text, 0) + 1
            return self._seen[text]

    def asked(self, text):
        """The requests whose newest message contains the text."""
        with self._lock:
            found = [request for _, request in self.requests if request.get("messages")]
        return [request for request in found if text in text_of(request["messages"][-1].get("content"))]

    def release(self, name):
        """Lets every request go on that holds under this name, now or later."""
        self._gate(name).set()

    def wait_for(self, name, connection):
        """Waits until `release(name)`; raises when the client goes away meanwhile."""
        gate = self._gate(name)
        for _ in range(LONGEST_HOLD * 100):
            if gate.wait(0.01):
                return
            if select.select([connection], [], [], 0)[0] and not connection.recv(1, socket.MSG_PEEK):
                raise ConnectionResetError("the client is gone")

    def _gate(self, name):
        with self._lock:
            return self._gates.setdefault(name, threading.Event())


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path.endswith("/models"):
            listed = [{"id": name, "object": "model", "created": CREATED, "owned_by": "conformance"} for name in MODELS]
            self._whole(200, {"object": "list", "data": listed})
        else:
            self._error(Refused(404, "no such route"))

    def do_POST(self):
        try:
            self._answer()
        except Refused as refusal:
            self._error(refusal)
        except (BrokenPipeError, ConnectionResetError):
            self.server.note_aborted()
            self.close_connection = True

    def _answer(self):
        request = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        self.server.note(self.path, request)
        chat = self.path.endswith("/chat/completions")
        if not chat and not self.path.endswith("/completions"):
            raise Refused(404, f"no such route {self.path}")
        if not chat and not self.server.legacy:
            raise Refused(404, "no such route")
        prompts = [] if chat else prompts_of(request)
        if prompts:
            request = {**request, "messages": [{"role": "user", "content": prompts[0]}]}
        check_messages(request["messages"])
        answer = Answer(request)
        self._obey(answer.directives)
        if len(prompts) > 1:
            return self._whole(200, self._batch(request, prompts))
        if request.get("stream"):
            self._stream(answer, chat)
        elif "drop" in answer.directives:
            self.close_connection = True
        elif "html" in answer.directives:
            self._send(200, b"<html>hello</html>", "text/html")
        else:
            self._whole(200, self._object(answer, chat))

    def _obey(self, told):
        if "overflow" in told:
            message = "This model's maximum context length is 100 tokens. Your messages resulted in 200 tokens."
            raise Refused(400, message, "context_length_exceeded")
        if "status" in told and ("times" not in told or self.server.count(told.text) <= told.number("times")):
            headers = {"Retry-After": told.word("retry-after")} if "retry-after" in told else {}
            raise Refused(int(told.number("status")), "the upstream refuses", None, headers)
        if "hold" in told:
            self.server.wait_for(told.word("hold"), self.connection)
        if "delay" in told:
            time.sleep(told.number("delay"))

    def _object(self, answer, chat):
        kind = "chat.completion" if chat else "text_completion"
        choices = [self._choice(answer, index, chat) for index in range(answer.count)]
        return {**self._head(answer, kind), "choices": choices, "usage": answer.usage()}

    def _batch(self, request, prompts):
        """The legacy answer to several prompts."""
        answers = [Answer({**request, "messages": [{"role": "user", "content": text}]}) for text in prompts]
        repeated = [answer for answer in answers for _ in range(answer.count)]
        choices = [self._choice(answer, index, chat=False) for index, answer in enumerate(repeated)]
        return {**self._head(answers[0], "text_completion"), "choices": choices, "usage": answers[0].usage()}

    @staticmethod
    def _choice(answer, index, chat):
        if not chat:
            return {"index": index, "text": answer.content or "", "logprobs": None, "finish_reason": answer.finish}
        logprobs = answer.logprobs(answer.content or "")
        return {"index": index, "message": answer.message(), "logprobs": logprobs, "finish_reason": answer.finish}

    @staticmethod
    def _head(answer, kind):
        model = answer.request.get("model") or "fake"
        return {"id": "upstream-1", "object": kind, "created": CREATED, "model": model, "system_fingerprint": "fp_1"}

    def _stream(self, answer, chat):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        head = self._head(answer, "chat.completion.chunk" if chat else "text_completion")
        for index in range(answer.count):
            if not self._stream_choice(answer, head, index, chat):
                return
        if (answer.request.get("stream_options") or {}).get("include_usage"):
            self._event({**head, "choices": [], "usage": answer.usage()})
        self._chunk(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _stream_choice(self, answer, head, index, chat):
        """Sends the chunks of one choice; false when the connection was broken on purpose."""
        deltas = list(answer.deltas())
        for number, (delta, logprobs) in enumerate(deltas):
            if number == len(deltas) // 2 and "pause" in answer.directives:
                self.server.wait_for(answer.directives.word("pause"), self.connection)
            if number == len(deltas) // 2 and "drop" in answer.directives:
                self.close_connection = True
                return False
            self._delta(head, index, delta, logprobs, None, chat)
        self._delta(head, index, {}, None, answer.finish, chat)
        return True

    def _delta(self, head, index, delta, logprobs, finish, chat):
        choice = {"index": index, "logprobs": logprobs, "finish_reason": finish}
        choice |= {"delta": delta} if chat else {"text": delta.get("content") or ""}
        self._event({**head, "choices": [choice]})

    def _event(self, value):
        self._chunk(f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode())

    def _chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _error(self, refusal):
        error = {"message": str(refusal), "type": "invalid_request_error", "param": None, "code": refusal.code}
        self._whole(refusal.status, {"error": error}, refusal.headers)

    def _whole(self, status, value, headers=None):
        self._send(status, json.dumps(value, ensure_ascii=False).encode(), "application/json", headers)

    def _send(self, status, data, kind, headers=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
