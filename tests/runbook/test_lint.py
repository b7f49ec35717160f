"""The linter: every code has a case, a line and an entry in its reference, and every message says what to do."""

import json
import re

import pytest
from tests.runbook.golden import HERE, REFERENCE

from stormjib.core import lint
from stormjib.core.markdown import compile_runbook

CASES = json.loads((HERE / "lint-cases.json").read_text(encoding="utf-8"))
CASES += [
    {"code": "too-large", "line": 1, "markdown": "> - > - > - > - x\n" * 9_000},
    {"code": "too-many-commands", "line": 8_001, "markdown": "```sh\ndf -h\n```\n\n" * 2_001},
]
DOCUMENT = (HERE.parents[1] / "docs" / "reference" / "lint.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["code"])
def test_case_is_found_at_its_line(case: dict[str, object]) -> None:
    runbook = compile_runbook(str(case["markdown"]).encode())
    assert (case["code"], case["line"]) in {(finding.code, finding.line) for finding in runbook.findings}


def test_every_code_has_a_case() -> None:
    assert {case["code"] for case in CASES} == set(lint.CODES)


def test_every_code_is_in_the_reference_and_no_other() -> None:
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", DOCUMENT, re.MULTILINE)) == set(lint.CODES)


@pytest.mark.parametrize(
    "finding", compile_runbook(REFERENCE.read_bytes()).findings, ids=lambda found: f"{found.line}-{found.code}"
)
def test_every_message_on_the_reference_is_a_sentence_or_two(finding: lint.Finding) -> None:
    assert finding.message.endswith(".")
    assert finding.message.count(". ") <= 3
    assert len(finding.message) <= 260


@pytest.mark.parametrize(
    "text",
    [
        "curl -fsS http://localhost/",
        "curl --fail http://localhost/",
        "curl -I http://localhost/",
        "docker compose up -d --scale api=1",
        "systemctl status docker",
        "git log --grep revert",
        "redis-cli dbsize",
    ],
)
def test_a_harmless_neighbour_is_left_alone(text: str) -> None:
    found = {finding.code for finding in compile_runbook(f"# Diagnosis\n\n```bash\n{text}\n```\n".encode()).findings}
    assert found <= {"no-severities", "unknown-command"}


def test_a_heading_under_which_a_template_stands_is_no_empty_step() -> None:
    source = b"# 1. Text\n```md\nHello @username\n```\n# 2. Levels\n```\nP0: all\nP1: some\n```\n"
    assert "empty-step" not in {finding.code for finding in compile_runbook(source).findings}
