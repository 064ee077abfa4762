"""Clients of the newest SDK that refuse every answer whose shape is not exactly the declared one."""

import openai
import pytest


def strict_client(parley, key):
    return openai.OpenAI(base_url=parley.base_url, api_key=key, max_retries=0, _strict_response_validation=True)


@pytest.fixture(scope="session")
def client(parley):
    return strict_client(parley, parley.key)


@pytest.fixture(scope="session")
def stranger(parley):
    """The same server, as another user."""
    return strict_client(parley, parley.other_key)


@pytest.fixture
def conversation(client):
    return client.conversations.create()
