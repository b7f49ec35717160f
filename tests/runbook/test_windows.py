"""Time expressions, each with what it must read as; minutes throughout."""

import pytest

from stormjib.core.markdown import level_names, windows
from stormjib.core.markdown.words import words_of


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Immediate Response (0-15 minutes)", ("Immediate Response", (0, 15), False)),
        ("After (24-72 hours)", ("After", (1440, 4320), False)),
        ("Talk (Ongoing)", ("Talk", None, True)),
        ("Look (15 \u2013 60 min)", ("Look", (15, 60), False)),
        ("Look (first 10 minutes)", ("Look", (0, 10), False)),
        ("Look (T+15 to T+60 min) now", ("Look now", (15, 60), False)),
        ("Fix (30m-2h)", ("Fix", (30, 120), False)),
        ("Learn [1-2 weeks]", ("Learn", (10080, 20160), False)),
        ("Restart (5 minutes)", ("Restart (5 minutes)", None, False)),
        ("Review (2025-2026)", ("Review (2025-2026)", None, False)),
        ("Backwards (60-15 minutes)", ("Backwards (60-15 minutes)", None, False)),
    ],
)
def test_window(title: str, expected: tuple[str, tuple[float, float] | None, bool]) -> None:
    assert windows.window(title) == expected


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("within 48 hours", 2880),
        ("Acknowledge within 15 minutes", 15),
        ("in under one hour", 60),
        ("no later than 2 business days", 4032),
        ("within the next 30 min", 30),
        ("immediately", 5),
        ("Tell them at once", 5),
        ("Implement immediate mitigation", None),
        ("within reason", None),
        ("", None),
    ],
)
def test_deadline(text: str, minutes: float | None) -> None:
    assert windows.deadline_minutes(text) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("every 15-30 minutes", (15, 30)),
        ("every hour", (60, 60)),
        ("every 2h", (120, 120)),
        ("every 1 to 2 hours", (60, 120)),
        ("hourly", (60, 60)),
        ("daily", (1440, 1440)),
        ("Updates: once a day.", (1440, 1440)),
        ("read the daily report", None),
        ("a day", None),
        ("every time", None),
        ("every 5 users", None),
        ("everything 5 minutes", None),
    ],
)
def test_cadence(text: str, minutes: tuple[float, float] | None) -> None:
    assert windows.cadence_minutes(text) == minutes


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Page if P0/P1", ("P0", "P1")),
        ("Notify for P0-P2", ("P0", "P1", "P2")),
        ("Notify for P0, P1 and P3", ("P0", "P1", "P3")),
        ("Wake them (P0 only)", ("P0",)),
        ("P0/P1: wake them", ("P0", "P1")),
        ("on SEV 1 or sev-2", ("SEV1", "SEV2")),
        ("Determine severity level (P0-P4)", ()),
        ("Check P95/P99 latency", ()),
        ("if customer-facing", ()),
    ],
)
def test_severities(text: str, names: tuple[str, ...]) -> None:
    assert level_names.severities(text) == names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Update if customer-facing", "if customer-facing"),
        ("Redirect (if using load balancer)", "if using load balancer"),
        ("Page if P0/P1", ""),
        ("Unless it is night, call", "Unless it is night"),
        ("Specify", ""),
    ],
)
def test_condition(text: str, words: str) -> None:
    assert windows.condition(text) == words


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Kill that session. Ask its owner first if it is a migration.", ""),
        ("Kill that session; tell the team if it was a migration", ""),
        ("If it is a migration, ask its owner first. Then kill that session.", ""),
        ("Kill that session, but ask its owner first if it is a migration", ""),
        ("Restart the worker. If it fails, page the database team.", ""),
        ("Restart the worker, and if it fails, page the database team", ""),
        ("If it is a migration: ask its owner. Then kill it.", ""),
        ("Cleanup: if enabled", "if enabled"),
        ("Drop the slot - call the DBA if unsure", ""),
        ("Clear maintenance mode (if enabled)", "if enabled"),
        ("Clear maintenance mode if enabled", "if enabled"),
        ("If the disk is full: delete the dumps", "If the disk is full"),
        ("If the disk is full, delete the dumps. Tell the team.", "If the disk is full"),
        ("Tell the team. Delete the dumps if the disk is full.", "if the disk is full"),
        ("Unless it is the primary, restart it", "Unless it is the primary"),
        ("Restart it. Never do this if it is the primary.", "unless it is the primary"),
        ("Do not run this when a backup runs", "unless a backup runs"),
        ("Restart v1.2 if stuck", "if stuck"),
        ("", ""),
    ],
)
def test_o7_only_the_sentence_about_the_command_makes_it_conditional(label: str, words: str) -> None:
    assert windows.condition_of_command(label) == words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Check if the queue grows", "en"),
        ("Determine if a deploy happened", "en"),
        ("Verificar se o cron roda", "pt"),
        ("Vérifier si le disque est plein", "fr"),
        ("Revisar si hay errores", "es"),
    ],
)
def test_a_question_is_no_condition(text: str, language: str) -> None:
    assert windows.condition(text, words_of(("en", language))) == ""


def test_a_condition_beside_a_check_is_one() -> None:
    assert windows.condition("Check the DNS if the name changed") == "if the name changed"


@pytest.mark.parametrize(
    ("text", "minutes"), [("+58-0412-55501", None), ("Call 030-1234 within 15 min", 15.0), ("15-30 min", 30.0)]
)
def test_two_numbers_without_a_unit_are_no_time(text, minutes):
    assert windows.duration_minutes(text) == minutes
