"""S18: names that lead elsewhere."""

import os

from rows import row
from world import CANARY


TITLES = [
    "../../escaped", "/etc/escaped", "..", ".", "~root", "a/b\\c", "CON", "nul.txt", "x" * 300, "\u2215\u2044slash",
    "..\u2215..\u2215x",
    "%2e%2e%2fx", "-rf", "--output", ".hidden", "$(touch escaped)", "`touch escaped`", "name\nnewline",
    "|touch escaped", "😀", "",
    "天气 报告", "a\u202egnp", "trailing.", "con:stream", "*?<>|",
]


@row("S18", "names and paths: exports stay in their folder, replace nothing, follow no link; the API takes no path")
def traversal(world, check):
    key = world.make_user("writer")
    client = world.anyone.holding(key)
    for title in TITLES:
        client.post("/v1/conversations", {"title": title, "items": [{"role": "user", "content": "hello"}]})
    place = world.folder / "out" / "inner"
    place.mkdir(parents=True, mode=0o700)
    world.command("sessions", "export", "--all", "--user", "writer", "--format", "markdown", "--output", f"{place}/")
    written = list(place.iterdir())
    check(len(written) == len(TITLES), f"{len(written)} files for {len(TITLES)} conversations")
    for path in written:
        check(path.resolve().parent == place and not path.is_symlink(), f"{path} is elsewhere")
        check(all(letter.isalnum() or letter in "-_." for letter in path.name), f"an odd name: {path.name!r}")
        check(path.stat().st_mode & 0o777 == 0o600, f"{path.name} has the mode {path.stat().st_mode:o}")
        check(not path.name.startswith(("-", ".")) and len(path.name.encode()) < 255, f"an odd name: {path.name!r}")
    check(sorted(os.listdir(place.parent)) == ["inner"], f"beside the folder: {os.listdir(place.parent)}")
    links(world, check, place.parent)
    no_paths(world, check, client)
    check(
        not [path for path in (world.server.folder, world.folder) if list(path.glob("escaped*"))],
        "a file named escaped"
    )


def links(world, check, place):
    """A name that is taken, by a file or a link, is left alone."""
    victim = place / "victim"
    victim.write_text("untouched")
    for number, make in enumerate(
        (lambda path: path.symlink_to(victim), lambda path: path.write_text("old"), lambda path: path.mkdir())
    ):
        for words in (
            ["sessions", "export", "--all", "--user", "writer", "--format", "json", "--output"], ["database", "backup"]
        ):
            path = place / f"taken{number}{words[0]}"
            make(path)
            before = path.lstat()
            done = world.run(*words, str(path))
            check(done.returncode != 0, f"{words[:2]} over {path.name} ended with 0")
            check(
                path.lstat().st_ino == before.st_ino and victim.read_text() == "untouched",
                f"{words[:2]} replaced {path.name}"
            )
    (place / "link").symlink_to(victim)
    world.run(
        "sessions", "export", "--all", "--user", "writer", "--format", "json", "--force", "--output",
        str(place / "link")
    )
    check(victim.read_text() == "untouched", "--force wrote through a link")


def no_paths(world, check, client):
    """Whatever could be a path is a name of nothing."""
    secret = world.folder / "secret.txt"
    secret.write_text(f"{CANARY}-FILE")
    paths = [
        str(secret), f"../{secret.name}", f"file://{secret}", "/etc/passwd", "../../../../../../etc/passwd",
        f"..%2f{secret.name}"
    ]
    before = sorted(os.listdir(world.folder))
    for path in paths:
        for body in ({"path": path}, {"file": path}, {"output": path}, {"destination": path, "directory": path}):
            for target in ("/admin/database/backup", "/admin/database/vacuum", "/v1/import", "/v1/conversations"):
                answer = world.root.post(target, body)
                check.absent(f"{CANARY}-FILE", answer, f"{target} with {body}")
        for target in ("/v1/export?format=", "/v1/export?id=", "/v1/conversations/", "/v1/models/", "/v1/responses/"):
            answer = client.get(f"{target}{path}")
            check.absent(f"{CANARY}-FILE", answer, f"{target}{path}")
            check(answer.status in (200, 400, 404) and b"root:x" not in answer.body, f"{target}{path}: {answer!r}")
    check(sorted(os.listdir(world.folder)) == before, "the API wrote a file of its own choice")
