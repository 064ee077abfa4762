"""Earlier SDKs of OpenAI, 1.x and 2.x, in their strict mode: what each of them already has."""

import json

import openai
import pytest
from openai.resources.responses import Responses

from samples import ANIMAL, CHAT_TOOL, RESPONSES_TOOL, user
from service import eventually


@pytest.fixture(scope="module")
def client(parley):
    return openai.OpenAI(
        base_url=parley.base_url, api_key=parley.key, max_retries=0, _strict_response_validation=True
    )


def ask(client, text, **more):
    return client.chat.completions.create(model="gpt-3.5-turbo", messages=[user(text)], **more)


def respond(client, given, **more):
    return client.responses.create(model="fake", input=given, **more)


def test_chat(client, words):
    answer = ask(client, words)
    assert answer.choices[0].message.content == f"heard 1: {words}" and answer.usage.total_tokens > 0
    assert answer._request_id.startswith("req_")


def test_chat_stream(client, words):
    chunks = list(ask(client, words, stream=True, stream_options={"include_usage": True}))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1]) == f"heard 1: {words}"
    assert chunks[-1].usage.total_tokens > 0


def test_chat_tools_and_results(client, words):
    asked = user(f"{words} [tools]")
    said = client.chat.completions.create(model="fake", messages=[asked], tools=[CHAT_TOOL]).choices[0].message
    results = [{"role": "tool", "tool_call_id": call.id, "content": "20°"} for call in said.tool_calls]
    calls = {"role": "assistant", "tool_calls": [call.to_dict() for call in said.tool_calls]}
    answer = client.chat.completions.create(model="fake", messages=[asked, calls, *results], tools=[CHAT_TOOL])
    assert answer.choices[0].message.content == "results: 20°, 20°"


def test_chat_stream_helper_accumulates_calls(client, words):
    with client.chat.completions.stream(model="fake", messages=[user(f"{words} [tool]")], tools=[CHAT_TOOL]) as events:
        call = events.get_final_completion().choices[0].message.tool_calls[0]
    assert json.loads(call.function.arguments) == {"city": "上海"}


def test_completion(client, words):
    assert client.completions.create(model="text-davinci-003", prompt=words).choices[0].text.endswith(words)


def test_models(client):
    assert "fake" in {model.id for model in client.models.list()}
    assert client.models.retrieve("other/model").id == "other/model"


def test_conversation_and_items(client):
    made = client.conversations.create(items=[user("one")], metadata={"a": "b"})
    client.conversations.items.create(made.id, items=[user(str(number)) for number in range(20)])
    assert [item.content[0].text for item in client.conversations.items.list(made.id, order="asc")][:2] == ["one", "0"]
    assert len(list(client.conversations.items.list(made.id, limit=5))) == 21
    assert client.conversations.update(made.id, metadata={}).metadata == {}
    newest = client.conversations.items.list(made.id, limit=1).data[0]
    assert client.conversations.items.retrieve(newest.id, conversation_id=made.id).id == newest.id
    assert client.conversations.items.delete(newest.id, conversation_id=made.id).id == made.id
    assert client.conversations.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.conversations.retrieve(made.id)


@pytest.mark.parametrize(
    ("status", "kind"), [(400, openai.BadRequestError), (429, openai.RateLimitError), (500, openai.InternalServerError)]
)
def test_errors_of_the_upstream(client, words, status, kind):
    with pytest.raises(kind):
        ask(client, f"{words} [status {status}]")


def test_wrong_key(parley):
    with pytest.raises(openai.AuthenticationError) as raised:
        ask(openai.OpenAI(base_url=parley.base_url, api_key="wrong", max_retries=0), "x")
    assert raised.value.code == "invalid_api_key"


def test_broken_stream(client, words):
    with pytest.raises(openai.APIError):
        list(ask(client, f"{words} [long 20] [drop]", stream=True))


def test_response(client, words):
    answer = respond(client, words, instructions="be brief", metadata={"a": "b"})
    assert answer.output_text == f"heard 2: {words}" and answer.metadata == {"a": "b"}
    assert client.responses.retrieve(answer.id).output_text == answer.output_text
    assert [item.content[0].text for item in client.responses.input_items.list(answer.id)] == [words]
    client.responses.delete(answer.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(answer.id)


def test_response_stream(client, words):
    with client.responses.stream(model="fake", input=words) as stream:
        events = list(stream)
        assert stream.get_final_response().output_text == f"heard 1: {words}"
    assert [event.sequence_number for event in events] == list(range(len(events)))


def test_response_stream_of_calls_and_reasoning(client, words):
    for text in (f"{words} [tools]", f"{words} [reason]", f"{words} [refuse]"):
        with client.responses.stream(model="fake", input=text, tools=[RESPONSES_TOOL]) as stream:
            list(stream)
            assert stream.get_final_response().status == "completed"


def test_response_chain_with_a_tool(client, words):
    first = respond(client, f"{words} [tool]", tools=[RESPONSES_TOOL])
    result = {"type": "function_call_output", "call_id": first.output[0].call_id, "output": "20°"}
    second = respond(client, [result], previous_response_id=first.id, tools=[RESPONSES_TOOL])
    assert second.output_text == "results: 20°"


def test_response_in_a_conversation(client, words):
    made = client.conversations.create()
    respond(client, words, conversation=made.id)
    assert respond(client, "again", conversation=made.id).output_text == "heard 3: again"


def test_response_of_a_schema(client, words):
    form = {"type": "json_schema", "name": "animal", "schema": ANIMAL, "strict": True}
    assert json.loads(respond(client, words, text={"format": form}).output_text)["legs"] == 1


def test_background_response(client, words):
    first = respond(client, words, background=True)
    done = eventually(lambda: (found := client.responses.retrieve(first.id)).status == "completed" and found)
    assert done.output_text == f"heard 1: {words}"
    replay = list(client.responses.retrieve(first.id, stream=True, starting_after=1))
    assert replay[0].sequence_number == 2 and replay[-1].type == "response.completed"


def test_stored_chat_completion(client, words):
    answer = ask(client, words, store=True, metadata={"test": words})
    assert [each.id for each in client.chat.completions.list(metadata={"test": words})] == [answer.id]
    assert client.chat.completions.retrieve(answer.id).id == answer.id
    assert client.chat.completions.delete(answer.id).deleted


if hasattr(Responses, "input_tokens"):

    def test_counted_input(client, words):
        assert client.responses.input_tokens.count(model="fake", input=words).input_tokens > 0


if hasattr(Responses, "compact"):

    def test_compacted_input(parley):
        lenient = openai.OpenAI(base_url=parley.base_url, api_key=parley.key, max_retries=0)
        answer = lenient.responses.compact(model="fake", input=[user("one")])
        assert answer.output[-1].type == "compaction"
