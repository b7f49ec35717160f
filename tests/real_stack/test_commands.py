"""Every command of the reference runbook, as it is written, in the real lab: what it prints, and what is read out of it."""

import json
import re
from pathlib import Path

import pytest

from stormjib.core.effects import Collect, RunCommand
from stormjib.core.guard import conclude
from stormjib.core.incident import Incident
from stormjib.core.markdown import compile_runbook
from stormjib.core.risk import Risk
from stormjib.evidence.readers import read
from stormjib.integrations.command import CommandPerformer, Places, Target

ROOT = Path(__file__).parents[2]
BOOK = compile_runbook((ROOT / "runbooks" / "incident-response.md").read_bytes())
CASES = json.loads((Path(__file__).parent / "cases" / "runbook.json").read_text())
COMMANDS = {command.line: command for command in BOOK.commands}


@pytest.fixture(scope="module")
def performer(lab):
    checks = str(ROOT / "watermark_lab" / "src" / "watermark_lab" / "service.toml")
    env = {"HEALTH_URL": lab.ready["url"], "REDIS_ADDRESS": lab.ready["redis_url"], "STORMJIB_SETTINGS": checks}
    target = Target(cwd="/", path=lab.ready["path"], env=env, prefix=tuple(lab.ready["command_prefix"]))
    return CommandPerformer(
        here=target, secrets=lab.ready["env"], conclude=conclude, read=read, places=Places(Path("/nonexistent"))
    )


def test_the_cases_are_all_commands_of_the_runbook():
    listed = (ROOT / "tests" / "runbook" / "commands.tsv").read_text().splitlines()
    lines = [int(line.split("\t")[0]) for line in listed if line and not line.startswith("#")]
    assert len(lines) == 40
    assert sorted(case["line"] for case in CASES) == sorted(lines) == sorted(COMMANDS)


@pytest.mark.parametrize("case", CASES, ids=[f"{case['line']}-{COMMANDS[case['line']].text[:40]}" for case in CASES])
def test_command(case, lab, performer, until):
    command = COMMANDS[case["line"]]
    for prelude in case.get("before", ()):
        done = lab.run(prelude)
        assert done.returncode == 0, done.stdout + done.stderr
    if "fault" in case:
        lab.ask("inject", case["fault"])
    (fact,), (output,) = _performed(performer, command)
    said = f"exit {fact.exit_code} after {fact.seconds} s:\n{output.decode()}"
    assert fact.exit_code == case["exit"], said
    assert not fact.timed_out
    for pattern in case["prints"]:
        assert re.search(pattern, output.decode(), re.MULTILINE), f"no {pattern!r} in {said}"
    if command.risk is Risk.READ:
        assert re.fullmatch(case["finds"], fact.finding, re.DOTALL), fact.finding
    else:
        assert re.fullmatch(case.get("concludes", ""), fact.conclusion), fact.conclusion
    _is_read(case, command.text, output.decode())
    assert "ADMIN_TOKEN" not in command.secrets or lab.ready["env"]["ADMIN_TOKEN"] not in output.decode()
    for line in case.get("after", ()):
        until(lambda line=line: lab.run(line).returncode == 0)


def _is_read(case, text, output):
    """The reader of the source understood it, and has this fact."""
    if "source" not in case:
        return
    reading = read(text, case["exit"], output)
    assert (reading.source, reading.understood) == (case["source"], True), reading
    thing, name, value = case["fact"]
    found = [str(fact.value) for fact in reading.facts if (fact.thing, fact.name) == (thing, name)]
    assert any(re.search(value, one) for one in found), reading.facts


def _performed(performer, command):
    text, seconds = command.bounded or command.text, 60
    effect = (
        Collect(
            "collect/1", command_id=command.id, line=command.line, text=command.text, run_as=text, target=command.target,
            timeout_seconds=seconds, secrets=command.secrets,
        )
        if command.risk is Risk.READ
        else RunCommand(
            "run/1", run_id="run-1", command_id=command.id, text=text, risk=command.risk, target=command.target,
            timeout_seconds=seconds, secrets=command.secrets,
        )
    )  # fmt: skip
    outcome = performer.perform(effect, effect_id="INC-1/1/x", incident=Incident.new("INC-1"))
    return outcome.facts, outcome.blobs
