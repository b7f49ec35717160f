"""Markdown in, runbook out: golden cases, the reference runbook fact by fact, and every promise about odd input."""

import json
from pathlib import Path

import pytest
from tests.runbook.golden import CASES, HERE, REFERENCE, compiled, golden

from stormjib.core import lint
from stormjib.core.kinds import Mode
from stormjib.core.markdown import BYTES_MAX, LINES_MAX, compile_runbook
from stormjib.core.runbook import Runbook, to_json

CONTRACT = {
    "phases": {"title", "line", "window_minutes"},
    "steps": {"number", "title", "line", "mode"},
    "severities": {"name", "text", "line"},
    "commands": {"id", "line", "text", "label", "risk", "endless", "bounded", "secrets"},
    "checklists": {"severity", "items"},
    "templates": {"title", "line", "fields"},
    "contacts": {"group", "name", "value", "filled"},
    "findings": {"code", "line", "message"},
}


@pytest.fixture(scope="module")
def reference() -> Runbook:
    return compile_runbook(REFERENCE.read_bytes())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case_becomes_its_golden_json(case: Path) -> None:
    assert json.loads(compiled(case)) == json.loads(golden(case).read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_every_line_of_a_case_is_accounted_for(case: Path) -> None:
    source = case.read_bytes()
    runbook = compile_runbook(source)
    coverage = runbook.coverage
    lines = source.decode().split("\n")
    assert coverage.lines == sum(1 for line in lines if line.strip())
    assert coverage.lines == coverage.bound + coverage.prose
    assert coverage.unexplained == ()
    for command in runbook.commands:
        assert command.text.split("\n")[0] in lines[command.line - 1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_json_keeps_the_contract(case: Path) -> None:
    made = to_json(compile_runbook(case.read_bytes()))
    assert made["schema"] == "stormjib.runbook/1"
    assert {"sha256", "title", *CONTRACT} <= made.keys()
    assert {"lines", "bound", "prose", "unexplained"} <= made["coverage"].keys()
    for name, keys in CONTRACT.items():
        assert all(keys <= node.keys() for node in made[name])


def test_reference_is_the_file_that_was_promised(reference: Runbook) -> None:
    assert reference.sha256 == "1e58955005109810ecdedad318fcc2a70202b31108394ce6bbf539e98741d716"
    assert reference.title == "Incident Response Runbook"
    assert reference.reminder.endswith("focus on restoring service first, understanding the cause second.")


def test_reference_phases_have_their_windows_and_modes(reference: Runbook) -> None:
    assert [(phase.title, phase.line, phase.window_minutes, phase.ongoing, phase.mode) for phase in reference.phases] == [
        ("Immediate Response", 5, (0, 15), False, Mode.SEQUENCE),
        ("Investigation Phase", 28, (15, 60), False, Mode.COLLECT),
        ("Mitigation Phase", 70, (30, 120), False, Mode.CHOOSE),
        ("Communication Phase", 126, None, True, Mode.MENU),
        ("Resolution Phase", 148, (60, 240), False, Mode.SEQUENCE),
        ("Post-Incident Activities", 170, (1440, 4320), False, Mode.SEQUENCE),
    ]


def test_reference_has_thirteen_steps_and_a_quick_reference(reference: Runbook) -> None:
    assert [step.number for step in reference.steps] == [*range(1, 14), None]
    assert [step.id for step in reference.steps[-2:]] == ["s13", "s-quick-reference"]
    assert reference.steps[-1].mode is Mode.MENU
    assert reference.steps[6].groups == ("Application Issues", "Database Issues", "Infrastructure Issues")
    assert reference.command("c99").group == "Database Issues"
    assert [task.line for task in reference.tasks_of("s8")] == [120, 121, 122, 123]


def test_reference_severities_are_defined_and_never_commands(reference: Runbook) -> None:
    assert [(severity.name, severity.line) for severity in reference.severities] == [(f"P{n}", 15 + n) for n in range(5)]
    assert not [command for command in reference.commands if 13 <= command.line <= 20]


def test_reference_has_exactly_the_forty_commands_with_their_verdicts(reference: Runbook) -> None:
    rows = [row.split("\t") for row in (HERE / "commands.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    expected = [(int(line), risk, endless == "yes", json.loads(text)) for line, risk, endless, text in rows]
    found = [(command.line, command.risk.value, command.endless, command.text) for command in reference.commands]
    assert found == expected
    assert len({command.id for command in reference.commands}) == 40


def test_reference_labels_orders_and_alternatives(reference: Runbook) -> None:
    marked = {command.line: (command.alternative, command.sequence) for command in reference.commands}
    assert {line: marks for line, marks in marked.items() if any(marks)} == {
        83: ("", "# Rollback deployment"),
        84: ("", "# Rollback deployment"),
        114: ("# Restart services", ""),
        115: ("# Restart services", ""),
    }
    assert reference.command("c163").condition == "if enabled"


def test_reference_checklists_have_deadlines_a_cadence_and_ties(reference: Runbook) -> None:
    assert [(checklist.severity, len(checklist.items)) for checklist in reference.checklists] == [("P0", 8), ("P1", 7)]
    items = {item.line: item for checklist in reference.checklists for item in checklist.items}
    assert {line: item.deadline_minutes for line, item in items.items() if item.deadline_minutes} == {215: 5, 225: 15}
    assert {line: item.cadence_minutes for line, item in items.items() if item.cadence_minutes} == {230: (15, 30)}
    ties = {line: item.same_as for line, item in items.items() if item.same_as}
    assert ties == {215: "t23", 216: "t24", 217: "t25", 218: "t26", 225: "t23", 226: "t24", 228: "t26"}


def test_reference_tasks_know_for_whom_when_and_if(reference: Runbook) -> None:
    tasks = {task.line: task for task in reference.tasks}
    assert {line: task.severities for line, task in tasks.items() if task.severities} == {25: ("P0", "P1"), 133: ("P0", "P1")}
    assert {line: task.deadline_minutes for line, task in tasks.items() if task.deadline_minutes} == {173: 2880}
    assert {line: task.cadence_minutes for line, task in tasks.items() if task.cadence_minutes} == {131: (15, 30)}
    assert {line: task.condition for line, task in tasks.items() if task.condition} == {
        120: "if using load balancer",
        132: "if customer-facing",
        154: "if possible",
    }


def test_reference_templates_have_their_fields(reference: Runbook) -> None:
    found = {template.id: (template.line, template.kind, template.fields) for template in reference.templates}
    assert found["status-investigating"] == (138, "status", ("[issue description]",))
    assert found["status-identified"] == (141, "status", ("[issue]",))
    assert found["status-monitoring"] == (143, "status", ())
    assert found["status-resolved"] == (145, "status", ())
    assert found["postmortem"][:2] == (181, "postmortem")
    assert {"[Date]", "[Brief Description]", "YYYY-MM-DD", "HH:MM", "PX", "@username", "[Action item 1]"} <= set(
        found["postmortem"][2]
    )


def test_reference_directory_names_who_is_missing(reference: Runbook) -> None:
    assert len(reference.contacts) == 10
    missing = ["Primary", "Secondary", "Escalation", "Cloud Provider", "CDN", "Monitoring"]
    assert [contact.name for contact in reference.contacts if not contact.filled] == missing
    assert {contact.name for contact in reference.contacts if contact.kind == "channel"} == {
        "Incident Channel",
        "Engineering",
        "Leadership",
        "Customer Support",
    }


def test_reference_traps_are_found_where_they_are(reference: Runbook) -> None:
    found = {(finding.code, finding.line) for finding in reference.findings}
    expected = json.loads((HERE / "reference-findings.json").read_text(encoding="utf-8"))
    assert {(code, line) for code, lines in expected.items() for line in lines} == found


def test_linting_a_compiled_runbook_again_finds_the_same(reference: Runbook) -> None:
    assert lint.lint(reference) == reference.findings


def test_immediately_is_a_setting() -> None:
    runbook = compile_runbook(b"# P0 checklist\n- [ ] Acknowledge immediately\n", immediately_minutes=2)
    assert runbook.checklists[0].items[0].deadline_minutes == 2


def test_a_severity_without_a_list_of_its_own_gets_those_for_everyone() -> None:
    runbook = compile_runbook(b"# P0 checklist\n- [ ] Run\n# Before\n- [ ] Breathe\n# After\n- [ ] Sleep\n")
    assert [item.text for item in runbook.checklist("P0").items] == ["Run"]
    assert [item.text for item in runbook.checklist("P3").items] == ["Breathe", "Sleep"]
    assert compile_runbook(b"# x\n```sh\ndf\n```\n").checklist("P3") is None


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"# a\n" * (BYTES_MAX // 4 + 1), "too-large"),
        (b"a\n" * (LINES_MAX + 1), "too-large"),
        ((b"> - " * 12 + b"x\n") * 19_000, "too-large"),
        (b"# a\n\x00```sh\ndf -h\n```", "not-text"),
        ("# Über".encode("utf-16"), "not-text"),
        (b"# a\n\n# b\xff\n", "not-text"),
    ],
    ids=["empty", "blank", "bytes", "lines", "marks", "nul", "utf-16", "latin-1"],
)
def test_what_cannot_be_a_runbook_says_why_and_has_no_commands(source: bytes, code: str) -> None:
    runbook = compile_runbook(source)
    assert [finding.code for finding in runbook.findings] == [code]
    assert runbook.commands == ()
    assert len(runbook.sha256) == 64


def test_the_largest_allowed_file_is_read() -> None:
    source = b"# a\n\n" + b"x" * (BYTES_MAX - 5)
    assert compile_runbook(source).coverage.lines == 2


def test_a_byte_order_mark_is_no_character_of_the_title() -> None:
    assert compile_runbook(b"\xef\xbb\xbf# Title\n").title == "Title"


def test_text_nested_too_deep_is_reported_not_lost() -> None:
    source = "\n".join("  " * depth + "- x" for depth in range(60)).encode()
    runbook = compile_runbook(source)
    assert runbook.coverage.unexplained
    assert runbook.coverage.lines == 60
    assert "unexplained" in {finding.code for finding in runbook.findings}


def test_a_block_quote_under_the_name_of_a_stage_is_its_text():
    """Where the headings above it are about telling people; one below "Diagnosis" is what responders read."""
    quotes = "**Investigating**\n\n> We look into [what].\n>\n> More in 30 minutes.\n\n**Resolved:**\n> It is over.\n"
    book = compile_runbook(
        f"# Shop\n\n## Status page texts\n\n{quotes}\n## Diagnosis\n\n### Identified\n\n> Keep calm.\n".encode()
    )
    assert [(one.stage, one.line, one.text, one.fields) for one in book.templates] == [
        ("Investigating", 7, "We look into [what].\n\nMore in 30 minutes.", ("[what]",)),
        ("Resolved", 12, "It is over.", ()),
    ]
    assert {one.kind for one in book.templates} == {"status"}
    note = "## Status page texts\n\n### Monitoring\n\n> [!NOTE]\n> Ask first.\n"
    assert compile_runbook(note.encode()).templates == ()
