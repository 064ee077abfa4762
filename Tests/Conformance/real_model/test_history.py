"""What a real model knows because the server remembers it.

The model is small: it is asked at temperature 0 for a code that it was told, and has to name it, however it says so.
"""

import pytest

SYSTEM = "You are a helpful assistant."
QUESTION = "What is the secret code?"
LIMIT = 32

either = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


def fact(code):
    return f"The secret code is {code}. Please repeat it."


def said(*texts):
    """The messages of a conversation in which user and assistant took turns, after the system's."""
    roles = ("user", "assistant")
    turns = [{"role": roles[number % 2], "content": text} for number, text in enumerate(texts)]
    return [{"role": "system", "content": SYSTEM}, *turns]


class Chat:
    """Asks by chat completions in one conversation; each answer as (text, input tokens)."""

    def __init__(self, client, model, streamed):
        self.client, self.model, self.streamed = client, model, streamed
        self.conversation = client.conversations.create().id

    def ask(self, text):
        # The system message is said once; the conversation keeps it.
        messages = said(text) if text != QUESTION else said(text)[1:]
        options = {"stream": True, "stream_options": {"include_usage": True}} if self.streamed else {}
        answer = self.client.chat.completions.create(
            model=self.model.name,
            messages=messages,
            temperature=0,
            seed=1,
            max_tokens=LIMIT,
            extra_body={"conversation": self.conversation},
            **options,
        )
        if not self.streamed:
            return answer.choices[0].message.content, answer.usage.prompt_tokens
        chunks = list(answer)
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        return text, chunks[-1].usage.prompt_tokens


class Chain:
    """Asks by responses, each behind the one before; each answer as (text, input tokens)."""

    def __init__(self, client, model, streamed):
        self.client, self.model, self.streamed = client, model, streamed
        self.last = None

    def ask(self, text):
        answer = self.client.responses.create(
            model=self.model.name,
            input=text,
            instructions=SYSTEM,
            temperature=0,
            max_output_tokens=LIMIT,
            previous_response_id=self.last,
            stream=self.streamed,
        )
        if self.streamed:
            answer = self.read(answer)
        self.last = answer.id
        return answer.output_text, answer.usage.input_tokens

    @staticmethod
    def read(events):
        """The response at the end of its events, whose pieces say the same."""
        text = ""
        for event in events:
            text += event.delta if event.type == "response.output_text.delta" else ""
        assert event.response.output_text == text
        return event.response


@either
@pytest.mark.parametrize("way, code", [(Chat, "7391"), (Chain, "4402")], ids=["chat", "chain"])
def test_a_fact_is_known_after_a_restart(parley, client, model, way, code, streamed):
    talk = way(client, model, streamed)
    repeated, tokens = talk.ask(fact(code))
    assert tokens == model.input_tokens(said(fact(code)))
    parley.restart()
    answer, tokens = talk.ask(QUESTION)
    assert code in answer
    # To the token: this history, and nothing else, is what the model was sent.
    assert tokens == model.input_tokens(said(fact(code), repeated, QUESTION))


@either
@pytest.mark.parametrize("way", [Chat, Chain], ids=["chat", "chain"])
def test_without_the_history_it_is_not_known(client, model, way, streamed):
    """The control: else the answers above would prove nothing."""
    answer, _ = way(client, model, streamed).ask(QUESTION)
    assert answer and "7391" not in answer and "4402" not in answer
