"""Chat completions, whole and streamed: shapes, tools, refusals, log probabilities, several choices."""

import json
import urllib.request

import openai
import pytest

from samples import ANIMAL, CHAT_TOOL, IMAGE, assistant, user


def ask(client, text, **more):
    return client.chat.completions.create(model="fake", messages=[user(text)], **more)


def stream(client, text, **more):
    return list(ask(client, text, stream=True, **more))


def streamed_text(chunks, index=0):
    choices = [choice for chunk in chunks for choice in chunk.choices if choice.index == index]
    return "".join(choice.delta.content or "" for choice in choices)


def test_answer_is_the_models(client, words):
    assert ask(client, words).choices[0].message.content == f"heard 1: {words}"


def test_answer_has_the_documented_shape(client, words):
    answer = ask(client, words)
    assert answer.id.startswith("chatcmpl-") and len(answer.id) == len("chatcmpl-") + 48
    assert answer.object == "chat.completion" and answer.model == "fake"
    assert answer.choices[0].finish_reason == "stop" and answer.choices[0].index == 0
    raw = answer.to_dict()
    assert raw["choices"][0]["logprobs"] is None
    assert raw["choices"][0]["message"]["refusal"] is None
    assert raw["choices"][0]["message"]["annotations"] == []


def test_usage_adds_up_and_has_details(client, words):
    usage = ask(client, f"{words} [cached 2]").usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 0
    assert usage.prompt_tokens_details.cached_tokens == 2
    assert usage.completion_tokens_details.reasoning_tokens == 0


def test_every_answer_has_a_request_id_of_its_own(client, words):
    first, second = ask(client, words), ask(client, words)
    assert first._request_id.startswith("req_") and first._request_id != second._request_id
    assert first.id != second.id


def test_content_types_name_the_charset(client, words):
    whole = client.chat.completions.with_raw_response.create(model="fake", messages=[user(words)])
    assert whole.headers["content-type"] == "application/json; charset=utf-8"
    streamed = client.chat.completions.with_raw_response.create(model="fake", messages=[user(words)], stream=True)
    assert streamed.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert streamed.headers["cache-control"] == "no-cache"
    assert "".join(chunk.id for chunk in streamed.parse())


@pytest.mark.parametrize("text", ["你好，世界 🌏", "é ü ñ", "line\nbreak\ttab \\ \"quote\"", "\u2028 \u0000x"])
def test_any_text_comes_back_whole(client, text):
    assert ask(client, text).choices[0].message.content == f"heard 1: {text}"
    assert streamed_text(stream(client, text)) == f"heard 1: {text}"


def test_every_role_is_sent_on_in_order(client):
    roles = ["system", "developer", "user", "assistant", "user"]
    messages = [{"role": role, "content": f"[dump] {role} {number}"} for number, role in enumerate(roles)]
    answer = client.chat.completions.create(model="fake", messages=messages)
    heard = json.loads(answer.choices[0].message.content)
    assert [text for _, text in heard] == [message["content"] for message in messages]
    assert [role for role, _ in heard][2:] == roles[2:]


def test_parts_of_content_are_sent_on(client, upstream, words):
    image = {"type": "image_url", "image_url": {"url": IMAGE}}
    parts = [{"type": "text", "text": words}, image]
    client.chat.completions.create(model="fake", messages=[{"role": "user", "content": parts}])
    assert upstream.asked(words)[-1]["messages"][-1]["content"][1]["image_url"]["url"] == IMAGE


def test_parameters_are_sent_on_and_null_counts_as_absent(client):
    given = {"temperature": 0.5, "top_p": 0.25, "presence_penalty": 1, "frequency_penalty": -1, "seed": 7}
    answer = ask(client, "[params]", max_completion_tokens=500, stop=None, logit_bias={"50256": -100}, **given)
    sent = json.loads(answer.choices[0].message.content)
    assert given.items() <= sent.items() and sent["max_completion_tokens"] == 500
    assert sent["logit_bias"] == {"50256": -100}
    assert sent.get("stop") is None


def test_unknown_fields_are_sent_on(client):
    answer = ask(client, "[params]", extra_body={"min_p": 0.125})
    assert json.loads(answer.choices[0].message.content)["min_p"] == 0.125


def test_what_is_ours_is_not_sent_on(client):
    sent = json.loads(ask(client, "[params]", store=True, metadata={"a": "b"}).choices[0].message.content)
    assert "store" not in sent and "metadata" not in sent


def test_most_tokens_end_an_answer_with_length(client):
    answer = ask(client, "[long 30]", max_tokens=3)
    assert answer.choices[0].finish_reason == "length"
    assert answer.choices[0].message.content.split() == ["word0", "word1", "word2"]


def test_stop_texts_end_an_answer(client):
    assert ask(client, "[long 30]", stop=["word2"]).choices[0].message.content == "word0 word1 "


def test_one_tool_call(client, words):
    answer = ask(client, f"{words} [tool]", tools=[CHAT_TOOL])
    assert answer.choices[0].finish_reason == "tool_calls" and answer.choices[0].message.content is None
    call = answer.choices[0].message.tool_calls[0]
    assert call.type == "function" and call.function.name == "weather"
    assert json.loads(call.function.arguments) == {"city": "上海"}


def test_two_tool_calls_and_their_results(client, words):
    asked = user(f"{words} [tools]")
    calls = client.chat.completions.create(model="fake", messages=[asked], tools=[CHAT_TOOL]).choices[0].message
    assert len({call.id for call in calls.tool_calls}) == 2
    results = [
        {"role": "tool", "tool_call_id": call.id, "content": f"{degrees}°"}
        for call, degrees in zip(calls.tool_calls, (20, 21), strict=True)
    ]
    said = {"role": "assistant", "content": None, "tool_calls": [call.to_dict() for call in calls.tool_calls]}
    answer = client.chat.completions.create(model="fake", messages=[asked, said, *results], tools=[CHAT_TOOL])
    assert answer.choices[0].message.content == "results: 20°, 21°"


def test_tool_choice_none_calls_nothing(client, words):
    answer = ask(client, f"{words} [tool]", tools=[CHAT_TOOL], tool_choice="none")
    assert answer.choices[0].message.tool_calls is None


def test_refusal(client, words):
    message = ask(client, f"{words} [refuse]").choices[0].message
    assert message.refusal == "I would rather not." and message.content is None


def test_empty_answer(client, words):
    assert ask(client, f"{words} [empty]").choices[0].message.content == ""


def test_log_probabilities(client, words):
    choice = ask(client, words, logprobs=True, top_logprobs=1).choices[0]
    tokens = choice.logprobs.content
    assert "".join(token.token for token in tokens) == choice.message.content
    assert tokens[0].logprob == -0.25 and len(tokens[0].top_logprobs) == 1


def test_several_choices(client, words):
    answer = ask(client, words, n=3)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert {choice.message.content for choice in answer.choices} == {f"heard 1: {words}"}


def test_json_object(client, words):
    answer = ask(client, words, response_format={"type": "json_object"})
    assert json.loads(answer.choices[0].message.content) == {"answer": "text", "count": 1}


def test_json_schema(client, words):
    form = {"type": "json_schema", "json_schema": {"name": "animal", "schema": ANIMAL, "strict": True}}
    answer = ask(client, words, response_format=form)
    assert json.loads(answer.choices[0].message.content) == {"name": "text", "legs": 1}


def test_missing_model_is_the_default_one(client, words):
    answer = client.chat.completions.create(model=openai.omit, messages=[user(words)])
    assert answer.model == "fake"


def test_a_list_that_was_sent_is_never_added_to(client, words):
    """The client keeps its own history: recording it must not change what the model is sent."""
    history = [user(words)]
    for turn in range(3):
        said = client.chat.completions.create(model="fake", messages=history).choices[0].message.content
        assert said == f"heard {2 * turn + 1}: {history[-1]['content']}"
        history += [assistant(said), user(f"{words} {turn}")]


def test_stream_is_the_whole_answer(client, words):
    assert streamed_text(stream(client, words)) == f"heard 1: {words}"


def test_stream_chunks_share_id_time_and_model(client, words):
    chunks = stream(client, words)
    assert len({(chunk.id, chunk.created, chunk.model, chunk.object) for chunk in chunks}) == 1
    assert chunks[0].id.startswith("chatcmpl-") and chunks[0].object == "chat.completion.chunk"


def test_stream_begins_with_the_role_and_ends_with_a_reason(client, words):
    choices = [chunk.choices[0] for chunk in stream(client, words)]
    assert choices[0].delta.role == "assistant"
    assert choices[-1].finish_reason == "stop"
    assert all(choice.finish_reason is None for choice in choices[:-1])


def test_stream_without_the_option_has_no_usage(client, words):
    assert all(chunk.choices and chunk.usage is None for chunk in stream(client, words))


def test_stream_with_the_option_ends_with_usage(client, words):
    *others, last = stream(client, words, stream_options={"include_usage": True})
    assert last.choices == [] and last.usage.total_tokens > 0
    assert all(chunk.usage is None and "usage" in chunk.to_dict() for chunk in others)


def test_streamed_tool_calls_are_accumulated(client, words):
    with client.chat.completions.stream(
        model="fake", messages=[user(f"{words} [tools]")], tools=[CHAT_TOOL]
    ) as events:
        calls = events.get_final_completion().choices[0].message.tool_calls
    assert [call.function.name for call in calls] == ["weather", "weather"]
    assert [json.loads(call.function.arguments) for call in calls] == [{"city": "上海"}] * 2


def test_streamed_tool_call_names_its_id_once(client, words):
    deltas = [chunk.choices[0].delta for chunk in stream(client, f"{words} [tool]", tools=[CHAT_TOOL])]
    calls = [call for delta in deltas for call in delta.tool_calls or []]
    assert [call.id is not None for call in calls].count(True) == 1 and calls[0].id
    assert {call.index for call in calls} == {0}


def test_streamed_refusal(client, words):
    chunks = stream(client, f"{words} [refuse]")
    assert "".join(chunk.choices[0].delta.refusal or "" for chunk in chunks) == "I would rather not."


def test_streamed_log_probabilities(client, words):
    chunks = stream(client, words, logprobs=True)
    tokens = [token for chunk in chunks if chunk.choices[0].logprobs for token in chunk.choices[0].logprobs.content]
    assert "".join(token.token for token in tokens) == f"heard 1: {words}"


def test_streamed_choices_are_told_apart(client, words):
    chunks = stream(client, words, n=2)
    assert {streamed_text(chunks, index) for index in (0, 1)} == {f"heard 1: {words}"}


def test_stream_parses_into_a_declared_type(client, words):
    import pydantic

    class Animal(pydantic.BaseModel):
        name: str
        legs: int

    answer = client.chat.completions.parse(model="fake", messages=[user(words)], response_format=Animal)
    assert answer.choices[0].message.parsed == Animal(name="text", legs=1)


def test_stream_arrives_while_the_model_still_talks(client, upstream, words):
    chunks = ask(client, f"{words} [long 20] [pause {words}]", stream=True)
    begun = "".join(next(chunks).choices[0].delta.content or "" for _ in range(5))
    assert begun.startswith("word0")
    upstream.release(words)
    assert streamed_text(chunks).endswith("word19")


def test_bytes_of_a_stream(parley, words):
    body = json.dumps({"model": "fake", "messages": [user(words)], "stream": True}).encode()
    headers = {"Authorization": f"Bearer {parley.key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{parley.base_url}/chat/completions", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        blocks = answer.read().decode().split("\n\n")
    assert blocks[-2:] == ["data: [DONE]", ""]
    for block in blocks[:-2]:
        assert block.startswith((":", "data: {")), block
        assert block.startswith(":") or "error" not in json.loads(block.removeprefix("data: "))


def test_broken_stream_raises_with_the_reason(client, words):
    with pytest.raises(openai.APIError) as raised:
        stream(client, f"{words} [long 20] [drop]")
    assert not isinstance(raised.value, openai.APIConnectionError)
    assert raised.value.body["code"].startswith("upstream_") and raised.value.body["message"]


def test_conversation_is_remembered(client, conversation, words):
    def say(text):
        return ask(client, text, extra_body={"conversation": conversation.id}).choices[0].message.content

    assert say(words) == f"heard 1: {words}"
    assert json.loads(say("[dump] two")) == [["user", words], ["assistant", f"heard 1: {words}"], ["user", "[dump] two"]]


def test_conversation_of_a_header_is_remembered(client, conversation, words):
    for heard in (1, 3):
        answer = ask(client, words, extra_headers={"X-Parley-Conversation": conversation.id})
        assert answer.choices[0].message.content == f"heard {heard}: {words}"
