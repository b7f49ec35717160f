"""Which phase a heading opens: by when it is done, that it proves, and that it is one of several books in a book."""

import pytest

from stormjib.core.kinds import Demand, Kind
from stormjib.core.markdown import compile_runbook


def test_a_heading_says_by_when_all_of_it_is_done_and_the_others_keep_their_tasks() -> None:
    book = compile_runbook(
        b"# B\n\n## Immediate actions (within 15 minutes)\n\n- Check the site\n\n## Diagnosis\n\n- Check the disk\n"
    )
    assert [phase.window_minutes for phase in book.phases] == [(0, 15), None]
    assert [task.text for task in book.tasks] == ["Check the site", "Check the disk"]


@pytest.mark.parametrize(
    "title",
    [
        *("復旧できたことを確認する", "正常に戻ったかを確認", "Wiederherstellung prüfen", "Comprobar que se ha recuperado"),
        *(
            "Vérifier que le service est rétabli",
            "Confirmar que o serviço foi restaurado",
            "确认服务已恢复",
            "Make sure it recovered",
        ),
    ],
)
def test_to_see_that_it_has_recovered_proves(title: str) -> None:
    book = compile_runbook(f"# B\n\n## 1. Fix\n\n- Restart it\n\n## 2. {title}\n\n- Buy something\n".encode())
    assert [step.kind for step in book.steps] == [Kind.MITIGATE, Kind.VERIFY]


@pytest.mark.parametrize("title", ["Playbook 1: database", "Runbook B - disk", "Scenario A"])
def test_one_of_several_books_in_a_book_is_chosen(title: str) -> None:
    book = compile_runbook(f"# B\n\n## {title}\n\n- Restart it\n".encode())
    assert [task.demand for task in book.tasks] == [Demand.CONDITIONAL]


BARE = """Runbook de incidentes

Objetivo
- Que el servicio esté disponible.

{title}
- Paso 1: Verificar alertas.
- Paso 2: Plan de contención.

Notas
- El registro es de todos.
"""


@pytest.mark.parametrize("title", ["Pasos operativos", "Steps", "Vorgehen", "手順"])
def test_a_book_without_a_heading_has_the_lines_above_its_lists(title: str) -> None:
    book = compile_runbook(BARE.format(title=title).encode())
    assert [task.text for task in book.tasks] == ["Paso 1: Verificar alertas.", "Paso 2: Plan de contención."]
    assert title in [step.title for step in book.steps]
    assert [item.line for one in book.checklists for item in one.items] == [task.line for task in book.tasks]


def test_a_sentence_above_a_list_is_no_heading() -> None:
    book = compile_runbook(b"The shop is down.\n- Restart it\n\nNever:\n- delete the volume\n")
    assert [(task.text, task.demand) for task in book.tasks][1:] == [("delete the volume", Demand.FORBIDS)]
    assert [step.title for step in book.steps] == ["Runbook"]
