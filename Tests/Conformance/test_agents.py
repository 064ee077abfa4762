"""OpenAI's Agents SDK: sessions on conversations, tool loops, chains; over responses and over chat."""

import asyncio

import agents
import openai
import pytest

TOLD = []


@agents.function_tool
def weather(city: str) -> str:
    """The weather of a city."""
    TOLD.append(city)
    return f"20° in {city}"


@pytest.fixture(scope="module")
def loop():
    """One loop for all runs of an SDK client, which keeps its connections."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def run(loop):
    """Runs an agent to its end."""

    def run(agent, *arguments, **more):
        return loop.run(agents.Runner.run(agent, *arguments, **more))

    return run


@pytest.fixture(scope="module")
def client(parley):
    agents.set_tracing_disabled(True)
    return openai.AsyncOpenAI(base_url=parley.base_url, api_key=parley.key, max_retries=0)


def model_of(kind, client):
    if kind == "chat":
        return agents.OpenAIChatCompletionsModel(model="fake", openai_client=client)
    return agents.OpenAIResponsesModel(model="fake", openai_client=client)


@pytest.fixture(params=["responses", "chat"])
def agent(request, client):
    return agents.Agent(name="helper", model=model_of(request.param, client), tools=[weather])


@pytest.fixture
def helper(client):
    """The one on responses. The SDK's session takes the ids away that its own chat model then asks for."""
    return agents.Agent(name="helper", model=model_of("responses", client), tools=[weather])


@pytest.fixture
def plain(client):
    """An agent without tools on responses."""
    return agents.Agent(name="plain", instructions="be brief", model=model_of("responses", client))


def test_answer(agent, words, run):
    assert run(agent, words).final_output == f"heard 1: {words}"


def test_tool_loop(agent, words, run):
    TOLD.clear()
    assert run(agent, f"{words} [tool]").final_output == "results: 20° in 上海"
    assert TOLD == ["上海"]


def test_loop_of_parallel_tools(agent, words, run):
    TOLD.clear()
    assert run(agent, f"{words} [tools]").final_output == "results: 20° in 上海, 20° in 上海"
    assert len(TOLD) == 2


def test_streamed_tool_loop(agent, words, loop):
    async def streamed():
        result = agents.Runner.run_streamed(agent, f"{words} [tool]")
        kinds = [event.type async for event in result.stream_events()]
        return result.final_output, kinds

    output, kinds = loop.run(streamed())
    assert output == "results: 20° in 上海" and "raw_response_event" in kinds


def test_history_that_is_sent_back(agent, words, run):
    first = run(agent, f"{words} [tool]")
    again = run(agent, [*first.to_input_list(), {"role": "user", "content": words}])
    assert again.final_output == f"heard 5: {words}"


def test_declared_output(client, words, run):
    import pydantic

    class Animal(pydantic.BaseModel):
        name: str
        legs: int

    agent = agents.Agent(name="zoo", model=model_of("responses", client), output_type=Animal)
    assert run(agent, words).final_output == Animal(name="text", legs=1)


def test_session_remembers(helper, client, words, loop):
    async def talk():
        session = agents.OpenAIConversationsSession(openai_client=client)
        first = await agents.Runner.run(helper, words, session=session)
        second = await agents.Runner.run(helper, "again", session=session)
        return first.final_output, second.final_output, await session.get_items()

    first, second, items = loop.run(talk())
    assert (first, second) == (f"heard 1: {words}", "heard 3: again")
    assert [item["role"] for item in items] == ["user", "assistant", "user", "assistant"]


def test_session_remembers_calls(helper, client, words, loop):
    async def talk():
        session = agents.OpenAIConversationsSession(openai_client=client)
        await agents.Runner.run(helper, f"{words} [tool]", session=session)
        second = await agents.Runner.run(helper, "again", session=session)
        return second.final_output, await session.get_items()

    output, items = loop.run(talk())
    assert output == "heard 5: again"
    assert [item["type"] for item in items].count("function_call_output") == 1


def test_session_of_the_clients_own(agent, words, run):
    session = agents.SQLiteSession(words)
    run(agent, f"{words} [tool]", session=session)
    assert run(agent, "again", session=session).final_output == "heard 5: again"


def test_session_of_many_items(client, loop):
    async def fill():
        session = agents.OpenAIConversationsSession(openai_client=client)
        await session.add_items([{"role": "user", "content": str(number)} for number in range(45)])
        return await session.get_items(), await session.get_items(limit=3)

    every, newest = loop.run(fill())
    assert [item["content"][0]["text"] for item in every] == [str(number) for number in range(45)]
    assert [item["content"][0]["text"] for item in newest] == ["42", "43", "44"]


def test_session_pops_and_clears(client, loop):
    async def change():
        session = agents.OpenAIConversationsSession(openai_client=client)
        await session.add_items([{"role": "user", "content": text} for text in ("one", "two")])
        popped = await session.pop_item()
        left = await session.get_items()
        await session.clear_session()
        return popped, left, await session.get_items()

    popped, left, cleared = loop.run(change())
    assert popped["content"][0]["text"] == "two"
    assert [item["content"][0]["text"] for item in left] == ["one"] and cleared == []


def test_session_outlives_the_client(client, plain, words, loop, run):
    async def begin():
        session = agents.OpenAIConversationsSession(openai_client=client)
        await agents.Runner.run(plain, words, session=session)
        return await session._get_session_id()

    made = loop.run(begin())
    session = agents.OpenAIConversationsSession(conversation_id=made, openai_client=client)
    assert run(plain, "again", session=session).final_output == "heard 4: again"


def test_chain_by_previous_response(plain, words, run):
    first = run(plain, words)
    second = run(plain, "again", previous_response_id=first.last_response_id)
    assert second.final_output == "heard 4: again"


def test_chain_with_a_tool(helper, words, run):
    first = run(helper, words)
    second = run(helper, f"{words} [tool]", previous_response_id=first.last_response_id)
    assert second.final_output == "results: 20° in 上海"


def test_conversation_of_the_server(client, plain, words, loop, run):
    made = loop.run(client.conversations.create())
    run(plain, words, conversation_id=made.id)
    assert run(plain, "again", conversation_id=made.id).final_output == "heard 4: again"


def test_failure_is_raised(agent, words, run):
    with pytest.raises(openai.BadRequestError):
        run(agent, f"{words} [status 400]")
