"""A Flask server with one route that posts messages to a completion route and hands on what comes back."""

import os

import requests
from flask import Flask, jsonify, request

app = Flask(__name__)


@app.route("/chat", methods=["POST"])
def chat():
    answer = requests.post(
        os.environ["OPENAI_ROOT"] + "/v1/engines/gpt-3.5-turbo/completions",
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"},
        json={"messages": [{"role": "user", "content": request.json["message"]}], "max_tokens": 50, "temperature": 0.5},
    )
    return jsonify(answer.json())


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
