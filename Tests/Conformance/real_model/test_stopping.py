"""A real model that is stopped in the middle of its answer: what it said is kept."""

import openai
import pytest

from service import eventually

QUESTION = "Tell me a long story about a ship, a storm and a lighthouse."
PIECES = 8


@pytest.fixture
def begun(client, model):
    """A long answer that has begun: its conversation, its turn, its stream, and what it has said so far."""
    conversation = client.conversations.create().id
    raw = client.chat.completions.with_raw_response.create(
        model=model.name,
        messages=[{"role": "user", "content": QUESTION}],
        temperature=0,
        seed=1,
        max_tokens=1500,
        stream=True,
        extra_body={"conversation": conversation},
    )
    stream = raw.parse()
    pieces = []
    while len(pieces) < PIECES:
        chunk = next(stream)
        pieces += [choice.delta.content for choice in chunk.choices if choice.delta.content]
    return conversation, raw.headers["x-parley-turn"], stream, "".join(pieces)


def rest_of(stream):
    """What still comes before the stream breaks off."""
    text = ""
    with pytest.raises(openai.APIError):
        for chunk in stream:
            text += "".join(choice.delta.content or "" for choice in chunk.choices)
    return text


def test_what_was_said_stays_in_the_conversation(parley, client, begun):
    conversation, turn, stream, text = begun
    status, stopped, _ = parley.send("POST", f"/v1/turns/{turn}/cancel", {"keep": True})
    assert (status, stopped["status"]) == (200, "cancelled")
    text += rest_of(stream)
    parley.restart()
    last = next(iter(client.conversations.items.list(conversation, order="desc")))
    assert (last.role, last.status) == ("assistant", "incomplete")
    assert last.content[0].text.startswith(text)


def test_what_was_said_to_a_client_that_left_is_kept_beside_it(parley, client, begun):
    conversation, turn, stream, text = begun
    stream.close()
    kept = eventually(lambda: settled(parley, turn))
    assert kept["status"] == "cancelled"
    assert kept["output"][0]["content"][0]["text"].startswith(text)
    assert list(client.conversations.items.list(conversation)) == []


def settled(parley, turn):
    """The turn once it runs no more."""
    _, found, _ = parley.send("GET", f"/v1/turns/{turn}")
    return found["status"] != "running" and found
