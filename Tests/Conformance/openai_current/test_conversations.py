"""Conversations and their items: every route, order, paging, limits."""

import json

import openai
import pytest

from samples import IMAGE, user
from service import Running

MISSING = f"conv_{'0' * 48}"


def message(text, role="user"):
    return {"type": "message", "role": role, "content": text}


def text_of(item):
    return item.content[0].text


def texts(items):
    return [text_of(item) for item in items]


def add(client, conversation, *said):
    return client.conversations.items.create(conversation.id, items=[message(text) for text in said])


@pytest.fixture
def filled(client, conversation):
    """A conversation with the messages 0 … 44."""
    for start in (0, 20, 40):
        add(client, conversation, *(str(number) for number in range(start, min(start + 20, 45))))
    return conversation


def test_created_empty(client):
    made = client.conversations.create()
    assert made.id.startswith("conv_") and len(made.id) == 53
    assert made.object == "conversation" and made.metadata == {} and isinstance(made.created_at, int)


def test_created_with_an_empty_list_of_items(client):
    made = client.conversations.create(items=[])
    assert list(client.conversations.items.list(made.id)) == []


def test_created_with_items_and_metadata(client):
    made = client.conversations.create(items=[user("one"), user("two")], metadata={"topic": "weather"})
    assert made.metadata == {"topic": "weather"}
    assert texts(client.conversations.items.list(made.id, order="asc")) == ["one", "two"]


def test_created_with_null_metadata(client):
    assert client.conversations.create(metadata=None).metadata == {}


def test_retrieved_as_it_was_created(client):
    made = client.conversations.create(metadata={"a": "b"})
    assert client.conversations.retrieve(made.id).to_dict() == made.to_dict()


def test_update_replaces_the_metadata(client):
    made = client.conversations.create(metadata={"a": "1", "b": "2"})
    assert client.conversations.update(made.id, metadata={"c": "3"}).metadata == {"c": "3"}
    assert client.conversations.retrieve(made.id).metadata == {"c": "3"}


def test_metadata_counts_characters_not_bytes(client):
    value = "天" * 512
    assert client.conversations.create(metadata={"k": value}).metadata["k"] == value


def test_metadata_that_is_not_text_is_refused(client):
    with pytest.raises(openai.BadRequestError) as raised:
        client.conversations.create(metadata={"a": None})
    assert raised.value.param.startswith("metadata")


def test_deleted_conversation_is_gone(client):
    made = client.conversations.create(items=[user("one")])
    item = client.conversations.items.list(made.id).data[0]
    deleted = client.conversations.delete(made.id)
    assert deleted.deleted and deleted.id == made.id and deleted.object == "conversation.deleted"
    for call in (
        lambda: client.conversations.retrieve(made.id),
        lambda: client.conversations.update(made.id, metadata={}),
        lambda: client.conversations.delete(made.id),
        lambda: client.conversations.items.list(made.id),
        lambda: client.conversations.items.create(made.id, items=[user("two")]),
        lambda: client.conversations.items.retrieve(item.id, conversation_id=made.id),
        lambda: client.conversations.items.delete(item.id, conversation_id=made.id),
    ):
        with pytest.raises(openai.NotFoundError):
            call()


@pytest.mark.parametrize("unknown", [MISSING, "conv_1", "nonsense", "a/b"])
def test_unknown_conversation_is_not_found(client, unknown):
    with pytest.raises(openai.NotFoundError) as raised:
        client.conversations.retrieve(unknown)
    assert raised.value.type == "invalid_request_error"


def test_created_items_come_back_in_order(client, conversation):
    created = add(client, conversation, "one", "two", "three")
    assert created.object == "list" and texts(created.data) == ["one", "two", "three"]
    assert created.first_id == created.data[0].id and created.last_id == created.data[-1].id
    assert created.has_more is False


def test_message_is_stored_in_the_full_form(client, conversation):
    item = add(client, conversation, "one").data[0].to_dict()
    assert item["id"].startswith("msg_") and item["status"] == "completed"
    assert (item["type"], item["role"]) == ("message", "user")
    assert item["content"] == [{"type": "input_text", "text": "one"}]


def test_assistant_message_becomes_output_text(client, conversation):
    created = client.conversations.items.create(conversation.id, items=[message("hi", "assistant")])
    part = created.data[0].to_dict()["content"][0]
    assert part == {"type": "output_text", "text": "hi", "annotations": [], "logprobs": []}


@pytest.mark.parametrize("role", ["user", "assistant", "system", "developer"])
def test_every_role_is_kept(client, conversation, role):
    created = client.conversations.items.create(conversation.id, items=[message("x", role)])
    assert created.data[0].role == role


def test_image_is_kept(client, conversation):
    parts = [{"type": "input_text", "text": "look"}, {"type": "input_image", "image_url": IMAGE, "detail": "auto"}]
    created = client.conversations.items.create(conversation.id, items=[message(parts)])
    assert created.data[0].content[1].image_url == IMAGE


def test_call_and_result_are_kept(client, conversation):
    call = {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": '{"city":"上海"}'}
    result = {"type": "function_call_output", "call_id": "call_1", "output": "20°"}
    made = client.conversations.items.create(conversation.id, items=[call, result]).data
    assert [item.type for item in made] == ["function_call", "function_call_output"]
    assert made[0].arguments == call["arguments"] and made[1].output == "20°"
    for item, prefix in zip(made, ("fc_", "fc"), strict=True):
        assert item.id.startswith(prefix) and item.id != item.call_id and item.status == "completed"


def test_items_as_they_were_read_may_be_added_again(client, conversation):
    add(client, conversation, "one")
    client.conversations.items.create(conversation.id, items=[message("two", "assistant")])
    read = [item.to_dict() for item in client.conversations.items.list(conversation.id, order="asc")]
    other = client.conversations.create()
    again = client.conversations.items.create(other.id, items=read).data
    assert texts(again) == ["one", "two"] and not {item.id for item in again} & {item["id"] for item in read}


def test_item_is_retrieved(client, conversation):
    item = add(client, conversation, "one").data[0]
    read = client.conversations.items.retrieve(item.id, conversation_id=conversation.id)
    assert read.to_dict() == item.to_dict()


def test_item_of_another_conversation_is_not_found(client, conversation):
    item = add(client, conversation, "one").data[0]
    other = client.conversations.create()
    for call in (client.conversations.items.retrieve, client.conversations.items.delete):
        with pytest.raises(openai.NotFoundError):
            call(item.id, conversation_id=other.id)


def test_deleting_an_item_returns_the_conversation(client, conversation):
    first, second = add(client, conversation, "one", "two").data
    answer = client.conversations.items.delete(first.id, conversation_id=conversation.id)
    assert answer.id == conversation.id and answer.object == "conversation"
    assert texts(client.conversations.items.list(conversation.id)) == ["two"]
    with pytest.raises(openai.NotFoundError):
        client.conversations.items.delete(first.id, conversation_id=conversation.id)


def test_deleted_item_is_not_sent_any_more(client, conversation, words):
    first = add(client, conversation, "secret", "open").data[0]
    client.conversations.items.delete(first.id, conversation_id=conversation.id)
    body = {"conversation": conversation.id}
    answer = client.chat.completions.create(model="fake", messages=[user("[dump]")], extra_body=body)
    assert [text for _, text in json.loads(answer.choices[0].message.content)] == ["open", "[dump]"]


def test_items_are_listed_newest_first(client, filled):
    page = client.conversations.items.list(filled.id)
    assert len(page.data) == 20 and page.has_more and texts(page.data)[:3] == ["44", "43", "42"]
    assert page.last_id == page.data[-1].id


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 7, 20, 45, 100])
def test_pages_hold_every_item_once(client, filled, order, limit):
    expected = [str(number) for number in range(45)]
    if order == "desc":
        expected.reverse()
    assert texts(client.conversations.items.list(filled.id, order=order, limit=limit)) == expected


def test_pages_do_not_shift_while_items_are_added(client, filled):
    page = client.conversations.items.list(filled.id, limit=20)
    add(client, filled, "new")
    assert texts(page.get_next_page().data)[0] == "24"


def test_empty_list_has_no_ids(client, conversation):
    page = client.conversations.items.list(conversation.id)
    assert page.data == [] and page.has_more is False
    assert page.to_dict()["first_id"] is None and page.to_dict()["last_id"] is None


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"order": "sideways"}, {"after": "msg_unknown"}])
def test_wrong_page_is_refused(client, filled, query):
    with pytest.raises((openai.BadRequestError, openai.NotFoundError)):
        client.conversations.items.list(filled.id, **query)


def test_include_is_accepted(client, filled):
    include = ["message.output_text.logprobs", "reasoning.encrypted_content"]
    assert client.conversations.items.list(filled.id, include=include).data


@pytest.mark.parametrize("route", ["conversation", "items"])
def test_twenty_items_are_the_most(client, conversation, route):
    def create(count):
        items = [message(str(number)) for number in range(count)]
        if route == "conversation":
            return client.conversations.create(items=items)
        return client.conversations.items.create(conversation.id, items=items)

    create(20)
    with pytest.raises(openai.BadRequestError) as raised:
        create(21)
    assert raised.value.code == "array_above_max_length" and raised.value.param == "items"


def test_one_wrong_item_keeps_all_out(client, conversation):
    with pytest.raises(openai.BadRequestError):
        client.conversations.items.create(conversation.id, items=[message("fine"), {"type": "message", "role": "user"}])
    assert list(client.conversations.items.list(conversation.id)) == []


def test_turns_are_appended(client, conversation, words):
    body = {"conversation": conversation.id}
    client.chat.completions.create(model="fake", messages=[user(words)], extra_body=body)
    items = client.conversations.items.list(conversation.id, order="asc").data
    assert [item.role for item in items] == ["user", "assistant"]
    assert texts(items) == [words, f"heard 1: {words}"]
    assert {item.status for item in items} == {"completed"}


def test_batches_stay_together_under_concurrency(client, conversation):
    adding = [
        Running(lambda name=name: add(client, conversation, *(f"{name} {number}" for number in range(10))))
        for name in "abcdefgh"
    ]
    for each in adding:
        each.result()
    kept = texts(client.conversations.items.list(conversation.id, order="asc", limit=100))
    batches = [kept[start : start + 10] for start in range(0, 80, 10)]
    assert sorted(batches) == [[f"{name} {number}" for number in range(10)] for name in "abcdefgh"]


def test_turns_at_once_are_answered_one_after_the_other(client, conversation, words):
    body = {"conversation": conversation.id}
    asking = [
        Running(
            lambda number=number: client.chat.completions.create(
                model="fake", messages=[user(f"{words} {number}")], extra_body=body
            )
        )
        for number in range(6)
    ]
    heard = sorted(int(each.result().choices[0].message.content.split()[1].rstrip(":")) for each in asking)
    assert heard == [1, 3, 5, 7, 9, 11]


def test_repeat_of_the_sdk_makes_no_duplicate(client, conversation, words):
    """After a broken connection the SDK sends the same once more, and says so in a header only."""

    def say(attempt):
        headers = {"x-stainless-retry-count": str(attempt)}
        body = {"conversation": conversation.id}
        return client.chat.completions.create(
            model="fake", messages=[user(words)], extra_body=body, extra_headers=headers
        )

    assert say(0).id == say(1).id
    assert len(client.conversations.items.list(conversation.id).data) == 2


def test_conversation_survives_a_kill(client, parley, conversation, words):
    body = {"conversation": conversation.id}
    client.chat.completions.create(model="fake", messages=[user(words)], extra_body=body)
    before = [item.to_dict() for item in client.conversations.items.list(conversation.id)]
    parley.restart()
    assert [item.to_dict() for item in client.conversations.items.list(conversation.id)] == before
    answer = client.chat.completions.create(model="fake", messages=[user("again")], extra_body=body)
    assert answer.choices[0].message.content == "heard 3: again"
