"""A row of the checklist: what it is called, and what must hold."""

import traceback

from wire import TALLY

ROWS = {}
# A row tells so many of its failures, and the number of the others.
MOST_TOLD = 12


def row(name, title):
    """Registers a function `(world, check)` as a row."""
    def register(function):
        assert name not in ROWS, name
        ROWS[name] = (title, function)
        return function
    return register


class Check:
    """What a row found. A row that found nothing because it looked at nothing has failed."""

    def __init__(self):
        self.looked, self.failures = 0, []

    def __call__(self, holds, what):
        self.looked += 1
        if not holds and str(what) not in self.failures:
            self.failures.append(str(what))
        return bool(holds)

    def status(self, answer, expected, what):
        """The answer has the status, or one of several."""
        wanted = expected if isinstance(expected, tuple) else (expected,)
        return self(answer.status in wanted, f"{what}: {answer!r} instead of {expected}")

    def absent(self, secret, answer, what):
        """An answer tells nothing of a secret, in its headers neither."""
        secret = secret if isinstance(secret, bytes) else secret.encode()
        told = secret in answer.body or any(secret in value.encode() for value in answer.headers.values())
        return self(not told, f"{what}: {secret.decode()} is told by {answer!r}")


def crash_of(server):
    """What a server wrote when it trapped, else the end of its log."""
    log = server.log_path.read_text(errors="replace")
    at = log.find("Fatal error")
    at = at if at >= 0 else log.find("*** ")
    return log[at : at + 3_000] if at >= 0 else log[-400:]


def run(name, world):
    """Runs a row; returns its line, whether it held, and what is wrong."""
    title, function = ROWS[name]
    check, before = Check(), TALLY.requests
    try:
        function(world, check)
    except Exception:
        check(False, f"the row broke off: {traceback.format_exc(limit=-4)}")
    for server in world.servers:
        if server.process.poll() is not None and server not in world.ended:
            check(False, f"a server ended with {server.process.returncode}: {crash_of(server)}")
            world.ended.append(server)
    if not check.looked:
        check(False, "nothing was looked at")
    held = not check.failures
    told = check.failures[:MOST_TOLD]
    if len(check.failures) > MOST_TOLD:
        told.append(f"… and {len(check.failures) - MOST_TOLD} more")
    count = TALLY.requests - before
    line = f"{name} {'ok  ' if held else 'FAIL'} {title} ({count} requests, {check.looked} checks)"
    return line, held, told
