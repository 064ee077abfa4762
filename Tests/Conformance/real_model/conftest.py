"""A server in front of the real model at PARLEY_REAL_MODEL, and the newest SDK in front of the server."""

import os

import openai
import pytest

from service import Service, request_json


class RealModel:
    """The model itself, asked past the server."""

    def __init__(self, url):
        self.url = url
        self.name = request_json("GET", f"{url}/models")[1]["data"][0]["id"]

    def input_tokens(self, messages):
        """How many tokens the model reads when it is sent these messages."""
        status, answer, _ = request_json("POST", f"{self.url}/chat/completions/input_tokens", {"messages": messages})
        assert status == 200, answer
        return answer["input_tokens"]


@pytest.fixture(scope="session")
def model():
    return RealModel(os.environ["PARLEY_REAL_MODEL"])


@pytest.fixture(scope="session")
def parley(model):
    service = Service(url=model.url, model=model.name)
    yield service
    service.close()


@pytest.fixture(scope="session")
def client(parley):
    return openai.OpenAI(base_url=parley.base_url, api_key=parley.key, max_retries=0, timeout=30)
