"""S14 to S16: what was said, as pages, tables and transcripts. There is no web page yet: the HTML export is it."""

import csv
import io
import json
import re

import payloads
from page import browser, opened, strictly
from rows import row

FORMATS = [
    "parley", "json", "markdown", "text", "html", "csv", "chatgpt", "open-webui", "sharegpt", "openai-finetune", "dpo"
]
POLICY = "default-src 'none'; style-src 'sha256-"


def say_all(world, texts, name):
    """Puts every text where a page could show it; returns the id of the conversation that holds the long ones."""
    client = world.anyone.holding(world.make_user(name))
    return client, say(client, texts)


def say(client, texts):
    """The same for a client."""
    roles = ("user", "assistant")
    items = [{"type": "message", "role": roles[at % 2], "content": text} for at, text in enumerate(texts)]
    items += [{"type": "function_call", "call_id": "c", "name": text[:60], "arguments": text} for text in texts[:20]]
    items += [{"type": "function_call_output", "call_id": "c", "output": text} for text in texts[:20]]
    items += [{"type": "reasoning", "summary": [{"type": "summary_text", "text": text}]} for text in texts[:20]]
    items += [{"type": f"odd{at}", "payload": text} for at, text in enumerate(texts[:20])]
    for text in texts[:20]:
        parts = [{"type": "input_image", "image_url": text}, {"type": "input_file", "filename": text}]
        items.append({"type": "message", "role": "user", "content": parts})
    made = client.post("/v1/conversations", {"title": texts[0][:120]}).json()["id"]
    for start in range(0, len(items), 20):
        answer = client.post(f"/v1/conversations/{made}/items", {"items": items[start : start + 20]})
        assert answer.status == 200, answer
    for text in texts:
        settings = {"title": clipped(text, 512), "instructions": text, "model": clipped(text, 60)}
        client.post("/v1/conversations", {**settings, "items": [{"role": "user", "content": "hello"}]})
    client.post(f"/v1/conversations/{made}", {"tags": [clipped(text, 60) for text in texts[:16]]})
    for text in texts[:40]:
        client.post(
            "/v1/chat/completions",
            {
                "model": clipped(text, 60), "conversation": made,
                "messages": [{"role": "user", "content": f"!say {text}"}]
            }
        )
    return made


def clipped(text, most):
    return text.encode()[:most].decode("utf-8", "ignore") or "x"


def exported(client, form, conversation=None):
    answer = client.get(
        f"/v1/conversations/{conversation}/export?format={form}" if conversation else f"/v1/export?format={form}"
    )
    assert answer.status == 200, answer
    return answer


def look_at(world, check, answer, texts, name):
    """One page, by the parser, and by Chromium when it is there."""
    page = answer.body.decode("utf-8")
    parser = strictly(page)
    check(parser.elements > len(texts), f"the page has {parser.elements} elements only")
    check(not parser.problems, f"{len(parser.problems)} things are in the page: {parser.problems[:6]}")
    policies = [content for kind, content in parser.metas if kind]
    check(len(policies) == 1 and policies[0].startswith(POLICY), f"the page's policy is {policies}")
    check("unsafe" not in str(policies) and "http" not in str(policies), f"the page's policy is {policies}")
    check("attachment" in answer.headers.get("content-disposition", ""), f"shown in a browser: {answer.headers}")
    if browser():
        look_in_browser(world, check, page, name)


def look_in_browser(world, check, page, name):
    control = world.folder / "control.html"
    script = f"<script>{payloads.ATTACK.format(trap=world.trap.url)}</script>"
    control.write_text(f"<title>c</title>{script}<img src='{world.trap.url}/control'>")
    seen = opened(control)
    check(
        "data-pwned" in seen and "/control" in world.trap.seen,
        "the control page did nothing: nothing can be said of the other"
    )
    world.trap.seen.clear()
    before = world.trap.connections
    path = world.folder / f"{name}.html"
    path.write_text(page, encoding="utf-8")
    document = opened(path)
    check(not re.search(r"<html[^>]*data-pwned", document), "a script has run")
    check(world.trap.connections == before, f"the page fetched {world.trap.seen}")
    parser = strictly(document)
    check(parser.elements > 50, f"Chromium shows {parser.elements} elements: {document[:200]}")
    check(not parser.problems, f"Chromium makes {len(parser.problems)} other things of it: {parser.problems[:6]}")


@row("S14", "stored scripts: HTML export by a strict parser and Chromium where it is; search snippets; every JSON")
def stored_scripts(world, check):
    texts = payloads.scripts(world.trap.url)
    check(len(texts) >= 120, f"{len(texts)} texts only")
    client, conversation = say_all(world, texts, "scripted")
    look_at(world, check, exported(client, "html"), texts, "scripts")
    for word in ("script", "onerror", "iframe", "svg", "style", "pwned"):
        answer = client.get(f"/v1/search?q={word}&limit=100")
        check(answer.headers["content-type"].startswith("application/json"), f"a search is {answer.headers}")
        hits = answer.json()["data"]
        check(hits, f"{word} is not found")
        for hit in hits:
            check(
                "<mark" not in hit["snippet"] and "<b>" not in hit["snippet"], f"markup in a snippet: {hit['snippet']}"
            )
            check(all(0 <= start < end <= len(hit["snippet"]) for start, end in hit["highlights"]), f"{hit}")
    for target in (
        "/v1/conversations?limit=100", f"/v1/conversations/{conversation}/items?limit=100", "/v1/chat/completions",
        "/v1/export"
    ):
        answer = client.get(target)
        check(
            answer.headers["content-type"].startswith("application/json"),
            f"{target} is {answer.headers['content-type']}"
        )
        check(answer.headers.get("x-content-type-options") == "nosniff", f"{target} may be sniffed")


@row("S15", "Markdown that fetches or misleads: no request without a click, links show where they go, no other schemes")
def exfiltration(world, check):
    texts = payloads.markdown(world.trap.url)
    client, conversation = say_all(world, texts, "marked")
    answer = exported(client, "html", conversation)
    look_at(world, check, answer, texts, "markdown")
    links = [link for link in strictly(answer.text).links if not link.startswith("#")]
    check(len(links) > 5, f"only {len(links)} links are left")
    check(
        not [link for link in links if link.lower().startswith(("javascript", "data", "file", "vbscript"))], f"{links}"
    )
    check(f"image: {world.trap.url[7:]}/md" in answer.text, "an image does not say where it is")
    check(world.trap.connections == 0 or browser(), f"somebody fetched {world.trap.seen}")


@row("S16", "exports of every format: pages fetch nothing, cells are no formulas, fences hold, JSON is exact")
def exports(world, check):
    fences = [
        "```\ncode", "````\n```\nmore", "~~~\nopen", "```js\n</script>", "    indented\n```", "`" * 50,
        "# heading\n## User\n\nnot said"
    ]
    texts = payloads.FORMULAS + fences + payloads.TERMINAL + payloads.scripts(world.trap.url)[:40]
    client, conversation = say_all(world, texts, "exporter")
    told = {form: exported(client, form) for form in FORMATS}
    for form, answer in told.items():
        check(
            "attachment" in answer.headers.get("content-disposition", ""), f"{form} is no attachment: {answer.headers}"
        )
        check(
            "text/html" not in answer.headers["content-type"] or form == "html",
            f"{form} is {answer.headers['content-type']}"
        )
        check(
            re.fullmatch(r'attachment; filename="[\w.-]+"', answer.headers["content-disposition"], re.ASCII),
            f"{answer.headers}"
        )
    look_at(world, check, told["html"], texts, "exports")
    cells(check, told["csv"], texts)
    exact(check, told, texts)
    transcripts(check, exported(client, "markdown", conversation).text, told["text"].text)


def cells(check, answer, texts):
    lines = list(csv.reader(io.StringIO(answer.body.decode("utf-8"), newline="")))
    check(len(lines) > len(texts), f"{len(lines)} lines of a table")
    check({len(line) for line in lines} == {len(lines[0])}, "lines of different lengths: a cell has become another")
    for cell in (cell for line in lines[1:] for cell in line):
        check(not cell or cell[0] not in "=+-@\t\r", f"a formula: {cell[:60]!r}")
    kept = {cell.removeprefix("'") for line in lines for cell in line}
    check(all(text in kept for text in payloads.FORMULAS), "a text is not in the table")


def exact(check, told, texts):
    """Every text comes out as it went in, and no line of one becomes a line of the file."""
    for form in ("parley", "sharegpt", "openai-finetune", "dpo"):
        for line in told[form].body.split(b"\n"):
            if line:
                json.loads(line) if form != "sharegpt" else None
    for form in ("json", "chatgpt", "open-webui", "sharegpt"):
        json.loads(told[form].body)
    strings = set(every_string([json.loads(line) for line in told["parley"].body.split(b"\n") if line]))
    missing = [text for text in texts if text not in strings]
    check(not missing, f"{len(missing)} texts have changed: {missing[:3]}")


def every_string(value):
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from every_string(inner)


def transcripts(check, markdown, text):
    """No text of one item holds the next one: outside of all fences stands a heading for each."""
    fence, headings = None, 0
    for line in markdown.split("\n"):
        mark = re.match(r" {0,3}(`{3,}|~{3,})(.*)$", line)
        if fence is None and re.match(r"## (User|Assistant|Call|Result|Reasoning|Other)", line):
            headings += 1
        if mark and fence is None and not (mark[1][0] == "`" and "`" in mark[2]):
            fence = mark[1]
        elif mark and fence and mark[1][0] == fence[0] and len(mark[1]) >= len(fence) and not mark[2].strip():
            fence = None
    check(fence is None, "a fence is left open at the end of a transcript")
    check(headings > 150, f"{headings} headings stand outside of fences")
    escapes = sorted(
        {letter for letter in text if (letter < " " and letter not in "\n\t") or "\x7f" <= letter <= "\x9f"}
    )
    check(not escapes, f"control characters in a text: {escapes}")
