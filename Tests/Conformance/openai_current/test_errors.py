"""Every failure is the right exception with OpenAI's code, and what the SDK does about it by itself."""

import json
import socket

import openai
import pytest

from samples import CHAT_TOOL, user


def ask(client, text="hello", **more):
    return client.chat.completions.create(**{"model": "fake", "messages": [user(text)], **more})


def error_of(kind, call):
    with pytest.raises(kind) as raised:
        call()
    error = raised.value
    assert type(error) is kind, f"{type(error)} {error}"
    assert set(error.body) >= {"message", "type", "param", "code"} and error.body["message"]
    assert error.request_id.startswith("req_")
    return error


def test_missing_key_is_refused(parley):
    client = openai.OpenAI(base_url=parley.base_url, api_key="none", max_retries=0)
    error = error_of(openai.AuthenticationError, lambda: ask(client, extra_headers={"Authorization": openai.Omit()}))
    assert error.code is None and error.type == "invalid_request_error"


def test_wrong_key_is_refused_and_not_repeated_back(parley):
    client = openai.OpenAI(base_url=parley.base_url, api_key="sk-secret-but-wrong", max_retries=0)
    error = error_of(openai.AuthenticationError, lambda: ask(client))
    assert error.code == "invalid_api_key" and "secret-but-wrong" not in str(error)


def test_organization_and_project_are_ignored(parley, words):
    client = openai.OpenAI(base_url=parley.base_url, api_key=parley.key, organization="org-1", project="proj_1")
    assert ask(client, words).choices


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"messages": openai.omit}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"role": "wizard", "content": "hello"}]}, "messages"),
        ({"messages": [{"content": "hello"}]}, "messages"),
        ({"temperature": 2.5}, "temperature"),
        ({"temperature": "warm"}, "temperature"),
        ({"top_p": -0.5}, "top_p"),
        ({"presence_penalty": 3}, "presence_penalty"),
        ({"frequency_penalty": -3}, "frequency_penalty"),
        ({"n": 0}, "n"),
        ({"n": 129}, "n"),
        ({"top_logprobs": 21, "logprobs": True}, "top_logprobs"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop"),
        ({"stream": "yes"}, "stream"),
        ({"metadata": {"a": 1}}, "metadata"),
        ({"metadata": {"k" * 65: "v"}}, "metadata"),
        ({"metadata": {"k": "v" * 513}}, "metadata"),
        ({"metadata": {str(number): "v" for number in range(17)}}, "metadata"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(f"{name}" for name in value),
)
def test_invalid_fields_are_named(client, given, param):
    error = error_of(openai.BadRequestError, lambda: ask(client, **given))
    assert error.param.startswith(param), error.body
    assert error.code and error.type == "invalid_request_error"


def test_body_that_is_not_json_is_refused(client):
    call = lambda: client.post("/chat/completions", cast_to=object, content=b"{not json")  # noqa: E731
    assert error_of(openai.BadRequestError, call).type == "invalid_request_error"


def test_unknown_route_is_not_found(client):
    error = error_of(openai.NotFoundError, lambda: client.get("/no/such/route", cast_to=object))
    assert error.code == "unknown_url"


def test_wrong_method_says_what_is_allowed(client):
    error = error_of(openai.APIStatusError, lambda: client.delete("/chat/completions", cast_to=object))
    assert error.status_code == 405 and error.code == "method_not_allowed"
    assert "POST" in error.response.headers["allow"]


def test_too_large_a_body_is_refused(client):
    error = error_of(openai.APIStatusError, lambda: ask(client, "x" * (8 * 1024 * 1024 + 1)))
    assert error.status_code == 413


def test_too_deep_json_is_refused(client):
    body = '{"messages":' + "[" * 100 + "]" * 100 + "}"
    error_of(openai.BadRequestError, lambda: client.post("/chat/completions", cast_to=object, content=body.encode()))


def test_stream_is_refused_by_a_plain_status(client):
    error_of(openai.BadRequestError, lambda: ask(client, stream=True, temperature=9))


@pytest.mark.parametrize("streamed", [False, True])
def test_refusal_of_the_upstream_is_passed_on(client, words, streamed):
    error = error_of(openai.BadRequestError, lambda: ask(client, f"{words} {streamed} [status 400]", stream=streamed))
    assert "the upstream refuses" in error.message


@pytest.mark.parametrize("streamed", [False, True])
def test_overflow_is_told_by_code_and_text(client, words, streamed):
    error = error_of(openai.BadRequestError, lambda: ask(client, f"{words} [overflow]", stream=streamed))
    assert error.code == "context_length_exceeded"
    text = str(error)
    assert "Input tokens exceed the configured limit" in text or "context_length_exceeded" in text


@pytest.mark.parametrize("status", [401, 403])
def test_upstream_that_refuses_our_key_is_not_the_callers_fault(client, words, status):
    error = error_of(openai.InternalServerError, lambda: ask(client, f"{words} [status {status}]"))
    assert error.status_code == 502


def test_busy_upstream_is_a_rate_limit_with_its_delay(client, words):
    text = f"{words} [status 429] [retry-after 90]"
    error = error_of(openai.RateLimitError, lambda: ask(client, text))
    assert float(error.response.headers["retry-after"]) == 90


def test_broken_answer_of_the_upstream_is_a_server_error(client, words):
    assert error_of(openai.InternalServerError, lambda: ask(client, f"{words} [html]")).status_code == 502


def test_sdk_gets_over_a_passing_failure(parley, upstream, words):
    client = openai.OpenAI(base_url=parley.base_url, api_key=parley.key, max_retries=2)
    text = f"{words} [status 500] [times 1]"
    assert ask(client, text).choices[0].message.content == f"heard 1: {text}"


def test_failed_turn_leaves_nothing_in_the_conversation(client, conversation, words):
    broken = {"extra_body": {"conversation": conversation.id}}
    error_of(openai.BadRequestError, lambda: ask(client, f"{words} [status 400]", **broken))
    assert list(client.conversations.items.list(conversation.id)) == []
    assert ask(client, words, **broken).choices[0].message.content == f"heard 1: {words}"


def test_unknown_conversation_is_not_found(client):
    error = error_of(openai.NotFoundError, lambda: ask(client, extra_body={"conversation": f"conv_{'0' * 48}"}))
    assert error.type == "invalid_request_error"


def test_tool_result_without_its_call_is_refused(client, conversation):
    result = {"role": "tool", "tool_call_id": "call_unknown", "content": "20"}
    call = lambda: ask(client, messages=[result], extra_body={"conversation": conversation.id})  # noqa: E731
    error_of(openai.BadRequestError, call)


def test_call_without_its_result_is_refused(client, conversation, words):
    named = {"extra_body": {"conversation": conversation.id}, "tools": [CHAT_TOOL]}
    assert ask(client, f"{words} [tool]", **named).choices[0].finish_reason == "tool_calls"
    error_of(openai.BadRequestError, lambda: ask(client, words, **named))


def test_idempotency_key_answers_the_same_once_more(client, upstream, words):
    headers = {"Idempotency-Key": words}
    first, second = ask(client, words, extra_headers=headers), ask(client, words, extra_headers=headers)
    assert first.id == second.id and len(upstream.asked(words)) == 1
    error = error_of(openai.BadRequestError, lambda: ask(client, "something else", extra_headers=headers))
    assert error.code == "idempotency_key_reused"


def test_malformed_http_gets_an_answer(parley):
    with socket.create_connection(("127.0.0.1", parley.server.port), timeout=5) as connection:
        connection.sendall(b"NONSENSE\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 400")


def test_errors_of_every_route_without_a_key_have_the_shape(parley):
    for path in ("/v1/models", "/v1/conversations/conv_1", "/v1/responses/resp_1", "/v1/nothing", "/nothing"):
        status, body, _ = parley.send("GET", path, key="wrong")
        assert status in (401, 404), path
        assert set(body["error"]) == {"message", "type", "param", "code"}, json.dumps(body)
