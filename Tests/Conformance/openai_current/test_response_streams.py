"""Responses as events: their order, numbers and ids, for text, calls, refusals, reasoning and failures."""

import json
import urllib.request

import openai
import pytest

from samples import RESPONSES_TOOL
from service import eventually

ENDS = {"response.completed", "response.incomplete", "response.failed"}


def events_of(client, given, **more):
    return list(client.responses.create(model="fake", input=given, stream=True, **more))


def types(events):
    """The types in order, each run of equal ones once."""
    found = []
    for event in events:
        if not found or found[-1] != event.type:
            found.append(event.type)
    return found


def only(events, kind):
    return [event for event in events if event.type == kind]


def check_whole(events):
    """What holds for every stream that ends well or badly."""
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[0].type == "response.created" and events[0].response.output == []
    assert events[0].response.status in ("in_progress", "queued") and events[0].response.usage is None
    assert events[-1].type in ENDS and not [event for event in events[:-1] if event.type in ENDS]
    assert len({event.response.id for event in events if hasattr(event, "response")}) == 1
    added = only(events, "response.output_item.added")
    done = only(events, "response.output_item.done")
    assert [event.output_index for event in added] == list(range(len(added)))
    assert {event.item.id for event in added} == {event.item.id for event in done}
    if events[-1].type == "response.completed":
        assert [event.item.to_dict() for event in done] == [item.to_dict() for item in events[-1].response.output]


def test_order_of_a_text(client, words):
    events = events_of(client, words)
    check_whole(events)
    assert types(events) == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]


def test_text_is_the_same_everywhere(client, words):
    events = events_of(client, words)
    text = f"heard 1: {words}"
    assert "".join(event.delta for event in only(events, "response.output_text.delta")) == text
    assert only(events, "response.output_text.done")[0].text == text
    assert only(events, "response.content_part.done")[0].part.text == text
    assert events[-1].response.output_text == text


def test_ids_are_the_same_everywhere(client, words):
    events = events_of(client, words)
    item = only(events, "response.output_item.added")[0].item.id
    assert item.startswith("msg_")
    assert {event.item_id for event in events if hasattr(event, "item_id")} == {item}
    assert events[-1].response.output[0].id == item
    assert client.responses.retrieve(events[-1].response.id).output[0].id == item


def test_text_events_have_log_probabilities(client, words):
    events = events_of(client, words)
    for event in only(events, "response.output_text.delta") + only(events, "response.output_text.done"):
        assert event.to_dict()["logprobs"] == []


def test_begun_items_are_empty_and_in_progress(client, words):
    events = events_of(client, words)
    item = only(events, "response.output_item.added")[0].item
    assert item.status == "in_progress" and item.content == []
    part = only(events, "response.content_part.added")[0].part
    assert part.text == "" and part.annotations == []


def test_stored_answer_equals_the_last_event(client, words):
    last = events_of(client, words)[-1].response
    assert client.responses.retrieve(last.id).to_dict() == last.to_dict()


def test_accumulator_of_the_sdk_agrees(client, words):
    with client.responses.stream(model="fake", input=words) as stream:
        kinds = [event.type for event in stream]
        assert stream.get_final_response().output_text == f"heard 1: {words}"
    assert kinds[-1] == "response.completed"


def test_order_of_a_call(client, words):
    events = events_of(client, f"{words} [tool]", tools=[RESPONSES_TOOL])
    check_whole(events)
    assert types(events)[2:] == [
        "response.output_item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.completed",
    ]
    begun = only(events, "response.output_item.added")[0].item
    assert begun.arguments == "" and begun.name == "weather" and begun.status == "in_progress"
    done = only(events, "response.function_call_arguments.done")[0]
    assert json.loads(done.arguments) == {"city": "上海"} and done.to_dict()["name"] == "weather"
    deltas = only(events, "response.function_call_arguments.delta")
    assert "".join(event.delta for event in deltas) == done.arguments and len(deltas) > 1


def test_two_calls_are_items_of_their_own(client, words):
    events = events_of(client, f"{words} [tools]", tools=[RESPONSES_TOOL])
    check_whole(events)
    calls = events[-1].response.output
    assert len({call.id for call in calls}) == len({call.call_id for call in calls}) == 2
    for index, call in enumerate(calls):
        deltas = only(events, "response.function_call_arguments.delta")
        assert "".join(event.delta for event in deltas if event.output_index == index) == call.arguments


def test_accumulator_of_the_sdk_agrees_on_calls(client, words):
    with client.responses.stream(model="fake", input=f"{words} [tools]", tools=[RESPONSES_TOOL]) as stream:
        list(stream)
        calls = stream.get_final_response().output
    assert [json.loads(call.arguments) for call in calls] == [{"city": "上海"}] * 2


def test_order_of_a_refusal(client, words):
    events = events_of(client, f"{words} [refuse]")
    check_whole(events)
    assert types(events)[2:] == [
        "response.output_item.added",
        "response.content_part.added",
        "response.refusal.delta",
        "response.refusal.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert only(events, "response.refusal.done")[0].refusal == "I would rather not."


def test_reasoning_comes_before_the_text(client, words):
    events = events_of(client, f"{words} [reason]")
    check_whole(events)
    assert [event.item.type for event in only(events, "response.output_item.done")] == ["reasoning", "message"]
    thought = only(events, "response.reasoning_text.delta") or only(events, "response.reasoning_summary_text.delta")
    assert "".join(event.delta for event in thought) == "thinking about it"


def test_cut_answer_ends_incomplete(client):
    events = events_of(client, "[long 40]", max_output_tokens=16)
    check_whole(events)
    assert events[-1].type == "response.incomplete"
    assert events[-1].response.incomplete_details.reason == "max_output_tokens"
    assert only(events, "response.output_item.done")[0].item.status == "incomplete"


def test_broken_answer_ends_failed(client, words):
    events = events_of(client, f"{words} [long 20] [drop]")
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[-1].type == "response.failed"
    failed = events[-1].response
    assert failed.status == "failed" and failed.error.code == "server_error" and failed.error.message


def test_failure_before_the_first_event_is_a_plain_status(client, words):
    with pytest.raises(openai.BadRequestError):
        events_of(client, f"{words} [status 400]")


def test_bytes_are_plain_events(parley, words):
    body = json.dumps({"model": "fake", "input": words, "stream": True}).encode()
    headers = {"Authorization": f"Bearer {parley.key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{parley.base_url}/responses", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        raw = answer.read()
    assert raw.endswith(b"\n\n") and not raw.startswith(b"\xef\xbb\xbf")
    for block in raw.decode().split("\n\n")[:-1]:
        if block.startswith(":") or block == "data: [DONE]":
            continue
        name, data = block.split("\n")
        value = json.loads(data.removeprefix("data: "))
        assert name == f"event: {value['type']}" and "error" not in value


def test_events_arrive_while_the_model_still_talks(client, upstream, words):
    stream = client.responses.create(model="fake", input=f"{words} [long 20] [pause {words}]", stream=True)
    for event in stream:
        if event.type == "response.output_text.delta":
            break
    upstream.release(words)
    assert [event.type for event in stream][-1] == "response.completed"


def test_client_that_leaves_stops_the_model(client, upstream, words):
    before = upstream.aborted
    stream = client.responses.create(model="fake", input=f"{words} [long 20] [pause {words}]", stream=True)
    for event in stream:
        if event.type == "response.output_text.delta":
            break
    stream.close()
    eventually(lambda: upstream.aborted > before)


def test_obfuscation_option_is_accepted(client, words):
    check_whole(events_of(client, words, stream_options={"include_obfuscation": False}))
