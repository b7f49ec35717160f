"""A runbook in the team's own words for the levels: what it asks for at Sev1 holds in an incident that is P0."""

import msgspec
import pytest

from stormjib.core import duties, lint
from stormjib.core.effects import WakeAt, react
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import Declared, Entry, Resolved
from stormjib.core.markdown import compile_runbook
from stormjib.core.plan import plan
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.core.view import room
from stormjib.web.home import called_by, levels

TEXT = """# Shop

## Severities

| Sev | Meaning |
|---|---|
| {0} | Nobody can order |
| {1} | Some orders fail |

## Triage

- For {0}: tell the support team within 10 minutes.
- Tell the shop's owner for {0}-{1} within 30 minutes.
- Call Ben.

## {0} checklist

- [ ] Open the other entrance
- [ ] Call the database team within 20 minutes

## Afterwards

- Write a post-mortem for {0} within 2 days.
"""
POLICY = Policy(responders=("ana",))
NAMES = [("P0", "P1"), ("Sev1", "Sev2"), ("SEV-1", "SEV-2"), ("sev 1", "sev 2")]


def of(names):
    return compile_runbook(TEXT.format(*names).encode())


def declared(book, severity):
    incident, effects = Incident.new("INC-1"), []
    for seq, fact in enumerate((Declared("no orders", severity, "shop", book.sha256, 100.0), Resolved("ana", "it answers")), 1):
        entry = Entry("INC-1", seq, 100.0, "ana", fact)
        evolve(incident, entry)
        effects += react(incident, entry, book, POLICY)
        if seq == 1:
            shown = room(incident, book, POLICY, 100.0)
    return incident, effects, shown


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("severity", [Severity.P0, Severity.P1, Severity.P2])
def test_what_is_tied_to_a_level_holds_whatever_the_level_is_called(names, severity):
    (incident, effects, shown), (other, same, seen) = declared(of(names), severity), declared(of(NAMES[0]), severity)
    timers = [(one.key, one.at) for one in effects if isinstance(one, WakeAt)]
    assert timers == [(one.key, one.at) for one in same if isinstance(one, WakeAt)]
    lines = [item.line for item in duties.items(incident, of(names))]
    assert lines == [item.line for item in duties.items(other, of(NAMES[0]))]
    assert (18 in lines, 12 in lines, 23 in lines) == (severity is Severity.P0,) * 3
    assert [box.line for box in shown.checklist] == [box.line for box in seen.checklist]
    boxes = [[box.line for step in one.steps for group in step.groups for box in group.tasks] for one in (shown, seen)]
    assert boxes[0] == boxes[1]


@pytest.mark.parametrize("names", NAMES)
def test_the_plan_promises_what_the_incident_asks_for(names):
    book = of(names)
    asked = {item.line for item in duties.items(declared(book, Severity.P0)[0], book)}
    for name in ("P0", book.severities[0].name):
        assert asked <= {line.line for line in plan(book, name)}


def test_the_plan_has_what_a_declaration_does_although_nobody_wrote_it_down():
    own = [(line.at, line.who, line.what) for line in plan(of(NAMES[1]), "SEV1") if not line.line]
    assert own == [
        ("T+0", "stormjib", "Page the responders one after the other, until somebody acknowledges"),
        ("T+0", "stormjib", "Send a message to leadership"),
    ]
    assert not [line for line in plan(of(NAMES[1]), "P2") if not line.line]


def test_two_names_of_one_level_have_the_boxes_of_both_and_each_once():
    book = compile_runbook(b"# A\n\n## SEV0/SEV1 checklist\n\n- [ ] one\n\n## SEV0 checklist\n\n- [ ] two\n")
    found = book.checklist("P0")
    assert found is not None
    assert [item.text for item in found.items] == ["one", "two"]


def test_the_team_s_own_word_is_what_is_shown():
    book = of(NAMES[1])
    assert [one.name for one in book.severities] == ["Sev1", "Sev2"]
    assert [(one.name, one.text) for one in levels(book.severities)][:2] == [
        ("P0", "Nobody can order"),
        ("P1", "Some orders fail"),
    ]
    assert called_by(book) == {"P0": "Sev1 (P0)", "P1": "Sev2 (P1)", "P2": "P2", "P3": "P3", "P4": "P4"}
    found = [one.code for one in lint.lint(msgspec.structs.replace(book, severities=of(NAMES[0]).severities))]
    assert "no-checklist" in found  # for P1 alone: SEV1's is P0's
