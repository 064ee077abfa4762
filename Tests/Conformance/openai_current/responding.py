"""How the tests of responses ask, and read what was asked of the model."""

import json

import openai
import pytest

MISSING = f"resp_{'0' * 48}"


def respond(client, given, **more):
    return client.responses.create(model="fake", input=given, **more)


def heard(client, given, **more):
    """The messages that the model was sent, as [role, text] pairs."""
    return json.loads(respond(client, given, **more).output_text)


def texts(pairs):
    return [text for _, text in pairs]


def refused(call, code=None, param=None, kind=openai.BadRequestError):
    with pytest.raises(kind) as raised:
        call()
    if code:
        assert raised.value.code == code, raised.value.body
    if param:
        assert (raised.value.param or "").startswith(param), raised.value.body
    return raised.value
