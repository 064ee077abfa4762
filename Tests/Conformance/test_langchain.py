"""LangChain's ChatOpenAI: chat and responses, streams, tools, chains by id, a context that overflows."""

import langchain_openai
import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI


@tool
def weather(city: str) -> str:
    """The weather of a city."""
    return f"20° in {city}"


def model(parley, **more):
    return ChatOpenAI(model="fake", base_url=parley.base_url, api_key=parley.key, max_retries=0, **more)


@pytest.fixture(params=["chat", "responses"])
def chat(request, parley):
    return model(parley, use_responses_api=request.param == "responses")


@pytest.fixture
def chained(parley):
    return model(parley, use_responses_api=True, use_previous_response_id=True)


def text_of(message):
    return message.text if isinstance(message.text, str) else message.text()


def test_answer(chat, words):
    answer = chat.invoke(words)
    assert text_of(answer) == f"heard 1: {words}" and answer.usage_metadata["total_tokens"] > 0


def test_messages_of_every_kind(chat, words):
    history = [SystemMessage("be brief"), HumanMessage("one"), AIMessage("two"), HumanMessage(words)]
    assert text_of(chat.invoke(history)) == f"heard 4: {words}"


def test_stream(chat, words):
    chunks = list(chat.stream(words))
    assert "".join(text_of(chunk) for chunk in chunks) == f"heard 1: {words}" and len(chunks) > 2


def test_stream_with_usage(parley, words):
    whole = None
    for chunk in model(parley, stream_usage=True).stream(words):
        whole = chunk if whole is None else whole + chunk
    assert whole.usage_metadata["total_tokens"] > 0


def test_tool_loop(chat, words):
    armed = chat.bind_tools([weather])
    messages = [HumanMessage(f"{words} [tools]")]
    called = armed.invoke(messages)
    assert [call["args"] for call in called.tool_calls] == [{"city": "上海"}] * 2
    results = [ToolMessage(weather.invoke(call["args"]), tool_call_id=call["id"]) for call in called.tool_calls]
    answer = armed.invoke([*messages, called, *results])
    assert text_of(answer) == "results: 20° in 上海, 20° in 上海"


def test_streamed_tool_call(chat, words):
    whole = None
    for chunk in chat.bind_tools([weather]).stream(f"{words} [tool]"):
        whole = chunk if whole is None else whole + chunk
    assert [call["args"] for call in whole.tool_calls] == [{"city": "上海"}]


def test_structured_output(chat, words):
    import pydantic

    class Animal(pydantic.BaseModel):
        name: str
        legs: int

    assert chat.with_structured_output(Animal, method="json_schema").invoke(words) == Animal(name="text", legs=1)


def test_log_probabilities(parley, words):
    answer = model(parley, logprobs=True).invoke(words)
    assert answer.response_metadata["logprobs"]["content"][0]["logprob"] == -0.25


def test_several_at_once(chat, words):
    answers = chat.batch([f"{words} {number}" for number in range(4)])
    assert [text_of(answer) for answer in answers] == [f"heard 1: {words} {number}" for number in range(4)]


def test_chain_sends_only_what_is_new(chained, upstream, words):
    first = chained.invoke([HumanMessage(words)])
    assert first.response_metadata["id"].startswith("resp_")
    second = chained.invoke([HumanMessage(words), first, HumanMessage("again")])
    assert text_of(second) == "heard 3: again"


def test_chain_with_a_tool(chained, words):
    armed = chained.bind_tools([weather])
    messages = [HumanMessage(f"{words} [tool]")]
    called = armed.invoke(messages)
    result = ToolMessage("20°", tool_call_id=called.tool_calls[0]["id"])
    assert text_of(armed.invoke([*messages, called, result])) == "results: 20°"


def test_overflow_is_recognised(chat, words):
    """By its own type where the library has one: it goes by the text of the message alone."""
    overflow = getattr(
        langchain_openai.chat_models.base,
        "OpenAIContextOverflowError",
        openai.BadRequestError,
    )
    assert overflow is not openai.BadRequestError
    with pytest.raises(overflow):
        chat.invoke(f"{words} [overflow]")


def test_overflow_of_our_own_window_is_recognised(parley, words):
    status, made, _ = parley.send("POST", "/v1/conversations", {})
    parley.send("POST", f"/v1/conversations/{made['id']}", {"context": {"policy": "all", "budget": 1000}})
    chat = model(parley, extra_body={"conversation": made["id"]}).with_config()
    with pytest.raises(langchain_openai.chat_models.base.OpenAIContextOverflowError):
        chat.invoke("one two " * 2000)


def test_refused_request(chat, words):
    with pytest.raises(openai.BadRequestError):
        chat.invoke(f"{words} [status 400]")


def test_broken_stream(parley, words):
    with pytest.raises(openai.APIError):
        list(model(parley).stream(f"{words} [long 20] [drop]"))
