"""The tutorials' curl commands, and the exact bytes of clients that are not run here."""

import json
import socket

import pytest


@pytest.fixture
def curl(programs):
    def curl(*words):
        return json.loads(programs.run("curl", "-sS", *words))

    return curl


def test_completions(curl, parley):
    body = '{"model": "text-davinci-003", "prompt": "[long 30]", "max_tokens": 7, "temperature": 0}'
    answer = curl(
        f"{parley.url}/v1/completions",
        *("-H", "Content-Type: application/json"),
        *("-H", f"Authorization: Bearer {parley.key}"),
        *("-d", body),
    )
    assert answer["id"].startswith("cmpl-") and answer["object"] == "text_completion"
    assert type(answer["created"]) is int and answer["model"]
    choice = answer["choices"][0]
    assert (choice["index"], choice["logprobs"], choice["finish_reason"]) == (0, None, "length")
    assert len(choice["text"].split()) == 7
    assert set(answer["usage"]) >= {"prompt_tokens", "completion_tokens", "total_tokens"}


def test_ask_gpt_without_a_key(curl, parley, words):
    answer = curl(
        *("-X", "POST", f"{parley.url}/ask_gpt"),
        *("-H", "Content-Type: application/json"),
        *("-d", json.dumps({"prompt": words})),
    )
    assert set(answer) >= {"message"} and answer["message"].endswith(words)


def test_ask_gpt_with_a_model(curl, parley, words):
    body = json.dumps({"prompt": words, "model": "other/model"})
    assert curl("-X", "POST", f"{parley.url}/ask_gpt", "-d", body)["message"].endswith(words)


def test_ask_gpt_without_a_prompt_is_an_error(curl, parley):
    assert curl("-X", "POST", f"{parley.url}/ask_gpt", "-d", "{}")["error"]["param"] == "prompt"


def test_chat_without_a_key(curl, parley, words):
    answer = curl("-X", "POST", f"{parley.url}/chat", "-d", json.dumps({"message": words}))
    choice = answer["choices"][0]
    assert choice["text"] == choice["message"]["content"] and choice["text"].endswith(words)


def test_form_content_type_of_curl_is_no_obstacle(curl, parley, words):
    """`curl -d` alone says that the body is a form."""
    body = json.dumps({"messages": [{"role": "user", "content": words}]})
    answer = curl(f"{parley.url}/v1/chat/completions", "-H", f"Authorization: Bearer {parley.key}", "-d", body)
    assert answer["choices"][0]["message"]["content"] == f"heard 1: {words}"


def exchange(parley, headers, body):
    """Sends bytes as they are, and returns the head and the decoded body of the answer."""
    lines = [
        "POST /v1/engines/gpt-3.5-turbo/completions HTTP/1.1",
        f"Host: 127.0.0.1:{parley.server.port}",
        f"Authorization: Bearer {parley.key}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    with socket.create_connection(("127.0.0.1", parley.server.port), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        raw = b""
        while part := connection.recv(65536):
            raw += part
    head, _, answered = raw.partition(b"\r\n\r\n")
    return head.decode().lower(), json.loads(answered)


def test_bytes_of_retrofit(parley, words):
    headers = ["Content-Type: application/json; charset=UTF-8", "Accept-Encoding: gzip", "User-Agent: okhttp/4.10.0"]
    body = json.dumps({"prompt": f"{words} 你好", "max_tokens": 50, "temperature": 0.5}, ensure_ascii=False).encode()
    head, answer = exchange(parley, headers, body)
    assert "content-type: application/json; charset=utf-8" in head and " 200 " in head
    assert answer["choices"][0]["text"].endswith("你好")


@pytest.mark.parametrize(("charset", "text"), [("gbk", "你好"), ("iso-8859-1", "café"), ("utf-8", "你好")])
def test_named_charset_is_honoured(parley, charset, text):
    body = json.dumps({"prompt": text}, ensure_ascii=False).encode(charset)
    _, answer = exchange(parley, [f"Content-Type: application/json; charset={charset}"], body)
    assert answer["choices"][0]["text"].endswith(text)


def test_latin_bytes_without_a_charset_are_understood(parley):
    body = json.dumps({"prompt": "café"}, ensure_ascii=False).encode("iso-8859-1")
    _, answer = exchange(parley, ["Content-Type: application/json"], body)
    assert answer["choices"][0]["text"].endswith("café")
