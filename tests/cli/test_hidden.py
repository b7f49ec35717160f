"""What nobody sees drives no terminal: neither in what is for people nor in JSON, whoever sent it."""

import json

import pytest

from stormjib.cli import render
from stormjib.core.text.visible import plain_json, visible

HIDDEN = "\x00\x1b\x7f\x85\x9b\xad\u061c\u180e\u200b\u200f\u2028\u2029\u202e\u2060\u2066\u206f\u3164\ud800\ufeff\ufffb\U000e0041"
BOOK = f"# Shop {HIDDEN.replace(chr(0xD800), '')}\n\n## Investigation\n\n```bash\necho 'a\u009b2Jb\u2028c'\n```\n"


@pytest.mark.parametrize("char", HIDDEN, ids=lambda char: f"U+{ord(char):04X}")
def test_one_list_says_what_is_hidden(char):
    assert render.clean(f"a{char}b") == "a·b"
    assert visible(f"a{char}b") == f"a\\u{ord(char):04x}b"
    assert plain_json(f'"a{char}b"').isascii()
    assert json.loads(plain_json(f'"a{char}b"'), strict=False) == f"a{char}b"


def test_what_people_write_is_none_of_it():
    text = "Grüße, 世界, 👩🏽, naïve, עברית, العربية\n\tx"
    assert (render.clean(text), visible(text), plain_json(text)) == (text, text, text)


@pytest.mark.parametrize(
    "form", [["plan"], ["plan", "--json"], ["lint"], ["lint", "--json"], ["show"], ["show", "--json"]], ids=" ".join
)
def test_a_runbook_drives_no_terminal(cli, tmp_path, form):
    file = tmp_path / "book.md"
    file.write_text(BOOK, encoding="utf-8")
    ended = cli("runbook", form[0], str(file), *form[1:])
    assert not [char for char in ended.out + ended.err if char in HIDDEN]


@pytest.mark.parametrize(
    "words", [("value", "set", "INC-1", "host", "-f"), ("value", "set", "INC-1", "-f", "x"), ("incident", "note", "INC-1", "-x")]
)
def test_a_word_that_begins_with_a_dash_is_said_to_be_read_as_an_option(cli, words):
    ended = cli(*words, url="http://127.0.0.1:9")
    dashed = next(word for word in words if word.startswith("-"))
    assert ended.code == 2
    assert f"'{dashed}' begins with a dash and is read as an option" in ended.err
