"""Messages and tools that the tests of several clients send."""

CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}

CHAT_TOOL = {"type": "function", "function": {"name": "weather", "description": "The weather.", "parameters": CITY}}
RESPONSES_TOOL = {
    "type": "function",
    "name": "weather",
    "description": "The weather.",
    "parameters": CITY,
    "strict": True,
}

ANIMAL = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "legs": {"type": "integer"}},
    "required": ["name", "legs"],
    "additionalProperties": False,
}

# A single pixel.
IMAGE = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def user(text):
    return {"role": "user", "content": text}


def assistant(text):
    return {"role": "assistant", "content": text}
