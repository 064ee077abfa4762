"""The asynchronous client: many streams at once over few connections."""

import asyncio

import openai
import pytest

from samples import user
from service import eventually


@pytest.fixture
def run(parley):
    """Runs a function with an asynchronous client, which closes afterwards."""

    def run(function):
        async def body():
            async with openai.AsyncOpenAI(
                base_url=parley.base_url, api_key=parley.key, max_retries=0, _strict_response_validation=True
            ) as client:
                return await function(client)

        return asyncio.run(body())

    return run


def test_many_chat_streams_at_once(run, words):
    async def one(client, number):
        stream = await client.chat.completions.create(
            model="fake", messages=[user(f"{words} {number}")], stream=True
        )
        return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

    async def all_of_them(client):
        return await asyncio.gather(*(one(client, number) for number in range(32)))

    assert run(all_of_them) == [f"heard 1: {words} {number}" for number in range(32)]


def test_many_response_streams_at_once(run, words):
    async def one(client, number):
        async with client.responses.stream(model="fake", input=f"{words} {number}") as stream:
            numbers = [event.sequence_number async for event in stream]
            final = await stream.get_final_response()
        return final.output_text, numbers == list(range(len(numbers)))

    async def all_of_them(client):
        return await asyncio.gather(*(one(client, number) for number in range(32)))

    assert run(all_of_them) == [(f"heard 1: {words} {number}", True) for number in range(32)]


def test_pages_are_followed(run):
    async def pages(client):
        made = await client.conversations.create(items=[user(str(number)) for number in range(20)])
        return [item.content[0].text async for item in client.conversations.items.list(made.id, order="asc", limit=3)]

    assert run(pages) == [str(number) for number in range(20)]


def test_stream_that_is_left_early_frees_the_model(run, upstream, words):
    before = upstream.aborted

    async def leave(client):
        stream = await client.chat.completions.create(
            model="fake", messages=[user(f"{words} [long 20] [pause {words}]")], stream=True
        )
        async for _ in stream:
            break
        await stream.close()

    run(leave)
    eventually(lambda: upstream.aborted > before)
