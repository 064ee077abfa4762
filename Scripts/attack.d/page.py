"""Looks at pages: with a parser that allows only what an export is made of, and with Chromium where it is installed."""

import re
import shutil
import subprocess
import tempfile
from html.parser import HTMLParser

NOTHING = frozenset()
ALLOWED = {
    "html": {"lang"}, "head": NOTHING, "body": NOTHING, "main": NOTHING, "title": NOTHING, "style": NOTHING,
    "meta": {"charset", "name", "content", "http-equiv"}, "nav": {"aria-label"}, "ol": {"start"}, "ul": NOTHING,
    "li": NOTHING,
    "a": {"href", "rel", "title"}, "span": {"dir"}, "time": {"datetime"}, "section": {"id"}, "header": NOTHING,
    "h1": {"dir"}, "h2": NOTHING, "h3": NOTHING, "h4": NOTHING, "h5": NOTHING, "h6": NOTHING, "p": {"class"},
    "br": NOTHING,
    "hr": NOTHING, "details": NOTHING, "summary": NOTHING, "div": {"class", "dir"}, "article": {"class"}, "b": NOTHING,
    "em": NOTHING, "strong": NOTHING, "del": NOTHING, "pre": {"lang"}, "code": {"class"}, "blockquote": NOTHING,
    "footer": NOTHING,
    "table": NOTHING, "thead": NOTHING, "tbody": NOTHING, "tr": NOTHING, "th": {"align"}, "td": {"align"},
    "img": {"alt", "src"}, "input": {"type", "checked", "disabled"},
}
HEAD = {"html", "head", "meta", "title", "style"}
POLICY = "Content-Security-Policy"
LINKS = re.compile(r"^(?:https?://|mailto:|#c\d+$)", re.IGNORECASE)


class Strict(HTMLParser):
    """Collects whatever may not be in a page."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.problems, self.elements, self.metas, self.links = [], 0, [], []
        self.is_in_body = False

    def handle_starttag(self, tag, attributes):
        self.elements += 1
        if tag not in ALLOWED:
            self.problems.append(f"<{tag} {dict(attributes)}>"[:160])
            return
        for name, value in attributes:
            if name not in ALLOWED[tag]:
                self.problems.append(f"<{tag} {name}={value!r:.80}>")
        found = dict(attributes)
        if tag in HEAD and self.is_in_body:
            self.problems.append(f"<{tag}> in the body")
        self.is_in_body = self.is_in_body or tag not in HEAD
        if found.get("http-equiv", POLICY) != POLICY:
            self.problems.append(f"<meta http-equiv={found['http-equiv']}>")
        if tag == "meta":
            self.metas.append((found.get("http-equiv"), found.get("content")))
        if tag == "img" and not (found.get("src") or "").startswith("data:image/"):
            self.problems.append(f"<img src={found.get('src')!r:.80}>")
        if tag == "a":
            self._link(found)

    def _link(self, found):
        target = found.get("href") or ""
        self.links.append(target)
        if not LINKS.match(target):
            self.problems.append(f"<a href={target!r:.80}>")
        if not target.startswith("#") and set((found.get("rel") or "").split()) != {
            "noopener", "noreferrer", "nofollow"
        }:
            self.problems.append(f"<a href={target!r:.60} rel={found.get('rel')!r}>")

    def handle_comment(self, data):
        self.problems.append(f"<!--{data[:60]}")

    def handle_pi(self, data):
        self.problems.append(f"<?{data[:60]}")

    def unknown_decl(self, data):
        self.problems.append(f"<![{data[:60]}")


def strictly(page):
    """The parser after it has read a whole page."""
    parser = Strict()
    parser.feed(page)
    parser.close()
    return parser


def browser():
    """The path of Chromium, or `None`."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def opened(path):
    """The document that Chromium makes of a file, after everything that it runs and fetches by itself."""
    with tempfile.TemporaryDirectory(prefix="parley-attack-browser-") as profile:
        command = [
            browser(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", f"--user-data-dir={profile}",
            "--virtual-time-budget=3000", "--dump-dom", path.as_uri(),
        ]
        done = subprocess.run(command, capture_output=True, timeout=90, check=False)
        return done.stdout.decode("utf-8", "replace")
