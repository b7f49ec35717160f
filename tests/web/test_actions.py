"""The table of actions: each row by each face gives the same facts, and nothing is written outside the door."""

import ast
import importlib.util
import sys
from pathlib import Path

import msgspec
import pytest
from scripts import derive
from tests.web.faces import Faces, facts_of
from tests.web.house import SOURCE

from stormjib.cli import derived as command_line
from stormjib.core.actions import BY_FORM, BY_NAME, SITE_TABLE, TABLE, parameters_of
from stormjib.core.actions.action import Action
from stormjib.core.incident import Refused
from stormjib.core.log import AlertReceived, OutcomeUnknown, Resolved, RunReleased, RunStarted, SeverityChanged, Verified
from stormjib.core.markdown import compile_runbook
from stormjib.engine.admission import Forbidden, own_cause
from stormjib.web.actions_api import schemas
from stormjib.web.auth import Principal

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "stormjib"
FACES = ("api", "form", "cli")


def _asking(house, incident):
    house.book = compile_runbook(SOURCE + b"\n```bash\nkubectl logs <pod> -n $NS\n```\n")
    return {"name": "<pod>", "value": "web 1"}


def _read(house, incident):
    return {"command_id": house.command("redis-cli ping").id}


def _change(house, incident):
    return {"command_id": house.command("docker-compose restart redis").id, "reason": "it hangs"}


def _asked(house, incident):
    house.act("propose", incident, "bo", **_change(house, incident))
    return {"run_id": f"{incident}-R1", "reason": "go"}


def _needs_two(house, incident):
    flush = house.command("redis-cli flushdb").id
    house.act("propose", incident, "ana", command_id=flush, reason="poisoned keys")
    return {"run_id": f"{incident}-R1", "reason": "nobody answers and users lose data"}


def _at_once(house, incident):
    return {**_change(house, incident), "approve": True}


def _lost(house, incident):
    run_id = _asked(house, incident)["run_id"]
    house.act("approve", incident, "bo", run_id=run_id)
    command = house.incident(incident).runs[run_id].proposal.command_id
    if house.incident(incident).runs[run_id].state == "approved":
        house.tell(incident, RunReleased(run_id))
    house.tell(incident, RunStarted(run_id), OutcomeUnknown(run_id, command))
    return {"run_id": run_id, "took_effect": False, "note": "docker ps says otherwise"}


def _checked_off(house, incident):
    house.act("check-off", incident, "bo", item_id="i231")
    return {"item_id": "i231", "text": "the wrong list"}


def _unproven(house, incident):
    proof = next(one.proof_id for one in house.incidents.room(incident).resolution if one.proof_id)
    return {"item_id": proof, "text": "tested by hand"}


def _proven(house, incident):
    for one in house.incidents.room(incident).resolution:
        if one.proof_id and not one.met:
            house.tell(incident, Verified(one.proof_id, one.line, one.name, True, "measured"))
    return {"text": "rolled back"}


def _complete(house, incident):
    house.act("acknowledge", incident, "bo")
    _proven(house, incident)
    house.act("resolve", incident, "bo")
    for one in house.incidents.room(incident).closure:
        if not one.met and one.proof_id:
            house.act("overrule", incident, "bo", item_id=one.proof_id, text="by hand")
        elif not one.met:
            house.act("check-off", incident, "bo", item_id=one.detail.split()[-1])
    return {}


def _to_do(house, incident):
    house.act("add-action-item", incident, "bo", text="Alert on memory", owner="bo", due="2026-12-01")
    return {"number": "1", "note": "it is live"}


def _over(house, incident):
    house.tell(incident, Resolved("bo", "it answers"))
    return {"text": "it fails again"}


def _firing(house, incident):
    for number in (1, 2):
        house.tell(incident, AlertReceived(f"f{number}", "x", "Down", "api", "not ready", house.at))
    return {"alert": "Down", "all": True, "reason": "the target is gone"}


def _other(house, incident):
    return {"into": house.declare("The network is down"), "reason": "the same outage"}


def _led(house, incident):
    house.act("take-role", incident, "ana", role="scribe")
    return {"role": "scribe", "reason": "I am driving"}


def _two_fire(house, incident):
    _firing(house, incident)
    return {"alert": "f1", "reason": "another disk"}


BEFORE = {
    "declare": lambda *_: {"title": "Uploads fail", "severity": "P1", "service": "shop", "separate": True},
    "acknowledge": lambda *_: {},
    "note": lambda *_: {"text": "two\nlines"},
    "change-severity": lambda *_: {"severity": "P0", "reason": "all users"},
    "choose-runbook": lambda *_: {"runbook": "other", "reason": "only orders fail"},
    "verify": lambda *_: {},
    "check-off": lambda *_: {"item_id": "i231", "text": "I watch it"},
    "uncheck": _checked_off,
    "overrule": _unproven,
    "resolve": _proven,
    "close": _complete,
    "false-alarm": lambda *_: {"reason": "the probe was wrong"},
    "cancel": lambda *_: {"reason": "declared by mistake"},
    "duplicate": _other,
    "merge": _other,
    "split": _two_fire,
    "reopen": _over,
    "add-action-item": lambda *_: {"text": "Alert on memory", "owner": "@bo", "due": "2026-12-01"},
    "complete-action-item": _to_do,
    "write-postmortem": lambda *_: {"field": "Root Cause", "text": "no limit\nanywhere"},
    "set-value": _asking,
    "propose": _at_once,
    "collect": _read,
    "approve": _asked,
    "break-glass": _needs_two,
    "reject": _asked,
    "record-outcome": _lost,
    "post-update": lambda *_: {"stage": "Identified", "audience": "stakeholders", "text": "It is redis."},
    "clear-alert": _firing,
    "page": lambda *_: {"who": "bo", "reason": "two are needed"},
    "offer-role": lambda *_: {"role": "commander", "to": "bo", "reason": "end of my shift"},
    "take-role": lambda *_: {"role": "commander"},
    "decline-role": _led,
    "state-needs": lambda *_: {"text": "somebody who knows the network"},
    "hand-over": lambda *_: {"to": "bo", "reason": "end of my shift"},
}
"""What has to be so before each action can be done, and its parameters."""


def prepared(house, action):
    """An incident in which the action can be done, its newest entry, and the parameters."""
    incident = house.declare()
    given = BEFORE[action.name](house, incident)
    return incident, house.incident(incident).seq, given


def count(house):
    return sum(len(house.reader.entries(head.id)) for head in house.reader.incidents())


@pytest.mark.parametrize("action", TABLE, ids=lambda action: action.name)
def test_each_face_writes_the_same_facts(house, action):
    faces, told = Faces(house), {}
    for face in FACES:
        incident, before, given = prepared(house, action)
        answer = getattr(faces, face)(action, incident, given)
        accepted = {"api": {200, 201}, "form": {303}, "cli": {0, 4}}[face]
        assert (answer[0] if face == "cli" else answer.status_code) in accepted, answer
        if action.on == "new":
            incident, before = house.reader.incidents()[0].id, 0
        told[face] = facts_of(house.reader.entries(incident, before))
    assert told["api"]
    assert told["api"] == told["form"] == told["cli"]


@pytest.mark.parametrize("action", TABLE, ids=lambda action: action.name)
def test_a_dry_run_says_the_same_and_writes_nothing(house, action):
    incident, before, given = prepared(house, action)
    written = count(house)
    answer = Faces(house).api(action, incident, given, dry_run="?dry_run=true")
    assert answer.status_code in {200, 201}, answer.text
    assert count(house) == written
    said = answer.json()
    assert said["schema"] == "stormjib.dry-run/1"
    assert len(said["sentences"]) == len(said["facts"]) > 0
    if action.on != "new":
        house.act(action.name, incident, "ana", **given)
        assert [fact["fact"] for fact in said["facts"]] == [
            type(entry.fact).__name__ for entry in house.reader.entries(incident, before) if entry.by == "ana"
        ]


@pytest.mark.parametrize("face", ["api", "form"])
@pytest.mark.parametrize("action", TABLE, ids=lambda action: action.name)
def test_the_same_key_twice_commits_once(house, action, face):
    faces = Faces(house)
    incident, _, given = prepared(house, action)
    sent = getattr(faces, face)
    first = sent(action, incident, given, key="k1")
    written = count(house)
    again = sent(action, incident, given, key="k1")
    assert again.status_code == first.status_code, again.text
    assert count(house) == written
    if face == "api":
        assert (first.json()["entries"] > 0, again.json()["entries"]) == (True, 0)


@pytest.mark.parametrize("action", TABLE, ids=lambda action: action.name)
def test_s9_a_key_never_names_a_cause_of_the_engine(house, action):
    """Whoever may respond could otherwise silence an escalation that is still to come, or the start of a run."""
    incident, before, given = prepared(house, action)
    for cause in ("escalate/1", f"run/{incident}-R1/started", ""):
        assert own_cause(cause) == (f"client/{cause}" if cause else "")
    answer = Faces(house).api(action, incident, given, key="escalate/1")
    assert answer.status_code in {200, 201}
    found = house.reader.incidents()[0].id if action.on == "new" else incident
    causes = [entry.cause for entry in house.reader.entries(found, 0 if action.on == "new" else before)]
    assert [cause for cause in causes if "escalate/1" in cause and not cause.startswith("client/")] == []
    assert any(cause.startswith("client/") for cause in causes)


@pytest.mark.parametrize("action", TABLE, ids=lambda action: action.name)
def test_without_the_scope_nothing_is_done(house, action):
    incident, _, given = prepared(house, action)
    written = count(house)
    with pytest.raises(Forbidden, match=f"lacks the scope '{action.scope}'"):
        house.door.perform(action, incident, given, Principal("eve", frozenset({"read", "alert"})))
    faces = Faces(house, "eve", ("read",))
    assert faces.api(action, incident, given).status_code == 403
    assert faces.form(action, incident, given).status_code == 403
    assert faces.cli(action, incident, given)[0] in {4, 5}
    assert count(house) == written


@pytest.mark.parametrize("action", TABLE, ids=lambda action: action.name)
def test_a_row_is_complete(action):
    """A sentence, a scope that exists, an example that its own limits take, a help for each parameter."""
    assert len(action.summary.split()) >= 2
    assert not action.summary.endswith(".")
    assert action.scope in {"read", "respond", "admin"}
    assert action.button.strip()
    assert action.words.command
    wire = msgspec.to_builtins(action.example)
    assert msgspec.convert(wire, action.parameters, strict=False) == action.example
    assert all(one.help for one in parameters_of(action.parameters))
    assert all(one.chars_max for one in parameters_of(action.parameters) if one.kind == "text")
    for field in ("summary", "scope", "example", "decide", "words"):
        lacking = {name: getattr(action, name) for name in Action.__struct_fields__ if name != field}
        if field != "scope":
            with pytest.raises(TypeError):
                Action(**lacking)


def test_no_two_rows_share_a_name_an_address_or_a_command():
    for of in (lambda one: one.name, lambda one: one.path, lambda one: one.words.command):
        assert len({of(action) for action in TABLE}) == len(TABLE)
    assert len(BY_FORM) == len(TABLE) - 1
    assert set(BEFORE) == set(BY_NAME)


@pytest.mark.parametrize("action", [one for one in TABLE if one.on != "new"], ids=lambda action: action.name)
def test_what_is_not_offered_is_refused_or_done(house, action):
    """The button and the door ask the same question."""
    offered, closed = house.declare(), house.declare()
    _complete(house, closed)
    house.act("close", closed, "bo")
    for incident in (offered, closed):
        now = house.incident(incident)
        assert (action.name in house.incidents.room(incident).offers) == action.offered(now)
        if not action.offered(now):
            given = {"item_id": "x", "run_id": "x", "command_id": "x", "text": "x", "severity": "P0", "took_effect": True,
                     "stage": "x", "alert": "x", "owner": "x", "who": "x", "to": "x", "reason": "x", "into": offered, "runbook": "site", "due": "2026-01-01", "name": "x", "value": "x", "role": "scribe"}  # fmt: skip
            seq = now.seq
            answer = Faces(house).api(action, incident, {name: given[name] for name in given if _takes(action, name)})
            assert answer.status_code == (200 if action.done(now) and action.when(now) is None else 409), answer.text
            assert house.incident(incident).seq == seq


def _takes(action, name):
    return name in {one.wire for one in parameters_of(action.parameters)}


def test_nothing_that_a_person_does_is_written_outside_the_door():
    """Who calls the inbox: the door for people, and the engine for what happens by itself. No face of the program does."""
    writes = {"submit", "submit_async", "declare", "on_alerts"}
    callers = {
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in writes and "inbox" in ast.unparse(node.value).lower()
    }
    assert "engine/perform.py" in callers
    assert [path for path in callers if path.startswith(("web/", "cli/", "integrations/", "core/"))] == []


def test_what_is_derived_is_up_to_date():
    """Write it again with: python scripts/derive.py."""
    assert command_line.FILE.read_text(encoding="utf-8") == derive.for_command_line()
    assert (ROOT / "docs" / "reference" / "actions.md").read_text(encoding="utf-8") == derive.reference()
    assert (ROOT / "docs" / "reference" / "catalogue.md").read_text(encoding="utf-8") == derive.catalogue_page()
    assert (ROOT / "docs" / "reference" / "catalogue.schema.json").read_text(encoding="utf-8") == derive.catalogue_schema()


def test_every_action_is_a_command_and_has_a_described_body():
    assert {row.command for row in command_line.ROWS} == {action.words.command for action in (*TABLE, *SITE_TABLE)}
    assert schemas()["ChangeSeverity"]["required"] == ["severity"]
    assert "run_id" not in schemas()["Approve"]["properties"]


def test_the_example_of_the_howto_is_a_whole_action(house, tmp_path):
    """docs/howto/change.md shows a file that works as it stands."""
    text = (ROOT / "docs" / "howto" / "change.md").read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    file = tmp_path / "watch.py"
    file.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("watch", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules["watch"] = module
    spec.loader.exec_module(module)
    row = module.WATCH
    test_a_row_is_complete(row)
    incident = house.declare()
    ana = Principal("ana", frozenset({"respond"}))
    written = house.door.perform(row, incident, {"by": "bo", "reason": "to learn it"}, ana)
    assert house.reader.entries(incident, written.seq - 1)[0].fact.text == "watched by bo: to learn it"
    house.act("acknowledge", incident, "ana")
    with pytest.raises(Refused, match="name somebody else"):
        house.door.perform(row, incident, {"by": "ana"}, ana)


def test_a_key_belongs_to_its_caller_and_lives_as_long_as_its_incident(house):
    """Whoever has a key could otherwise swallow another one's P0, and for ever."""

    def declare(who, severity, **more):
        return house.act("declare", "", who, title="payment is down", severity=severity, service="s9", **more)

    by_machine = declare("probe", "P4", cause="k")
    by_ana = declare("ana", "P0", cause="k")
    assert by_ana.incident != by_machine.incident
    assert (by_ana.entries > 0, by_ana.severity) == (True, "P0")

    again = declare("ana", "P3", cause="k")
    assert (again.incident, again.entries, again.severity) == (by_ana.incident, 0, "P0")

    worse = declare("probe", "P0", cause="k")
    assert worse.incident == by_machine.incident
    assert (worse.entries > 0, worse.severity) == (True, "P0")
    raised = house.reader.entries(worse.incident, worse.seq - worse.entries)
    assert any(isinstance(entry.fact, SeverityChanged) and entry.by == "probe" for entry in raised)
    assert declare("probe", "P0", cause="k").entries == 0

    house.act("change-severity", worse.incident, "ana", severity="P2", reason="only one shop")
    assert declare("probe", "P0", cause="k").severity == "P2", "said already, and judged since"

    house.act("cancel", worse.incident, "ana", reason="a drill")
    assert declare("probe", "P1", cause="k").incident not in {worse.incident, by_ana.incident}


def test_a_blank_cause_is_no_key_and_a_dry_run_tells_of_a_used_one(house):
    faces = Faces(house)
    sent = {"title": "c", "severity": "P1", "service": "s9", "cause": " "}
    first, second = (faces.api(BY_NAME["declare"], "", sent).json()["incident"] for _ in range(2))
    assert first != second
    sent["cause"] = "k"
    kept = faces.api(BY_NAME["declare"], "", sent).json()["incident"]
    said = faces.api(BY_NAME["declare"], "", sent, dry_run="?dry_run=true").json()
    assert (said["incident"], said["facts"]) == (kept, [])
    said = faces.api(BY_NAME["declare"], "", {**sent, "severity": "P0"}, dry_run="?dry_run=true").json()
    assert [fact["fact"] for fact in said["facts"]] == ["SeverityChanged"]
