"""The oldest way with the SDK: an engine, a prompt, the key from the environment."""

import os
import sys

import openai

openai.api_key = os.environ["OPENAI_API_KEY"]

answer = openai.Completion.create(
    engine="text-davinci-003", prompt=sys.argv[1], max_tokens=1024, n=1, stop=None, temperature=0.5
)
print(answer.choices[0].text.strip())
