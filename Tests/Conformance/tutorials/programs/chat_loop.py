"""A loop at the terminal that asks through `requests`, and names no model."""

import os

import requests

ROOT = os.environ["OPENAI_ROOT"]


def ask(question):
    answer = requests.post(
        f"{ROOT}/v1/chat/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={
            "messages": [
                {"role": "system", "content": "你是一个有用的助手。"},
                {"role": "user", "content": question},
            ]
        },
    )
    return answer.json()["choices"][0]["message"]["content"]


while True:
    question = input()
    if question == "exit":
        break
    print(ask(question))
