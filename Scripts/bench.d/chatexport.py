"""Writes a file that is shaped like a data export of ChatGPT: the same bytes every time for the same size."""

import json
import random

SEED = 48_611

ENGLISH = (
    "the server keeps every message of a conversation in one table and reads only the newest of them when a request "
    "comes in because a model has a window of a fixed size so what does not fit is left out or replaced by a summary "
    "which people can read and correct while the first question and the instructions always stay where they were how "
    "would you write this with less memory why does it fail after a restart can we measure the time it takes please "
    "explain each step before you change anything and show what happens when two clients write at once"
).split()
CHINESE = (
    "服务器把每一条消息保存在数据库里，请求到来时只读取最近的内容。模型的窗口有限，放不下的部分会被省略，或者由摘要代替。"
    "请解释一下每个步骤，然后再修改代码；如果两个客户端同时写入，会发生什么情况？怎样才能减少内存的使用，重启以后为什么会失败？"
)
CODE = """def read(path, size=65536):
    with open(path, "rb") as file:
        while piece := file.read(size):
            yield piece
async def main():
    results = await asyncio.gather(*(fetch(url) for url in urls))
    print(f"{len(results)} pages, {sum(map(len, results))} bytes")
SELECT conversation, count(*) FROM message WHERE created_at > ? GROUP BY conversation
for (size_t i = 0; i < count; i++) { total += values[i] * weights[i]; }
let total = items.map(\\.price).reduce(0, +)""".split("\n")


class Export:
    """Conversations as the export has them: a tree of nodes, some questions edited, a hidden first message."""

    def __init__(self, seed=SEED):
        self.random = random.Random(seed)
        self.messages = 0

    def identifier(self):
        digits = f"{self.random.getrandbits(128):032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def sentence(self, is_chinese):
        if is_chinese:
            start = self.random.randrange(len(CHINESE) - 40)
            return CHINESE[start : start + self.random.randint(15, 40)]
        words = self.random.choices(ENGLISH, k=self.random.randint(8, 18))
        return " ".join(words).capitalize() + "."

    def text(self, is_chinese, is_answer):
        lines = [self.sentence(is_chinese) for _ in range(self.random.randint(3, 18) if is_answer else self.random.randint(1, 3))]
        if is_answer and self.random.random() < 0.2:
            lines += ["```", *self.random.choices(CODE, k=8), "```"]
        return "\n".join(lines)

    def node(self, parent, role, time, is_chinese):
        identifier = self.identifier()
        is_answer = role == "assistant"
        metadata = {"request_id": self.identifier(), "timestamp_": "absolute", "message_source": None}
        if is_answer:
            metadata |= {"model_slug": "gpt-4o", "default_model_slug": "auto", "parent_id": parent, "message_type": None}
        if role == "system":
            metadata = {"is_visually_hidden_from_conversation": True}
        message = {
            "id": identifier,
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": time + self.random.random(),
            "update_time": None,
            "content": {
                "content_type": "text",
                "parts": ["" if role == "system" else self.text(is_chinese, is_answer)],
            },
            "status": "finished_successfully",
            "end_turn": True if is_answer else None,
            "weight": 0.0 if role == "system" else 1.0,
            "metadata": metadata,
            "recipient": "all",
            "channel": None,
        }
        self.messages += 1
        return {"id": identifier, "message": message, "parent": parent, "children": []}

    def conversation(self, number):
        is_chinese = self.random.random() < 0.5
        time = 1_700_000_000.0 + number * 3600
        root = self.identifier()
        mapping = {root: {"id": root, "message": None, "parent": None, "children": []}}

        def add(parent, role, at, first=False):
            node = self.node(parent, role, at, is_chinese)
            mapping[node["id"]] = node
            mapping[parent]["children"].insert(0 if first else len(mapping[parent]["children"]), node["id"])
            return node["id"]

        tip = add(root, "system", time)
        turns = max(1, int(self.random.expovariate(1 / 12)))
        for turn in range(turns):
            if turn and self.random.random() < 0.05:
                add(tip, "user", time + 40 * turn - 5, first=True)
            tip = add(add(tip, "user", time + 40 * turn), "assistant", time + 40 * turn + 20)
        identifier = self.identifier()
        return {
            "title": self.sentence(is_chinese)[:60],
            "create_time": time,
            "update_time": time + 40 * turns,
            "mapping": mapping,
            "moderation_results": [],
            "current_node": tip,
            "plugin_ids": None,
            "conversation_id": identifier,
            "conversation_template_id": None,
            "gizmo_id": None,
            "is_archived": False,
            "safe_urls": [],
            "default_model_slug": "gpt-4o",
            "conversation_origin": None,
            "voice": None,
            "async_status": None,
            "id": identifier,
        }


def write(path, megabytes):
    """Writes about so many megabytes; returns how many conversations and messages they are."""
    export = Export()
    size = count = 0
    with open(path, "w", encoding="ascii") as file:
        file.write("[")
        while size < megabytes * 1e6:
            text = (", " if count else "") + json.dumps(export.conversation(count))
            file.write(text)
            size += len(text)
            count += 1
        file.write("]")
    return {"megabytes": round(size / 1e6, 1), "conversations": count, "messages": export.messages}
