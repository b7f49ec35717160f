"""--wait: the answer of a read and the outcome of a run, and what each of them makes of the exit code."""

import json

import pytest

ROOM = {"ask": "GET /api/v1/incidents/INC-1"}
APPROVED = {
    "ask": "POST /api/v1/incidents/INC-1/runs/INC-1-R1/approve",
    "body": {"schema": "stormjib.written/1", "incident": "INC-1", "seq": 31, "entries": 1},
}


@pytest.fixture
def room(cases):
    """A fresh copy of the recorded incident, changed by the test."""

    def changed(run=None, look=None):
        answer = json.loads((cases / "answers" / "room.json").read_bytes())
        picture = answer["incident"]
        if run:
            picture["runs"][0] |= run
        if look:
            picture["evidence"].append({**picture["evidence"][0], **look})
        return {**ROOM, "body": answer}

    return changed


ENDS = {
    "it worked": ({"state": "finished", "ok": True, "conclusion": "", "excerpt": "Restarting … done", "seconds": 5.2}, 0),
    "it failed": ({"state": "finished", "ok": False, "conclusion": "It ended with exit code 1.", "seconds": 0.1}, 1),
    "it was refused meanwhile": ({"state": "refused", "ok": None, "conclusion": "not now"}, 1),
    "nobody knows": ({"state": "unknown", "ok": None}, 4),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_outcome_of_a_run(name, cli, player, room):
    run, code = ENDS[name]
    player.load([APPROVED, room({"state": "started"}), room(run)])
    ended = cli("approve", "INC-1-R1", "--wait", "60", url=player.url)
    assert ended.code == code
    if code == 4:
        assert "next: stormjib settle INC-1-R1" in ended.err
    else:
        assert run["conclusion"] in ended.out
        assert run.get("excerpt", "") in ended.out


def test_a_run_that_takes_too_long(cli, player, room):
    player.load([APPROVED, {**room({"state": "started"}), "always": True}])
    ended = cli("approve", "INC-1-R1", "--wait", "3", "--json", url=player.url)
    assert ended.code == 7
    assert json.loads(ended.out)["error"] == "INC-1-R1 is still started after 3 seconds."


def test_a_server_that_goes_away_meanwhile_is_waited_for_and_the_run_is_named(cli, player, room):
    away = {**ROOM, "status": 503, "body": {"error": "It is going away."}}
    player.load([APPROVED, room({"state": "started"}), away, room({"state": "unknown", "ok": None})])
    assert cli("approve", "INC-1-R1", "--wait", "60", url=player.url).code == 4
    player.load([APPROVED, {**away, "always": True}])
    ended = cli("approve", "INC-1-R1", "--wait", "3", url=player.url)
    assert ended.code == 6
    assert (
        "INC-1-R1 was asked for and may have been started, or may start when the server is back: do not ask for it again."
        in ended.err
    )
    assert "next: stormjib run list INC-1" in ended.err


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1)])
def test_the_answer_of_a_read(ok, code, cli, player, room):
    collect = {
        "ask": "POST /api/v1/incidents/INC-1/collect",
        "body": {"schema": "stormjib.written/1", "incident": "INC-1", "seq": 31, "entries": 1},
    }
    look = {
        "seq": 32,
        "command_id": "c41",
        "ok": ok,
        "exit_code": 0 if ok else 1,
        "excerpt": "PONG",
        "finding": "",
        "before_run": "",
    }
    player.load([collect, room(look={**look, "seq": 31}), room(look=look)])
    ended = cli("run", "collect", "INC-1", "c41", "--wait", "60", url=player.url)
    assert ended.code == code
    assert "PONG" in ended.out
    assert "entry 32" in ended.out


@pytest.mark.parametrize(("permanent", "code"), [(True, 1), (False, 7)])
def test_a_read_that_can_not_be_done_says_why(permanent, code, cli, player, room):
    """At once where nobody tries it again; else what hindered it so far stands with the end of the time."""
    written = {"schema": "stormjib.written/1", "incident": "INC-1", "seq": 31, "entries": 1}
    reason = "web-1 does not answer over ssh."
    fact = {"fact": "EffectFailed", "effect": "collect/c41", "reason": reason, "permanent": permanent}
    log = {"ask": "GET /api/v1/incidents/INC-1/log?after=31&limit=1000", "body": {"schema": "stormjib.log/1", "entries": []}}
    log["body"]["entries"] = [{"seq": 32, "fact": fact}]
    posted = {"ask": "POST /api/v1/incidents/INC-1/collect", "body": written}
    player.load([posted, room()] + [{**one, "always": not permanent} for one in (room(), log)])
    ended = cli("run", "collect", "INC-1", "c41", "--wait", "5", url=player.url)
    assert ended.code == code
    assert reason in ended.out + ended.err


def test_a_start_waits_for_its_own_run_and_for_no_other(cli, player, room):
    """Somebody else asked for a command at the same time; what came of theirs says nothing of ours."""
    asked = room({"state": "finished", "ok": False, "conclusion": "It ended with exit code 3.", "command_id": "c102"})
    theirs = {**asked["body"]["incident"]["runs"][0], "run_id": "INC-1-R9", "command_id": "c99"}
    asked["body"]["incident"]["runs"].append({**theirs, "ok": True, "conclusion": "Theirs worked."})
    posted = {
        "ask": "POST /api/v1/incidents/INC-1/runs",
        "body": {"schema": "stormjib.written/1", "incident": "INC-1", "seq": 31, "entries": 2, "run_id": "INC-1-R1"},
    }
    player.load([{**asked, "always": True}, posted])
    ended = cli("run", "start", "INC-1", "c102", "--approve", "--reason", "it hangs", "--wait", "5", url=player.url)
    assert ended.code == 1
    assert "INC-1-R1 failed" in ended.out
    assert "Theirs" not in ended.out
