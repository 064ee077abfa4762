"""What schemathesis cannot guess: ids of things that are there, and a new idempotency key for every request."""

import itertools
import json
import os
import urllib.request

import schemathesis
from schemathesis import GenerationMode

URL = os.environ["PARLEY_URL"]
KEY = os.environ["PARLEY_KEY"]
# The key that all of this is done with must stay, and whose it is.
KEPT = {"handle": KEY.removeprefix("prl_")[:10], "name": "anna"}
EMPTY = ("", [], {}, None)
# Parameters of the query that are lists or maps.
COMPOUND = ("include[]", "metadata")
# Members of a body that name something, and what.
NAMED = {"conversation": "conversation", "previous_response_id": "response", "item": "item"}
# Requests that a set of samples serves before another is made.
USES = 12


def send(path, body):
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{URL}{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer), answer.headers


@schemathesis.serializer("application/jsonl")
def lines(context, value):
    return value if isinstance(value, bytes) else str(value).encode()


class Samples:
    """One of everything that has an id."""

    def __init__(self):
        messages = [{"role": "user", "content": "Hello"}]
        said = {"type": "message", "role": "user", "content": "Hello"}
        conversation, _ = send("/v1/conversations", {"items": [said]})
        items, _ = send(f"/v1/conversations/{conversation['id']}/items", {"items": [said]})
        asked = {"messages": messages, "conversation": conversation["id"], "store": True}
        completion, headers = send("/v1/chat/completions", asked)
        response, _ = send("/v1/responses", {"input": "Hello", "background": True})
        made, _ = send("/admin/keys", {"user": "anna"})
        user, _ = send("/admin/users", {"name": f"user{next(numbers)}"})
        self.ids = {
            "conversation": conversation["id"],
            "item": items["data"][0]["id"],
            "completion": completion["id"],
            "response": response["id"],
            "turn": headers["X-Parley-Turn"],
            "handle": made["handle"],
            "name": user["name"],
            "engine": "fake",
            "model": "other/model",
        }
        self.uses = 0


current = None
numbers = itertools.count()


def samples():
    global current
    if current is None or current.uses >= USES:
        current = Samples()
    current.uses += 1
    return current


def reach(case, there):
    """Puts ids of things that exist where the case has made up some."""
    for name in case.path_parameters or {}:
        case.path_parameters[name] = there.ids.get(name, case.path_parameters[name])
    if case.headers and "X-Parley-Conversation" in case.headers:
        case.headers["X-Parley-Conversation"] = there.ids["conversation"]
    if isinstance(case.body, dict):
        for name, word in NAMED.items():
            if isinstance(case.body.get(name), str):
                case.body[name] = there.ids[word]


def spoil(query):
    """The server takes an empty parameter for an absent one, and schemathesis for a wrong one: so it is made wrong."""
    return {
        name: "~" if value in EMPTY or (isinstance(value, (dict, list)) and name not in COMPOUND) else value
        for name, value in query.items()
    }


@schemathesis.hook
def before_call(context, case, kwargs):
    """Lets what is valid reach things that exist; what is meant to be wrong stays wrong."""
    if case.headers and case.headers.get("Idempotency-Key"):
        case.headers["Idempotency-Key"] = f"{case.headers['Idempotency-Key']}{next(numbers)}"
    for name, kept in KEPT.items():
        if case.path_parameters and case.path_parameters.get(name) == kept:
            case.path_parameters[name] = "none"
    mode = case.meta.generation.mode if case.meta else None
    if mode == GenerationMode.NEGATIVE and case.query:
        case.query = spoil(case.query)
    if mode == GenerationMode.POSITIVE:
        there = samples()
        reach(case, there)
        if case.operation.method == "delete":
            there.uses = USES
