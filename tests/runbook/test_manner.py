"""Books in the manner of many teams, dialects and languages: what each is read as, whole and without an exception."""

import json
from pathlib import Path

import pytest
from tests.runbook.summary import BOOKS, written

from stormjib.core.initial_triage import initial_triage
from stormjib.core.kinds import Demand
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.runbook import item_text


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_a_book_is_read_as_its_summary_says(book: Path) -> None:
    assert json.loads(written(book.read_bytes())) == json.loads(book.with_suffix(".json").read_text("utf-8"))


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_every_line_of_it_is_accounted_for(book: Path) -> None:
    source = book.read_bytes()
    coverage = compile_runbook(source).coverage
    assert coverage.lines == sum(1 for line in source.decode().split("\n") if line.strip())
    assert coverage.lines == coverage.bound + coverage.prose
    assert not coverage.unexplained


def test_there_are_enough_of_them_in_seven_languages() -> None:
    assert len(BOOKS) >= 60
    assert {book.stem.split("-")[0] for book in BOOKS} >= {"en", "de", "fr", "es", "pt", "ja", "zh"}


def test_what_runs_by_itself_is_a_proven_read_of_the_book() -> None:
    for book in BOOKS:
        runbook = compile_runbook(book.read_bytes())
        assert all(command.risk is Risk.READ for command in initial_triage(runbook, Policy()).checks)


def test_something_runs_in_nearly_every_book_with_a_proven_read() -> None:
    books = [compile_runbook(book.read_bytes()) for book in BOOKS]
    reading = [book for book in books if any(command.risk is Risk.READ for command in book.commands)]
    running = [book for book in reading if initial_triage(book, Policy()).checks]
    assert len(running) >= 0.9 * len(reading)


FORBIDDEN = ("never", "do not", "niemals", "ne jamais", "no borrar", "não apague", "しないこと", "不要")


def test_nobody_has_to_check_off_what_a_book_forbids() -> None:
    for book in BOOKS:
        runbook = compile_runbook(book.read_bytes())
        asked = [*runbook.tasks, *(item for checklist in runbook.checklists for item in checklist.items)]
        required = [item_text(one).lower() for one in asked if one.demand is Demand.REQUIRED]
        assert not [text for text in required if any(word in text for word in FORBIDDEN)]
