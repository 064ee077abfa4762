"""Chat completions that were stored: list and filters, messages, metadata, delete."""

import openai
import pytest

from samples import IMAGE, user


@pytest.fixture(scope="module")
def lenient(parley):
    """Not strict: the SDK declares that stored messages are the assistant's, and the API sends the user's."""
    return openai.OpenAI(base_url=parley.base_url, api_key=parley.key, max_retries=0)


def store(client, text, **more):
    return client.chat.completions.create(model="fake", messages=[user(text)], store=True, **more)


def gone(call):
    with pytest.raises(openai.NotFoundError):
        call()


def test_not_stored_by_default(client, words):
    answer = client.chat.completions.create(model="fake", messages=[user(words)])
    gone(lambda: client.chat.completions.retrieve(answer.id))


def test_stored_when_told(client, words):
    answer = store(client, words, metadata={"a": "b"})
    read = client.chat.completions.retrieve(answer.id)
    assert read.choices[0].message.content == answer.choices[0].message.content
    assert read.usage == answer.usage and read.created == answer.created and read.model == answer.model
    assert read.to_dict()["metadata"] == {"a": "b"}


def test_metadata_is_always_there(client, words):
    assert client.chat.completions.retrieve(store(client, words).id).to_dict()["metadata"] == {}


def test_streamed_answer_is_stored_too(client, words):
    chunks = list(store(client, words, stream=True))
    read = client.chat.completions.retrieve(chunks[0].id)
    assert read.choices[0].message.content == f"heard 1: {words}" and read.choices[0].finish_reason == "stop"


def test_failed_answer_is_not_stored(client, words):
    with pytest.raises(openai.BadRequestError):
        store(client, f"{words} [status 400]", metadata={"test": words})
    assert list(client.chat.completions.list(metadata={"test": words})) == []


def test_update_replaces_the_metadata(client, words):
    answer = store(client, words, metadata={"a": "1", "b": "2"})
    updated = client.chat.completions.update(answer.id, metadata={"c": "3"})
    assert updated.id == answer.id and updated.to_dict()["metadata"] == {"c": "3"}
    assert client.chat.completions.retrieve(answer.id).to_dict()["metadata"] == {"c": "3"}


def test_update_refuses_what_is_not_text(client, words):
    answer = store(client, words)
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.update(answer.id, metadata={"a": 1})


def test_deleted_is_gone(client, words):
    answer = store(client, words)
    deleted = client.chat.completions.delete(answer.id)
    assert (deleted.id, deleted.object, deleted.deleted) == (answer.id, "chat.completion.deleted", True)
    gone(lambda: client.chat.completions.retrieve(answer.id))
    gone(lambda: client.chat.completions.delete(answer.id))
    gone(lambda: client.chat.completions.update(answer.id, metadata={}))
    gone(lambda: client.chat.completions.messages.list(answer.id))


def test_list_is_oldest_first(client, words):
    ids = [store(client, f"{words} {number}", metadata={"test": words}).id for number in range(5)]
    found = client.chat.completions.list
    assert [each.id for each in found(metadata={"test": words})] == ids
    assert [each.id for each in found(metadata={"test": words}, order="desc")] == ids[::-1]


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_list_is_paged(client, words, limit):
    ids = [store(client, f"{words} {number}", metadata={"test": words}).id for number in range(5)]
    page = client.chat.completions.list(metadata={"test": words}, limit=limit)
    assert len(page.data) == limit and page.has_more is (limit < 5)
    assert [each.id for each in page] == ids


def test_metadata_filters_are_anded(client, words):
    both = store(client, words, metadata={"test": words, "colour": "blue and green"})
    store(client, words, metadata={"test": words, "colour": "red"})
    found = client.chat.completions.list(metadata={"test": words, "colour": "blue and green"})
    assert [each.id for each in found] == [both.id]


def test_model_filter(client, words):
    other = client.chat.completions.create(
        model="other/model", messages=[user(words)], store=True, metadata={"test": words}
    )
    store(client, words, metadata={"test": words})
    found = client.chat.completions.list(metadata={"test": words}, model="other/model")
    assert [each.id for each in found] == [other.id]
    assert list(client.chat.completions.list(metadata={"test": words}, model="unheard-of")) == []


def test_not_stored_answers_are_not_listed(client, words):
    client.chat.completions.create(model="fake", messages=[user(words)])
    ids = [each.id for each in client.chat.completions.list(limit=100)]
    assert len(ids) == len(set(ids))
    assert not [each for each in client.chat.completions.list(metadata={"test": words})]


def test_messages_are_the_input(lenient, words):
    messages = [{"role": "system", "content": "be brief"}, user(words)]
    answer = lenient.chat.completions.create(model="fake", messages=messages, store=True)
    read = [each.to_dict() for each in lenient.chat.completions.messages.list(answer.id)]
    assert [(each["role"], each["content"]) for each in read] == [("system", "be brief"), ("user", words)]
    assert [each["id"] for each in read] == [f"{answer.id}-0", f"{answer.id}-1"]
    assert all(each["name"] is None and each["content_parts"] is None for each in read)


def test_messages_with_parts_keep_them(lenient, words):
    parts = [{"type": "text", "text": words}, {"type": "image_url", "image_url": {"url": IMAGE}}]
    answer = lenient.chat.completions.create(model="fake", messages=[{"role": "user", "content": parts}], store=True)
    (read,) = lenient.chat.completions.messages.list(answer.id)
    assert [part["type"] for part in read.to_dict()["content_parts"]] == ["text", "image_url"]


def test_messages_are_paged(lenient, words):
    messages = [user(f"{words} {number}") for number in range(5)]
    answer = lenient.chat.completions.create(model="fake", messages=messages, store=True)
    for limit in (1, 2, 5):
        read = lenient.chat.completions.messages.list(answer.id, limit=limit)
        assert [each.content for each in read] == [message["content"] for message in messages]
    newest = lenient.chat.completions.messages.list(answer.id, order="desc", limit=1).data[0]
    assert newest.content == f"{words} 4"


def test_choices_and_calls_are_stored(client, words):
    answer = store(client, words, n=2)
    read = client.chat.completions.retrieve(answer.id)
    assert [choice.message.content for choice in read.choices] == [f"heard 1: {words}"] * 2


def test_store_with_a_conversation(client, conversation, words):
    answer = store(client, words, extra_body={"conversation": conversation.id})
    assert client.chat.completions.retrieve(answer.id).id == answer.id
    assert len(list(client.conversations.items.list(conversation.id))) == 2
