"""S17: what a terminal is shown of texts that it would obey."""

import os
import pty
import re
import select
import subprocess
import time

import payloads
from parley_server import clean_environment
from rows import row

# Colours and bold of the program's own; texts come from the payloads, where `red` stands behind such a one.
OWN = re.compile(rb"\x1b\[[0-9;]*m|\x1b\[\?2004[hl]|\x1b\[K|\x1b\[[0-9]*[CDG]")
BIDI = re.compile("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\u200b\ufeff]".encode().decode())


@row(
    "S17",
    "stored control sequences on a terminal, in pipes, errors and logs: shown, never obeyed; --raw not to a terminal"
)
def controls(world, check):
    name = "shown"
    client = world.anyone.holding(world.make_user(name))
    conversation = client.post("/v1/conversations", {"title": "".join(payloads.TERMINAL)[:200]}).json()["id"]
    items = [{"role": "user", "content": f"findme {text}"} for text in payloads.TERMINAL]
    for start in range(0, len(items), 20):
        client.post(f"/v1/conversations/{conversation}/items", {"items": items[start : start + 20]})
    for text in payloads.TERMINAL:
        client.post("/v1/conversations", {"title": text, "model": text, "items": [{"role": "user", "content": text}]})
        client.post(f"/v1/conversations/{conversation}", {"tags": [text], "instructions": text})
    shown_by_commands(world, check, name, conversation)
    refused_raw(world, check, name, conversation)
    while_streaming(world, check, name)
    in_errors(world, check, name)
    log = world.server.log_path.read_bytes()
    check(b"\x1b" not in log and b"\x9b" not in log.replace("\u201b".encode(), b""), "an escape is in the log")


def shown_by_commands(world, check, name, conversation):
    commands = [
        ["sessions", "list"], ["sessions", "show", conversation], ["sessions", "search", "findme"],
        ["sessions", "stats"],
        ["sessions", "context", conversation], ["sessions", "show", conversation, "--branches"],
        ["sessions", "prune", "--title", "e"],
        ["usage", "--by", "model"], ["sessions", "list", "--json"], ["sessions", "search", "findme", "--json"],
    ]
    for words in commands:
        piped = world.run(*words, "--user", name)
        check(piped.returncode == 0, f"{words}: {piped.returncode} {piped.stderr[-200:]}")
        harmless(check, piped.stdout + piped.stderr, f"{' '.join(words)} in a pipe", b"")
        shown = on_terminal(world, *words, "--user", name)
        check(len(shown) > 20, f"{words} shows nothing on a terminal")
        harmless(check, shown, f"{' '.join(words)} on a terminal", b"\r")
        check(b"\x1b[31mred" not in shown, f"{' '.join(words)} colours what the text wants")
    whole = world.run("sessions", "show", conversation, "--user", name).stdout.decode()
    for sign in ("␛]52;c;", "␛[2J", "␇", "\\u{9B}", "\\u{202E}", "␈", "␍written", "␀null"):
        check(sign in whole, f"{sign!r} is not shown: {whole[:300]!r}")


def harmless(check, output, what, allowed):
    output = OWN.sub(b"", output) if allowed else output
    plain = b"\n\t" + allowed
    found = sorted({bytes([letter]) for letter in output if letter == 127 or letter < 32 and letter not in plain})
    check(not found, f"{what}: control characters {found}: {output[:200]!r}")
    text = output.decode("utf-8", "replace")
    late = sorted({letter for letter in text if "\x80" <= letter <= "\x9f"})
    check(not late, f"{what}: C1 controls {late}")
    check(not BIDI.search(text), f"{what}: bidirectional or invisible {BIDI.findall(text)[:5]}")


def on_terminal(world, *words, typed=b"", seconds=30):
    """What a command writes to a terminal."""
    master, slave = pty.openpty()
    environment = clean_environment(
        world.server.folder, PARLEY_DATABASE=str(
            world.server.database
        ), TERM="xterm-256color", PAGER="cat", LANG="C.UTF-8",
    )
    process = subprocess.Popen(
        [str(world.binary), *words], stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=world.server.folder,
        close_fds=True
    )
    os.close(slave)
    os.write(master, typed)
    output, deadline = b"", time.monotonic() + seconds
    while time.monotonic() < deadline:
        if select.select([master], [], [], 0.2)[0]:
            try:
                piece = os.read(master, 65_536)
            except OSError:
                break
            if not piece:
                break
            output += piece
        elif process.poll() is not None:
            break
    if process.poll() is None:
        process.kill()
    process.wait()
    os.close(master)
    # What was typed is echoed by the terminal itself.
    return output


def refused_raw(world, check, name, conversation):
    for words in (["sessions", "show", conversation, "--raw"], ["ask", "--raw", "!say \x1b[31mred"]):
        shown = on_terminal(world, *words, "--user", name)
        check(
            b"\x1b[31mred" not in shown and b"\x1b]52" not in shown,
            f"{words[0]} --raw reaches a terminal: {shown[:200]!r}"
        )
        check(b"--raw" in shown, f"{words[0]} --raw does not say why: {shown[:200]!r}")
    piped = world.run("sessions", "show", conversation, "--raw", "--user", name).stdout
    check(b"\x1b]52;c;" in piped, "--raw into a pipe is not raw")


def while_streaming(world, check, name):
    text = "".join(payloads.TERMINAL)[:280].replace("\x00", "")
    for words in (["ask", f"!say {text}"], ["ask", "--no-stream", f"!say {text}"]):
        shown = on_terminal(world, *words, "--user", name)
        harmless(check, shown, f"{words[0]} on a terminal", b"\r")
        check("␛]52".encode() in shown, f"{words} does not show the answer: {shown[:200]!r}")
        piped = world.run(*words, "--user", name).stdout
        harmless(check, piped, f"{words[0]} in a pipe", b"")
    talk = world.run("chat", "--user", name, stdin=f"!say {text}\n/list\n/quit\n".encode())
    harmless(check, talk.stdout, "chat in a pipe", b"")


def in_errors(world, check, name):
    for text in payloads.TERMINAL:
        text = text.replace("\x00", "")
        for words in (
            ["sessions", "show", f"conv_{text}"], ["sessions", "rename", text, text], ["sessions", text],
            ["keys", "revoke", text]
        ):
            if text in ("\x07", "bell\x07") or words[0] == "keys":
                harmless(check, world.run(*words, "--user", name).stderr, f"the error of {words}", b"")
                break
