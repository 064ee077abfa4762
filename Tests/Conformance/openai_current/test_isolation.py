"""What belongs to one user does not exist for another, on any route and in any parameter."""

import openai
import pytest

from responding import refused, respond
from samples import assistant, user


def hidden(call):
    refused(call, kind=openai.NotFoundError)


def ask(client, text, **more):
    return client.chat.completions.create(model="fake", messages=[user(text)], **more)


@pytest.fixture
def kept(client):
    """A conversation with one item."""
    made = client.conversations.create(items=[user("private")])
    return made, client.conversations.items.list(made.id).data[0]


def test_conversation_is_hidden(stranger, kept):
    conversation, _ = kept
    hidden(lambda: stranger.conversations.retrieve(conversation.id))
    hidden(lambda: stranger.conversations.update(conversation.id, metadata={}))
    hidden(lambda: stranger.conversations.delete(conversation.id))


def test_items_are_hidden(stranger, kept):
    conversation, item = kept
    hidden(lambda: stranger.conversations.items.list(conversation.id))
    hidden(lambda: stranger.conversations.items.create(conversation.id, items=[user("x")]))
    hidden(lambda: stranger.conversations.items.retrieve(item.id, conversation_id=conversation.id))
    hidden(lambda: stranger.conversations.items.delete(item.id, conversation_id=conversation.id))


def test_item_is_not_reached_through_an_own_conversation(stranger, kept):
    own = stranger.conversations.create()
    hidden(lambda: stranger.conversations.items.retrieve(kept[1].id, conversation_id=own.id))


def test_item_is_no_cursor(stranger, kept):
    own = stranger.conversations.create(items=[user("x")])
    refused(lambda: stranger.conversations.items.list(own.id, after=kept[1].id), kind=openai.APIStatusError)


@pytest.mark.parametrize("route", ["context", "export", "turns"])
def test_our_own_routes_are_hidden(parley, kept, route):
    status, _, _ = parley.send("GET", f"/v1/conversations/{kept[0].id}/{route}", key=parley.other_key)
    assert status == 404


def test_conversation_is_not_listed(parley, kept):
    _, own, _ = parley.send("GET", "/v1/conversations?limit=100")
    _, others, _ = parley.send("GET", "/v1/conversations?limit=100", key=parley.other_key)
    assert kept[0].id in [each["id"] for each in own["data"]]
    assert kept[0].id not in [each["id"] for each in others["data"]]


def test_chat_does_not_continue_a_strange_conversation(stranger, kept):
    hidden(lambda: ask(stranger, "x", extra_body={"conversation": kept[0].id}))
    hidden(lambda: ask(stranger, "x", extra_headers={"X-Parley-Conversation": kept[0].id}))


def test_equal_lists_of_two_users_are_kept_apart(parley, words):
    """What a client repeats is recognised within its owner only."""
    first, second = parley.make_key("clara"), parley.make_key("dora")
    begun = [user(words)]
    continued = [user(words), assistant(f"heard 1: {words}"), user("and on")]

    def say(key, messages):
        assert parley.send("POST", "/v1/chat/completions", {"messages": messages}, key=key)[0] == 200

    def lengths(key):
        _, listed, _ = parley.send("GET", "/v1/conversations", key=key)
        paths = [f"/v1/conversations/{each['id']}/items" for each in listed["data"]]
        return [len(parley.send("GET", path, key=key)[1]["data"]) for path in paths]

    say(first, begun)
    say(second, continued)
    assert (lengths(first), lengths(second)) == ([2], [4])
    say(first, continued)
    assert lengths(first) == [4]


def test_idempotency_key_is_the_users_own(client, stranger, words):
    headers = {"Idempotency-Key": words}
    assert ask(client, words, extra_headers=headers).id != ask(stranger, words, extra_headers=headers).id


def test_administration_is_not_there(parley):
    for path in ("/admin/users", "/admin/keys", "/admin/database", "/metrics"):
        assert parley.send("GET", path)[0] == 404, path


def test_response_is_hidden(client, stranger, words):
    answer = respond(client, words)
    hidden(lambda: stranger.responses.retrieve(answer.id))
    hidden(lambda: stranger.responses.cancel(answer.id))
    hidden(lambda: stranger.responses.input_items.list(answer.id))
    hidden(lambda: list(stranger.responses.retrieve(answer.id, stream=True, starting_after=0)))
    hidden(lambda: stranger.responses.delete(answer.id))
    assert client.responses.retrieve(answer.id).id == answer.id


def test_response_is_no_parent(client, stranger, words):
    parent = respond(client, words).id
    for call in (
        lambda: respond(stranger, "x", previous_response_id=parent),
        lambda: stranger.responses.input_tokens.count(model="fake", input="x", previous_response_id=parent),
        lambda: stranger.responses.compact(model="fake", previous_response_id=parent),
    ):
        refused(call, code="previous_response_not_found")


def test_responses_do_not_continue_a_strange_conversation(stranger, kept):
    hidden(lambda: respond(stranger, "x", conversation=kept[0].id))
    hidden(lambda: stranger.responses.input_tokens.count(model="fake", input="x", conversation=kept[0].id))


def test_item_cannot_be_referred_to(stranger, kept):
    given = [{"type": "item_reference", "id": kept[1].id}, user("[dump]")]
    refused(lambda: respond(stranger, given), kind=openai.APIStatusError)


def test_compaction_is_sealed_for_its_user(parley, stranger):
    own = openai.OpenAI(base_url=parley.base_url, api_key=parley.key, max_retries=0)
    output = own.responses.compact(model="fake", input=[user("one"), assistant("two")]).to_dict()["output"]
    refused(lambda: respond(stranger, [output[-1], user("[dump]")]))


def test_stored_completion_is_hidden(client, stranger, words):
    answer = ask(client, words, store=True, metadata={"test": words})
    completions = stranger.chat.completions
    hidden(lambda: completions.retrieve(answer.id))
    hidden(lambda: completions.update(answer.id, metadata={}))
    hidden(lambda: completions.messages.list(answer.id))
    hidden(lambda: completions.delete(answer.id))
    assert list(completions.list(metadata={"test": words})) == []
    refused(lambda: completions.list(after=answer.id), kind=openai.APIStatusError)


def test_turn_is_hidden(parley, words):
    body = {"model": "fake", "messages": [user(words)]}
    _, _, headers = parley.send("POST", "/v1/chat/completions", body)
    turn = headers["x-parley-turn"]
    assert parley.send("GET", f"/v1/turns/{turn}")[0] == 200
    assert parley.send("GET", f"/v1/turns/{turn}", key=parley.other_key)[0] == 404
    assert parley.send("POST", f"/v1/turns/{turn}/cancel", key=parley.other_key)[0] == 404
