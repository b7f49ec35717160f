"""What a book names as the end of an incident has to be proven before it may be resolved, whatever the heading is called."""

import pytest

from stormjib.core.markdown import compile_runbook
from stormjib.core.recovery import verification_steps
from stormjib.core.runbook import Runbook

END = (
    *("When is it over", "When is it fixed?", "Definition of done", "Done?", "Done when", "Is it fixed?", "Back to normal?"),
    *("How do we know that it works again?", "Resolved when", "When can we stand down?", "What does good look like?"),
    *("Fertig wenn", "Wann ist es vorbei?", "Ist es behoben?", "Alles wieder gut?", "Quand est-ce fini ?", "Terminé quand"),
    *("¿Cuándo está resuelto?", "Terminado cuando", "Quando está resolvido?", "Pronto quando", "完了条件", "什么时候算结束"),
)
NOT_END = (
    *("When to escalate", "When it is over", "Is it DNS?", "Is the disk full?", "Is it up?", "Back up the database", "Overload"),
    *("Definitions", "How to fix it", "Wann eskalieren", "Ist die Platte voll?", "Comment redémarrer", "Cómo reiniciar"),
)


def _read(text: str) -> Runbook:
    return compile_runbook(f"# Shop\n\n{text}\n".encode())


def _proven(runbook: Runbook) -> list[str]:
    return [task.text for step in verification_steps(runbook) for task in runbook.tasks_of(step.id)]


@pytest.mark.parametrize("title", END)
@pytest.mark.parametrize(
    "form", ["## {}\n- [ ] a test purchase works", "## Fix\n- restart it\n\n**{}:**\n\n- a test purchase works"]
)
def test_what_stands_under_the_end_has_to_be_proven(form: str, title: str) -> None:
    assert _proven(_read(form.format(title))) == ["a test purchase works"]


@pytest.mark.parametrize("title", NOT_END)
def test_a_heading_that_only_resembles_it_proves_nothing(title: str) -> None:
    assert _proven(_read(f"## {title}\n- [ ] a test purchase works")) == []


def test_a_box_asks_for_something_even_where_its_heading_explains() -> None:
    assert [box.text for box in _read("## Background\n- [ ] a test purchase works").checklists[0].items] == [
        "a test purchase works"
    ]
