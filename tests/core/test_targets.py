"""Where a command runs: what the operator lists for its service, and never what a runbook gives itself."""

import msgspec
import pytest
from tests.core.story import POLICY, RUNBOOK, Story

from stormjib.core import guard
from stormjib.core.catalogue.service import Service
from stormjib.core.effects import Collect, ReadLogs, SendMessage
from stormjib.core.incident import Refused
from stormjib.core.log import Declared, OutcomeUnknown, RunApproved, RunReleased, RunStarted
from stormjib.core.markdown import compile_runbook
from stormjib.core.place import DockerContext, Kube, Local, Ssh, place_of, valid
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.core.start import start

BOOK = """# Book

## Investigation (15-60 minutes)

### 1. Look
```bash
uptime
```

```bash {target=ssh:ops@db-1}
df -h
```

```bash {target=local}
date
```

```bash {target=compose:api}
docker ps
```

```bash {target=ssh:-oProxyCommand=id}
free -m
```
"""
WEB, DB = "ssh:ops@web-1", "ssh:ops@db-1"


def placed(**service):
    policy = Policy(services=(Service(name="shop", **service),))
    return [(one.on, bool(one.misplaced)) for one in guard.placed(compile_runbook(BOOK.encode()), policy, "shop").commands]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ({}, [("host", False), (f"host at {DB}", True), ("host", False), ("compose:api", False), ("host", False)]),
        (
            {"target": WEB},
            [(f"host at {WEB}", False), (f"host at {DB}", True), ("host", True), (f"compose:api at {WEB}", False), (f"host at {WEB}", False)],
        ),
        (
            {"target": WEB, "targets": (DB, "local")},
            [(f"host at {WEB}", False), (f"host at {DB}", False), ("host", False), (f"compose:api at {WEB}", False), (f"host at {WEB}", False)],
        ),
    ],
)  # fmt: skip
def test_a_runbook_chooses_only_among_what_is_listed_for_its_service(service, expected):
    assert placed(**service) == expected


def test_what_is_not_listed_runs_for_nobody_and_it_is_said_how_to_list_it():
    policy = Policy(services=(Service(name="shop", targets=(WEB,)),))
    command = guard.placed(compile_runbook(BOOK.encode()), policy, "shop").commands[1]
    verdict = guard.guard(command, policy)
    assert not verdict.unattended
    assert verdict.misplaced == (
        f"The runbook has it run at {DB}, which is not among the targets of the service shop. Those are local, {WEB}. "
        f'List it there, targets = ["{DB}"], or take it out of the runbook.'
    )


def test_a_service_without_targets_has_those_of_the_site_and_a_wrong_one_is_found_by_the_linter():
    policy = Policy(services=(Service(name="shop"),), target=WEB, targets=(DB,))
    assert [one.place for one in guard.placed(compile_runbook(BOOK.encode()), policy, "shop").commands][:2] == [WEB, DB]
    assert [one.code for one in compile_runbook(BOOK.encode()).findings if one.code == "bad-attribute"] == ["bad-attribute"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", Local()),
        ("local", Local()),
        ("ssh:web-1", Ssh("web-1")),
        ("ssh:ops@10.0.0.5:2222", Ssh("10.0.0.5", "ops", 2222)),
        ("ssh:ops@[fe80::1]:22/srv/app dir", Ssh("fe80::1", "ops", 22, "/srv/app dir")),
        ("docker-context:prod.eu", DockerContext("prod.eu")),
        ("kube:arn:aws:eks:eu:1:cluster/x/shop", Kube("arn:aws:eks:eu:1:cluster/x", "shop")),
    ],
)
def test_a_target_says_where(text, place):
    assert place_of(text) == place


@pytest.mark.parametrize(
    "text", ["ssh:", "ssh:-l", "ssh:a b", "ssh:a@-b", "ssh:a;id", "ssh:a:70000", "ssh:a\n", "docker-context:-H", "kube:a/B", "kube:/x", "host"]
)  # fmt: skip
def test_what_ssh_might_read_otherwise_is_no_target(text):
    assert not valid(text)


@pytest.mark.parametrize("wrong", [{"target": "ssh:-l"}, {"targets": ("local", "web-1")}])
def test_a_service_whose_target_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="is no target; give local, ssh:USER@HOST"):
        Service(name="shop", **wrong)


def at(place):
    return msgspec.structs.replace(POLICY, target=place)


def test_an_approval_is_for_the_place_that_was_said_and_the_first_minute_looks_there():
    story = Story(at(WEB))
    looks = [effect for effect in story.declare() if isinstance(effect, Collect | ReadLogs)]
    assert looks
    assert {effect.place for effect in looks} == {WEB}
    lever = next(command for command in RUNBOOK.commands if command.text.startswith("docker-compose restart api"))
    (proposed,) = story.decided("propose", command_id=lever.id, reason="it is down")
    assert (proposed.place, proposed.on) == (WEB, f"compose:api at {WEB}")
    story.tell(proposed)
    with pytest.raises(Refused, match=f"would run at {DB}; propose it again"):
        story.decided("approve", "bo", policy=at(DB), run_id=proposed.run_id, reason="yes")
    story.tell(RunApproved(proposed.run_id, "bo"), RunReleased(proposed.run_id))
    (refused,) = start(story.incident, RUNBOOK, at(DB), proposed.run_id, at=story.at)
    assert refused.reason.startswith(f"it would run at {DB} by the settings of now, and was approved for {WEB}.")
    (started,) = start(story.incident, RUNBOOK, at(WEB), proposed.run_id, at=story.at)
    assert isinstance(started, RunStarted)


def test_the_log_keeps_where_a_service_runs():
    policy = Policy(services=(Service(name="shop", target=WEB, targets=(DB,)), Service(name="till")))
    assert policy.recorded("shop").place_for("shop", DB) == (DB, "")


def test_a_service_that_is_gone_runs_nowhere():
    policy = Policy(services=(Service(name="shop", target=WEB), Service(name="till")))
    story = Story(policy)
    story.tell(Declared("no orders", Severity.P2, "shop", RUNBOOK.sha256, story.at, policy=policy.recorded("shop")))
    lever = next(command for command in RUNBOOK.commands if command.text.startswith("docker-compose restart api"))
    (proposed,) = story.decided("propose", command_id=lever.id, reason="it is down")
    assert proposed.place == WEB
    gone = msgspec.structs.replace(policy, services=policy.services[1:])
    with pytest.raises(Refused, match=f"shop, whose commands run at {WEB}, is gone from the catalogue"):
        story.decided("propose", policy=gone, command_id=lever.id, reason="it is down")
    story.tell(proposed, RunApproved(proposed.run_id, "bo"), RunReleased(proposed.run_id))
    (refused,) = start(story.incident, RUNBOOK, gone, proposed.run_id, at=story.at)
    assert "is gone from the catalogue" in refused.reason


def test_nothing_starts_behind_an_unknown_outcome_at_the_same_place():
    story = Story()
    story.declare()
    runs = []
    for wanted in ("docker-compose restart api", "docker-compose up --scale api=3"):
        lever = next(command for command in RUNBOOK.commands if command.text.startswith(wanted))
        (proposed,) = story.decided("propose", command_id=lever.id, reason="it is down")
        story.tell(proposed, RunApproved(proposed.run_id, "bo"), RunReleased(proposed.run_id))
        runs.append(proposed)
    assert runs[0].target == runs[1].target
    first, second = (proposed.run_id for proposed in runs)
    told = story.tell(RunStarted(first), OutcomeUnknown(first, runs[0].command_id))
    assert [effect.audience for effect in told if isinstance(effect, SendMessage)] == ["ana", "bo"]
    (refused,) = start(story.incident, RUNBOOK, POLICY, second, at=story.at)
    assert f"the outcome of {first} at the same place is unknown" in refused.reason
    story.tell(refused)
    (again,) = story.decided("propose", command_id=runs[1].command_id, reason="it is still down")
    story.tell(again, RunApproved(again.run_id, "bo"), RunReleased(again.run_id))
    (started,) = start(story.incident, RUNBOOK, POLICY, again.run_id, at=story.at)
    assert isinstance(started, RunStarted)
