"""The runbook's check without running anything: which commands it would run, what an output means, and how its age is said."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormjib.core import guard
from stormjib.core.checkup import CODES, Verdict, began_to_fail, key_of, newest, probes, remember, settled, words
from stormjib.core.lint import CODES as LINT_CODES
from stormjib.core.log import EvidenceCollected
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy, Trusted
from stormjib.core.risk import Risk
from stormjib.evidence.verdict import judge

CASES = Path(__file__).parent / "cases" / "checkup"
VERDICTS = json.loads((CASES / "verdicts.json").read_text(encoding="utf-8"))
WORDS = json.loads((CASES / "words.json").read_text(encoding="utf-8"))
RUNBOOK = (Path(__file__).parents[2] / "runbooks" / "incident-response.md").read_bytes()


def evidence(case):
    expected = case.get("expect", "")
    return EvidenceCollected(
        command_id="c1",
        line=1,
        text=case["text"],
        target="host",
        ok=(case["exit"] == 0 or case.get("ran_as", "").startswith("timeout")) and expected in case["output"],
        exit_code=case["exit"],
        seconds=10.2 if case.get("timed_out") else 0.1,
        output_sha256="",
        output_bytes=len(case["output"]),
        excerpt=case["output"],
        ran_as=case.get("ran_as", ""),
        timed_out=case.get("timed_out", False),
        parts=tuple(case.get("parts", ())),
    )


@pytest.mark.parametrize("case", VERDICTS, ids=[case["name"] for case in VERDICTS])
def test_verdict(case):
    verdict = judge(evidence(case), case["output"], case.get("expect", ""))
    assert verdict.code == case["code"], verdict
    assert case.get("says", "").lower() in verdict.sentence.lower()
    assert verdict.works or verdict.sentence, "a failure says why"


@given(
    st.text(max_size=300), st.sampled_from([None, 0, 1, 2, 124, 127, 137]), st.sampled_from([case["text"] for case in VERDICTS])
)
def test_a_verdict_on_any_output(output, code, text):
    verdict = judge(evidence({"text": text, "exit": code, "output": output}), output)
    assert verdict.code in {"", *CODES}
    assert verdict.works or verdict.sentence


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize("case", WORDS, ids=[case["name"] for case in WORDS])
def test_words(case):
    known = None
    for moment, works in case["history"]:
        verdict = Verdict() if works else Verdict("probe-failed", "it fails")
        known = remember(known, verdict, text="df -h", target="host", at=at(moment), line=3)
    assert words(known, at(case["now"])) == case["words"]


def test_a_failure_begins_once():
    worked = remember(None, Verdict(), text="df", target="", at=1.0, line=3)
    fails = remember(worked, Verdict("probe-failed", "no"), text="df", target="", at=2.0, line=3)
    again = remember(fails, Verdict("probe-failed", "no"), text="df", target="", at=3.0, line=3)
    assert [began_to_fail(None, fails), began_to_fail(worked, fails), began_to_fail(fails, again)] == [False, True, False]
    assert (again.worked_at, again.failing_since, again.at) == (1.0, 2.0, 3.0)


def test_of_several_memories_the_newest_look_counts():
    old = remember(None, Verdict(), text="df", target="", at=1.0, line=3)
    new = remember(None, Verdict("probe-failed", "no"), text="df", target="", at=2.0, line=3)
    assert newest({old.key: old}, {new.key: new}) == newest({new.key: new}, {old.key: old}) == {new.key: new}


def test_the_same_command_elsewhere_is_another_one():
    assert key_of(" df -h ", "host") == key_of("df -h", "host")
    assert len({key_of("df -h", "host"), key_of("df -h", "ssh:db"), key_of("df", "-h\0host")}) == 3


def test_the_probes_of_the_reference_runbook():
    """Every read once, in its form that ends; every line of them; nothing else."""
    book, policy = compile_runbook(RUNBOOK), Policy()
    found = probes(settled(book, ("",), policy), policy)
    reads = [command.line for command in book.commands if command.risk is Risk.READ]
    assert sorted(command.line for probe in found for command in probe.commands) == reads
    assert [[command.line for command in probe.commands] for probe in found if len(probe.commands) > 1] == [
        [37, 250],
        [41, 247],
        [108, 253],
    ]
    runs = {probe.look.run_as for probe in found}
    assert {"docker stats --no-stream", "top -b -n 2 -d 1 -p $(pgrep -d, -f watermark-lab)", "df -h"} <= runs
    assert not [text for text in runs if text.endswith(" -f") or "flush" in text]


def test_what_the_operator_trusts_is_checked_and_what_asks_for_approval_is_not():
    script = "python scripts/health_check.py --comprehensive"
    trusting = Policy(trusted=(Trusted(script, "it only asks"),))
    assert 159 in {
        command.line
        for probe in probes(settled(compile_runbook(RUNBOOK), ("",), trusting), trusting)
        for command in probe.commands
    }
    asked = compile_runbook(b"# A\n## Look (0-5 minutes)\n```bash {needs=approval:1}\ndf -h\n```\n```bash\nuptime\n```\n")
    assert [probe.look.text for probe in probes(settled(asked, ("",), Policy()), Policy())] == ["uptime"]


FRAGMENTS = st.sampled_from(
    [
        "df -h", "touch canary", "> canary", "| tee canary", "$(touch canary)", "`touch canary`", "&& rm -rf x", "; uptime", "cat a",
        "xargs touch", "sh -c 'touch canary'", "find . -delete", "find .", "echo", "'", '"', "\\", "\n", "# note\n", "docker exec a", "sudo", "env",
    ]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=12).map(" ".join), st.sampled_from(["bash", "sh", "", "console", "bash {risk=read}"]))
def test_no_runbook_makes_it_run_more_than_proven_reads(shell, tag):
    """Whatever stands in a fence: what would run is a command that the guard lets run unattended, with nothing added."""
    book = compile_runbook(f"# A\n\n## Look (0-5 minutes)\n\n```{tag}\n{shell}\n```\n".encode())
    for probe in probes(settled(book, ("",), Policy()), Policy()):
        for command in probe.commands:
            assert guard.guard(command, Policy()).unattended
            assert command.risk is Risk.READ
            assert probe.look.run_as == (command.bounded or command.text)
            assert not {"touch", "tee", "rm", "xargs", "sh"} & set(command.programs)
            assert not re.match(r"[^#'\"`]*>\s*canary", command.text)


def test_the_codes_of_probes_are_no_codes_of_lint():
    assert not set(CODES) & set(LINT_CODES)
