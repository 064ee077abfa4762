"""A prompt for a retired engine, through `requests`; prints the status when it is not 200."""

import os
import sys

import requests

answer = requests.post(
    os.environ["OPENAI_ROOT"] + "/v1/engines/davinci-codex/completions",
    headers={"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    json={"prompt": sys.argv[1], "max_tokens": 100, "temperature": 0.6},
)
if answer.status_code == 200:
    print(answer.json()["choices"][0]["text"])
else:
    print("failed:", answer.status_code)
