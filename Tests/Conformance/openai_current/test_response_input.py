"""Every form in which a response takes its input."""

import openai
import pytest

from responding import heard, refused, respond, texts
from samples import IMAGE, assistant, user


def test_list_of_easy_messages(client):
    pairs = heard(client, [user("one"), assistant("two"), user("[dump]")])
    assert pairs == [["user", "one"], ["assistant", "two"], ["user", "[dump]"]]


def test_messages_with_parts(client):
    parts = [{"type": "input_text", "text": "one "}, {"type": "input_text", "text": "[dump]"}]
    pairs = heard(client, [{"type": "message", "role": "user", "content": parts}])
    assert "".join(texts(pairs)) == "one [dump]"


@pytest.mark.parametrize("role", ["system", "developer"])
def test_instructing_messages(client, role):
    pairs = heard(client, [{"role": role, "content": "be brief"}, user("[dump]")])
    assert texts(pairs) == ["be brief", "[dump]"] and pairs[0][0] in ("system", "developer")


def test_assistant_message_with_output_text(client):
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "two"}]}
    assert heard(client, [user("one"), said, user("[dump]")])[1] == ["assistant", "two"]


def test_assistant_message_with_a_refusal(client, words):
    said = {"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]}
    assert respond(client, [user("one"), said, user(words)]).status == "completed"


def test_image(client, upstream, words):
    image = {"type": "input_image", "image_url": IMAGE, "detail": "low"}
    respond(client, [{"role": "user", "content": [{"type": "input_text", "text": words}, image]}])
    parts = upstream.asked(words)[-1]["messages"][-1]["content"]
    assert parts[1]["type"] == "image_url" and parts[1]["image_url"]["url"] == IMAGE


def test_output_may_be_sent_back_as_it_came(client):
    first = respond(client, "one")
    pairs = heard(client, [user("one"), *(item.to_dict() for item in first.output), user("[dump]")])
    assert texts(pairs) == ["one", "heard 1: one", "[dump]"]


def test_input_items_may_be_sent_back_as_they_were_read(client):
    first = respond(client, [user("one"), assistant("two"), user("three")])
    read = [item.to_dict() for item in client.responses.input_items.list(first.id, order="asc")]
    assert texts(heard(client, [*read, user("[dump]")])) == ["one", "two", "three", "[dump]"]


def test_reference_to_an_item(client):
    first = respond(client, "one")
    reference = {"type": "item_reference", "id": first.output[0].id}
    assert "heard 1: one" in texts(heard(client, [user("one"), reference, user("[dump]")]))


def test_reference_by_id_alone(client):
    reference = {"id": respond(client, "one").output[0].id}
    assert "heard 1: one" in texts(heard(client, [user("one"), reference, user("[dump]")]))


def test_unknown_reference_is_refused(client, words):
    reference = {"type": "item_reference", "id": f"msg_{'0' * 48}"}
    refused(lambda: respond(client, [reference, user(words)]), kind=openai.APIStatusError)


@pytest.mark.parametrize(
    "given",
    [[], 7, [{"role": "wizard", "content": "x"}], [{"role": "user"}], [{"type": "message", "content": "x"}], ["x"]],
    ids=str,
)
def test_wrong_input_is_refused(client, given):
    refused(lambda: respond(client, given), param="input")
