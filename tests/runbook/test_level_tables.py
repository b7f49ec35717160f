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


STATED = (
    "**Kritisch** = Shop weg, sofort anrufen\n**Hoch** = Kasse langsam",
    "**Kritisch** = Shop weg / **Hoch** = Kasse langsam",
    "**SEV1** = shop is down\n\n**SEV2** = checkout is slow",
    "- **Kritisch**: Shop weg\n- **Hoch**: langsam",
    "**Critical:** nobody can buy\n**High:** some can't",
    "Kritisch = Shop weg\nHoch = Kasse langsam",
    "## Wann anrufen\n\n- **Kritisch**: sofort\n- **Hoch**: am Morgen",
    "## Vorgehen\n\n| Stufe | Bedeutung | Reaktion |\n|---|---|---|\n| Kritisch | Shop weg | sofort |\n| Hoch | langsam | am Morgen |",
)
NOT_STATED = (
    "High = 10\nLow = 5",
    "**High** load is bad\n**Low** memory too",
    "**Critical** = one alone says nothing of others",
    "## Escalation\n\n- **P1**: call the manager\n- **P2**: write to the channel",
    "- [ ] **P1**: call the manager\n- [ ] **P2**: write to the channel",
    "**Note** = something\n**Owner** = somebody",
)


@pytest.mark.parametrize("text", STATED)
def test_levels_are_read_as_a_person_types_them(text: str) -> None:
    levels = compile_runbook(f"# Shop\n\n{text}\n".encode()).severities
    assert [(one.level, bool(one.text)) for one in levels] == [("P0", True), ("P1", True)]


@pytest.mark.parametrize("text", NOT_STATED)
def test_what_only_begins_like_a_level_defines_none(text: str) -> None:
    assert compile_runbook(f"# Shop\n\n{text}\n".encode()).severities == ()


def test_an_alert_of_the_books_own_level_pages_as_it_says() -> None:
    book = compile_runbook(f"# Shop\n\n{STATED[0]}\n".encode())
    assert book.level("kritisch") == "P0"


def _headed(
    *titles: str, below: str = "**Response time**: 15 minutes\n**Resolution time**: 4 hours"
) -> list[tuple[str, str, float | None]]:
    text = "\n\n".join(f"### {title}\n- it is so\n\n{below}" for title in titles)
    found = compile_runbook(f"# Book\n\n## Classes\n\n{text}\n".encode()).severities
    return [(one.name, one.level, one.acknowledge_minutes) for one in found]


@pytest.mark.parametrize(
    "titles",
    [
        *(("Severidade Crítica (P1)", "Severidade Média (P2)"), ("Critical severity (P1)", "Low severity (P2)")),
        *(("Kritische Stufe (P1)", "Niedrige Stufe [P2]"), ("Alta prioridad (P1)", "Baja prioridad (P2)")),
        *(("严重级别（P1）", "一般级别（P2）"), ("High priority incident (P1)", "Normal priority incident (P2)")),
    ],
)
def test_a_word_for_levels_beside_the_name_is_part_of_it(titles: tuple[str, str]) -> None:
    assert _headed(*titles) == [("P1", "P1", 15), ("P2", "P2", 15)]


def test_a_level_in_brackets_behind_something_else_defines_none() -> None:
    assert _headed("Database down (P1)", "Cache down (P2)") == []


def test_items_of_a_list_have_a_word_for_levels_beside_the_name() -> None:
    found = compile_runbook(
        b"# Book\n\n## Severity levels\n\n- **High priority**: shop down\n- **Low priority**: cosmetic\n"
    ).severities
    assert [one.name for one in found] == ["High", "Low"]


@pytest.mark.parametrize(
    ("below", "minutes"),
    [
        *(("**Tempo de Resposta**: Imediato\n**Tempo de Resolução**: 1 hora", 5), ("Tiempo de reacción: inmediato", 5)),
        *(
            ("**Temps de réaction** : 15 minutes", 15),
            ("**Tempo de reação**: 15 min", 15),
            ("反应时间：15 min", 15),
            ("対応時間：15 min", 15),
        ),
    ],
)
def test_how_fast_somebody_answers_has_many_names(below: str, minutes: float) -> None:
    text = "\n\n".join(f"### {name}\n\n{below}" for name in ("P1", "P2"))
    found = compile_runbook(f"# Book\n\n## Classes\n\n{text}\n".encode()).severities
    assert [one.acknowledge_minutes for one in found] == [minutes, minutes]


def test_a_column_of_cadences_may_say_daily() -> None:
    table = "| Severity | Respond within | Updates |\n|---|---|---|\n| P1 | 15 minutes | every hour |\n| P2 | 4 hours | Daily |\n"
    found = compile_runbook(f"# Book\n\n## Severity\n\n{table}".encode()).severities
    assert [(one.acknowledge_minutes, one.update_minutes) for one in found] == [(15, 60), (240, 1440)]
