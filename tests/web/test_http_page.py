"""docs/reference/http.md promises nothing that is not so: its examples have the fields that are sent, its tables what there is."""

import json
import re
from pathlib import Path

from tests.story.test_vitals import Receiver, beats

from stormjib.core.access import SCOPES
from stormjib.core.effects import Page, SendMessage
from stormjib.core.effects.notification import notification, trial
from stormjib.core.escalation import CATCH_ALL_WAITS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "http.md").read_text(encoding="utf-8")
EXAMPLES = {
    found["schema"]: found
    for block in re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)
    if "schema" in (found := json.loads(block))
}


def test_the_examples_have_the_fields_that_are_sent():
    page = Page("page/0", who="ana", rung=0, title="t", severity="P1", url="u", service="s")
    message = SendMessage("status/customers", audience="customers", text="t")
    receiver = Receiver()
    beats(receiver).beat()
    sent = [notification(page, "k", "INC-7"), notification(message, "k", "INC-7"), trial(), *receiver.taken]
    assert {one.content["schema"]: list(one.content) for one in sent} == {name: list(one) for name, one in EXAMPLES.items()}


def test_every_scope_is_named():
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) >= set(SCOPES)


def test_the_end_of_the_escalation_is_as_said():
    *few, last = CATCH_ALL_WAITS
    assert f"after {', '.join(map(str, few))}, then every {last} times" in PAGE
