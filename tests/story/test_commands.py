"""Commands: what runs by itself, what needs a yes, whose yes, and what is never seen in the log."""

import os
from pathlib import Path

import pytest
from tests.story.patience import until

from stormjib.core.markdown import compile_runbook

TOKEN = "s3cret-admin-t0ken-of-the-lab"
MAINTENANCE_ON, MAINTENANCE_OFF, FLUSH, RESTART_REDIS, RESTART_API, PING = 87, 163, 99, 102, 77, 41


def with_token(make, tmp_path, **settings):
    secrets = tmp_path / "command.env"
    secrets.write_text(f"ADMIN_TOKEN={TOKEN}\n")
    secrets.chmod(0o600)
    return make(command_env_file=secrets, **settings)


def test_every_proven_read_runs_by_itself_and_once(world):
    """Declaring collects: each read of steps 4 and 5, beside the mitigations and of the common commands has run once, nothing above a read has, and the log names each line."""
    world.begin()
    evidence = world.facts("EvidenceCollected")
    lines = sorted(fact["line"] for fact in evidence)
    assert lines[:14] == [33, 34, 37, 38, 41, 44, 45, 51, 54, 57, 60, 95, 96, 108]
    assert lines[14:] == [236, 237, 238, 245, 246, 251, 252, 256, 257]
    assert world.ran("docker-compose") == ["docker-compose ps"]
    assert not world.ran("redis-cli flushdb")
    assert all("-X POST" not in call for call in world.ran("curl"))


def test_what_destroys_needs_a_second_person_and_a_reason(world):
    """flushdb: asked without a reason it is refused; its author can't approve it; a second person needs a reason as well; then it runs once, after what it wipes out is stored."""
    incident = world.begin()
    path = f"/incidents/{incident}/runs"
    refused = world.post("ana", path, 409, command_id=world.command(FLUSH))
    assert refused == f"Line {FLUSH} destroys something: say why in 3 characters or more (--reason)."
    run_id = world.propose(incident, FLUSH, reason="the cache is poisoned")
    own = world.post("ana", f"{path}/{run_id}/approve", 409, reason="I am sure")
    assert "a second person has to approve it, not ana who asked" in own
    mute = world.post("bo", f"{path}/{run_id}/approve", 409)
    assert "approve it with a reason of 3 characters or more (--reason)" in mute
    assert not world.ran("redis-cli flushdb")
    world.post("bo", f"{path}/{run_id}/approve", reason="the cache is poisoned, I saw it")
    world.settle()
    assert world.ran("redis-cli flushdb") == ["redis-cli flushdb"]
    kinds = world.log(incident)
    started = next(entry["seq"] for entry in kinds if entry["fact"]["fact"] == "RunStarted")
    kept = [entry for entry in kinds if entry["fact"].get("before_run") == run_id]
    assert {"redis-cli info", "redis-cli dbsize"} <= {entry["fact"]["text"] for entry in kept}
    assert all(entry["seq"] < started for entry in kept)
    again = world.post("bo", f"{path}/{run_id}/approve", 409, reason="once more")
    assert again == f"{run_id} is finished and needs no approval."


def test_a_disrupting_command_needs_one_yes(world):
    """Restarting Redis: whoever asked may approve it, it runs once, and asking again while it waits is refused."""
    incident = world.begin()
    run_id = world.propose(incident, RESTART_REDIS)
    twice = world.post("bo", f"/incidents/{incident}/runs", 409, command_id=world.command(RESTART_REDIS))
    assert twice == f"{run_id} asks for the same command already (proposed); answer that one."
    world.post("ana", f"/incidents/{incident}/runs/{run_id}/approve")
    world.settle()
    assert world.ran("docker-compose restart") == ["docker-compose restart redis"]
    assert world.facts("RunFinished")[0]["ok"]


def test_an_approval_runs_out(world):
    """Nobody answers within thirty minutes: the run expires in the log, and a late yes starts nothing."""
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    run_id = world.propose(incident, RESTART_API)
    world.forward(minutes=31)
    assert [fact["run_id"] for fact in world.facts("RunExpired")] == [run_id]
    late = world.post("bo", f"/incidents/{incident}/runs/{run_id}/approve", 409)
    assert late == f"{run_id} is expired and needs no approval."
    assert not world.ran("docker-compose restart")
    assert world.propose(incident, RESTART_API) != run_id


def test_a_refused_run_never_starts(world):
    """A no is final for that run."""
    incident = world.begin()
    run_id = world.propose(incident, RESTART_API)
    world.post("bo", f"/incidents/{incident}/runs/{run_id}/refuse", reason="not now")
    assert "is refused and needs no approval" in world.post("bo", f"/incidents/{incident}/runs/{run_id}/approve", 409)
    world.forward(minutes=2)
    assert not world.ran("docker-compose restart")


def test_a_read_just_runs_and_nothing_else_can_be_collected(world):
    """Asking for a read needs no yes; a command above a read can't be had as evidence, and a text is no command."""
    incident = world.begin()
    before = len(world.ran("redis-cli ping"))
    world.post("ana", f"/incidents/{incident}/runs", command_id=world.command(PING))
    world.settle()
    assert len(world.ran("redis-cli ping")) == before + 1
    refused = world.post("ana", f"/incidents/{incident}/collect", 409, command_id=world.command(FLUSH))
    assert refused.startswith(f"Line {FLUSH} is not a proven read (destroy)")
    unknown = world.post("ana", f"/incidents/{incident}/runs", 404, command_id="redis-cli flushdb")
    assert unknown.startswith("The runbook has no command redis-cli flushdb")


def test_r1_an_unset_token_refuses_to_run(world):
    """$ADMIN_TOKEN is not set: maintenance mode is refused as soon as somebody asks, with what to do; curl is never started."""
    incident = world.begin()
    refused = world.post("ana", f"/incidents/{incident}/runs", 409, command_id=world.command(MAINTENANCE_ON), reason="x")
    assert refused.startswith(
        f"Line {MAINTENANCE_ON} can't run yet: $ADMIN_TOKEN has no value. Give it in the commands' env file"
    )
    assert all("admin/maintenance" not in call for call in world.ran("curl"))
    assert world.facts("RunProposed") == []


VALUES = b"""# API

## Diagnosis (0-15 minutes)

### 1. Look

```bash
du -sh -- "$SPOOL_DIR"/*
grep error /var/log/YYYYMMDD.log
docker logs POD_NAME
df -h
```

## Mitigation (15-60 minutes)

### 2. Fix

```bash
rm -rf "releases/$STALE_DIR"
redis-cli -h <host> FLUSHALL
docker restart [container]
kubectl scale deployment <app> -n <ns> --replicas=0
```
"""


def test_r1_r2_no_value_no_run(make):
    """What lacks a value never runs by itself, is refused to whoever asks, whatever its risk, and the room says what it needs."""
    world = make(VALUES)
    incident = world.begin()
    assert [fact["line"] for fact in world.facts("EvidenceCollected")] == [11]
    options = {
        option["line"]: option
        for step in world.room(incident)["steps"]
        for group in step["groups"]
        for option in group["options"]
    }
    for line, needs in {
        8: "$SPOOL_DIR",
        9: "YYYYMMDD",
        10: "POD_NAME",
        19: "$STALE_DIR",
        20: "<host>",
        21: "[container]",
    }.items():
        option = options[line]
        assert (option["needs"], option["unattended"]) == ([needs], False)
        for path in ("collect", "runs"):
            refused = world.post(
                "ana", f"/incidents/{incident}/{path}", 409, command_id=option["command_id"], reason="it has to be"
            )
            assert refused.startswith(f"Line {line} can't run yet: {needs} ")
    assert options[20]["second_person"]
    assert options[22]["needs"] == ["<app>", "<ns>"]
    for program in ("rm", "redis-cli", "docker", "kubectl", "du"):
        assert not world.ran(program)


def test_r1_a_value_that_went_away_after_the_approval_stops_the_run(make, tmp_path):
    """Approved while the token was there, started when the commands no longer get it: it does not start, and the log says why."""
    world = with_token(make, tmp_path)
    incident = world.begin()
    run_id = world.propose(incident, MAINTENANCE_ON)
    world.app.command._secrets.clear()
    world.post("bo", f"/incidents/{incident}/runs/{run_id}/approve", reason="it has to be")
    world.settle()
    (finished,) = world.facts("RunFinished")
    assert not finished["ok"]
    assert finished["conclusion"].startswith("It was not run, because $ADMIN_TOKEN is not set.")
    assert all("admin/maintenance" not in call for call in world.ran("curl"))
    assert world.facts("DebtTaken") == []


def test_a_secret_is_blanked_wherever_a_command_prints_it(make, tmp_path):
    """The token reaches the command and nothing that is kept: not the log, not the output, not the engine's rows, not a message."""
    world = with_token(make, tmp_path)
    world.stand_in("curl", 'echo "sent $ADMIN_TOKEN as $*"; echo "{\\"enabled\\": true}"')
    incident = world.begin()
    finished = world.run(incident, MAINTENANCE_ON)
    assert any(TOKEN in call for call in world.ran("curl"))
    assert finished["ok"], finished
    assert finished["blanked"] == ["ADMIN_TOKEN"]
    assert "sent [redacted ADMIN_TOKEN] as" in finished["excerpt"]
    output = world.send("GET", f"/api/v1/incidents/{incident}/output/{finished['output_sha256']}", "ana")
    assert "[redacted ADMIN_TOKEN]" in output.text
    kept = b"".join(path.read_bytes() for path in sorted((tmp_path / "data").iterdir()))
    assert TOKEN.encode() not in kept
    assert all(TOKEN not in str(message) for message in world.receiver.tries)


def test_a_read_that_prints_a_secret_it_does_not_name_is_blanked_too(make, tmp_path):
    """A log file may hold the token: whatever prints it, it is blanked in the evidence."""
    world = with_token(make, tmp_path)
    world.stand_in("redis-cli", f'echo "config: {TOKEN}"')
    incident = world.begin()
    (ping,) = [fact for fact in world.facts("EvidenceCollected", incident) if fact["line"] == PING]
    assert ping["excerpt"] == "config: [redacted ADMIN_TOKEN]"


def test_a_probe_that_hangs_is_ended_and_the_incident_goes_on(make):
    """redis-cli hangs: after its timeout it is killed with all that it started, the evidence says so, and everything else is there."""
    world = make(probe_timeout_seconds=2.0)
    world.stand_in("redis-cli", f"sleep 1000 & echo $! > {world.where}/child; echo $$ > {world.where}/hangs; wait")
    incident = world.begin()
    (ping,) = [fact for fact in world.facts("EvidenceCollected", incident) if fact["line"] == PING]
    assert ping["timed_out"]
    assert not ping["ok"]
    assert len(world.facts("EvidenceCollected", incident)) == 23
    assert world.room(incident)["paged"]
    for name in ("child", "hangs"):
        pid = int((world.where / name).read_text())
        until(lambda pid=pid: _is_gone(pid), f"the end of {name}")


def test_a_look_before_a_run_that_hangs_holds_it_up_only_for_a_while(make):
    """What a restart would wipe out can't be had, because the look hangs: after its timeout the command runs all the same, and the log says what is missing."""
    world = make(probe_timeout_seconds=0.5)
    incident = world.begin()
    world.stand_in("docker", '[ "$1" = ps ] && exec sleep 1000; exit 0')
    run_id = world.propose(incident, RESTART_API)
    world.post("bo", f"/incidents/{incident}/runs/{run_id}/approve")
    world.forward(minutes=1)
    assert world.ran("docker-compose restart") == ["docker-compose restart api"]
    assert world.facts("RunReleased")[0]["run_id"] == run_id


def test_a_command_that_does_not_end_is_stopped(make):
    """A restart that hangs is killed after its limit, and its failure is a fact, not a silence."""
    world = make(action_timeout_seconds=0.5)
    incident = world.begin()
    world.stand_in("docker-compose", "exec sleep 1000")
    finished = world.run(incident, RESTART_API)
    assert (finished["ok"], finished["timed_out"]) == (False, True)
    assert finished["conclusion"] == "It did not end in time and was stopped."


def test_a_flood_of_output_is_cut(world):
    """Eight megabytes of output become one, with its head and its tail."""
    world.stand_in("redis-cli", "echo first; head -c 8000000 /dev/zero | tr '\\0' x; echo; echo last")
    world.stand_in("head", 'exec /usr/bin/head "$@"')
    incident = world.begin()
    (ping,) = [fact for fact in world.facts("EvidenceCollected", incident) if fact["line"] == PING]
    assert ping["truncated"]
    assert ping["output_bytes"] <= 1_048_576 + 100
    output = world.send("GET", f"/api/v1/incidents/{incident}/output/{ping['output_sha256']}", "ana").text
    assert output.startswith("first\n")
    assert output.endswith("last\n")


def _is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_note_is_refused(world, text):
    """A note without a word is a slip of the finger, and says so."""
    incident = world.begin()
    assert world.post("ana", f"/incidents/{incident}/notes", 409, text=text) == "The note is empty; write at least a word."


def approved_and_down(world, line, minutes):
    """Approved at once, and the server ends before it has done anything about it; it is back after ``minutes``."""
    incident = world.begin()
    run_id = world.propose(incident, line)
    world.app.outbox.stop()
    world.post("bo", f"/incidents/{incident}/runs/{run_id}/approve", reason="it has to be")
    world.again(minutes)
    world.forward(minutes=2)
    world.told()
    return run_id


def test_s4_an_approval_that_ran_out_while_the_server_was_down_starts_nothing(world):
    """Approved, the server ends, it starts again after the expiry: the command does not run, and the log says why."""
    run_id = approved_and_down(world, RESTART_REDIS, minutes=31)
    (withdrawn,) = world.facts("RunExpired")
    assert (withdrawn["run_id"], withdrawn["reason"]) == (run_id, "its approval ran out before it could start. Propose it again.")
    assert world.facts("RunStarted") == []
    assert not world.ran("docker-compose restart")


def test_s4_the_evidence_comes_first_when_the_server_was_down_as_well(world):
    """Approved, the server ends, it is back before the expiry: what the flush would wipe out is stored, then it runs, once."""
    run_id = approved_and_down(world, FLUSH, minutes=10)
    entries = world.log()
    started = next(entry["seq"] for entry in entries if entry["fact"]["fact"] == "RunStarted")
    kept = [entry for entry in entries if entry["fact"].get("before_run") == run_id]
    assert {"redis-cli info", "redis-cli dbsize"} <= {entry["fact"]["text"] for entry in kept}
    assert all(entry["seq"] < started for entry in kept)
    (released,) = world.facts("RunReleased")
    assert released.get("missing", 0) == 0
    assert world.ran("redis-cli flushdb") == ["redis-cli flushdb"]


def test_o11_what_is_named_and_not_there_is_not_found(world):
    """A run, a command, an item, an output: 404, so that the command line ends with 3 and not as if it were forbidden."""
    incident = world.begin()
    for path, body in (
        (f"runs/{incident}-R9/approve", {"reason": "it has to be"}),
        (f"runs/{incident}-R9/refuse", {"reason": "it has to be"}),
        (f"runs/{incident}-R9/settle", {"took_effect": True, "note": "seen"}),
        ("runs", {"command_id": "c9999", "reason": "it has to be"}),
        ("items/i9999/tick", {}),
    ):
        assert "has no " in world.post("ana", f"/incidents/{incident}/{path}", 404, **body)
    assert world.send("GET", f"/api/v1/incidents/{incident}/output/{'0' * 64}", "ana").status_code == 404
    world.post("ana", f"/incidents/{incident}/acknowledge")


def test_a_password_in_the_runbook_runs_and_is_shown_nowhere(make, tmp_path):
    """Whoever writes a password into a command has it run so; the timeline, the room, the runs, the page, the plan and what is kept have it redacted."""
    book = tmp_path / "bank.md"
    book.write_text(
        "# Bank\n\n## Diagnosis\n\n```bash\nredis-cli -a hunterRA2 ping\n```\n\n## Mitigation\n\n```bash\nredis-cli -a hunterRA2 flushdb\n```\n"
    )
    world = make(runbook=book)
    incident = world.begin()
    (evidence,) = world.facts("EvidenceCollected", incident)
    assert evidence["text"] == "redis-cli -a [redacted password] ping"
    assert world.ran("redis-cli") == ["redis-cli -a hunterRA2 ping"]
    flush = compile_runbook(book.read_bytes()).commands[-1]
    world.post("ana", f"/incidents/{incident}/runs", command_id=flush.id, reason="the cache is poisoned")
    world.post("bo", f"/incidents/{incident}/runs/{incident}-R1/approve", reason="yes, do it")
    until(lambda: "redis-cli -a hunterRA2 flushdb" in world.ran("redis-cli"), "the flush")
    for path in ("", "/log", "/postmortem"):
        text = world.send("GET", f"/api/v1/incidents/{incident}{path}", "ana").text
        assert "hunterRA2" not in text, text[text.find("hunterRA2") - 200 :][:260]
    for page in (f"/incidents/{incident}?tab=evidence", f"/incidents/{incident}", "/runbook"):
        text = world.send("GET", page, "ana").text
        assert "hunterRA2" not in text, text[text.find("hunterRA2") - 200 :][:260]
    assert all("hunterRA2" not in str(message) for message in world.receiver.tries)
