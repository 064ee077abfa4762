"""The clients: each sends turn after turn and writes down every fact that the server acknowledged."""

import hashlib
import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field

TURNS_PER_CONVERSATION = 40
TURNS_PER_LIST = 12


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Ack:
    """One acknowledged fact.

    `http-200`: a whole answer arrived. `sse-terminal`: `[DONE]` arrived. Both promise question and answer.
    `sse-first`: the first event arrived; it promises the question. `created`: the conversation exists.
    """

    kind: str
    conversation: str
    token: str = ""
    question: str = ""
    answer: str = ""
    once: bool = False


class AckLog:
    """Acknowledged facts, on disk before anything is done with them."""

    def __init__(self, path):
        self._file = open(path, "a", encoding="utf-8")
        self._lock = threading.Lock()
        self.acks = []

    def add(self, ack):
        with self._lock:
            self._file.write(json.dumps(ack.__dict__) + "\n")
            self._file.flush()
            self.acks.append(ack)

    def since(self, position):
        """The facts added after a position, and the position after them."""
        with self._lock:
            return self.acks[position:], len(self.acks)


@dataclass
class Conversation:
    """A named conversation; two clients may share it."""

    id: str = ""
    turns: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Turn:
    """What is sent, kept until it is answered when it is to be sent again."""

    token: str
    question: str
    streamed: bool
    key: str
    headers: dict
    messages: list
    sent: int = 0


class Gate(threading.Event):
    """Open while there is a server; tells the clients when it is another one than before."""

    def __init__(self):
        super().__init__()
        self.server = 0

    def open_to_a_new_server(self):
        self.server += 1
        self.set()


class Refused(Exception):
    """The server answered with a status that is not 200."""

    def __init__(self, status, code):
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


class Client(threading.Thread):
    """Sends turns while the gate is open: into a named conversation, or as a list that grows."""

    def __init__(self, number, seed, port, gate, log, conversation=None):
        super().__init__(daemon=True)
        self.random = random.Random(f"{seed}/{number}")
        self.number, self.port, self.gate, self.log = number, port, gate, log
        self.conversation = conversation
        self.messages, self.list_turns = [], 0
        self.connection, self.connected_to, self.pending = None, 0, None
        self.busy, self.stopping, self.failure = False, False, None
        self.refusals, self.repeated = {}, 0

    def run(self):
        try:
            while not self.stopping:
                if self.gate.wait(0.1):
                    self._one_turn()
        except Exception as error:  # A fault of this script, not of the server: the main thread reports it.
            self.failure = error

    def _one_turn(self):
        self.busy = True
        turn = None
        try:
            turn = self.pending or self._new_turn()
            self.pending = None
            turn.sent += 1
            self._send(turn)
        except Refused as refusal:
            self._refused(turn, refusal)
        except (OSError, http.client.HTTPException, ValueError):
            self._cut(turn)
        finally:
            self.busy = False

    def _refused(self, turn, refusal):
        key = str(refusal)
        self.refusals[key] = self.refusals.get(key, 0) + 1
        if refusal.code == "conversation_locked":
            self.pending = turn
        time.sleep(0.01)

    def _cut(self, turn):
        """The connection broke. What carries a key is sent again; of the rest one half, the other is forgotten."""
        self._close()
        if turn and (turn.key or self.random.random() < 0.5):
            self.pending = turn
            self.repeated += 1
        time.sleep(0.005)

    def _new_turn(self):
        token = f"k9-{self.random.getrandbits(64):016x}"
        question = f"{token} what survives 什么会留下? {'x' * self.random.randint(0, 200)}"
        message = {"role": "user", "content": question}
        key = token if self.random.random() < 0.3 else ""
        headers = {"Idempotency-Key": key} if key else {}
        if self.conversation:
            headers["X-Parley-Conversation"] = self._conversation_id()
            messages = [message]
        else:
            if self.list_turns >= TURNS_PER_LIST:
                self.messages, self.list_turns = [], 0
            messages = [*self.messages, message]
        return Turn(token, question, self.random.random() < 0.5, key, headers, messages)

    def _conversation_id(self):
        with self.conversation.lock:
            if not self.conversation.id or self.conversation.turns >= TURNS_PER_CONVERSATION:
                answer = self._post("/v1/conversations", {}, {})
                self.conversation.id, self.conversation.turns = json.loads(answer.read())["id"], 0
                self.log.add(Ack("created", self.conversation.id))
            self.conversation.turns += 1
            return self.conversation.id

    def _send(self, turn):
        body = {"model": "fake", "messages": turn.messages, "stream": turn.streamed}
        answer = self._post("/v1/chat/completions", body, turn.headers)
        conversation = answer.headers.get("X-Parley-Conversation") or turn.headers.get("X-Parley-Conversation", "")
        if turn.streamed:
            text = self._read_stream(answer, turn, conversation)
        else:
            text = json.loads(answer.read())["choices"][0]["message"]["content"]
        if text is None:
            return
        kind = "sse-terminal" if turn.streamed else "http-200"
        ack = Ack(kind, conversation, turn.token, sha256(turn.question), sha256(text), once=bool(turn.key))
        self.log.add(ack)
        if turn.key and turn.sent == 1 and self.random.random() < 0.2:
            # The answer was seen, and is asked for again: it must be given again and stored once.
            self.pending = turn
        if not self.conversation:
            self.messages = [*turn.messages, {"role": "assistant", "content": text}]
            self.list_turns += 1

    def _read_stream(self, answer, turn, conversation):
        """The whole text after `[DONE]`, None when the stream ended with an error or without it."""
        text, first = "", True
        while line := answer.readline():
            if not line.startswith(b"data:"):
                continue
            if first and turn.sent == 1:
                # Only for a question sent once: a second sending could hide that the first was lost.
                self.log.add(Ack("sse-first", conversation, turn.token, sha256(turn.question)))
            first = False
            data = line[5:].strip()
            if data == b"[DONE]":
                answer.read()
                return text
            event = json.loads(data)
            if event.get("error"):
                self._close()
                return None
            for choice in event["choices"]:
                text += choice["delta"].get("content") or ""
        raise http.client.IncompleteRead(b"")

    def _post(self, path, body, headers):
        if self.connected_to != self.gate.server:
            self._close()
            self.connected_to = self.gate.server
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        data = json.dumps(body, ensure_ascii=False).encode()
        self.connection.request("POST", path, data, {"Content-Type": "application/json", **headers})
        answer = self.connection.getresponse()
        if answer.status == 200:
            return answer
        refused = answer.read()
        try:
            code = json.loads(refused)["error"]["code"]
        except (ValueError, KeyError, TypeError):
            code = refused[:80].decode(errors="replace")
        raise Refused(answer.status, code)

    def _close(self):
        if self.connection:
            self.connection.close()
            self.connection = None
