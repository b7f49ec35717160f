"""Whatever an alert says, no receiver makes a link, a picture, a mention or a line of its own of it: every kind, hostile texts."""

import json
import re
from typing import get_args
from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.integrations.test_contact_methods import CASES, PAGE, contact

from stormjib.core.catalogue.contact import AnyContact
from stormjib.core.effects import notification
from stormjib.integrations.notify.shapes import shape
from stormjib.integrations.notify.words import subject

HOSTILE = (
    "@channel", "@here", "@all", "@room", "<!channel>", "<!here|x>", "<@U1>", "[Acknowledge](http://evil/a)", "![i](http://evil/i.png)",
    "[x]: http://evil", "<http://evil|Acknowledge>", "<a href='http://evil'>", "<img src=http://evil>", "\n", "\r\n", "\u2028", "\x0b", "\x85",
    "Acknowledge: http://evil/ack", "INC-7 (shop): http://evil", "**", "`", "~~", "|", "\\", "]", "</Say><Play>http://evil</Play>", "&lt;", "\x00", "- ", "# ",
)  # fmt: skip
TEXTS = some.lists(some.sampled_from(HOSTILE) | some.text(max_size=5), max_size=6).map("".join)
SHAPED = [path for path in CASES if path.stem != "webhook"]


def sent(path, title, service):
    """The texts that a receiver is given, in a row."""
    page = notification(msgspec.structs.replace(PAGE, title=title, service=service), "INC-7/1/page/0", "INC-7")
    page = msgspec.structs.replace(page, content={**page.content, "acknowledge_url": "http://here/ack/abc.def"})
    made = shape(contact(json.loads(path.read_text())["contact"], "http://there"))(page)
    form = made.headers["Content-Type"].endswith("urlencoded")
    return dict(parse_qsl(made.body.decode())) if form else json.loads(made.body)


def texts(said):
    if isinstance(said, dict):
        return [text for name, one in said.items() if name != "custom_details" for text in texts(one)]
    return [text for one in said for text in texts(one)] if isinstance(said, list) else [said] if isinstance(said, str) else []


def test_every_kind_that_is_a_request_is_tried():
    kinds = {one.__struct_config__.tag for one in get_args(AnyContact)} - {"smtp", "command", "apprise", "webhook"}
    assert {json.loads(path.read_text())["contact"]["kind"] for path in SHAPED} == kinds


@pytest.mark.parametrize("path", SHAPED, ids=lambda path: path.stem)
@given(TEXTS, TEXTS)
def test_what_an_alert_says_stays_text(path, title, service):
    said, usual = sent(path, title, service or "shop"), sent(path, "down", "shop")
    assert [len(text.splitlines()) for text in texts(said)] == [len(text.splitlines()) for text in texts(usual)]
    kind = json.loads(path.read_text())["contact"]["kind"]
    if kind == "slack":
        assert "<" not in said["text"] + said["blocks"][0]["text"]["text"]
    if kind == "mattermost":
        bare = re.sub(r"\\[\\`*_\[\]()!<>~|]", "", said["text"].removeprefix("**").replace("**\n", "\n"))
        assert not re.search(r"[\\`*_\[\]()!<>~|]|@\w", bare.replace(" ()", "").replace("(", "", 1).replace("):", ":", 1))
    if kind == "teams":
        body = said["attachments"][0]["content"]["body"]
        assert {run["type"] for one in body for run in one["inlines"]} == {"TextRun"}
    if kind == "matrix":
        assert (said["m.mentions"], "format" in said) == ({}, False)
    if kind == "voice":
        (only,) = ET.fromstring(said["Twiml"])
        assert (only.tag, len(only)) == ("Say", 0)


@given(TEXTS)
def test_a_subject_is_one_short_line(title):
    found = subject(notification(msgspec.structs.replace(PAGE, title=title), "INC-7/1/page/0", "INC-7"))
    assert len(found) <= 150
    assert len(found.splitlines()) == 1
