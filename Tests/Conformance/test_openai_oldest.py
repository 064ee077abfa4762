"""The SDK before 1.0, which the tutorials use. It repeats an answer of 409 for ever, so there must be none."""

import openai
import pytest

from samples import user


@pytest.fixture(autouse=True)
def pointed_here(parley, monkeypatch):
    monkeypatch.setattr(openai, "api_base", parley.base_url)
    monkeypatch.setattr(openai, "api_key", parley.key)


def ask(text, **more):
    return openai.ChatCompletion.create(**{"model": "gpt-3.5-turbo", "messages": [user(text)], **more})


def test_completion_by_engine(words):
    answer = openai.Completion.create(
        engine="text-davinci-003", prompt=words, max_tokens=60, n=1, stop=None, temperature=0.5
    )
    assert answer.choices[0].text.strip().endswith(words)


def test_completion_by_model(words):
    answer = openai.Completion.create(model="text-davinci-003", prompt=words, max_tokens=60)
    assert answer["choices"][0]["text"].endswith(words) and answer["object"] == "text_completion"


def test_streamed_completion(words):
    chunks = list(openai.Completion.create(model="text-davinci-003", prompt=words, stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks).endswith(words)


def test_chat_by_model(words):
    answer = ask(words)
    assert answer.choices[0].message.content == f"heard 1: {words}" and answer.usage.total_tokens > 0


def test_chat_by_engine(words):
    answer = openai.ChatCompletion.create(engine="gpt-3.5-turbo", messages=[user(words)])
    assert answer.choices[0].message["content"] == f"heard 1: {words}"


def test_streamed_chat(words):
    chunks = list(ask(words, stream=True))
    assert "".join(chunk.choices[0].delta.get("content", "") or "" for chunk in chunks) == f"heard 1: {words}"
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_functions_of_that_time_are_sent_on(upstream, words):
    function = {"name": "weather", "parameters": {"type": "object", "properties": {}}}
    assert ask(words, functions=[function], function_call="auto").choices
    assert upstream.asked(words)[-1]["functions"] == [function]


def test_models():
    assert "fake" in [model.id for model in openai.Model.list().data]
    assert openai.Model.retrieve("fake").id == "fake"


def test_engines():
    listed = openai.Engine.list()
    assert "fake" in [engine.id for engine in listed.data] and {engine.object for engine in listed.data} == {"engine"}
    assert openai.Engine.retrieve("fake").ready is True


def test_engine_generates(words):
    assert openai.Engine(id="davinci", engine="davinci").id == "davinci"
    assert openai.Completion.create(engine="davinci", prompt=words).choices[0].text.endswith(words)


def test_wrong_key(monkeypatch):
    monkeypatch.setattr(openai, "api_key", "wrong")
    with pytest.raises(openai.error.AuthenticationError):
        ask("x")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, openai.error.InvalidRequestError),
        (429, openai.error.RateLimitError),
        (500, openai.error.APIError),
        (503, openai.error.ServiceUnavailableError),
    ],
)
def test_errors_of_the_upstream(words, status, kind):
    with pytest.raises((kind, openai.error.APIError) if status >= 500 else kind):
        ask(f"{words} [status {status}]")


def test_error_tells_param_and_code():
    with pytest.raises(openai.error.InvalidRequestError) as raised:
        ask("x", temperature=9)
    assert raised.value.param == "temperature" and raised.value.code == "decimal_above_max_value"


def test_unknown_conversation_is_an_error_and_no_loop():
    with pytest.raises(openai.error.InvalidRequestError):
        ask("x", conversation=f"conv_{'0' * 48}")


def test_overflow_is_told(words):
    with pytest.raises(openai.error.InvalidRequestError) as raised:
        ask(f"{words} [overflow]")
    assert raised.value.code == "context_length_exceeded"


def test_broken_stream_is_an_error(words):
    with pytest.raises(openai.error.APIError):
        list(ask(f"{words} [long 20] [drop]", stream=True))
