"""A Flask server with one route that asks through the oldest SDK."""

import os

import openai
from flask import Flask, jsonify, request

openai.api_key = os.environ["OPENAI_API_KEY"]
app = Flask(__name__)


@app.route("/ask_gpt", methods=["POST"])
def ask_gpt():
    data = request.get_json()
    model = data.get("model", "text-davinci-003")
    answer = openai.Completion.create(
        engine=model, prompt=data["prompt"], max_tokens=150, n=1, stop=None, temperature=0.5
    )
    return jsonify({"message": answer.choices[0].text.strip()})


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
