"""What responses remember: chains, forks, conversations, `store`, the window, the lock."""

import json

import openai
import pytest

from responding import MISSING, heard, refused, respond, texts
from samples import RESPONSES_TOOL, user
from service import Running, eventually


def items(client, conversation):
    return list(client.conversations.items.list(conversation.id, order="asc"))


# Chains


def test_chain_replays_what_was_said(client):
    first = respond(client, "one")
    second = respond(client, "two", previous_response_id=first.id)
    assert second.previous_response_id == first.id
    pairs = heard(client, "[dump]", previous_response_id=second.id)
    assert texts(pairs) == ["one", "heard 1: one", "two", "heard 3: two", "[dump]"]


def test_instructions_are_not_carried_over(client):
    first = respond(client, "one", instructions="be brief")
    assert "be brief" not in texts(heard(client, "[dump]", previous_response_id=first.id))
    assert texts(heard(client, "[dump]", previous_response_id=first.id, instructions="be long"))[0] == "be long"


def test_forks_do_not_see_each_other(client):
    root = respond(client, "root")
    left = respond(client, "left", previous_response_id=root.id)
    right = respond(client, "right", previous_response_id=root.id)
    assert texts(heard(client, "[dump]", previous_response_id=left.id))[2] == "left"
    assert texts(heard(client, "[dump]", previous_response_id=right.id))[2] == "right"


def test_children_survive_their_parent(client):
    first = respond(client, "one")
    second = respond(client, "two", previous_response_id=first.id)
    third = respond(client, "three", previous_response_id=second.id)
    client.responses.delete(second.id)
    assert texts(heard(client, "[dump]", previous_response_id=third.id))[:3] == ["one", "heard 1: one", "two"]


def test_chain_of_calls(client, words):
    first = respond(client, f"{words} [tool]", tools=[RESPONSES_TOOL])
    result = {"type": "function_call_output", "call_id": first.output[0].call_id, "output": "20°"}
    second = respond(client, [result], previous_response_id=first.id, tools=[RESPONSES_TOOL])
    third = respond(client, "thanks", previous_response_id=second.id)
    assert third.output_text == "heard 5: thanks"


@pytest.mark.parametrize("parent", [MISSING, "resp_1", "nonsense"])
def test_unknown_parent_is_refused(client, parent):
    refused(
        lambda: respond(client, "x", previous_response_id=parent),
        code="previous_response_not_found",
        param="previous_response_id",
    )


def test_deleted_parent_is_refused(client):
    first = respond(client, "one")
    client.responses.delete(first.id)
    refused(lambda: respond(client, "x", previous_response_id=first.id), code="previous_response_not_found")


def test_parent_that_was_not_stored_is_refused(client):
    first = respond(client, "one", store=False)
    refused(lambda: respond(client, "x", previous_response_id=first.id), code="previous_response_not_found")


def test_failed_turn_does_not_break_the_chain(client, words):
    first = respond(client, "one")
    refused(lambda: respond(client, f"{words} [status 400]", previous_response_id=first.id))
    assert texts(heard(client, "[dump]", previous_response_id=first.id)) == ["one", "heard 1: one", "[dump]"]


def test_streamed_parent(client):
    first = list(client.responses.create(model="fake", input="one", stream=True))[-1].response
    assert texts(heard(client, "[dump]", previous_response_id=first.id)) == ["one", "heard 1: one", "[dump]"]


# Store


def test_stored_by_default(client):
    first = respond(client, "one")
    assert client.responses.retrieve(first.id).to_dict() == first.to_dict()


def test_not_stored_when_told(client):
    answer = respond(client, "one", store=False)
    assert answer.store is False
    refused(lambda: client.responses.retrieve(answer.id), kind=openai.NotFoundError)


def test_streamed_answer_is_not_stored_when_told(client):
    answer = list(client.responses.create(model="fake", input="one", stream=True, store=False))[-1].response
    refused(lambda: client.responses.retrieve(answer.id), kind=openai.NotFoundError)


# Conversations


@pytest.mark.parametrize("form", [lambda id: id, lambda id: {"id": id}], ids=["text", "object"])
def test_conversation_is_named_and_echoed(client, conversation, form):
    assert respond(client, "one", conversation=form(conversation.id)).conversation.id == conversation.id


def test_conversation_is_replayed(client, conversation):
    respond(client, "one", conversation=conversation.id, instructions="be brief")
    pairs = heard(client, "[dump]", conversation=conversation.id)
    assert texts(pairs) == ["one", "heard 2: one", "[dump]"]


def test_input_and_output_are_appended(client, conversation):
    answer = respond(client, [user("one"), user("two")], conversation=conversation.id)
    kept = items(client, conversation)
    assert [item.content[0].text for item in kept] == ["one", "two", answer.output_text]
    assert kept[-1].id == answer.output[0].id


def test_streamed_output_has_the_ids_of_the_conversation(client, conversation):
    stream = client.responses.create(model="fake", input="one", stream=True, conversation=conversation.id)
    answer = list(stream)[-1].response
    assert answer.conversation.id == conversation.id
    assert items(client, conversation)[-1].id == answer.output[0].id


def test_items_added_by_hand_are_replayed(client, conversation):
    client.conversations.items.create(conversation.id, items=[user("by hand")])
    assert texts(heard(client, "[dump]", conversation=conversation.id)) == ["by hand", "[dump]"]


def test_calls_and_results_are_appended(client, conversation, words):
    named = {"conversation": conversation.id, "tools": [RESPONSES_TOOL]}
    call = respond(client, f"{words} [tool]", **named).output[0]
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "20°"}
    respond(client, [result], **named)
    kinds = [item.type for item in items(client, conversation)]
    assert kinds == ["message", "function_call", "function_call_output", "message"]
    assert texts(heard(client, "[dump]", **named))[-2] == "results: 20°"


def test_items_stay_when_the_response_is_not_stored(client, conversation):
    answer = respond(client, "one", conversation=conversation.id, store=False)
    assert len(items(client, conversation)) == 2
    refused(lambda: client.responses.retrieve(answer.id), kind=openai.NotFoundError)


def test_items_stay_when_the_response_is_deleted(client, conversation):
    client.responses.delete(respond(client, "one", conversation=conversation.id).id)
    assert len(items(client, conversation)) == 2


def test_response_stays_when_the_conversation_is_deleted(client, conversation):
    answer = respond(client, "one", conversation=conversation.id)
    client.conversations.delete(conversation.id)
    assert client.responses.retrieve(answer.id).output_text == answer.output_text


def test_failed_turn_appends_nothing(client, conversation, words):
    refused(lambda: respond(client, f"{words} [status 400]", conversation=conversation.id))
    assert items(client, conversation) == []


def test_broken_stream_appends_nothing(client, conversation, words):
    text = f"{words} [long 20] [drop]"
    stream = client.responses.create(model="fake", input=text, stream=True, conversation=conversation.id)
    assert list(stream)[-1].type == "response.failed"
    assert items(client, conversation) == []


def test_cut_answer_is_appended(client, conversation):
    respond(client, "[long 40]", max_output_tokens=16, conversation=conversation.id)
    assert [item.status for item in items(client, conversation)] == ["completed", "incomplete"]


def test_unknown_conversation_is_not_found(client):
    call = lambda: respond(client, "x", conversation=f"conv_{'0' * 48}")  # noqa: E731
    refused(call, kind=openai.NotFoundError)


def test_conversation_and_parent_exclude_each_other(client, conversation):
    first = respond(client, "one")
    refused(
        lambda: respond(client, "x", conversation=conversation.id, previous_response_id=first.id),
        code="mutually_exclusive_parameters",
    )


def test_chat_and_responses_share_a_conversation(client, conversation):
    respond(client, "one", conversation=conversation.id)
    body = {"conversation": conversation.id}
    answer = client.chat.completions.create(model="fake", messages=[user("[dump]")], extra_body=body)
    assert texts(json.loads(answer.choices[0].message.content)) == ["one", "heard 1: one", "[dump]"]


# The window


# The tokens of this model are counted exactly, whatever the model server said before.
EXACT = "gpt-4o-mini"


@pytest.fixture
def overfull(client, conversation):
    """A conversation of three long messages with a budget that two of them would fill."""
    budget = {"context": {"policy": "all", "budget": 4000}}
    client.conversations.update(conversation.id, metadata={}, extra_body=budget)
    for number in range(3):
        client.conversations.items.create(conversation.id, items=[user(f"{number} " + "one two " * 900)])
    return conversation


def test_overflow_is_refused(client, overfull):
    error = refused(
        lambda: client.responses.create(model=EXACT, input="[dump]", conversation=overfull.id),
        code="context_length_exceeded",
    )
    assert error.param == "input"
    assert "Input tokens exceed the configured limit" in str(error) or "context_length_exceeded" in str(error)


def test_automatic_truncation_drops_the_oldest(client, overfull):
    answer = client.responses.create(
        model=EXACT, input="[dump]", conversation=overfull.id, truncation="auto", instructions="be brief"
    )
    pairs = json.loads(answer.output_text)
    assert pairs[0][1] == "be brief" and pairs[-1] == ["user", "[dump]"]
    assert 2 <= len(pairs) < 5 and not [text for text in texts(pairs) if text.startswith("0 ")]
    assert len(items(client, overfull)) == 5


# The lock


def test_turns_of_a_conversation_wait_for_each_other(client, upstream, conversation, words):
    named = {"conversation": conversation.id}
    first = Running(lambda: respond(client, f"{words} [hold {words}]", **named))
    eventually(lambda: upstream.asked(words))
    second = Running(lambda: heard(client, "[dump]", **named))
    upstream.release(words)
    assert first.result().status == "completed"
    assert len(second.result()) == 3


def test_too_many_waiting_turns_are_refused_as_locked(client, upstream, conversation, words):
    def say(text):
        return respond(client, text, conversation=conversation.id)

    first = Running(lambda: say(f"{words} [hold {words}]"))
    eventually(lambda: upstream.asked(words))
    others = [Running(lambda number=number: say(f"waits {number}")) for number in range(12)]
    refusals = eventually(lambda: [each for each in others if type(each.error) is openai.BadRequestError])
    assert refusals[0].error.code == "conversation_locked" and refusals[0].error.param == "conversation"
    assert "Another process is currently operating on this conversation" in refusals[0].error.message
    upstream.release(words)
    assert first.result().status == "completed"
    done = [each for each in others if each.ends_well()]
    assert len(items(client, conversation)) == 2 + 2 * len(done) and done


def test_lock_dies_with_its_client(client, upstream, conversation, words):
    text = f"{words} [long 20] [pause {words}]"
    stream = client.responses.create(model="fake", input=text, stream=True, conversation=conversation.id)
    next(iter(stream))
    stream.close()
    assert respond(client, words, conversation=conversation.id).status == "completed"
