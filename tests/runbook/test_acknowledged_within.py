"""A time to acknowledge is read from a column and from a sentence, in English and in German; of two, the stricter holds."""

import pytest

from stormjib.core.duties import acknowledge_minutes
from stormjib.core.lint import lint
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity

LEVELS = "## Severity levels\n\n- **P0**: the shop is down\n- **P1**: the shop is slow\n\n"
STUFEN = "## Schweregrade\n\n- **P0**: der Laden ist aus und nicht zu erreichen\n- **P1**: der Laden ist langsam\n\n"


def book(text):
    return compile_runbook(f"# Shop\n\n{text}\n\n## Check\n\n```bash\nuptime\n```\n".encode())


def within(found):
    return [acknowledge_minutes(level, found, Policy()) for level in (Severity.P0, Severity.P1)]


@pytest.mark.parametrize(
    "text",
    [
        f"{LEVELS}## Response\n\n- P0 acknowledges within 3 minutes, P1 within 10",
        f"{LEVELS}## Response\n\n1. **Acknowledge the alert**: P0 within 3 minutes, P1 within 10 minutes",
        "## Response\n\n- P0 acknowledges within 3 minutes, P1 within 10",
        f"{LEVELS}Acknowledge within 3 minutes for P0 and 10 minutes for P1.",
        f"{STUFEN}## Reaktion\n\n1. **Alarm quittieren**: P0 innerhalb von 3 Minuten, P1 innerhalb von 10 Minuten",
        f"{STUFEN}## Reaktion\n\n- Quittierung: P0 innerhalb von 3 Minuten, P1 innerhalb von 10",
        "## Severity levels\n\n| Level | Meaning | Acknowledge |\n|---|---|---|\n| P0 | down | 3 minutes |\n| P1 | slow | 10 minutes |",
        "## Schweregrade\n\nDas ist die Tabelle für alle.\n\n| Stufe | Bedeutung | Quittieren |\n|---|---|---|\n| P0 | aus | 3 Minuten |\n| P1 | langsam | 10 Minuten |",
        "## Schweregrade\n\nDas ist die Tabelle für alle.\n\n| Stufe | Bedeutung | Quittierung |\n|---|---|---|\n| P0 | aus | 3 Minuten |\n| P1 | langsam | 10 Minuten |",
    ],
)
def test_each_level_has_the_time_that_the_book_gives_it(text):
    found = book(text)
    assert within(found) == [3, 10]
    assert not [task for task in found.tasks if task.deadline_minutes], "nothing is due at T+3 whatever the level"


@pytest.mark.parametrize(
    "text",
    [
        f"{LEVELS}## Response\n\n- Acknowledge within 5 minutes; for P0 call the lead within 10 minutes",
        f"{LEVELS}## Response\n\n- P0 acknowledged: post an update within 3 minutes",
    ],
)
def test_another_time_in_the_sentence_is_no_time_of_the_level(text):
    assert [one.acknowledge_minutes for one in book(text).severities] == [None, None]


TABLE = "## Severity levels\n\n| Level | Meaning | Acknowledge |\n|---|---|---|\n| P0 | down | 3 minutes |\n| P1 | slow | 10 minutes |\n\n"


@pytest.mark.parametrize(
    ("more", "longer", "shorter"),
    [
        ("## P1 checklist\n\n- [ ] Acknowledge the alert within 15 minutes", 12, 8),
        ("## P1 checklist\n\n- [ ] Acknowledge the alert within 5 minutes", 8, 12),
        ("Acknowledged are P0 within 3 minutes, P1 within 15 minutes.", 10, 8),
        ("Acknowledged are P0 within 3 minutes, P1 within 5 minutes.", 8, 10),
    ],
)
def test_of_two_times_the_stricter_holds_and_both_lines_are_named(more, longer, shorter):
    found = book(TABLE + more)
    least = 5 if "within 5" in more else 10
    most = 10 if least == 5 else 15
    assert within(found) == [3, least]
    (said,) = [one for one in lint(found) if one.code == "acknowledge-differs"]
    assert said.message.startswith(
        f"P1 is acknowledged within {least} minutes by line {shorter}, within {most} by line {longer}:"
    )
