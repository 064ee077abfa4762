"""A deterministic OpenAI-compatible upstream: what it answers, and how fast, depends on the question alone.

    python3 upstream.py        prints its port, then serves until it is killed

It is a process of its own, so that its work does not slow the clients that share one interpreter.
"""

import asyncio
import hashlib
import json
import subprocess
import sys

WORDS = "the answer is kept whole 即使 进程 被 杀死 and comes back after every restart 一字不差".split()


def start_upstream():
    """Starts it as a process of its own; returns the process and its base URL."""
    process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE)
    port = int(process.stdout.readline())
    return process, f"http://127.0.0.1:{port}/v1"


def answer_to(question):
    """The only right answer to a question, so that an auditor needs no record of what was said."""
    digest = hashlib.sha256(question.encode()).digest()
    length = 4 + digest[0] % 28
    words = [WORDS[byte % len(WORDS)] for byte in digest[:length]]
    return f"re {digest.hex()[:16]}: " + " ".join(words)


def pace_of(question):
    """Seconds before the first byte and between two chunks; one question in sixteen is slow enough to be cut."""
    digest = hashlib.sha256(b"pace" + question.encode()).digest()
    first, between = digest[0] / 255 * 0.015, digest[1] / 255 * 0.004
    return (first, 0.1) if digest[2] < 16 else (first, between)


def last_question(body):
    """The text of the newest user message of a chat request."""
    for message in reversed(body["messages"]):
        if message["role"] == "user":
            content = message["content"]
            return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
    return ""


def usage(body, answer):
    prompt = len(json.dumps(body)) // 4
    completion = len(answer) // 4
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def whole_answer(body, answer):
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": answer},
        "logprobs": None,
        "finish_reason": "stop",
    }
    return {
        "id": "chatcmpl-upstream",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "fake",
        "choices": [choice],
        "usage": usage(body, answer),
    }


def chunk(choices, **more):
    return {
        "id": "chatcmpl-upstream",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": "fake",
        "choices": choices,
        **more,
    }


def delta(content, finish=None):
    return {"index": 0, "delta": content, "finish_reason": finish}


def streamed_answer(body, answer):
    """The chunks of a streamed answer, four characters of text in each."""
    yield chunk([delta({"role": "assistant", "content": ""})])
    for start in range(0, len(answer), 4):
        yield chunk([delta({"content": answer[start : start + 4]})])
    yield chunk([delta({}, finish="stop")])
    if (body.get("stream_options") or {}).get("include_usage"):
        yield chunk([], usage=usage(body, answer))


async def read_request(reader):
    """One request as (method, path, body bytes), or None at the end of the connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if "chunked" in headers.get("transfer-encoding", ""):
        return method, path, await read_chunked(reader)
    return method, path, await reader.readexactly(int(headers.get("content-length", 0)))


async def read_chunked(reader):
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


def write_whole(writer, value, status="200 OK"):
    data = json.dumps(value, ensure_ascii=False).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    writer.write(head.encode() + data)


async def write_stream(writer, body, answer, between):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    for value in streamed_answer(body, answer):
        write_event(writer, json.dumps(value, ensure_ascii=False))
        await writer.drain()
        await asyncio.sleep(between)
    write_event(writer, "[DONE]")
    writer.write(b"0\r\n\r\n")


def write_event(writer, text):
    data = f"data: {text}\n\n".encode()
    writer.write(b"%x\r\n%s\r\n" % (len(data), data))


async def serve_connection(reader, writer):
    try:
        while True:
            method, path, raw = await read_request(reader)
            if method == "GET" and path.endswith("/models"):
                models = [{"id": "fake", "object": "model", "created": 1_700_000_000, "owned_by": "kill9"}]
                write_whole(writer, {"object": "list", "data": models})
            elif method == "POST" and path.endswith("/chat/completions"):
                body = json.loads(raw)
                question = last_question(body)
                answer, (first, between) = answer_to(question), pace_of(question)
                await asyncio.sleep(first)
                if body.get("stream"):
                    await write_stream(writer, body, answer, between)
                else:
                    write_whole(writer, whole_answer(body, answer))
            else:
                write_whole(writer, {"error": {"message": "no such route"}}, "404 Not Found")
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # The server under test was killed, or closed the connection.
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve_connection, "127.0.0.1", 0, limit=1 << 24)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
