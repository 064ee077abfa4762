"""What the deterministic model server answers, decided from the request alone.

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
