"""Any Markdown gives a result: no exception, no line lost, and nothing in a fence is ever executed."""

import os
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stormjib.core import plan
from stormjib.core.markdown import compile_runbook
from stormjib.core.runbook import Runbook, to_json

FORBIDDEN = [
    *((subprocess, name) for name in ("Popen", "run", "call", "check_call", "check_output", "getoutput")),
    *(
        (os, name)
        for name in ("system", "popen", "execv", "execve", "fork", "posix_spawn", "posix_spawnp", "spawnve", "startfile")
    ),
]
LINE = st.one_of(
    st.sampled_from(
        [
            "# Title", "## Diagnosis", "### Phase (0-15 minutes)", "#### 4. Step", "Setext", "===", "---", "...", "***", "", "   ",
            "- item", "\t- deeper", "  1) ordered", "- [ ] Page on-call immediately", "- [x] within 5 minutes", "- ", "> quoted", "> > ```sh",
            "```bash", "~~~", "```", "``` {id=a needs=approval:2", "```console {timeout=1s}", "```markdown", "    indented", "$ ls", "# comment",
            "P0: all", "P1: some", "| SEV1 | x |", "|---|---|", "**Investigating**: [x y]", "- **Primary**: [someone]", "## Contacts",
            "<!-- stormjib: mode=collect risk=read -->", "<div>", "<!--", "service: a", "a: &x [*x]", "## P0/P1 Checklist", "Remember: x",
            '!!! danger "Never"', "    - indented below", ":::danger Do not", ":::note[x]", ":::", '=== "Docker"', "<details>", "</details>",
            "<summary>Fold</summary>", "**Never:**", "**Diagnosis**", "Never:", "If Docker:", "- If it is full: `docker restart a`",
            "Run `df -h` and `kubectl delete pod x`.", "| Critical | all | 5 min |", "### P0 - Critical (Response: 15 minutes)", "- **S1 (major)**: x",
            "## Severity levels", "## 禁止事项", "- 如果磁盘已满，重启服务", "- 再起動しないこと", "## Nicht tun", "- Niemals neu starten", "> [!WARNING]",
            "every 15-30 minutes if P0", "[ref]: http://x 'y", "cat <<EOF", "EOF", "\\", "ðŸš¨", "\ufeff", "\x0b\x0c\x85\u2028", "\r",
        ]
    ),
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60),
)  # fmt: skip
PART = st.sampled_from(
    [
        "rm -rf /", "echo", "$(", ")", "`", "'", '"', "reboot", "&&", "||", "|", ";", "\n", "<<EOF", "EOF", ">", "/dev/sda", "$HOME", "${x:-$(id)}",
        "sudo", "curl -X POST http://127.0.0.1:9/", ":(){ :|:& };:", "{", "}", "if", "then", "fi", "# note", "\\\n", "\t", "redis-cli flushall",
    ]
)  # fmt: skip


def consistent(runbook: Runbook) -> None:
    """What holds for every runbook, whatever it was made from."""
    coverage = runbook.coverage
    assert coverage.lines == coverage.bound + coverage.prose + len(coverage.unexplained)
    for nodes in (runbook.commands, runbook.tasks, runbook.steps, runbook.templates):
        ids = [node.id for node in nodes]
        assert len(set(ids)) == len(ids)
    steps = {step.id for step in runbook.steps}
    assert all(node.step in steps for node in (*runbook.commands, *runbook.tasks))
    assert all(-1 <= step.phase < len(runbook.phases) for step in runbook.steps)
    assert to_json(runbook)["sha256"] == runbook.sha256
    for severity in ("P0", "P4"):
        plan.plan(runbook, severity)


@settings(max_examples=400, deadline=None)
@given(st.lists(LINE, max_size=40))
def test_any_lines_give_a_consistent_runbook(lines: list[str]) -> None:
    consistent(compile_runbook("\n".join(lines).encode()))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_runbook(source: bytes) -> None:
    consistent(compile_runbook(source))


@pytest.fixture(scope="module")
def _nothing_runs() -> object:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a command of a runbook was executed")

    with pytest.MonkeyPatch.context() as patch:
        for module, name in FORBIDDEN:
            patch.setattr(module, name, refuse, raising=False)
        yield


@pytest.mark.usefixtures("_nothing_runs")
@settings(max_examples=200, deadline=None)
@given(st.lists(PART, max_size=12).map(" ".join), st.sampled_from(["bash", "sh", "", "console"]))
def test_shell_in_a_fence_is_judged_and_never_executed(text: str, language: str) -> None:
    runbook = compile_runbook(f"# Mitigation\n\n~~~{language}\n{text}\n~~~\n".encode())
    consistent(runbook)
    assert all(line.who != "stormjib" or line.kind in {"check", "own"} for line in plan.plan(runbook, "P0"))


@pytest.mark.parametrize(
    "source",
    [
        "> " * 524_288,
        "- " * 524_288,
        "1. " * 349_525,
        "> - " * 262_144,
        "\n".join("  " * depth + "- a" for depth in range(1_000)),
        "\n".join("   " * depth + "1. a" for depth in range(580)),
        "\n".join(" " * depth + "> - a" for depth in range(1_400)),
        "[" * 1_048_576,
        "*" * 1_048_576,
        "# " + "(0-" * 340_000,
        "- " + "**a" * 340_000,
        "|" * 500_000 + "\n" + "|-" * 250_000,
        "```bash\n" + "a;" * 500_000 + "\n```",
        "```bash\n" + "$(" * 500_000 + "\n```",
        "---\n" + "[" * 15_000 + "\n---\n",
        "# 1. Resolution\n- x\n" * 9_900,
        "###### Resolution (0-15 minutes)\n" * 19_000,
        "```md\n" + "**Investigating**: [x y]\n" * 19_000 + "```",
        "# P0 list\n- [ ] Page someone every 5 minutes\n" * 9_000,
        ":::note\n" * 19_000,
        "<details>\n" * 19_000,
        '!!! note "x"\n' * 19_000,
        "- If " + "x " * 500_000,
        "- " + "`a b` " * 150_000,
        "- " + "如果" * 170_000,
        "- " + "aieren" * 170_000,
        "# Severity\n" + "- SEV1: x\n" * 19_000,
        "# Severity\n" + "### P0 - Critical\nx\n" * 9_000,
        "| Severity | Ack |\n|---|---|\n" + "| SEV1 | 5 min |\n" * 19_000,
        "- " + "❌" * 300_000,
    ],
    ids=lambda source: f"{source[:12]!r}",
)
def test_a_mebibyte_of_nesting_ends(source: str) -> None:
    consistent(compile_runbook(source.encode()[:1_048_576]))


def test_too_many_commands_are_shown_instead() -> None:
    runbook = compile_runbook(("# a\n\n" + "```sh\ndf -h\n```\n\n" * 2_100).encode())
    assert len(runbook.commands) == 2_000
    assert "too-many-commands" in {finding.code for finding in runbook.findings}
    consistent(runbook)
