"""What the words of a runbook mean is decided by the compiler, and everybody who acts on it has the same answer."""

from pathlib import Path

import pytest

from stormjib.core import duties
from stormjib.core.incident import Incident, evolve
from stormjib.core.kinds import Clock
from stormjib.core.log import Declared, Entry, Resolved
from stormjib.core.markdown import compile_runbook
from stormjib.core.plan import plan
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.core.view import room

CORE = Path(__file__).parents[2] / "src" / "stormjib" / "core"
READS_WORDS = {
    "markdown": "the compiler",
    "shell": "the analysis of commands",
    "traps.py": "the analysis of commands",
    "snapshot.py": "the analysis of commands",
    "lint.py": "what is wrong with the words themselves",
    "redact": "text: what is secret in it",
    "text": "text: units",
    "severity.py": "the names that people use for severities",
    "place.py": "the settings",
    "catalogue": "the settings and the catalogue's files",
    "postmortem.py": "the fields of a template",
    "comms.py": "the fields of a template",
    "initial_triage.py": "the names of metrics",
    "checkup": "what programs say",
    "status_page": "the addresses that customers give",
}
"""Where the core may look into text, and at which."""


def test_nobody_else_in_the_core_reads_words_again():
    reading = {
        file.relative_to(CORE).parts[0]
        for file in CORE.rglob("*.py")
        if any(line.startswith(("import re", "from re ")) for line in file.read_text("utf-8").splitlines())
    }
    assert reading <= set(READS_WORDS)


@pytest.mark.parametrize(
    "title", ["Post-incident", "Postmortem", "Post Incident Review", "Retrospective", "Follow-up", "Followup"]
)
def test_i15_after_the_incident_is_after_it_for_everybody(title):
    book = compile_runbook(f"# Book\n\n## {title} (24-72 hours)\n\n- Hold the meeting within 48 hours\n".encode())
    assert [phase.clock for phase in book.phases] == [Clock.RESOLUTION]
    assert [line.at for line in plan(book, "P1") if line.kind == "task"] == ["R+48 h"]
    incident = Incident.new("INC-1")
    declared = Declared("It fails", Severity.P1, "api", book.sha256, detected_at=1_000.0)
    evolve(incident, Entry("INC-1", 1, 1_000.0, "ana", declared))
    (task,) = book.tasks
    assert duties.due_at(incident, task, book) is None
    evolve(incident, Entry("INC-1", 2, 5_000.0, "ana", Resolved("ana", "over")))
    assert duties.due_at(incident, task, book) == 5_000.0 + 48 * 3600
    assert [phase.current for phase in room(incident, book, Policy(), 5_000.0 + 30 * 3600).phases] == [True]


def test_i15_the_plan_promises_what_a_declaration_does():
    book = compile_runbook(
        b"# Book\n\n## Response (0-15 minutes)\n\n- Page the on-call engineer\n- Create an incident channel\n- Notify leadership\n"
    )
    promised = {
        severity: {line.what for line in plan(book, severity) if line.who == "stormjib"} for severity in ("P1", "P3", "SEV3")
    }
    assert promised["P1"] == {"Page the on-call engineer", "Notify leadership"}, "a channel is opened in a chat, by a person"
    assert promised["P3"] == promised["SEV3"] == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Document Action Items: with owners and due dates", "actions"),
        ("Document the action items", "actions"),
        ("Action items: recorded, each with an owner", "actions"),
        ("Write a post-mortem within 3 days: timeline, root cause, action items", ""),
        ("Hold the review and agree on action items", ""),
        ("Document action items and the post-mortem", ""),
        ("Review the action items of the last incident", ""),
    ],
)
def test_an_action_item_proves_only_what_asks_for_action_items(text, kind):
    book = compile_runbook(f"# Book\n\n## P0 Incident Checklist\n\n- [ ] {text}\n".encode())
    assert [item.duty for item in book.checklists[0].items] == [kind]


SCENARIOS = b"""# Shop

## Shop is down

### Fix

```bash
systemctl restart shop
```

## Orders are not verified

### Fix

```bash
systemctl restart orders
```

## Sev1 checklist

- [ ] Tell the board

## After it is over

- Hold a meeting within 48 hours
"""


def test_o6_steps_of_one_title_carry_the_heading_above_and_mean_what_they_meant():
    book = compile_runbook(SCENARIOS)
    assert [step.title for step in book.steps] == ["Shop is down › Fix", "Orders are not verified › Fix", "After it is over"]
    others = compile_runbook(SCENARIOS.replace(b"are not verified", b"fail"))
    assert [phase.title for phase in others.phases] == ["Shop is down › Fix", "Orders fail › Fix", "After it is over"]
    assert not any(step.verifies for step in book.steps)
    assert len({step.id for step in book.steps}) == 3


def test_o6_after_it_is_over_counts_from_the_end_and_a_list_of_sev1_binds_no_lesser_incident():
    book = compile_runbook(SCENARIOS)
    assert [line.at for line in plan(book, "P3") if line.kind == "task"] == ["R+48 h"]
    assert book.checklist("P3") is None
