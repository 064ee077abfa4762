"""A database with very many messages, written straight into SQLite: English and Chinese with the frequencies of speech."""

import itertools
import json
import os
import random
import sqlite3
import time

# Words that occur nowhere else, and in how many thousandths of the messages of their language, half of all.
TERMS = {
    "english": {"common": ("commonmark", 160), "middle": ("middlemark", 10), "rare": ("raremark", 0.2)},
    "chinese": {"common": ("龘靐", 160), "middle": ("爩龖", 10), "rare": ("齉齾", 0.2)},
}
CONVERSATION = 100
BYTES = 288
VOCABULARY = 20_000


class English:
    """Words as they follow each other by chance, the common ones often (Zipf)."""

    name = "english"

    def __init__(self, chance):
        letters = "etaoinshrdlcumwfgypbvk"
        self.words = ["".join(chance.choices(letters, k=chance.randint(2, 10))) for _ in range(VOCABULARY)]
        self.weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))

    def text(self, chance):
        words = chance.choices(self.words, cum_weights=self.weights, k=48)
        return " ".join(words)[:BYTES].capitalize() + "."


class Chinese:
    """Words of one to three characters, without spaces and with some punctuation."""

    name = "chinese"

    def __init__(self, chance):
        characters = [chr(code) for code in chance.sample(range(0x4E00, 0x9E00), 4000)]
        weights = list(itertools.accumulate(1 / (rank + 8) for rank in range(len(characters))))
        self.words = [
            "".join(chance.choices(characters, cum_weights=weights, k=chance.choice([1, 2, 2, 2, 2, 3])))
            for _ in range(VOCABULARY)
        ]
        self.weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))

    def text(self, chance):
        words = chance.choices(self.words, cum_weights=self.weights, k=56)
        return "".join(word + chance.choice(["", "", "", "", "", "，"]) for word in words)[: BYTES // 3 - 1] + "。"


def texts(languages, chance):
    """Endless messages, and the length of each in bytes; the languages take turns."""
    makers = [kind(chance) for kind in languages]
    for number in itertools.count():
        maker = makers[number % len(makers)]
        text = maker.text(chance)
        for word, thousandths in TERMS[maker.name].values():
            if chance.random() * 1000 < thousandths:
                text = f"{text[:40]} {word} {text[40:]}"
        yield text


def fill(path, count, users, languages, seed=1):
    """Adds `count` messages in conversations of 100 to a database of the newest schema.

    Returns the bytes of text. The hashes of the items are made up: nothing here reads them.
    """
    chance = random.Random(seed)
    source = texts(languages, chance)
    now = int(time.time() * 1000) - count
    size = 0
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        people = [connection.execute("SELECT id FROM person WHERE name = 'local'").fetchone()[0]]
        for number in range(1, users):
            row = (f"user{number}", os.urandom(32), now)
            people.append(
                connection.execute(
                    "INSERT INTO person (name, role, hash_key, created_at) VALUES (?, 'user', ?, ?)", row
                ).lastrowid
            )
        for first in range(0, count, CONVERSATION):
            number = first // CONVERSATION
            items = list(itertools.islice(source, min(CONVERSATION, count - first)))
            size += sum(len(text.encode()) for text in items)
            insert(connection, people[number % users], now + first, items)
        connection.execute("COMMIT")
    connection.close()
    return size


def insert(connection, person, time, items):
    conversation = connection.execute(
        "INSERT INTO conversation (person_id, public_id, title, item_count, pinned, archived, hidden, created_at,"
        " updated_at) VALUES (?, ?, '', ?, 0, 0, 0, ?, ?)",
        (person, os.urandom(24), len(items), time, time),
    ).lastrowid
    branch = connection.execute(
        "INSERT INTO branch (conversation_id, fork_position, created_at) VALUES (?, 0, ?)", (conversation, time)
    ).lastrowid
    connection.execute(
        "UPDATE conversation SET tip_branch_id = ?, tip_position = ? WHERE id = ?", (branch, len(items), conversation)
    )
    rows = [row(conversation, branch, position, text, time) for position, text in enumerate(items, 1)]
    connection.executemany(
        "INSERT INTO item (place, conversation_id, public_id, kind, status, json, chain, match, pair, ordinal, pinned,"
        " created_at) VALUES (?, ?, ?, 'message', 'completed', ?, ?, ?, ?, 0, 0, ?)",
        rows,
    )


def row(conversation, branch, position, text, time):
    asks = position % 2
    part = {"type": "input_text", "text": text} if asks else {"type": "output_text", "text": text}
    content = {"type": "message", "role": "user" if asks else "assistant", "content": [part]}
    made_up = os.urandom(32)
    return (
        branch << 24 | position,
        conversation,
        os.urandom(24),
        json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        made_up,
        made_up,
        None if asks else made_up,
        time + position,
    )
