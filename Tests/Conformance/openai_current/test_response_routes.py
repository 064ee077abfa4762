"""What can be done with a response afterwards: read, list its input, delete, count, compact."""

import openai
import pytest

from responding import MISSING, heard, refused, respond, texts
from samples import RESPONSES_TOOL, assistant, user


@pytest.fixture(scope="module")
def lenient(parley):
    """Not strict: user messages are missing from the SDK's declared output of a compaction."""
    return openai.OpenAI(base_url=parley.base_url, api_key=parley.key, max_retries=0)


def input_texts(client, response, **query):
    return [item.content[0].text for item in client.responses.input_items.list(response.id, **query)]


def test_retrieve_accepts_include(client, words):
    answer = respond(client, words)
    assert client.responses.retrieve(answer.id, include=["message.output_text.logprobs"]).id == answer.id


@pytest.mark.parametrize("unknown", [MISSING, "resp_1", "nonsense", "a/b", "名"])
def test_unknown_response_is_not_found(client, unknown):
    for call in (client.responses.retrieve, client.responses.delete, client.responses.cancel):
        error = refused(lambda call=call: call(unknown), kind=openai.NotFoundError)
        assert error.type == "invalid_request_error"


def test_message_of_an_unknown_response_names_it(client):
    error = refused(lambda: client.responses.retrieve(MISSING), kind=openai.NotFoundError)
    assert f"Response with id '{MISSING}' not found." in error.message


def test_deleted_response_is_gone(client, parley, words):
    answer = respond(client, words)
    status, body, _ = parley.send("DELETE", f"/v1/responses/{answer.id}")
    assert status == 200 and body == {"id": answer.id, "object": "response", "deleted": True}
    for call in (client.responses.retrieve, client.responses.delete, client.responses.input_items.list):
        refused(lambda call=call: call(answer.id), kind=openai.NotFoundError)


def test_sdk_deletes(client, words):
    answer = respond(client, words)
    assert client.responses.delete(answer.id) is None
    refused(lambda: client.responses.retrieve(answer.id), kind=openai.NotFoundError)


def test_foreground_response_cannot_be_cancelled(client, words):
    answer = respond(client, words)
    refused(lambda: client.responses.cancel(answer.id))


def test_foreground_response_cannot_be_resumed(client, words):
    answer = respond(client, words)
    refused(lambda: list(client.responses.retrieve(answer.id, stream=True)))


def test_list_route_is_not_offered(parley):
    status, body, _ = parley.send("GET", "/v1/responses")
    assert status in (404, 405, 426) and body["error"]["message"]


# Input items


def test_input_items_are_newest_first(client):
    answer = respond(client, [user("one"), assistant("two"), user("three")], instructions="be brief")
    assert input_texts(client, answer) == ["three", "two", "one"]
    assert input_texts(client, answer, order="asc") == ["one", "two", "three"]


def test_input_items_have_ids_and_a_form(client):
    (item,) = client.responses.input_items.list(respond(client, "one").id)
    assert item.id.startswith("msg_") and item.status == "completed" and item.type == "message"
    assert item.content[0].to_dict() == {"type": "input_text", "text": "one"}


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_input_items_are_paged(client, limit):
    answer = respond(client, [user(str(number)) for number in range(5)])
    assert input_texts(client, answer, order="asc", limit=limit) == ["0", "1", "2", "3", "4"]


def test_input_items_contain_the_chain(client):
    first = respond(client, "one")
    second = respond(client, "two", previous_response_id=first.id)
    assert input_texts(client, second, order="asc") == ["one", "heard 1: one", "two"]


def test_input_items_of_a_tool_result(client, words):
    first = respond(client, f"{words} [tool]", tools=[RESPONSES_TOOL])
    result = {"type": "function_call_output", "call_id": first.output[0].call_id, "output": "20°"}
    second = respond(client, [result], previous_response_id=first.id)
    kinds = [item.type for item in client.responses.input_items.list(second.id, order="asc")]
    assert kinds == ["message", "function_call", "function_call_output"]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"order": "sideways"}])
def test_wrong_page_of_input_items_is_refused(client, words, query):
    answer = respond(client, words)
    refused(lambda: client.responses.input_items.list(answer.id, **query))


# Counting


def count(client, given, **more):
    return client.responses.input_tokens.count(model="fake", input=given, **more).input_tokens


def test_tokens_are_counted(client, words):
    counted = client.responses.input_tokens.count(model="fake", input=words)
    assert counted.object == "response.input_tokens" and counted.input_tokens > 0


def test_everything_that_is_sent_counts(client, words):
    plain = count(client, words)
    assert count(client, f"{words} {words} {words}") > plain
    assert count(client, words, instructions="be brief, and kind") > plain
    assert count(client, words, tools=[RESPONSES_TOOL]) > plain
    parent = respond(client, words)
    assert count(client, words, previous_response_id=parent.id) > plain


def test_counting_stores_and_asks_nothing(client, upstream, conversation, words):
    count(client, words, conversation=conversation.id)
    assert upstream.asked(words) == [] and list(client.conversations.items.list(conversation.id)) == []


def test_counting_an_empty_body(client):
    assert client.responses.input_tokens.count().input_tokens >= 0


# Compacting


def compacted(client, given, **more):
    return client.responses.compact(model="fake", input=given, **more)


def test_compaction_keeps_user_messages_and_seals_the_rest(lenient):
    answer = compacted(lenient, [user("one"), assistant("two"), user("three")])
    raw = answer.to_dict()
    assert raw["id"].startswith("resp_") and raw["object"] == "response.compaction" and raw["usage"]
    *kept, sealed = raw["output"]
    assert [item["content"][0]["text"] for item in kept] == ["one", "three"]
    assert sealed["type"] == "compaction" and sealed["id"].startswith("cmp_") and sealed["encrypted_content"]


def test_compaction_may_be_sent_back(lenient):
    output = compacted(lenient, [user("one"), assistant("two")]).to_dict()["output"]
    pairs = heard(lenient, [*output, user("[dump]")])
    assert "one" in texts(pairs) and texts(pairs)[-1] == "[dump]"


def test_compaction_may_be_kept_in_a_conversation(lenient, client, conversation):
    output = compacted(lenient, [user("one"), assistant("two")]).to_dict()["output"]
    client.conversations.items.create(conversation.id, items=[item for item in output if item["type"] == "compaction"])
    assert heard(client, "[dump]", conversation=conversation.id)[-1] == ["user", "[dump]"]


def test_chain_is_compacted(lenient):
    first = respond(lenient, "one")
    answer = lenient.responses.compact(model="fake", previous_response_id=first.id)
    assert answer.to_dict()["output"][-1]["type"] == "compaction"


def test_compaction_without_a_model_is_refused(client):
    refused(lambda: client.post("/responses/compact", cast_to=object, body={"input": "x"}), param="model")


def test_forged_compaction_is_refused(client, words):
    forged = {"type": "compaction", "encrypted_content": "bm90aGluZw=="}
    refused(lambda: respond(client, [forged, user(words)]))


# Contexts that compact themselves

THRESHOLD = [{"type": "compaction", "compact_threshold": 1000}]


def long_response(client, number, **more):
    """A response whose input is some 600 tokens of a model that is counted exactly."""
    given = f"{number} " + "one two " * 300
    return client.responses.create(model="gpt-4o-mini", input=given, context_management=THRESHOLD, **more)


def test_small_context_is_not_compacted(client, words):
    assert [item.type for item in respond(client, words, context_management=THRESHOLD).output] == ["message"]


def test_context_beyond_the_threshold_is_compacted(client):
    first = long_response(client, 1)
    second = long_response(client, 2, previous_response_id=first.id)
    assert [item.type for item in second.output] == ["compaction", "message"]
    assert second.output[0].id.startswith("cmp_") and second.output[0].encrypted_content
    pairs = heard(client, "[dump]", previous_response_id=second.id)
    assert not [text for text in texts(pairs) if text.startswith("1 one")]
    assert texts(pairs)[-1] == "[dump]"


def test_compaction_is_an_item_of_the_stream(client):
    first = long_response(client, 1)
    events = list(long_response(client, 2, previous_response_id=first.id, stream=True))
    done = [event.item for event in events if event.type == "response.output_item.done"]
    assert [item.type for item in done] == ["compaction", "message"]
    assert [item.to_dict() for item in done] == [item.to_dict() for item in events[-1].response.output]
    assert [event.sequence_number for event in events] == list(range(len(events)))


@pytest.mark.parametrize(
    "management", [[{"type": "forgetting"}], [{"type": "compaction", "compact_threshold": "many"}]], ids=str
)
def test_wrong_context_management_is_refused(client, words, management):
    refused(lambda: respond(client, words, context_management=management), param="context_management")
