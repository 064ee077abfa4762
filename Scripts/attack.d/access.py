"""S01, S02: what is somebody else's, and what nobody may set."""

import json

from described import described
from rows import row
from world import CANARY, addresses

UNKNOWN = {
    "conversation": "conv_" + "0" * 48,
    "completion": "chatcmpl-" + "0" * 48,
    "response": "resp_" + "0" * 48,
    "item": "msg_" + "0" * 48,
    "turn": "chatcmpl-" + "1" * 48,
    "branch": "msg_" + "1" * 48,
    "handle": "0" * 10,
    "name": "nobody.at.all",
}
# Parameters that name no user's belongings.
PUBLIC = {"model": "fake", "engine": "fake"}


@row("S01", "every route and id of the description: other users, no key, revoked keys, missing scopes")
def matrix(world, check):
    ids = {**world.belongings, **PUBLIC}
    before = state_of(world)
    places = addresses()
    for route in described(world):
        unknown = [word for word in route.words if word not in ids]
        if not check(not unknown, f"{route}: no example of {unknown}: give anna one in world.py"):
            continue
        if "lanying" in route.path:
            check.status(world.anyone.post(route.path, route.body()), 404, f"{route} where it is not set up")
            continue
        try_key_of_another(world, check, route, ids)
        try_without_key(world, check, route, ids, next(places))
        try_revoked(world, check, route, ids, next(places))
        try_missing_scopes(world, check, route, ids)
        try_ids_in_query_and_body(world, check, route, ids)
    check(state_of(world) == before, "what anna has is another than before")
    listed = world.ben.get(f"/v1/chat/completions?metadata[a]={CANARY}").json()["data"]
    check(not listed, f"ben finds anna's by metadata: {listed}")
    shown = world.anna.get(f"/v1/conversations/{ids['conversation']}")
    check(CANARY in shown.text, f"anna does not see her own: {shown!r}")


def state_of(world):
    """All that anna has, and whatever of her keys can change."""
    exported = world.anna.get("/v1/export?format=parley").body.split(b"\n")[1:]
    keys = world.socket.get("/admin/keys?user=anna").json()["data"]
    for key in keys:
        key["last_used_at"] = None
    users = world.socket.get("/admin/users").json()["data"]
    return exported, keys, [user for user in users if user["name"] in ("anna", "root")]


def ask(client, route, ids, headers=()):
    body = route.body()
    if route.content_type == "application/jsonl":
        body, headers = b"", [("Content-Type", route.content_type)]
    return client.ask(route.method, route.target(ids), body, headers)


def try_key_of_another(world, check, route, ids):
    """Ben is told the same of what is anna's as of what there is not."""
    if route.is_open:
        return
    named = [word for word in route.words if word not in PUBLIC]
    if not named:
        answer = ask(world.ben, route, ids)
        check.absent(CANARY, answer, f"{route} for ben")
        if route.is_hidden:
            check.status(answer, 404, f"{route} for ben")
        return
    foreign, none = ask(world.ben, route, ids), ask(world.ben, route, {**UNKNOWN, **PUBLIC})
    check.status(foreign, 404, f"{route} for ben")
    check.absent(CANARY, foreign, f"{route} for ben")
    told = [normal(foreign, route, ids), normal(none, route, {**UNKNOWN, **PUBLIC})]
    check(told[0] == told[1], f"{route} tells what is foreign from what is not there: {told}")


def normal(answer, route, ids):
    """An answer without the ids that were asked for."""
    text = answer.text
    for word in route.words:
        text = text.replace(str(ids[word]), word).replace(str(ids[word])[-48:], word)
    return answer.status, text


def try_without_key(world, check, route, ids, address):
    answer = ask(world.anyone.coming_from(address), route, ids)
    expected = 404 if route.is_hidden else 401
    if route.is_open:
        check(answer.status in (200, 503), f"{route} without a key: {answer!r}")
    else:
        check.status(answer, expected, f"{route} without a key")
    check.absent(CANARY, answer, f"{route} without a key")


def try_revoked(world, check, route, ids, address):
    if route.is_open:
        return
    for name in ("revoked", "revoked root"):
        answer = ask(world.anyone.coming_from(address).holding(world.keys[name]), route, ids)
        check.status(answer, 404 if route.is_hidden else 401, f"{route} with a {name} key")
        check.absent(CANARY, answer, f"{route} with a {name} key")


def try_missing_scopes(world, check, route, ids):
    """Anna's own things, with each key of hers that lacks what is needed."""
    if route.is_open:
        return
    if route.is_hidden:
        answer = ask(world.anyone.holding(world.keys["root without admin"]), route, ids)
        check.status(answer, 404, f"{route} for an administrator's key without that scope")
        return
    for scope, key in world.scoped.items():
        if scope not in route.scopes:
            answer = ask(world.anyone.holding(key), route, ids)
            check.status(answer, 403, f"{route} with the scope {scope} alone")
            check.absent(CANARY, answer, f"{route} with the scope {scope} alone")


def try_ids_in_query_and_body(world, check, route, ids):
    """Every id of anna's in every place that takes a text."""
    if route.is_open or route.is_hidden:
        return
    own = {**UNKNOWN, **PUBLIC}
    belongings = {word: ids[word] for word in ("conversation", "completion", "response", "item", "branch")}
    for name in route.texts_of_query():
        for word, value in belongings.items():
            for text in (value, f"in:{value}") if name == "q" else (value,):
                answer = world.ben.ask(route.method, f"{route.target(own)}?{name}={text}", route.body())
                judge(check, answer, f"{route} with {name}={word}")
    for name in route.texts_of_body():
        for word, value in belongings.items():
            for put in (value, {"id": value}, [value]):
                answer = world.ben.ask(route.method, route.target(own), {**route.body(), name: put})
                judge(check, answer, f"{route} with the {word} as {name}")
    if route.content_type == "application/json" and not route.words:
        headers = [("X-Parley-Conversation", ids["conversation"]), ("Idempotency-Key", ids["turn"])]
        judge(check, world.ben.ask(route.method, route.path, route.body(), headers), f"{route} with headers")
    if any(parameter["name"] == "stream" for parameter in route.parameters):
        judge(check, world.ben.get(f"{route.target(ids)}?stream=true&starting_after=0"), f"{route} as a stream")


def judge(check, answer, what):
    check.absent(CANARY, answer, what)
    check(answer.status < 500, f"{what}: {answer!r}")


FORGED = 424_242_424
FORGERIES = {
    "id": "conv_" + "f" * 48, "user_id": FORGED, "person_id": FORGED, "owner": "anna", "user_name": "anna",
    "role": "admin", "is_admin": True, "administers": True, "admin": True, "created_at": FORGED, "updated_at": FORGED,
    "created": FORGED, "seq": FORGED, "position": FORGED, "status": "forged", "tokens": FORGED, "cost": FORGED,
    "item_count": FORGED, "deleted_at": FORGED, "handle": "forged", "key": "forged", "limits_spent": FORGED,
    "usage": {"prompt_tokens": FORGED, "input_tokens": FORGED}, "chain": "forged", "disabled": False,
}


@row("S02", "members that nobody may set, added to every write")
def mass_assignment(world, check):
    known = {"POST /admin/users": ("role",), "POST /admin/users/{name}": ("role", "disabled")}
    mine = made_by_ben(world)
    for route in described(world):
        if route.is_open or route.method == "GET" or route.content_type != "application/json":
            continue
        client = world.root if route.is_hidden else world.ben
        if route.is_hidden and str(route) not in known:
            continue
        forgeries = {name: value for name, value in FORGERIES.items() if name not in known.get(str(route), ())}
        ids = {**mine, **PUBLIC, "name": "forger", "handle": "0" * 10}
        for name, value in forgeries.items():
            body = route.body()
            if route.path == "/admin/users" and route.method == "POST":
                body["name"] = f"forger.{name}"
            if name in body or name in route.schema.get("properties", {}):
                continue
            answer = client.ask(route.method, route.target(ids), {**body, name: value})
            check(answer.status < 500, f"{route} with {name}: {answer!r}")
            if answer.status == 200:
                check(not is_forged(answer.json(), route), f"{route} took {name}: {answer!r}")
    after_forging(world, check)


def made_by_ben(world):
    asked = {"messages": [{"role": "user", "content": "mine"}], "store": True}
    conversation = world.ben.post("/v1/conversations", {"items": [{"role": "user", "content": "mine"}]}).json()["id"]
    completion = world.ben.post("/v1/chat/completions", {**asked, "conversation": conversation}).json()["id"]
    item = world.ben.get(f"/v1/conversations/{conversation}/items").json()["data"][0]["id"]
    response = world.ben.post("/v1/responses", {"input": "mine"}).json()["id"]
    return {
        "conversation": conversation, "completion": completion, "item": item, "response": response, "turn": completion
    }


# An item keeps members that nobody knows, for the next client; these are the server's own.
OF_ITEMS = ("id", "status", "role", "created_at", "pinned")


def is_forged(value, route=None):
    """Whether an object says of itself what was put into the request."""
    forged = [FORGED, "forged", FORGERIES["id"]]
    names = OF_ITEMS if route and route.path.endswith("{item}") else FORGERIES
    return any(value.get(name) in forged for name in names) or value.get("role") == "admin"


def after_forging(world, check):
    """What was stored: whose it is, when it was made, and what it cost."""
    for item in world.ben.get("/v1/conversations?limit=100").json()["data"]:
        check(not is_forged(item), f"stored: {item}")
    users = {user["name"]: user for user in world.socket.get("/admin/users").json()["data"]}
    check(users["ben"]["role"] == "user", "ben has made himself an administrator")
    check(len([name for name in users if name.startswith("forger.")]) > 5, "no user was made at all")
    for name, user in users.items():
        if name.startswith("forger."):
            check(user["role"] == "user" and not is_forged(user), f"stored: {user}")
    check(str(FORGED) not in json.dumps(world.ben.get("/v1/usage").json()), "a forged usage is counted")
    check(FORGERIES["id"] not in world.ben.get("/v1/export?format=parley").text, "a forged id is stored")
