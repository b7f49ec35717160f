"""What a book forbids runs neither by itself nor as a choice, wherever in the line the "no" stands; what needs a person's yes waits for it."""

import pytest

from stormjib.core.initial_triage import initial_triage
from stormjib.core.kinds import Demand
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook

FORBIDDEN = "du -sh /forbidden /x"
ALLOWED = "df -h /allowed /x"


def _read(text: str) -> Runbook:
    filled = text.replace("NO", f"`{FORBIDDEN}`").replace("YES", f"`{ALLOWED}`")
    return compile_runbook(f"# Disk\n\n## Investigate\n\n{filled}\n".encode())


@pytest.mark.parametrize(
    "line",
    [
        "Disk: YES. Do not run NO here, it stalls the array.",
        "Check YES (never NO)",
        "Use YES, not NO.",
        "Use YES rather than NO.",
        "Instead of NO, run YES.",
        "Check YES; do not run NO",
        "Check YES. Avoid NO.",
        "Run YES, but don’t run NO on the primary.",
        "Do not, under any circumstances, run NO. Run YES.",
        "Check YES. No ejecutes NO.",
        "Revise YES. Evita NO.",
        "Prüfen: YES. Bitte kein NO.",
        "Verifique YES. Não execute NO.",
        "Vérifiez YES. N'exécutez pas NO.",
        "YES を確認。NO は実行しないでください。",
        "检查 YES，不要执行 NO。",
        "NO must never be run here.",
        "Nobody should ever run NO.",
    ],
)
@pytest.mark.parametrize("mark", ["- ", "1. ", "", "- [ ] "])
def test_a_forbidden_command_is_none(line: str, mark: str) -> None:
    book = _read(mark + line)
    assert FORBIDDEN not in {command.text for command in book.commands}


@pytest.mark.parametrize(
    "line",
    ["If pods do not start, check YES", "Do not panic, run YES", "Check YES. Do not run NO.", "Run YES (it locks nothing)"],
)
def test_what_is_not_forbidden_still_runs_by_itself(line: str) -> None:
    assert [command.text for command in initial_triage(_read(f"- {line}"), Policy()).checks] == [ALLOWED]


def test_what_is_forbidden_is_shown_so_beside_what_runs() -> None:
    book = _read("1. Check YES. Do not run NO here.")
    assert [task.text for task in book.tasks if task.demand is Demand.FORBIDS] == [FORBIDDEN]
    assert len({task.id for task in book.tasks}) == len(book.tasks)


@pytest.mark.parametrize(
    "above",
    ["> Warning: do not run the following", "Old way (deprecated, do not use):", "Do not run these commands:", "### Do not use"],
)
def test_a_fence_is_forbidden_by_what_stands_above_it(above: str) -> None:
    book = _read(f"{above}\n\n```bash\n{FORBIDDEN}\n```")
    assert not book.commands
    assert [task.text for task in book.tasks if task.demand is Demand.FORBIDS] == [FORBIDDEN]


@pytest.mark.parametrize("comment", ["do not run in production", "never on the primary", "NEVER run this"])
def test_a_comment_forbids_the_command_below_it_alone(comment: str) -> None:
    book = _read(f"```bash\n# {comment}\n{FORBIDDEN}\n\n# Look\n{ALLOWED}\n```")
    assert [command.text for command in book.commands] == [ALLOWED]


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("- Only with approval from the DBA: YES", 1),
        ("- Run YES. Do not run this on the primary.", 1),
        ("- Requires approval by two people: YES", 2),
        ("Two people must approve this:\n\n- Run YES", 2),
        ("Requires two approvals.\n\n```bash\ndf -h /allowed /x\n```", 2),
        ("### Four-eyes principle\n\n- Run YES", 2),
        ("Vier-Augen-Prinzip:\n\n- Run YES", 2),
        ("- Nur nach Freigabe durch zwei Personen: YES", 2),
        ("- Solo con la aprobación de dos personas: YES", 2),
        ("```bash {needs=approval:3}\n# Two people must approve this\ndf -h /allowed /x\n```", 3),
    ],
)
def test_what_a_person_has_to_allow_waits_for_as_many(line: str, needed: int) -> None:
    book = _read(line)
    assert [(command.text, command.approvals) for command in book.commands] == [(ALLOWED, needed)]
    assert not initial_triage(book, Policy()).checks


@pytest.mark.parametrize("word", ["running", "listening", "failing"])
def test_a_word_that_ends_like_one_of_another_language_forbids_nothing(word: str) -> None:
    book = f"# Shop\n\n## Diagnosis\n\n1. Check what is {word}: `docker ps -a`\n"
    runbook = compile_runbook(book.encode())
    assert [command.text for command in runbook.commands] == ["docker ps -a"]
    assert not [task for task in runbook.tasks if task.demand is Demand.FORBIDS]


OTHER = (
    "Check it with YES, do not open the whole file.",
    "Run YES (do not touch the database).",
    "Look at YES - avoid opening the whole file.",
    "Bitte mit YES nachsehen, nicht die ganze Datei öffnen.",
    "Prüfen: YES; die Datei nicht öffnen.",
    "Utiliser YES, ne pas ouvrir le fichier entier.",
    "Revise con YES, no abra todo el archivo.",
    "Veja o log com YES, não abra o arquivo inteiro.",
    "YES を確認し、再起動はしないでください。",
    "用 YES 查看，不要打开整个文件。",
)
ITSELF = (
    "Check with NO, but do not run it on the primary.",
    "Use NO, never on the primary.",
    "Use NO, never during the day.",
    "Mit NO arbeiten, aber nicht auf dem Primärserver.",
    "Utiliser NO, jamais en production.",
    "Use NO, nunca en producción.",
)


@pytest.mark.parametrize("line", OTHER)
@pytest.mark.parametrize("mark", ["- ", "1. ", ""])
def test_what_is_asked_for_runs_though_the_sentence_forbids_another_deed(line: str, mark: str) -> None:
    assert [command.text for command in initial_triage(_read(mark + line), Policy()).checks] == [ALLOWED]


@pytest.mark.parametrize("line", ITSELF)
@pytest.mark.parametrize("mark", ["- ", "1. ", ""])
def test_what_is_asked_for_and_forbidden_in_one_sentence_does_not_run(line: str, mark: str) -> None:
    assert initial_triage(_read(mark + line), Policy()).checks == ()


@pytest.mark.parametrize(
    "above", ["Check with this, do not open the whole file:", "Run this and do not restart anything before you have it:"]
)
def test_a_fence_runs_though_the_line_above_forbids_another_deed(above: str) -> None:
    book = _read(f"{above}\n\n```sh\n{ALLOWED}\n```")
    assert [command.text for command in initial_triage(book, Policy()).checks] == [ALLOWED]


@pytest.mark.parametrize(
    ("line", "approvals"),
    [
        ("Wrong half-finished run (⚠️ finance has to agree in writing)", 2),
        ("Fail back (the CFO must approve)", 2),
        ("Rebuild with written consent of the owner", 2),
        ("Löschen (Fachbereich muss schriftlich zustimmen)", 2),
        ("Supprimer (la finance doit donner son accord par écrit)", 2),
        ("Borrar (finanzas debe autorizar)", 2),
        ("Apagar (o financeiro deve aprovar)", 2),
        ("⚠️ Fail over only with the DBA's OK", 1),
        ("⚠️ Restart (takes five minutes)", None),
        ("Nicht erreichbare Pods löschen", None),
        ("No responde: reiniciar", None),
    ],
)
def test_whoever_has_to_agree_beside_the_one_who_asks_makes_two(line: str, approvals: int | None) -> None:
    """And it is no prohibition, nor about the other fences of the list."""
    book = compile_runbook(
        f"# B\n\n## Fix\n\n- {line}\n\n    ```sh\n    systemctl stop a\n    ```\n\n- Other\n\n    ```sh\n    systemctl stop b\n    ```\n".encode()
    )
    assert [(command.text, command.approvals) for command in book.commands] == [
        ("systemctl stop a", approvals),
        ("systemctl stop b", None),
    ]
