"""What every test gets: one running service for the whole run, and a deadline for each test."""

import os
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from service import Service  # noqa: E402

SECONDS_PER_TEST = 40


@pytest.fixture(scope="session")
def parley():
    service = Service()
    yield service
    service.close()


@pytest.fixture(scope="session")
def upstream(parley):
    return parley.upstream


@pytest.fixture(autouse=True)
def deadline():
    """Ends a test that hangs or loops: the oldest SDK repeats some answers for ever."""

    def too_late(*_):
        raise TimeoutError(f"the test took more than {SECONDS_PER_TEST} s")

    signal.signal(signal.SIGALRM, too_late)
    signal.alarm(SECONDS_PER_TEST)
    yield
    signal.alarm(0)


@pytest.fixture
def words(request):
    """Text that no other test uses."""
    return f"about {request.node.name}"


def pytest_terminal_summary(terminalreporter):
    """Leaves the counts behind for the script that sums up every run."""
    counts = {name: len(terminalreporter.stats.get(name, [])) for name in ("passed", "failed", "error")}
    if path := os.environ.get("PARLEY_CONFORMANCE_COUNTS"):
        Path(path).write_text(f"{counts['passed']} {counts['failed'] + counts['error']}\n")
