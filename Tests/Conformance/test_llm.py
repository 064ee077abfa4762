"""The `llm` command with a model that points here: prompt, continue, stream, schema."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def folder(parley, tmp_path_factory):
    """A configuration of `llm` of our own, with a chat model and a completion model."""
    folder = tmp_path_factory.mktemp("llm")
    here = {"model_name": "fake", "api_base": parley.base_url, "api_key_name": "here"}
    models = [
        {**here, "model_id": "here"},
        {**here, "model_id": "whole", "can_stream": False},
        {**here, "model_id": "old", "completion": True},
        {**here, "model_id": "shaped", "supports_schema": True},
    ]
    (folder / "extra-openai-models.yaml").write_text(json.dumps(models))
    (folder / "keys.json").write_text(json.dumps({"here": parley.key}))
    return folder


@pytest.fixture
def llm(folder):
    """Runs the command, and returns what it printed."""

    def run(*words, fails=False):
        command = [str(Path(sys.executable).parent / "llm"), *words]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
        environment = {**kept, "LLM_USER_PATH": str(folder)}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL
        )
        assert (done.returncode != 0) is fails, done.stderr
        return (done.stderr if fails else done.stdout).strip()

    return run


def test_prompt_is_streamed(llm, upstream, words):
    assert llm("-m", "here", words) == f"heard 1: {words}"
    assert upstream.asked(words)[-1]["stream"] is True


def test_prompt_without_a_stream(llm, words):
    assert llm("-m", "here", "--no-stream", words) == f"heard 1: {words}"
    assert llm("-m", "whole", words) == f"heard 1: {words}"


def test_continued_conversation(llm, words):
    llm("-m", "here", words)
    assert llm("-c", "again") == "heard 3: again"


def test_system_prompt(llm, words):
    assert llm("-m", "here", "-s", "be brief", words) == f"heard 2: {words}"


def test_usage_is_shown(llm, folder, words):
    llm("-m", "here", words)
    logged = json.loads(llm("logs", "-n", "1", "--json"))[0]
    assert logged["input_tokens"] > 0 and logged["output_tokens"] > 0


def test_schema(llm, words):
    assert json.loads(llm("-m", "shaped", "--schema", "name, legs int", words)) == {"name": "text", "legs": 1}


def test_completion_model(llm, words):
    assert llm("-m", "old", words).endswith(words)


def test_error_is_shown(llm, words):
    assert "the upstream refuses" in llm("-m", "here", f"{words} [status 400]", fails=True)
