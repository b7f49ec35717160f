"""Which part of an incident a heading is, where the words of several parts stand in it, or its place says more than its words."""

import pytest

from stormjib.core.markdown import compile_runbook


def _kinds(*headings: str) -> list[str]:
    french = "Nous sommes dans le doute et les clients ne sont pas avec nous pour une fois.\n\n"
    book = f"# Shop\n\n{french * (headings[0] == 'Réactions immédiates')}" + "\n\n".join(
        f"## {heading}\n\n1. Call the lead." for heading in headings
    )
    return [phase.kind.value for phase in compile_runbook(book.encode()).phases]


@pytest.mark.parametrize(
    ("headings", "kinds"),
    [
        (("Detection", "Mitigation", "Resolving an incident"), ["respond", "mitigate", "close"]),
        (("Symptoms", "Troubleshooting (resolução de problemas)", "Rollback"), ["inform", "investigate", "mitigate"]),
        (("初動対応", "システム復旧", "復旧後の確認", "事後対応"), ["respond", "mitigate", "verify", "after"]),
        (("Réactions immédiates", "Vérification des sauvegardes", "Restauration"), ["respond", "investigate", "mitigate"]),
        (("Check of the backups", "Restore", "Check after the restore"), ["investigate", "mitigate", "verify"]),
        (("Pasos de diagnóstico", "Acciones", "Prevención"), ["investigate", "mitigate", "after"]),
        (("Diagnosis", "Actions"), ["investigate", "mitigate"]),
        (("Diagnose", "Aktionen"), ["investigate", "mitigate"]),
        (("Actions", "Mitigation"), ["respond", "mitigate"]),
        (("Procedimiento", "Post-acción"), ["respond", "after"]),
        (("Initial checklist", "Mitigation"), ["respond", "mitigate"]),
        (("Checklist inicial", "Contención"), ["respond", "mitigate"]),
    ],
)
def test_the_part_that_a_heading_is(headings: tuple[str, ...], kinds: list[str]) -> None:
    assert _kinds(*headings) == kinds
