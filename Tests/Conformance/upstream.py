"""A deterministic model server with OpenAI's chat, legacy and model routes. Standard library only.

What it answers depends on the request alone. Without a directive that is `heard N: TEXT`, where N counts the
messages it was sent and TEXT is the newest user message. Directives stand in that message:

    [dump]          the messages it was sent, as JSON of [role, text] pairs: proves which context was built
    [params]        every other field of the request, as JSON
    [tool]          calls the first offered tool; [tools] calls it twice at once. The results are read back
                    when they arrive: `results: A, B`
    [long N]        N words
    [status N]      an error with that status; [times K] only for the first K requests with this text;
                    [retry-after S] adds that header
    [overflow]      the error of a context that is too long
    [hold NAME]     waits until the test calls `release(NAME)`, before anything was answered;
    [pause NAME]    the same after half of the words of a stream
    [delay S]       answers S seconds later
    [drop]          breaks the connection in the middle
    [refuse]        a refusal; [reason] reasons first; [empty] an empty answer; [html] a page instead of JSON
    [cached N]      N prompt tokens came from its cache

A request that a real model would refuse (a tool result without its call, a call without a result) is refused.
"""

import hashlib
import json
import re
import select
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODELS = ["fake", "other/model", "gpt-4o-mini"]
LONGEST_HOLD = 30
CREATED = 1_700_000_000


class Refused(Exception):
    """The request is answered with an error."""

    def __init__(self, status, message, code=None, headers=None):
        super().__init__(message)
        self.status, self.code, self.headers = status, code, headers or {}


def text_of(content):
    """The text of a message's content, a string or a list of parts."""
    if content is None or isinstance(content, str):
        return content or ""
    return "".join(part.get("text", f"<{part.get('type')}>") for part in content)


def words(text):
    """What counts as a token here: a word with the white space behind it, or one Chinese character."""
    return re.findall(r"[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+", text)


def prompts_of(request):
    """The prompts of a legacy request as texts."""
    prompt = request.get("prompt", "")
    if isinstance(prompt, list) and prompt and all(isinstance(each, str) for each in prompt):
        return prompt
    return [prompt if isinstance(prompt, str) else json.dumps(prompt)]


class Directives:
    """The directives of one text."""

    def __init__(self, text):
        self.text = text
        self._found = dict(re.findall(r"\[([a-z-]+)(?: ([^\]]*))?\]", text))

    def __contains__(self, name):
        return name in self._found

    def number(self, name):
        return float(self._found[name]) if self._found.get(name) else 0

    def word(self, name):
        return self._found.get(name, "")


def check_messages(messages):
    """Refuses calls without results, and results without calls."""
    open_calls = []
    for message in messages:
        if message["role"] == "tool":
            if message.get("tool_call_id") not in open_calls:
                raise Refused(400, "messages with role 'tool' must follow a message with 'tool_calls'")
            open_calls.remove(message["tool_call_id"])
        elif open_calls:
            raise Refused(400, f"tool calls without results: {open_calls}")
        else:
            open_calls = [call["id"] for call in message.get("tool_calls") or []]
    if open_calls:
        raise Refused(400, f"tool calls without results: {open_calls}")


def example(schema, count):
    """A value that a JSON schema allows."""
    kind = schema.get("type")
    if kind == "object":
        return {name: example(inner, count) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [example(schema.get("items", {}), count)]
    return {"integer": count, "number": count, "boolean": True}.get(kind, "text")


class Answer:
    """What one request is answered with."""

    def __init__(self, request):
        self.request = request
        messages = request["messages"]
        users = [message for message in messages if message["role"] == "user"]
        self.directives = Directives(text_of(users[-1].get("content")) if users else "")
        self.content, self.refusal, self.calls, self.finish = None, None, [], "stop"
        self.reasoning = "thinking about it" if "reason" in self.directives else None
        self._decide(messages)
        self._cut()

    def _decide(self, messages):
        told = self.directives
        if messages and messages[-1]["role"] == "tool":
            results = [text_of(message["content"]) for message in self._last_results(messages)]
            self.content = "results: " + ", ".join(results)
        elif self._may_call() and ("tool" in told or "tools" in told):
            self.calls = [self._call(index) for index in range(2 if "tools" in told else 1)]
            self.finish = "tool_calls"
        elif "refuse" in told:
            self.refusal = "I would rather not."
        else:
            self.content = self._text(messages)

    def _text(self, messages):
        told = self.directives
        if "dump" in told:
            return json.dumps([[each["role"], text_of(each.get("content"))] for each in messages], ensure_ascii=False)
        if "params" in told:
            rest = {name: value for name, value in self.request.items() if name != "messages"}
            return json.dumps(rest, ensure_ascii=False, sort_keys=True)
        if "long" in told:
            return " ".join(f"word{number}" for number in range(int(told.number("long"))))
        if "empty" in told:
            return ""
        form = self.request.get("response_format") or {}
        if form.get("type") == "json_schema":
            return json.dumps(example(form["json_schema"]["schema"], len(messages)))
        if form.get("type") == "json_object":
            return json.dumps({"answer": "text", "count": len(messages)})
        return f"heard {len(messages)}: {told.text}"

    @staticmethod
    def _last_results(messages):
        start = len(messages)
        while start and messages[start - 1]["role"] == "tool":
            start -= 1
        return messages[start:]

    def _may_call(self):
        return self._tools() and self.request.get("tool_choice") != "none"

    def _tools(self):
        return [tool["function"]["name"] for tool in self.request.get("tools") or [] if tool["type"] == "function"]

    def _call(self, index):
        seed = hashlib.sha256(self.directives.text.encode()).hexdigest()[:12]
        return {
            "id": f"call_{seed}{index}",
            "type": "function",
            "function": {"name": self._tools()[0], "arguments": json.dumps({"city": "上海"}, ensure_ascii=False)},
        }

    def _cut(self):
        """Stops at the caller's stop texts and at its most tokens."""
        if self.content is None:
            return
        stops = self.request.get("stop") or []
        for stop in [stops] if isinstance(stops, str) else stops:
            self.content = self.content.split(stop)[0]
        most = self.request.get("max_completion_tokens") or self.request.get("max_tokens")
        said = words(self.content)
        if most and len(said) > most:
            self.content, self.finish = "".join(said[:most]), "length"

    @property
    def count(self):
        return self.request.get("n") or 1

    def usage(self):
        prompt = sum(3 + len(words(text_of(message.get("content")))) for message in self.request["messages"])
        said = self.content or self.refusal or json.dumps(self.calls)
        completion = self.count * max(1, len(words(said)))
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": int(self.directives.number("cached"))},
            "completion_tokens_details": {"reasoning_tokens": 3 if self.reasoning else 0},
        }

    def logprobs(self, text):
        if not self.request.get("logprobs"):
            return None
        return {"content": [self._logprob(word) for word in words(text)], "refusal": None}

    def _logprob(self, word):
        one = {"token": word, "bytes": list(word.encode()), "logprob": -0.25}
        return {**one, "top_logprobs": [one] * min(1, self.request.get("top_logprobs") or 0)}

    def message(self):
        message = {"role": "assistant", "content": self.content, "refusal": self.refusal}
        if self.calls:
            message["tool_calls"] = self.calls
        if self.reasoning:
            message["reasoning_content"] = self.reasoning
        return message

    def deltas(self):
        """The deltas of a stream, each with the logprobs of its text."""
        yield {"role": "assistant", "content": None if self.calls else ""}, None
        if self.reasoning:
            for word in words(self.reasoning):
                yield {"reasoning_content": word}, None
        for index, call in enumerate(self.calls):
            name = {"name": call["function"]["name"], "arguments": ""}
            yield {"tool_calls": [{"index": index, "id": call["id"], "type": "function", "function": name}]}, None
            arguments = call["function"]["arguments"]
            for start in range(0, len(arguments), 6):
                part = {"arguments": arguments[start : start + 6]}
                yield {"tool_calls": [{"index": index, "function": part}]}, None
        for word in words(self.refusal or ""):
            yield {"refusal": word}, None
        for word in words(self.content or ""):
            yield {"content": word}, self.logprobs(word)


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
