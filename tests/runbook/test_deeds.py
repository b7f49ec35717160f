"""What a list item asks for in German and in Japanese, and which sentence introduces a list."""

import pytest

from stormjib.core.markdown import compile_runbook

GERMAN = "Das ist für den Laden und wird von der Bereitschaft genutzt."
JAPANESE = "これはサービスの運用のための文書です。"


def _tasks(text: str) -> list[str]:
    return [task.text for task in compile_runbook(f"# R\n\n{text}\n".encode()).tasks]


@pytest.mark.parametrize(
    ("prose", "title", "item"),
    [
        (GERMAN, "1. Erkennung", "Dashboards prüfen"),
        (GERMAN, "3. Reaktion", "Kommunikation an Stakeholder"),
        (GERMAN, "4. Dokumentation", "Vorfall im Ticket erfassen"),
        (GERMAN, "Dokumentation", "Vorlage ausfüllen (siehe Wiki)"),
        (GERMAN, "Reaktion", "Cache aufwärmen."),
        ("", "Erkennung", "Dashboards prüfen"),
        (JAPANESE, "1. 検知", "顧客へ告知"),
        (JAPANESE, "手順", "古い設定を見直す"),
    ],
)
def test_an_item_that_names_a_deed_is_a_task(prose: str, title: str, item: str) -> None:
    assert _tasks(f"{prose}\n\n## {title}\n\n- {item}") == [item]


@pytest.mark.parametrize(
    ("prose", "item"),
    [
        *((GERMAN, "Nutzer können sich nicht anmelden"), (GERMAN, "Zertifikat abgelaufen"), (GERMAN, "Daten verloren gegangen")),
        *((GERMAN, "Dienst intern"), (GERMAN, "Alle Pods laufen"), (GERMAN, "Alertmanager, Slack"), (JAPANESE, "最初の失敗")),
        (JAPANESE, "処理を続けている"),
    ],
)
def test_an_item_that_says_how_things_are_is_none(prose: str, item: str) -> None:
    assert _tasks(f"{prose}\n\n## {'検知' if prose is JAPANESE else 'Erkennung'}\n\n- {item}") == []


@pytest.mark.parametrize(
    ("lead", "asks"),
    [
        *(("次を読み取り専用で確認する。", True), ("Check the following.", True), ("Check all of these:", True)),
        *(("Check the weather first.", False), ("The following is known.", False)),
    ],
)
def test_a_sentence_that_speaks_of_what_follows_introduces_it(lead: str, asks: bool) -> None:
    assert (
        _tasks(f"{JAPANESE if 'を' in lead else ''}\n\n## 1. Detection\n\n{lead}\n\n- units A and B") == ["units A and B"] * asks
    )
