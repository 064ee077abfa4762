"""Background responses: queued, polled, resumed, cancelled, and not lost when the server is killed."""

import openai
import pytest

from responding import refused, respond
from service import eventually

ENDED = ("completed", "failed", "cancelled", "incomplete")


def poll(client, response, *statuses):
    def arrived():
        found = client.responses.retrieve(response.id)
        return found if found.status in statuses else None

    return eventually(arrived, seconds=20)


@pytest.fixture
def held(client, upstream, words):
    """A background response whose model waits in the middle of its answer; released at the end."""
    text = f"{words} [long 20] [pause {words}]"
    response = respond(client, text, background=True)
    eventually(lambda: upstream.asked(words))
    yield response
    upstream.release(words)


def test_answers_at_once_and_completes(client, words):
    first = respond(client, f"{words} [delay 0.1]", background=True)
    assert first.status in ("queued", "in_progress") and first.background is True and first.output == []
    done = poll(client, first, *ENDED)
    assert done.status == "completed" and done.output_text.startswith("heard 1")
    assert done.completed_at >= done.created_at and done.usage.total_tokens > 0


def test_runs_while_it_is_polled(client, upstream, held, words):
    poll(client, held, "in_progress")
    upstream.release(words)
    assert poll(client, held, *ENDED).output_text.endswith("word19")


def test_survives_the_client_that_streamed_it(client, upstream, words):
    text = f"{words} [long 20] [pause {words}]"
    stream = client.responses.create(model="fake", input=text, background=True, stream=True)
    first = next(iter(stream)).response
    stream.close()
    upstream.release(words)
    assert poll(client, first, *ENDED).output_text.endswith("word19")


def test_replay_is_the_stream_again(client, words):
    live = list(client.responses.create(model="fake", input=words, background=True, stream=True))
    kinds = [event.type for event in live]
    assert kinds[0] == "response.created" and "response.queued" in kinds[:2] and kinds[-1] == "response.completed"
    replay = list(client.responses.retrieve(live[0].response.id, stream=True))
    assert [event.to_dict() for event in replay] == [event.to_dict() for event in live]


@pytest.mark.parametrize("after", [0, 3, 6])
def test_replay_begins_after_a_number(client, words, after):
    live = list(client.responses.create(model="fake", input=words, background=True, stream=True))
    rest = list(client.responses.retrieve(live[0].response.id, stream=True, starting_after=after))
    assert [event.to_dict() for event in rest] == [event.to_dict() for event in live[after + 1 :]]


def test_resumed_stream_goes_on_live(client, upstream, held, words):
    stream = client.responses.retrieve(held.id, stream=True)
    seen = []
    for event in stream:
        seen.append(event)
        if event.type == "response.output_text.delta":
            break
    upstream.release(words)
    seen += list(stream)
    assert [event.sequence_number for event in seen] == list(range(len(seen)))
    assert seen[-1].type == "response.completed" and seen[-1].response.output_text.endswith("word19")


def test_cancelled_while_it_runs(client, upstream, held):
    before = upstream.aborted
    assert client.responses.cancel(held.id).status == "cancelled"
    assert client.responses.retrieve(held.id).status == "cancelled"
    assert client.responses.cancel(held.id).status == "cancelled"
    eventually(lambda: upstream.aborted > before)


def test_cancelling_afterwards_changes_nothing(client, words):
    done = poll(client, respond(client, words, background=True), *ENDED)
    assert client.responses.cancel(done.id).status == "completed"


def test_failure_is_told_in_the_response(client, words):
    failed = poll(client, respond(client, f"{words} [status 400]", background=True), *ENDED)
    assert failed.status == "failed" and failed.error.code and failed.error.message
    assert failed.output == []


def test_conversation_gets_the_answer(client, conversation, words):
    poll(client, respond(client, words, background=True, conversation=conversation.id), "completed")
    items = client.conversations.items.list(conversation.id, order="asc").data
    assert [item.content[0].text for item in items] == [words, f"heard 1: {words}"]


def test_needs_to_be_stored(client, words):
    refused(lambda: respond(client, words, background=True, store=False))


def test_deleted_is_gone(client, words):
    done = poll(client, respond(client, words, background=True), "completed")
    client.responses.delete(done.id)
    refused(lambda: client.responses.retrieve(done.id), kind=openai.NotFoundError)


def test_running_one_is_not_lost_when_the_server_is_killed(client, parley, held, upstream, words):
    finished = poll(client, respond(client, words, background=True), "completed")
    parley.restart()
    upstream.release(words)
    assert poll(client, held, *ENDED).status in ("completed", "failed")
    assert client.responses.retrieve(finished.id).to_dict() == finished.to_dict()
    replay = list(client.responses.retrieve(finished.id, stream=True))
    assert [event.sequence_number for event in replay] == list(range(len(replay)))
    assert replay[-1].response.to_dict() == finished.to_dict()
