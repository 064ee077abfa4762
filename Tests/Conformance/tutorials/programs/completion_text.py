"""A completion with every parameter, whose text is decoded by hand."""

import json
import os
import sys

import requests

body = {
    "model": "text-davinci-003",
    "prompt": sys.argv[1],
    "max_tokens": 200,
    "temperature": 0.7,
    "top_p": 1,
    "frequency_penalty": 0,
    "presence_penalty": 0,
}
answer = requests.post(
    os.environ["OPENAI_ROOT"] + "/v1/completions",
    headers={"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
    data=json.dumps(body),
)
if answer.status_code == 200:
    print(json.loads(answer.text)["choices"][0]["text"])
else:
    print(answer.text)
