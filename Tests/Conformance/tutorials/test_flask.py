"""The tutorials' own Flask servers, unchanged but for the address, put in front of this one."""

import pytest

from service import request_json


@pytest.fixture
def serve(programs):
    started = []

    def serve(name, probe):
        process, root = programs.serve(name, probe)
        started.append(process)
        return root

    yield serve
    for process in started:
        process.kill()
        process.wait()


def test_ask_gpt_app(serve, words):
    root = serve("ask_gpt_app.py", "/ask_gpt")
    status, answer, _ = request_json("POST", f"{root}/ask_gpt", {"prompt": f"{words} 你好"})
    assert status == 200 and answer["message"].endswith("你好")
    status, answer, _ = request_json("POST", f"{root}/ask_gpt", {"prompt": words, "model": "davinci"})
    assert status == 200 and answer["message"].endswith(words)


def test_chat_app(serve, words):
    root = serve("chat_app.py", "/chat")
    status, answer, _ = request_json("POST", f"{root}/chat", {"message": f"{words} 你好"})
    assert status == 200 and answer["choices"][0]["text"] == f"heard 1: {words} 你好"
    assert answer["choices"][0]["message"]["content"] == answer["choices"][0]["text"]
