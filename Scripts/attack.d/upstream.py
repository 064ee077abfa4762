"""The model server of the attacks: what a question begins with decides how it is answered. Remembers what it was sent.

    !say TEXT      answers TEXT, which may be anything
    !hold          says a word every 20 ms until `release` is set, 30 s at most
    !call ARGS     calls the function `run` with ARGS
    !fail STATUS   answers that status, and tells everything that it was sent, the key too
    !stream-fail   the same within a stream
    !move TARGET   redirects to TARGET
"""

import json
import threading
import time

from answering_upstream import Handler, Upstream, enclosed, event, events, whole


def short_number(text):
    """Python reads no longer ones."""
    return int(text) if len(text) < 100 else text


def question_of(body):
    """The newest user message, or the whole prompt."""
    for message in reversed(body.get("messages") or []):
        if message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, str):
                return content
            return "".join(part.get("text") or "" for part in content or [] if isinstance(part, dict))
    prompt = body.get("prompt")
    return prompt if isinstance(prompt, str) else ""


def letter_by_letter(message):
    """The deltas of a short answer, a letter in each, so that nothing is harmless only because it comes whole."""
    text = message.get("content") or ""
    if not 0 < len(text) <= 300:
        return [message]
    return [{"role": "assistant", "content": letter} for letter in text]


def delta(message):
    return event(enclosed("chat.completion.chunk", [{"index": 0, "delta": message, "finish_reason": None}]))


class AttackedUpstream(Upstream):
    def __init__(self):
        super().__init__(AttackedHandler)
        self.calls, self.lock = [], threading.Lock()
        self.release = threading.Event()
        self.running = 0

    def forget(self):
        with self.lock:
            self.calls = []

    def count_running(self, change):
        with self.lock:
            self.running += change


class AttackedHandler(Handler):
    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}"
        request = json.loads(raw, parse_int=short_number)
        with self.server.lock:
            self.server.calls.append((self.path, list(self.headers.items()), request, raw))
        self.server.count_running(1)
        try:
            self._answer(request)
        except OSError:
            self.close_connection = True
        finally:
            self.server.count_running(-1)

    def _answer(self, request):
        word, _, rest = question_of(request).partition(" ")
        streamed, chat = request.get("stream") is True, self.path.endswith("/chat/completions")
        if word == "!fail":
            self._fail(int(rest.split()[0]))
        elif word == "!move":
            self._redirect(rest.strip())
        elif word == "!hold" and streamed:
            self._hold()
        elif word == "!stream-fail" and streamed:
            self._send("text/event-stream", event({"error": {"message": self._everything(), "code": 500}}))
        elif word in ("!say", "!call") and chat:
            self._say(rest, streamed, called=word == "!call")
        elif streamed:
            self._send("text/event-stream", b"".join(events(request, chat)))
        else:
            self._send("application/json", json.dumps(whole(chat)).encode())

    def _everything(self):
        return f"{self.headers['Authorization']} asked {self.path}: {dict(self.headers)}"

    def _fail(self, status):
        data = json.dumps({"error": {"message": self._everything(), "type": "server_error", "code": status}}).encode()
        self._send("application/json", data, status)

    def _redirect(self, target):
        self.send_response(307)
        self.send_header("Location", target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _message(self, text, called):
        if not called:
            return {"role": "assistant", "content": text}, "stop"
        call = {"id": "call_1", "type": "function", "function": {"name": "run", "arguments": text}}
        return {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"

    def _say(self, text, streamed, called):
        message, reason = self._message(text, called)
        if not streamed:
            answer = whole(True)
            answer["choices"] = [{"index": 0, "message": message, "finish_reason": reason}]
            return self._send("application/json", json.dumps(answer, ensure_ascii=False).encode())
        if called:
            message["tool_calls"][0]["index"] = 0
        said = b"".join(map(delta, letter_by_letter(message)))
        end = event(enclosed("chat.completion.chunk", [{"index": 0, "delta": {}, "finish_reason": reason}]))
        return self._send("text/event-stream", said + end + b"data: [DONE]\n\n")

    def _hold(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        deadline = time.monotonic() + 30
        choice = {"index": 0, "delta": {"role": "assistant", "content": "held "}, "finish_reason": None}
        while not self.server.release.wait(0.02) and time.monotonic() < deadline:
            self.wfile.write(event(enclosed("chat.completion.chunk", [choice])))
        end = {"index": 0, "delta": {}, "finish_reason": "stop"}
        self.wfile.write(event(enclosed("chat.completion.chunk", [end])) + b"data: [DONE]\n\n")
