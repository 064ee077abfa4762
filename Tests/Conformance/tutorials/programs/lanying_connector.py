"""The calls of the Lanying IM connector: a preset of its own, and a history that it keeps by itself."""

import os
import sys

import openai

openai.api_key = os.environ["OPENAI_API_KEY"]
PRESET = {
    "temperature": 0.9,
    "max_tokens": 1024,
    "top_p": 1,
    "frequency_penalty": 0.0,
    "presence_penalty": 0.6,
    "stop": [" Human:", " AI:"],
}

history = []
for question in sys.argv[1:]:
    messages = [*history, {"role": "user", "content": question}]
    answer = openai.ChatCompletion.create(**PRESET, model="gpt-3.5-turbo", messages=messages)
    text = answer.choices[0].message.content.strip()
    history = [*messages, {"role": "assistant", "content": text}]
    print(text)
print(openai.Completion.create(**PRESET, model="text-davinci-003", prompt=question).choices[0].text.strip())
