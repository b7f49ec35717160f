"""Tables of levels: two times in one cell, colours and words as names, and a condition with a colon in it."""

import pytest

from stormjib.core.markdown import compile_runbook, windows
from stormjib.core.runbook import Severity


def _levels(title: str, *rows: str) -> tuple[Severity, ...]:
    table = "\n".join(["| Name | Response |", "|---|---|", *(f"| {row} |" for row in rows)])
    return compile_runbook(f"# Book\n\n## {title}\n\n{table}\n".encode()).severities


@pytest.mark.parametrize(
    ("cell", "acknowledge", "update"),
    [
        ("Immediate page; status update every 2 hours", 5, 120),
        ("Page immediately, update every 15 minutes", 5, 15),
        ("Respond within 30 minutes, updates every hour", 30, 60),
    ],
)
def test_how_often_to_inform_is_no_deadline_to_answer(cell: str, acknowledge: float, update: float) -> None:
    one = _levels("Severity levels", f"SEV1 | {cell}", "SEV2 | Next day")[0]
    assert (one.acknowledge_minutes, one.update_minutes) == (acknowledge, update)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Severity levels", ("Red", "Orange", "Yellow")),
        ("Severity levels", ("SEV-A", "SEV-B", "SEV-C")),
        ("Schweregrade", ("Rot", "Orange", "Gelb")),
        ("Schweregrade", ("Notfall", "Störung", "Hinweis")),
    ],
)
def test_levels_without_a_number_rank_by_the_order_of_their_table(title: str, names: tuple[str, ...]) -> None:
    german = "der Dienst ist nicht erreichbar und wird geprüft"
    found = _levels(title, *(f"{name} | {german if title == 'Schweregrade' else 'the site is down'}" for name in names))
    assert [(one.name, one.level) for one in found] == [(name, f"P{rank}") for rank, name in enumerate(names)]


def test_a_colon_inside_a_condition_does_not_cut_it() -> None:
    assert windows.condition("Restart it (if the log says disk: full)") == "if the log says disk: full"
