"""S20: what reaches SQL."""

import urllib.parse

import payloads
from described import described
from rows import row
from world import CANARY


@row(
    "S20",
    "SQL in every text of every route: no error of the server, no row too many; LIKE signs and searches are literal"
)
def injections(world, check):
    client = world.anyone.holding(world.make_user("literal"))
    wanted = {}
    for number, text in enumerate(payloads.SQL):
        title = text.replace("\x00", "")[:200]
        made = client.post(
            "/v1/conversations",
            {"title": title, "metadata": {"m": title}, "items": [{"role": "user", "content": text}]}
        )
        if made.status == 200:
            wanted.setdefault(title, set()).add(made.json()["id"])
    literally(check, client, wanted)
    before = totals(world)
    for route in described(world):
        if route.is_open or "lanying" in route.path or route.method == "DELETE":
            continue
        asker = world.root if route.is_hidden else client
        ids = {word: None for word in route.words}
        for text in payloads.SQL[::2]:
            plain = urllib.parse.quote(text, safe="")
            if route.words:
                judge(
                    check, asker.ask(route.method, route.target({word: plain for word in ids}), route.body()),
                    f"{route} {text[:30]}"
                )
        for name in [*route.texts_of_query(), "order", "limit", "sort"]:
            for text in payloads.SQL[::3]:
                if not route.words and route.method == "GET":
                    target = f"{route.path}?{name}={urllib.parse.quote(text, safe='')}"
                    judge(check, asker.get(target), f"{target}")
    for text in payloads.SQL:
        answer = client.get(f"/v1/conversations?metadata[{urllib.parse.quote(text, safe='')}]=x")
        judge(check, answer, f"metadata[{text}]")
        check(answer.status != 200 or not answer.json()["data"], f"metadata[{text}] finds something")
    after = totals(world)
    check(after == before, f"users, keys or anna's conversations: {before} before, {after} after")


def judge(check, answer, what):
    check(answer.status < 500, f"{what}: {answer!r}")
    check(CANARY.encode() not in answer.body, f"{what} shows what is anna's")
    told = answer.body.lower() if answer.status >= 400 else b""
    check(b"sqlite" not in told.replace(b"sqlite_schema", b"") and b"syntax error" not in told, f"{what}: {answer!r}")


def literally(check, client, wanted):
    """A search by title finds the titles that hold the text, and a metadata filter the equal ones."""
    check(len(wanted) > 45, f"{len(wanted)} titles")
    for odd in ("a%00b", "%00%00", "x" * 300, "%25" * 200, "%F0%9F%98%80" * 120):
        answer = client.get(f"/v1/conversations?q={odd}")
        check(answer.status == 200 and not answer.json()["data"], f"a title with {odd[:20]}: {answer!r}")
    for title in wanted:
        if not title.strip() or len(title.encode()) > 250:
            continue
        plain = urllib.parse.quote(title, safe="")
        found = {one["id"] for one in client.get(f"/v1/conversations?limit=100&q={plain}").json().get("data", [])}
        holding = {one for other, ids in wanted.items() if title.casefold() in other.casefold() for one in ids}
        least = wanted[title]
        check(least <= found, f"the title {title!r} does not find itself")
        foreign = found - holding
        check(not foreign or not title.isascii(), f"the title {title!r} finds {len(foreign)} others")
        equal = {
            one["id"] for one in client.get(f"/v1/conversations?limit=100&metadata[m]={plain}").json().get("data", [])
        }
        check(equal == least, f"metadata {title!r} finds {len(equal)} instead of {len(least)}")


def totals(world):
    users = [
        user["name"]
        for user in world.socket.get("/admin/users").json()["data"] if user["name"] in ("anna", "ben", "root", "local")
    ]
    return users, len(
        world.socket.get("/admin/keys?user=anna").json()["data"]
    ), len(world.anna.get("/v1/conversations").json()["data"])
