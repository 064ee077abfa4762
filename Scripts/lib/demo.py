"""The demonstration of Scripts/quickstart: one conversation over two processes, with a real model.

    python3 demo.py PARLEY      uses OPENAI_BASE_URL, OPENAI_API_KEY and PARLEY_MODEL as they are

States a code that nobody could guess, lets the process end, starts another one and asks for the code. It exits
with 0 only if the model was really given the history: the answer holds the code, the same question in a new
conversation does not bring it, and the stored context names the earlier messages as kept.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile

SYSTEM = "You are a helpful assistant."
QUESTION = "What is the secret code?"


class DemoFailed(Exception):
    """The demonstration did not show what it is there to show."""


class Parley:
    """The command line with a database of its own."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.environment = {**os.environ, "PARLEY_DATABASE": os.path.join(folder, "demo.sqlite")}

    def run(self, *arguments):
        """Runs one command to its end and returns what it printed."""
        process = subprocess.Popen(
            [self.binary, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env=self.environment,
            text=True,
        )
        try:
            printed, _ = process.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            process.kill()
            raise DemoFailed(f"`parley {arguments[0]}` did not end within 300 s") from None
        if process.returncode != 0:
            raise DemoFailed(f"`parley {' '.join(arguments)}` ended with {process.returncode}")
        return printed.strip()

    def ask(self, text, *options):
        """Asks in a process of its own, and shows what a person would see."""
        answer = self.run(
            "ask", *options, "--system", SYSTEM, "--temperature", "0", "--max-tokens", "40", text
        )
        shown = " ".join(["parley ask", *options, json.dumps(text)])
        print(f"$ {shown}\n{answer}\n", flush=True)
        return answer


def kept_and_dropped(report):
    """How many entries of a context report say that something was kept, and how many that it was dropped."""
    kept = dropped = 0
    waiting = [report]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            words = [entry.lower() for entry in value.values() if isinstance(entry, str)]
            kept += "kept" in words or value.get("kept") is True
            dropped += "dropped" in words
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return kept, dropped


def demonstrate(parley):
    code = str(secrets.randbelow(9000) + 1000)

    print("— first process: states a secret, and ends\n")
    parley.ask(f"The secret code is {code}. Please repeat it.")

    print("— second process: goes on in the same conversation\n")
    answer = parley.ask(QUESTION, "-c")
    conversations = json.loads(parley.run("sessions", "list", "--json"))
    if len(conversations) != 1:
        raise DemoFailed(f"there should be one conversation, there are {len(conversations)}")
    conversation = conversations[0]["id"]

    print("— third process: the same question in a new conversation\n")
    control = parley.ask(QUESTION)

    print(f"— what is stored\n\n$ parley sessions show {conversation}")
    print(parley.run("sessions", "show", conversation), "\n", flush=True)

    kept, dropped = kept_and_dropped(json.loads(parley.run("sessions", "context", conversation, "--json")))
    if code not in answer:
        raise DemoFailed(f"the answer does not hold the code {code}")
    if code in control:
        raise DemoFailed("the code came back without the history, so the answer proves nothing")
    if kept < 2 or dropped:
        raise DemoFailed(f"the context should keep both earlier messages: {kept} kept, {dropped} dropped")
    print(f"demo: the model was given the history: it named {code}, and could not without it")


def main():
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 64
    with tempfile.TemporaryDirectory(prefix="parley-demo-") as folder:
        try:
            demonstrate(Parley(sys.argv[1], folder))
        except DemoFailed as failure:
            print(f"demo: failed: {failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
