"""What the measurements share: the tools in C, processes and where they run, medians, the line of JSON."""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BENCH = Path(__file__).resolve().parent
sys.path.insert(0, str(BENCH.parent / "lib"))

from parley_server import ROOT, ParleyServer, ServerDied, free_port, request_json  # noqa: E402, F401

HOME = Path(
    os.environ.get("PARLEY_BENCH_HOME")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parley" / "bench"
)
CORES = os.cpu_count() or 1
TICKS = os.sysconf("SC_CLK_TCK")
TOOLS = {"fakeup": [], "hload": [], "turnfloor": ["-lsqlite3"]}

# A question and an answer of ordinary size, a little under 300 bytes.
TEXT = (
    "How does the server keep the history between two requests, and what happens to the oldest turns when the "
    "token budget is spent? 请说明多轮对话的上下文是怎样保存的，以及超过长度限制以后最早的消息会怎么处理，谢谢。"
)


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def parser(description, rounds=3):
    """The options that every measurement has."""
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--binary", help="the parley to measure (default: .build/release/parley)")
    options.add_argument("--rounds", type=int, default=rounds, help=f"rounds, floor and product in each ({rounds})")
    options.add_argument(
        "--realtime",
        action="store_true",
        help="run everything under SCHED_RR: for a machine that others use too (needs root)",
    )
    return options


def release_binary(options):
    path = Path(options.binary).resolve() if options.binary else ROOT / ".build" / "release" / "parley"
    if not path.exists():
        raise SystemExit(f"bench: {path} is not there: run `swift build -c release --product parley`")
    return path


def build_tools():
    """Compiles the tools in C when their sources are newer."""
    HOME.mkdir(parents=True, exist_ok=True)
    for name, libraries in TOOLS.items():
        sources = [BENCH / f"{name}.c", BENCH / "wire.h"]
        built = HOME / name
        if built.exists() and all(source.stat().st_mtime < built.stat().st_mtime for source in sources):
            continue
        subprocess.run(
            ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(built), str(sources[0]), *libraries], check=True
        )


# --- Where processes run ---


class Place:
    """Where processes run: on which core, under which scheduler."""

    def __init__(self, options, pinned=False):
        self.realtime = options.realtime
        self.pinned = pinned and CORES > 1

    def prefix(self, core=None):
        command = ["chrt", "--rr", "10"] if self.realtime else []
        if self.pinned and core is not None:
            command += ["taskset", "--cpu-list", str(core)]
        return command


class Upstream:
    """The fast fake upstream; on core 0, with the load generator, when processes are pinned."""

    def __init__(self, place, *arguments):
        command = [*place.prefix(0), str(HOME / "fakeup"), *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}/v1"

    def stats(self):
        return request_json("GET", f"http://{self.address}/stats")[1]

    def stop(self):
        stop(self.process)


def stop(process):
    """Ends a process of ours and waits for it."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def load(
    place, url, body=None, connections=1, seconds=2, requests=None, warm_up=0.5, headers=(), lines=None, ramp=0, timed=False
):
    """Runs the load generator and returns what it measured; without a body it sends GET."""
    command = [*place.prefix(0), str(HOME / "hload"), "-c", str(connections), "-d", str(seconds), "-w", str(warm_up)]
    command += ["-r", str(ramp), *(["-t"] if timed else [])]
    if requests:
        command += ["-n", str(requests)]
    for header in headers:
        command += ["-H", header]
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        if body is None:
            command += ["-m", "GET"]
        else:
            body_file = Path(folder) / "body"
            body_file.write_text(json.dumps(body, ensure_ascii=False, separators=(",", ":")))
            command += ["-b", f"@{body_file}"]
        if lines:
            lines_file = Path(folder) / "lines"
            lines_file.write_text("".join(f"{line}\n" for line in lines))
            command += ["-l", str(lines_file)]
        result = subprocess.run([*command, url], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"bench: hload {url}: {result.stderr.strip()}")
    measured = json.loads(result.stdout)
    if failures(measured) or not measured["good"]:
        say(f"{url}: {failures(measured)} of {measured['requests']} failed: {measured['statuses']}")
    return measured


def failures(measured):
    """The requests that were refused, were cut off, or never ended."""
    return measured["bad"] + measured["broken"] + measured["unfinished"]


# --- What a process uses ---


def resident_megabytes(pid, peak=False):
    """The memory that a process holds, or the most that it ever held."""
    name = "VmHWM:" if peak else "VmRSS:"
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith(name):
                return int(line.split()[1]) / 1024
    return None


def processor_seconds(pid):
    """What a process and those of its children that have ended have used."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) / TICKS


def children(pid):
    """The processes that descend from one."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            direct = [int(child) for child in file.read().split()]
    except OSError:
        return []
    return direct + [below for child in direct for below in children(child)]


class ForeignLoad:
    """The share of the machine that was used by others while something was measured."""

    def __enter__(self):
        self.begun, self.busy, self.own = time.monotonic(), self._busy(), self._own()
        return self

    def __exit__(self, *_):
        seconds = max(time.monotonic() - self.begun, 1e-6)
        foreign = (self._busy() - self.busy) - (self._own() - self.own)
        self.share = round(max(0.0, foreign / seconds / CORES), 3)

    @staticmethod
    def _busy():
        with open("/proc/stat") as file:
            ticks = [int(field) for field in file.readline().split()[1:9]]
        return (sum(ticks) - ticks[3] - ticks[4]) / TICKS

    @staticmethod
    def _own():
        me = os.getpid()
        return sum(processor_seconds(pid) for pid in [me, *children(me)])


# --- Figures ---


def figure(values, digits=1):
    """The median of the rounds, with the smallest and the largest."""
    values = [value for value in values if value is not None]
    if not values:
        return None
    return {
        "median": round(statistics.median(values), digits),
        "min": round(min(values), digits),
        "max": round(max(values), digits),
    }


def ratio(left, right):
    """The figure of one series over another, round by round."""
    return figure([a / b for a, b in zip(left, right) if a is not None and b], digits=3)


def emit(bench, **fields):
    """Prints one measurement as one line."""
    print(json.dumps({"bench": bench, **fields}, ensure_ascii=False), flush=True)


def emit_machine(bench, foreign):
    """Prints where and under what load this was measured."""
    with open("/proc/cpuinfo") as file:
        model = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), "unknown")
    emit(
        bench,
        what="machine",
        processor=model,
        cores=CORES,
        kernel=os.uname().release,
        load_average=[float(value) for value in Path("/proc/loadavg").read_text().split()[:3]],
        foreign_cpu=foreign,
    )


# --- The product ---


class Product(ParleyServer):
    """The product's server on a new database, between an upstream and the load generator."""

    def __init__(self, options, place, upstream, **environment):
        self.temporary = tempfile.mkdtemp(prefix="parley-bench-")
        super().__init__(
            release_binary(options),
            Path(self.temporary) / "parley.sqlite",
            upstream.url,
            environment=environment,
            prefix=place.prefix(1),
        )

    def post(self, path, body):
        status, answer, _ = request_json("POST", self.url + path, body)
        if status != 200:
            raise SystemExit(f"bench: POST {path} was answered with {status}: {answer}")
        return answer

    def conversation(self, items, policy=None):
        """A new conversation that holds so many items; returns its id."""
        conversation = self.post("/v1/conversations", {})["id"]
        if policy:
            self.post(f"/v1/conversations/{conversation}", {"context": {"policy": policy}})
        for start in range(0, items, 20):
            batch = [message(number) for number in range(start, min(items, start + 20))]
            self.post(f"/v1/conversations/{conversation}/items", {"items": batch})
        return conversation

    def remove(self):
        """Ends the server and deletes its database."""
        if self.process and self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.temporary, ignore_errors=True)


def message(number):
    """An item of a history; questions and answers take turns."""
    if number % 2 == 0:
        return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": TEXT}]}
    return {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": TEXT}]}
