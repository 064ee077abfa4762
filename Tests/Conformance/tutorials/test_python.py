"""The tutorials' Python programs, run as programs."""

from samples import user


def test_chat_loop_without_a_model(programs, words):
    assert programs.python("chat_loop.py", stdin=f"{words}\n你好\nexit\n").split("\n") == [
        f"heard 2: {words}",
        "heard 2: 你好",
    ]


def test_legacy_completion_with_the_key_of_the_environment(programs, words):
    assert programs.python("legacy_completion.py", words).endswith(words)


def test_request_to_a_retired_engine(programs, words):
    assert programs.python("engine_request.py", words).endswith(words)


def test_request_to_a_retired_engine_with_a_wrong_key(programs, words):
    assert programs.python("engine_request.py", words, OPENAI_API_KEY="sk-wrong") == "failed: 401"


def test_completion_decoded_by_hand(programs, words):
    assert programs.python("completion_text.py", f"{words} 中文").endswith("中文")


def test_completion_decoded_by_hand_shows_a_readable_error(programs, words):
    shown = programs.python("completion_text.py", words, OPENAI_API_KEY="sk-wrong")
    assert '"invalid_api_key"' in shown and len(shown) < 400


def test_history_that_the_program_keeps(programs, words):
    shown = programs.python("history_list.py", words, "second", "third").split("\n")
    assert shown == [f"heard 1: {words}", "heard 3: second", "heard 5: third"]


def test_key_from_a_dotenv_file(programs, parley, words):
    (programs.folder / ".env").write_text(f'OPENAI_API_KEY="{parley.key}"\n')
    del programs.environment["OPENAI_API_KEY"]
    assert programs.python("history_list.py", words) == f"heard 1: {words}"


def test_error_message_is_read_from_every_status(programs, words):
    assert "the upstream refuses" in programs.python("history_list.py", f"{words} [status 400]")
    assert programs.python("history_list.py", f"{words} [html]").startswith("error: ")
    assert programs.python("history_list.py", words, OPENAI_API_KEY="sk-wrong").startswith("error: ")


def test_lanying_connector(programs, words):
    shown = programs.python("lanying_connector.py", words, "第二句").split("\n")
    assert shown[:2] == [f"heard 1: {words}", "heard 3: 第二句"] and shown[2].endswith("第二句")


def test_lanying_preset_reaches_the_model(programs, upstream, words):
    programs.python("lanying_connector.py", words)
    sent = upstream.asked(words)[0]
    assert (sent["temperature"], sent["presence_penalty"], sent["stop"]) == (0.9, 0.6, [" Human:", " AI:"])


def test_completion_route_answers_both_readers(parley, words):
    """With `messages`, a completion has the text where either kind of program looks for it."""
    body = {"messages": [user(words)], "max_tokens": 50, "temperature": 0.5}
    _, answer, _ = parley.send("POST", "/v1/engines/gpt-3.5-turbo/completions", body)
    assert answer["choices"][0]["text"] == answer["choices"][0]["message"]["content"] == f"heard 1: {words}"
