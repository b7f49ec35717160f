"""The plan: what would happen when, for whom, taken from the reference runbook."""

from pathlib import Path

import pytest

from stormjib.core.markdown import compile_runbook
from stormjib.core.overview import overview
from stormjib.core.plan import PlanLine, account, plan
from stormjib.core.runbook import Runbook

REFERENCE = Path(__file__).parents[2] / "runbooks" / "incident-response.md"


@pytest.fixture(scope="module")
def reference() -> Runbook:
    return compile_runbook(REFERENCE.read_bytes())


def by_line(lines: tuple[PlanLine, ...]) -> dict[int, PlanLine]:
    return {line.line: line for line in lines}


def test_only_proven_reads_run_by_themselves_and_none_that_follows_a_log(reference: Runbook) -> None:
    alone = [line for line in plan(reference, "P0") if line.who == "stormjib" and line.kind == "check"]
    assert {line.at for line in alone} == {"T+0"}
    assert [line.line for line in alone][:14] == [33, 34, 37, 38, 41, 44, 45, 51, 54, 57, 60, 95, 96, 108]
    assert [line.line for line in alone][14:] == [236, 237, 238, 245, 246, 247, 250, 251, 252, 253, 256, 257]


def test_what_changes_waits_for_one_person_and_what_destroys_for_two(reference: Runbook) -> None:
    offers = {line.line: line.who for line in plan(reference, "P0") if line.kind == "offer"}
    assert [line for line, who in offers.items() if who == "two people, approved"] == [99, 111]
    assert [line for line, who in offers.items() if who == "a person, approved"] == [77, 80, 83, 84, 87, 102, 114, 115, 159, 163]


def test_paging_is_for_the_severities_that_the_step_names(reference: Runbook) -> None:
    assert by_line(plan(reference, "P1"))[25].who == "stormjib"
    assert 25 not in by_line(plan(reference, "P2"))
    assert 133 not in by_line(plan(reference, "P4"))


def test_each_severity_has_its_own_checklist_and_p2_has_none(reference: Runbook) -> None:
    assert by_line(plan(reference, "P0"))[215].what == "Acknowledge alert immediately, due at T+5"
    assert by_line(plan(reference, "P1"))[225].what == "Acknowledge alert within 15 minutes, due at T+15"
    assert not {*range(215, 232)} & by_line(plan(reference, "P2")).keys()


def test_a_box_that_is_a_step_too_appears_once(reference: Runbook) -> None:
    assert not {216, 217, 218} & by_line(plan(reference, "P0")).keys()


def test_updates_come_with_their_cadence(reference: Runbook) -> None:
    lines = by_line(plan(reference, "P1"))
    assert (lines[131].at, lines[131].kind) == ("ongoing", "update")
    assert lines[230].what == "Update stakeholders, every 15-30 minutes"


def test_post_incident_work_counts_from_the_resolution(reference: Runbook) -> None:
    lines = by_line(plan(reference, "P0"))
    assert (lines[170].at, lines[170].minutes) == ("R+24 h", 1440)
    assert (lines[173].at, lines[173].minutes) == ("R+48 h", 2880)


def test_the_plan_is_in_the_order_of_time(reference: Runbook) -> None:
    lines = plan(reference, "P0")
    during = [line.minutes for line in lines if line.at.startswith("T")]
    assert during == sorted(during)
    ranks = ["TORW".index(line.at[0].upper()) for line in lines]
    assert ranks == sorted(ranks)
    assert lines[0].kind == "phase"


def test_an_endless_command_is_planned_in_the_form_that_ends(reference: Runbook) -> None:
    bounded = reference.command("c57").bounded
    assert bounded
    assert by_line(plan(reference, "P0"))[57].what == f"Access logs: {bounded}"


def test_what_follows_a_log_is_at_hand_and_not_run(reference: Runbook) -> None:
    rest = [line for line in plan(reference, "P0") if line.at == "when needed"]
    assert [line.line for line in rest] == [241, 242]
    assert {line.who for line in rest} == {"a person"}


def test_what_proves_a_recovery_is_not_run_at_the_declaration_although_the_same_is_looked_at_then() -> None:
    book = compile_runbook(
        b"# Shop\n\n## 1. Investigation\n\n```bash\ncurl -fsS http://127.0.0.1:1/health\n```\n\n## 2. Mitigate\n\n```bash\n./fix.sh\n```\n\n"
        b"## 3. Verify recovery\n\n- [ ] `curl -fsS http://127.0.0.1:1/health` answers `ok`\n- [ ] Error rate below 1 %\n"
    )
    found = [line for line in plan(book, "P1") if line.what.endswith("/health")]
    assert [(line.line, line.at) for line in found] == [(6, "T+0"), (17, "when needed")]


def test_an_approval_asked_for_in_the_file_keeps_even_a_read_from_running(reference: Runbook) -> None:
    runbook = compile_runbook(b"# Diagnosis\n```sh {needs=approval:2}\ndf -h\n```\n")
    assert [line.who for line in plan(runbook, "P0") if line.kind not in {"phase", "own"}] == ["two people, approved"]


def test_the_account_names_what_is_left_over(reference: Runbook) -> None:
    assert account(reference).endswith("0 unexplained.")
    deep = compile_runbook("\n".join("  " * depth + "- x" for depth in range(60)).encode())
    assert "unexplained (" in account(deep)


LACKING = b"""---
inputs: {namespace: shop}
---
# Shop
## Investigation (0-5 minutes)
```bash
kubectl get pods -n $NAMESPACE
kubectl logs -n $NAMESPACE $POD --tail=20
kubectl delete pod $POD
```
"""


def test_a_read_that_lacks_a_value_says_which_one_a_person_gives_and_that_it_then_runs_as_a_read() -> None:
    lines = [line for line in plan(compile_runbook(LACKING), "P0") if line.kind in {"check", "offer"}]
    assert [(line.who, line.kind) for line in lines] == [
        ("stormjib", "check"),
        ("a person", "check"),
        ("a person, approved", "offer"),
    ]
    assert lines[0].what == "kubectl get pods -n shop"
    assert lines[1].what.endswith("(give $NAMESPACE and $POD a value with `stormjib value set`; it then runs as a read)")


def test_what_the_book_forbids_stands_in_the_plan_of_every_severity_and_is_for_nobody() -> None:
    book = compile_runbook(b"# B\n\n## Fix\n\n> [!WARNING]\n> Never restart the primary.\n\n```sh\nsystemctl restart web\n```\n")
    said = [(line.at, line.who, line.line, line.what) for line in plan(book, "P1") if line.kind == "forbids"]
    assert said == [("never", "nobody", 5, "Never restart the primary.")]
    assert dict(overview(book))["The runbook forbids"] == tuple(line for line in plan(book, "P1") if line.kind == "forbids")


BOOK = """# Shop

| Level | Means | Acknowledge within | Update cadence |
|---|---|---|---|
| SEV1 | nobody can buy | 5 minutes | every 15 minutes |
| SEV2 | some can't | 15 minutes | every 30 minutes |
| SEV3 | a typo | 1 day | none |

## Contacts
- **DBA**: +49 30 1234567, after 20 minutes

## Verify recovery
- [ ] Error rate below 1 %

## Close
- [ ] Status page is green
- [ ] Review within 3 days
"""


def test_on_one_screen_stands_what_the_end_demands_and_who_is_told() -> None:
    parts = dict(overview(compile_runbook(BOOK.encode())))
    demanded = [(line.line, line.what) for line in parts["Before an incident may end"]]
    assert demanded == [(13, "to resolve: Error rate below 1 %"), (16, "to close: Status page is green")]
    told = [(line.line, line.what) for line in parts["Whom it names, and what is told"]]
    assert told == [
        (10, "DBA: +49 30 1234567, after 20 minutes"),
        (5, "SEV1: an update every 15 minutes"),
        (6, "SEV2: an update every 30 minutes"),
    ]


def test_what_is_not_done_at_every_level_says_at_which() -> None:
    parts = dict(overview(compile_runbook(BOOK.encode())))
    own = [line.what for line in parts["By itself, when an incident is declared"] if line.kind == "own"]
    assert own == [
        "Page the responders one after the other, until somebody acknowledges (SEV1, SEV2)",
        "Send a message to leadership (SEV1, SEV2)",
    ]


UNTIMED = b"""# Shop

## Severity
- **P1**: much is down

## Response

1. Page the on-call engineer
2. Update stakeholders, within 30 minutes of the last time
"""


def test_what_a_declaration_does_by_itself_is_planned_at_its_beginning() -> None:
    """Also where the runbook gives the step no time of its own."""
    lines = [line for line in plan(compile_runbook(UNTIMED), "P1") if line.line]
    assert {line.at for line in lines if line.who == "stormjib"} == {"T+0"}
    assert [line.what for line in lines if "30-30" in line.what] == []
