"""Calls of functions, their results, and the tools that are not offered."""

import json

import pytest

from responding import refused, respond
from samples import RESPONSES_TOOL, user


def test_function_call(client, words):
    (call,) = respond(client, f"{words} [tool]", tools=[RESPONSES_TOOL]).output
    assert call.type == "function_call" and call.name == "weather" and call.status == "completed"
    assert call.id.startswith("fc_") and call.call_id.startswith("call_") and call.id != call.call_id
    assert json.loads(call.arguments) == {"city": "上海"}


def test_tools_are_echoed_and_sent_in_chats_form(client, upstream, words):
    answer = respond(client, words, tools=[RESPONSES_TOOL])
    assert answer.tools[0].to_dict().items() >= RESPONSES_TOOL.items()
    sent = upstream.asked(words)[-1]["tools"][0]
    assert sent["type"] == "function" and sent["function"]["name"] == "weather"
    assert sent["function"]["parameters"] == RESPONSES_TOOL["parameters"]


def test_two_calls_at_once_and_their_results(client, words):
    first = respond(client, f"{words} [tools]", tools=[RESPONSES_TOOL])
    assert len({item.call_id for item in first.output}) == 2
    results = [
        {"type": "function_call_output", "call_id": item.call_id, "output": f"{number}°"}
        for number, item in enumerate(first.output)
    ]
    chained = respond(client, results, previous_response_id=first.id, tools=[RESPONSES_TOOL])
    assert chained.output_text == "results: 0°, 1°"


def test_result_in_the_same_list(client, words):
    call = respond(client, f"{words} [tool]", tools=[RESPONSES_TOOL]).output[0].to_dict()
    result = {"type": "function_call_output", "call_id": call["call_id"], "output": "20°"}
    answer = respond(client, [user(f"{words} [tool]"), call, result], tools=[RESPONSES_TOOL])
    assert answer.output_text == "results: 20°"


def test_result_of_parts(client, words):
    first = respond(client, f"{words} [tool]", tools=[RESPONSES_TOOL])
    parts = [{"type": "input_text", "text": "20°"}]
    result = {"type": "function_call_output", "call_id": first.output[0].call_id, "output": parts}
    assert respond(client, [result], previous_response_id=first.id).output_text == "results: 20°"


def test_call_without_a_result_is_refused(client, words):
    first = respond(client, f"{words} [tool]", tools=[RESPONSES_TOOL])
    error = refused(lambda: respond(client, "go on", previous_response_id=first.id), param="input")
    assert f"No tool output found for function call {first.output[0].call_id}" in error.message


def test_result_without_a_call_is_refused(client):
    result = {"type": "function_call_output", "call_id": "call_unknown", "output": "20°"}
    error = refused(lambda: respond(client, [result]), param="input")
    assert "No tool call found for function call output with call_id call_unknown" in error.message


def test_tool_choice(client, words):
    assert respond(client, f"{words} [tool]", tools=[RESPONSES_TOOL], tool_choice="none").output_text
    forced = {"type": "function", "name": "weather"}
    answer = respond(client, "[params]", tools=[RESPONSES_TOOL], tool_choice=forced)
    assert json.loads(answer.output_text)["tool_choice"] == {"type": "function", "function": {"name": "weather"}}
    assert answer.tool_choice.to_dict() == forced


@pytest.mark.parametrize(
    "tool",
    [
        {"type": "web_search"},
        {"type": "file_search", "vector_store_ids": ["vs_1"]},
        {"type": "code_interpreter", "container": {"type": "auto"}},
        {"type": "image_generation"},
        {"type": "mcp", "server_label": "x", "server_url": "https://example.invalid"},
    ],
    ids=lambda tool: tool["type"],
)
def test_hosted_tools_are_refused(client, words, tool):
    refused(lambda: respond(client, words, tools=[tool]), code="unsupported_parameter", param="tools")


def test_prompt_templates_are_refused(client, words):
    refused(lambda: respond(client, words, prompt={"id": "pmpt_1"}), code="unsupported_parameter", param="prompt")
