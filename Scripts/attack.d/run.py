"""Starts the server with everything around it, and runs the rows of the checklist."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]

import access  # noqa: E402, F401
import database  # noqa: E402, F401
import deletion  # noqa: E402, F401
import files  # noqa: E402, F401
import headers  # noqa: E402, F401
import imports  # noqa: E402, F401
import keys  # noqa: E402, F401
import load  # noqa: E402, F401
import misuse  # noqa: E402, F401
import pages  # noqa: E402, F401
import posture  # noqa: E402, F401
import rows  # noqa: E402
import sharing  # noqa: E402, F401
import sites  # noqa: E402, F401
import spending  # noqa: E402, F401
import supply  # noqa: E402, F401
import terminal  # noqa: E402, F401
import upstreams  # noqa: E402, F401
from page import browser  # noqa: E402
from parley_server import newest_binary  # noqa: E402
from slow import SlowClients  # noqa: E402
from wire import TALLY  # noqa: E402
from world import World  # noqa: E402

COUNT = 32
# Of the whole checklist; fewer mean that rows have stopped asking.
LEAST_REQUESTS = 3_000
# What looks at the whole run stands behind the others.
LAST = ["S13", "S24", "S25"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", help="the parley to attack")
    parser.add_argument("--only", metavar="ROWS", help="only these rows, separated by commas: S01,S20")
    return parser.parse_args()


def chosen(only):
    names = sorted(rows.ROWS)
    wanted = only.split(",") if only else names
    unknown = set(wanted) - set(names)
    if unknown:
        raise SystemExit(f"attack: there are no rows {', '.join(sorted(unknown))}")
    return [name for name in names if name in wanted and name not in LAST] + [name for name in LAST if name in wanted]


def attack(world, names):
    """Runs rows; returns those that failed."""
    world.slow = SlowClients(world)
    failed = []
    for name in names:
        begun = time.monotonic()
        line, held, told = rows.run(name, world)
        print(line, flush=True)
        print(f"attack: {name} took {time.monotonic() - begun:.1f} s", file=sys.stderr, flush=True)
        for text in told:
            print(f"    {name}: {text[:3_000]}", flush=True)
        if not held:
            failed.append(name)
    return failed


def main():
    options = arguments()
    names = chosen(options.only)
    begun = time.monotonic()
    if not browser():
        print("attack: no chromium: pages are judged by a strict parser alone", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="parley-attack-") as folder:
        with World(newest_binary(options.binary), Path(folder)) as world:
            failed = attack(world, names)
    if not options.only and (len(names) != COUNT or TALLY.requests < LEAST_REQUESTS):
        print(f"    {len(names)} rows and {TALLY.requests} requests: {COUNT} and {LEAST_REQUESTS} are the least")
        failed.append("all")
    print(
        f"attack rows={len(names)} requests={TALLY.requests} failed={len(failed)}"
        f" browser={'yes' if browser() else 'no'} seconds={time.monotonic() - begun:.0f}"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
