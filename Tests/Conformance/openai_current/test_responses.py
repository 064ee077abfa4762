"""Responses, whole: shape, settings, formats, refusals, reasoning, errors."""

import json

import openai
import pytest

from responding import heard, refused, respond, texts
from samples import ANIMAL

# Every key of the documented object; `conversation` is there only when one was given.
KEYS = {
    *("id", "object", "created_at", "status", "background", "completed_at", "error", "incomplete_details"),
    *("instructions", "max_output_tokens", "max_tool_calls", "model", "output", "parallel_tool_calls"),
    *("previous_response_id", "prompt_cache_key", "reasoning", "safety_identifier", "service_tier", "store"),
    *("temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "usage", "user", "metadata"),
}


def test_text_is_answered(client, words):
    assert respond(client, words).output_text == f"heard 1: {words}"


def test_every_key_is_there(client, words):
    answer = respond(client, words)
    assert set(answer.to_dict()) >= KEYS
    assert "conversation" not in answer.to_dict()


def test_defaults(client, words):
    answer = respond(client, words).to_dict()
    assert answer["id"].startswith("resp_") and len(answer["id"]) == 53
    assert answer["object"] == "response" and answer["status"] == "completed" and answer["model"] == "fake"
    assert answer["completed_at"] >= answer["created_at"] > 0
    assert (answer["store"], answer["background"], answer["parallel_tool_calls"]) == (True, False, True)
    assert (answer["truncation"], answer["tool_choice"], answer["tools"]) == ("disabled", "auto", [])
    assert answer["text"]["format"] == {"type": "text"} and answer["metadata"] == {}
    assert answer["error"] is None and answer["incomplete_details"] is None and answer["instructions"] is None


def test_times_are_whole_seconds(parley, words):
    _, answer, _ = parley.send("POST", "/v1/responses", {"input": words})
    assert type(answer["created_at"]) is int and type(answer["completed_at"]) is int


def test_output_message(client, words):
    (item,) = respond(client, words).to_dict()["output"]
    assert item["id"].startswith("msg_") and (item["type"], item["role"]) == ("message", "assistant")
    assert item["status"] == "completed"
    part = {"type": "output_text", "text": f"heard 1: {words}", "annotations": [], "logprobs": []}
    assert item["content"] == [part]


def test_usage(client, words):
    usage = respond(client, f"{words} [cached 3]").to_dict()["usage"]
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert usage["input_tokens_details"] == {"cached_tokens": 3, "cache_write_tokens": 0}
    assert usage["output_tokens_details"] == {"reasoning_tokens": 0}


def test_settings_are_echoed(client, words):
    given = {
        "instructions": "be brief",
        "temperature": 0.5,
        "top_p": 0.25,
        "max_output_tokens": 200,
        "max_tool_calls": 3,
        "parallel_tool_calls": False,
        "truncation": "auto",
        "metadata": {"a": "b"},
        "safety_identifier": "s1",
        "prompt_cache_key": "p1",
        "user": "u1",
    }
    answer = respond(client, words, **given).to_dict()
    assert {name: answer[name] for name in given} == given


def test_parameters_reach_the_model(client):
    sent = json.loads(respond(client, "[params]", temperature=0.5, top_p=0.25, max_output_tokens=500).output_text)
    assert sent["temperature"] == 0.5 and sent["top_p"] == 0.25
    assert sent.get("max_completion_tokens", sent.get("max_tokens")) == 500


def test_what_is_ours_does_not_reach_the_model(client):
    sent = json.loads(respond(client, "[params]", metadata={"a": "b"}, store=True, truncation="auto").output_text)
    assert not {"metadata", "store", "truncation", "input", "instructions", "conversation"} & set(sent)


def test_missing_model_is_the_default_one(client, words):
    assert client.responses.create(input=words).model == "fake"


def test_null_counts_as_absent(client, words):
    nothing = dict.fromkeys(["instructions", "temperature", "metadata", "previous_response_id", "conversation"])
    assert respond(client, words, **nothing).status == "completed"


def test_unknown_fields_are_ignored(client, words):
    assert respond(client, words, extra_body={"colour": "blue"}).status == "completed"


def test_instructions_come_first(client):
    first, second = heard(client, "[dump]", instructions="be brief")
    assert first[0] in ("system", "developer") and first[1] == "be brief"
    assert second == ["user", "[dump]"]


# Formats, refusals, reasoning


def test_json_object(client, words):
    answer = respond(client, words, text={"format": {"type": "json_object"}})
    assert json.loads(answer.output_text) == {"answer": "text", "count": 1}
    assert answer.text.format.type == "json_object"


def test_json_schema(client, words):
    form = {"type": "json_schema", "name": "animal", "schema": ANIMAL, "strict": True}
    answer = respond(client, words, text={"format": form})
    assert json.loads(answer.output_text) == {"name": "text", "legs": 1}
    assert answer.text.format.to_dict().items() >= {"type": "json_schema", "name": "animal"}.items()


def test_parsed_into_a_declared_type(client, words):
    import pydantic

    class Animal(pydantic.BaseModel):
        name: str
        legs: int

    answer = client.responses.parse(model="fake", input=words, text_format=Animal)
    assert answer.output_parsed == Animal(name="text", legs=1)


def test_refusal(client, words):
    (item,) = respond(client, f"{words} [refuse]").output
    assert item.content[0].type == "refusal" and item.content[0].refusal == "I would rather not."


def test_reasoning_is_an_item_before_the_answer(client, words):
    thought, said = respond(client, f"{words} [reason]").output
    assert thought.type == "reasoning" and thought.id.startswith("rs_")
    assert thought.summary == [] or thought.summary[0].text == "thinking about it"
    assert said.content[0].text.startswith("heard")


def test_reasoning_is_not_sent_to_the_model_again(client, words):
    first = respond(client, f"{words} [reason]")
    pairs = heard(client, "[dump]", previous_response_id=first.id)
    assert len(pairs) == 3 and not [text for text in texts(pairs) if "thinking" in text]


def test_log_probabilities_when_included(client, words):
    answer = respond(client, words, include=["message.output_text.logprobs"])
    tokens = answer.output[0].content[0].logprobs
    assert "".join(token.token for token in tokens) == answer.output_text


def test_most_tokens_make_an_answer_incomplete(client):
    answer = respond(client, "[long 40]", max_output_tokens=16)
    assert answer.status == "incomplete" and answer.incomplete_details.reason == "max_output_tokens"
    assert len(answer.output_text.split()) == 16 and answer.output[0].status == "incomplete"


# Refusals


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"temperature": 3}, "temperature"),
        ({"top_p": 2}, "top_p"),
        ({"top_logprobs": 21}, "top_logprobs"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"truncation": "sometimes"}, "truncation"),
        ({"metadata": {"a": 1}}, "metadata"),
        ({"metadata": {str(number): "v" for number in range(17)}}, "metadata"),
        ({"conversation": 7}, "conversation"),
        ({"previous_response_id": 7}, "previous_response_id"),
        ({"store": "yes"}, "store"),
        ({"instructions": 7}, "instructions"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_invalid_fields_are_named(client, words, given, param):
    refused(lambda: respond(client, words, extra_body=given), param=param)


def test_upstream_that_refuses(client, words):
    assert "the upstream refuses" in refused(lambda: respond(client, f"{words} [status 400]")).message


def test_upstream_that_breaks(client, words):
    refused(lambda: respond(client, f"{words} [html]"), kind=openai.InternalServerError)


def test_missing_key(parley):
    status, body, _ = parley.send("POST", "/v1/responses", {"input": "x"}, key="wrong")
    assert status == 401 and body["error"]["code"] == "invalid_api_key"
