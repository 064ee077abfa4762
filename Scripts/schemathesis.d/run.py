"""Starts the server on a fresh database and lets schemathesis try every operation of its description."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]

from answering_upstream import Upstream  # noqa: E402
from parley_server import ParleyServer, clean_environment, newest_binary  # noqa: E402

# Seconds for the whole of schemathesis; what follows them is a server that hangs.
LONGEST_RUN = 170


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", help="the parley to run")
    parser.add_argument("--seed", type=int, default=1, help="repeats the choices of an earlier run (1)")
    parser.add_argument("--only", metavar="PATTERN", help="only operations whose path matches this regular expression")
    parser.add_argument("--examples", type=int, default=20, help="cases for each operation and phase (20)")
    return parser.parse_args()


def command(server, binary, *words):
    """Runs a command of the binary on the server's database and returns its decoded answer."""
    line = [str(binary), *words, "--database", str(server.database), "--json"]
    environment = clean_environment(server.folder)
    done = subprocess.run(line, env=environment, cwd=server.folder, capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)}: {done.stderr}")
    return json.loads(done.stdout)


def administrator(server, binary):
    """A key that may do everything."""
    command(server, binary, "users", "add", "anna", "--admin")
    return command(server, binary, "keys", "create", "--user", "anna")["key"]


def schemathesis(options, server, key, report):
    """Runs it, and leaves its report in a file."""
    line = [
        str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(HERE / "schemathesis.toml"),
        "run", f"{server.url}/openapi.json", "--header", f"Authorization: Bearer {key}",
        "--seed", str(options.seed), "--max-examples", str(options.examples),
        "--report", "json", "--report-json-path", str(report),
    ]
    if options.only:
        line += ["--include-path-regex", options.only]
    environment = {
        **os.environ, "PARLEY_URL": server.url, "PARLEY_KEY": key,
        "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1", "SCHEMATHESIS_HOOKS": "hooks",
    }
    subprocess.run(line, cwd=server.folder, env=environment, stdout=sys.stderr, timeout=LONGEST_RUN, check=False)


def counted(report):
    """Cases that passed and that failed; a run that was cut, or tried nothing, is a failure by itself."""
    cases = report["test_cases"]
    bad = cases["with_failures"] + cases["errored"] + len(report["errors"])
    skipped = report["operations"]["selected"] - report["operations"]["tested"]
    if not report["complete"] or report["exit_code"] != 0 or skipped:
        bad = max(bad, 1)
    return cases["generated"] - cases["with_failures"] - cases["errored"], bad


def main():
    options = arguments()
    binary = newest_binary(options.binary)
    upstream = Upstream().start()
    with tempfile.TemporaryDirectory(prefix="parley-schemathesis-") as folder:
        server = ParleyServer(binary, Path(folder) / "parley.sqlite", upstream.url)
        key = administrator(server, binary)
        server.start()
        report = Path(folder) / "report.json"
        try:
            schemathesis(options, server, key, report)
            server.check_alive()
        finally:
            server.stop()
        passed, failed = counted(json.loads(report.read_text()))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
