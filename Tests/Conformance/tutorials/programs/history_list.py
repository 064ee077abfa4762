"""A talk whose history the program keeps and posts to a completion route; the key comes from `.env`."""

import os
import sys

import requests
from dotenv import load_dotenv

load_dotenv(os.path.join(os.getcwd(), ".env"))
URL = os.environ["OPENAI_ROOT"] + "/v1/engines/gpt-3.5-turbo/completions"
HEADERS = {"Authorization": "Bearer " + os.getenv("OPENAI_API_KEY"), "Content-Type": "application/json"}

history = []
for question in sys.argv[1:]:
    history.append({"role": "user", "content": question})
    answer = requests.post(URL, headers=HEADERS, json={"messages": history, "max_tokens": 200, "temperature": 0.5})
    if answer.status_code != 200:
        error_message = answer.json()["error"]["message"]
        print("error:", error_message)
        break
    text = answer.json()["choices"][0]["text"]
    history.append({"role": "assistant", "content": text})
    print(text)
