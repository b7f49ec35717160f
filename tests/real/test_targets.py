"""A real server whose service is on another machine, behind a real OpenSSH server: its reads, its levers, and the way there that breaks."""

import contextlib
import os
import signal
import tempfile
import time
import urllib.request
from pathlib import Path

import msgspec
import pytest
from bench.ssh_server import LACKING, ssh_server
from tests.real.site import Site, until
from tests.real.test_check import RUNBOOK as RUNBOOK_BYTES
from tests.real.test_check import running_lab

from stormjib.core.checkup import settled
from stormjib.core.effects import RunCommand
from stormjib.core.guard import conclude
from stormjib.core.incident import Incident
from stormjib.core.log import RunFinished
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.engine.check_round import check
from stormjib.evidence.readers import read
from stormjib.integrations.command import CommandPerformer, Places, Target

LEVERS = {"docker", "docker-compose", "redis-cli", "curl"}
pytestmark = pytest.mark.skipif(bool(LACKING), reason=LACKING)

RUNBOOK = """# Shop

## Investigation (15-60 minutes)

### 1. Look
```bash
basename "looked from $SSH_CONNECTION"
```

```bash {{target=ssh:ops@elsewhere}}
uname -s
```

## Mitigation (30-120 minutes)

### 2. Fix
```bash
# Change something
printf '%s\\n' "$STORMJIB_RUN" >> {where}/changed

# Change something slowly
sh -c 'echo $$ > {where}/begun; sleep 600' && touch {where}/done
```
"""


@pytest.fixture
def server(tmp_path):
    with ssh_server(tmp_path / "sshd") as running:
        yield running


@pytest.fixture
def site(server, tmp_path):
    (tmp_path / "env").write_text("SSH_CONNECTION=the operator's\n")
    (tmp_path / "env").chmod(0o600)
    book = RUNBOOK.format(where=tmp_path)
    found = Site(
        tmp_path / "s", book, ssh_config=server.config, target=server.target, command_env_file=tmp_path / "env", action_timeout_seconds=60
    )  # fmt: skip
    yield found
    found.close()


def approve(site, text):
    """Ask for the command that holds this text and approve it; the run's id."""
    options = [
        one
        for step in site.get("/api/v1/incidents/INC-1")["incident"]["steps"]
        for group in step["groups"]
        for one in group["options"]
    ]
    command = next(one for one in options if text in one["text"])
    run = site.post("ana", "/api/v1/incidents/INC-1/runs", command_id=command["command_id"], reason="it is down", approve=True)
    return command, run


def ended(site):
    return until(
        lambda: next((one["fact"] for one in site.log() if one["fact"]["fact"] in {"RunFinished", "OutcomeUnknown"}), None),
        lambda: f"the end of a run: {site.kinds()}",
    )


def test_the_reads_run_there_at_the_declaration_and_the_levers_after_an_approval(site, server, tmp_path):
    site.start()
    site.alert()
    seen = site.wait_for("EvidenceCollected")
    assert (seen["place"], seen["excerpt"]) == (server.target, "looked from the operator's")
    command, _ = approve(site, "printf")
    assert command["target"] == f"host at {server.target}"
    assert ended(site)["ok"]
    assert (tmp_path / "changed").read_text() == "INC-1-R1\n"
    (run,) = site.get("/api/v1/incidents/INC-1")["incident"]["runs"]
    assert run["target"] == f"host at {server.target}"
    refused = site.post("ana", "/api/v1/incidents/INC-1/collect", 409, command_id=next(
        one["command_id"] for step in site.get("/api/v1/incidents/INC-1")["incident"]["steps"] for group in step["groups"]
        for one in group["options"] if one["text"] == "uname -s"
    ))  # fmt: skip
    assert "ssh:ops@elsewhere, which is not among the targets of this site" in refused


def test_a_way_that_breaks_in_the_middle_of_a_change_leaves_an_unknown_outcome_and_nothing_running(site, server, tmp_path):
    site.start()
    site.alert()
    site.wait_for("EvidenceCollected")
    approve(site, "sleep 600")
    until(lambda: (tmp_path / "begun").exists() and (tmp_path / "begun").read_text(), lambda: f"the command: {site.kinds()}")
    for pid in server.sessions():
        os.kill(pid, signal.SIGKILL)
    fact = ended(site)
    assert fact["fact"] == "OutcomeUnknown"
    assert f"The connection to {server.target} broke while it ran" in fact["reason"]
    assert fact["reason"] in next(run for run in site.get("/api/v1/incidents/INC-1")["incident"]["runs"])["conclusion"]
    until(lambda: gone(tmp_path), lambda: "the command runs on")
    assert not (tmp_path / "done").exists()


def test_a_server_that_is_killed_takes_the_command_there_with_it_and_never_runs_it_again(site, tmp_path):
    process = site.start()
    site.alert()
    site.wait_for("EvidenceCollected")
    approve(site, "sleep 600")
    until(lambda: (tmp_path / "begun").exists() and (tmp_path / "begun").read_text(), lambda: f"the command: {site.kinds()}")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    until(lambda: gone(tmp_path), lambda: "the command runs on")
    (tmp_path / "begun").unlink()
    site.start()
    assert ended(site)["fact"] == "OutcomeUnknown"
    assert not (tmp_path / "begun").exists()


def test_an_orderly_stop_ends_the_connections(server, tmp_path):
    with tempfile.TemporaryDirectory() as short:  # a socket's path has to be
        data = Path(short) / "d"
        book = RUNBOOK.format(where=tmp_path).replace('basename "looked from $SSH_CONNECTION"', "uname -m")
        site = Site(tmp_path / "s", book, ssh_config=server.config, target=server.target, data_dir=data)
        site.start()
        site.alert()
        site.wait_for("EvidenceCollected")
        assert [one for one in (data / "targets").iterdir() if one.is_socket()]
        assert site.stop() == 0
        assert not [one for one in (data / "targets").iterdir() if one.is_socket()]
        site.close()


def test_the_doctor_and_the_check_say_which_target_can_not_be_reached(site, server):
    code, said = site.command("doctor", "--settings", str(site.settings))
    assert f"target {server.target}" in said
    assert "commands can run there" in said
    server.stop()
    code, said = site.command("doctor", "--settings", str(site.settings))
    assert code == 1
    assert "No ssh server answers at this port" in " ".join(said.split()), said
    code, said = site.command("runbook", "check", str(site.runbook), "--settings", str(site.settings))
    assert "could not be reached" in " ".join(said.split()), said


def gone(where):
    try:
        state = Path(f"/proc/{(where / 'begun').read_text().strip()}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state.rpartition(") ")[2].startswith("Z")


def test_the_reference_runbook_reads_and_mends_a_lab_behind_ssh(tmp_path):
    """Every proven read works as it does here, and the levers do what they are for."""
    book = compile_runbook(RUNBOOK_BYTES)
    policy = Policy(variables=frozenset({"ADMIN_TOKEN"}), probe_timeout_seconds=60.0)
    with running_lab(tmp_path / "lab") as lab, ssh_server(tmp_path / "sshd", more=[f"SetEnv PATH={lab['path']}"]) as server:
        until(lambda: answers(lab), "the lab")
        places = Places(tmp_path / "c", server.config)
        performer = CommandPerformer(
            here=Target(cwd=lab["cwd"], path=lab["path"]), secrets=lab["env"], conclude=conclude, read=read, places=places
        )
        there = f"{server.target}{lab['cwd']}"
        there_policy = msgspec.structs.replace(policy, target=there)
        found = check(settled(book, ("",), there_policy), there_policy, performer, {}, time.time).report
        assert [(one.line, one.sentence) for one in found.failing] == []
        assert len(found.results) >= 25
        levers = [
            command for command in book.commands if LEVERS & set(command.programs) and command.risk in {Risk.CHANGE, Risk.DISRUPT}
        ]
        for command in levers:
            effect = RunCommand(
                "r", run_id="INC-1-R1", command_id=command.id, text=command.bounded or command.text, risk=command.risk, target=command.target,
                timeout_seconds=120, secrets=command.secrets, place=there,
            )  # fmt: skip
            (fact,) = performer.perform(effect, effect_id="x", incident=Incident.new("INC-1")).facts
            assert isinstance(fact, RunFinished)
            assert fact.ok, (command.line, fact.excerpt)
        assert len(levers) >= 5
        places.connections.close()


def answers(lab):
    with contextlib.suppress(OSError), urllib.request.urlopen(f"{lab['url']}/health", timeout=5) as answer:
        return answer.status == 200
    return False
