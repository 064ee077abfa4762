"""The tutorials' JavaScript and Java programs, with the libraries of Debian."""

import base64

JARS = [
    *("httpclient", "httpcore", "commons-logging", "commons-codec"),
    *("jackson-core", "jackson-databind", "jackson-annotations"),
]


def node(programs, prompt, **environment):
    return programs.run("node", programs.source / "completion.js", prompt, NODE_PATH="/usr/share/nodejs", **environment)


def java(programs, form, prompt):
    jars = ":".join(f"/usr/share/java/{name}.jar" for name in JARS)
    encoded = base64.b64encode(prompt.encode()).decode()
    return programs.run("java", "-Xshare:auto", "-cp", jars, programs.source / "Completion.java", form, encoded)


def test_axios(programs, words):
    assert node(programs, f"{words} 你好").endswith("你好")


def test_axios_reads_the_error(programs, words):
    assert node(programs, words, OPENAI_API_KEY="sk-wrong").startswith("401 ")


def test_java_with_plain_text(programs):
    assert java(programs, "plain", "hello from java").endswith("hello from java")


def test_java_with_an_accent_that_is_sent_as_latin(programs):
    assert java(programs, "plain", "un café").endswith("un café")


def test_java_with_a_named_content_type(programs):
    assert java(programs, "json", "你好").endswith("你好")
