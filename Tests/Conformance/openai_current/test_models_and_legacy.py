"""Models, and the completions that came before chat."""

import openai
import pytest

from service import Service


def complete(client, prompt, **more):
    return client.completions.create(model="text-davinci-003", prompt=prompt, **more)


def test_models_are_listed(client):
    models = list(client.models.list())
    assert {"fake", "other/model"} <= {model.id for model in models}
    assert {model.object for model in models} == {"model"} and all(model.created > 0 for model in models)


def test_one_model_is_shown(client):
    assert client.models.retrieve("fake").id == "fake"


def test_model_with_a_slash_is_shown(client):
    assert client.models.retrieve("other/model").id == "other/model"


def test_unknown_model_is_not_found(client):
    with pytest.raises(openai.NotFoundError) as raised:
        client.models.retrieve("no-such-model")
    assert raised.value.code == "model_not_found"


def test_completion_of_a_retired_model(client, words):
    answer = complete(client, words)
    assert answer.id.startswith("cmpl-") and answer.object == "text_completion"
    assert answer.choices[0].text.endswith(words) and answer.choices[0].finish_reason == "stop"
    assert answer.usage.total_tokens > 0


def test_completion_without_a_prompt_is_answered(client):
    assert complete(client, openai.omit).choices[0].text


def test_completion_of_several_prompts_keeps_their_order(client, words):
    answer = complete(client, [f"{words} one", f"{words} two"], n=2)
    assert [choice.index for choice in answer.choices] == [0, 1, 2, 3]
    assert [choice.text.split()[-1] for choice in answer.choices] == ["one", "one", "two", "two"]


def test_completion_stops_at_its_most_tokens(client):
    choice = complete(client, "[long 30]", max_tokens=7, temperature=0).choices[0]
    assert choice.finish_reason == "length" and len(choice.text.split()) == 7


def test_streamed_completion_is_whole(parley, words):
    """Not in the strict mode: it refuses a null `finish_reason`, which the API itself sends."""
    client = openai.OpenAI(base_url=parley.base_url, api_key=parley.key, max_retries=0)
    chunks = list(complete(client, words, stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks).endswith(words)
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert {chunk.object for chunk in chunks} == {"text_completion"} and len({chunk.id for chunk in chunks}) == 1


def test_completions_are_served_by_chat_where_the_upstream_has_nothing_else(words):
    service = Service(legacy=False)
    try:
        client = openai.OpenAI(base_url=service.base_url, api_key=service.key, max_retries=0)
        answer = complete(client, words)
        assert answer.object == "text_completion" and answer.choices[0].text.endswith(words)
        assert "".join(chunk.choices[0].text for chunk in complete(client, words, stream=True)).endswith(words)
        with pytest.raises(openai.BadRequestError):
            complete(client, ["one", "two"])
    finally:
        service.close()
