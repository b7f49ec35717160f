"""The engine's file is removed, damaged, or of another time than the log: what was owed is done, what was done is not done again."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from tests.story.test_commands import RESTART_REDIS

from stormjib.core.effects import WakeAt
from stormjib.core.log import RunApproved, RunReleased, RunStarted
from stormjib.engine.job import Job, encode
from stormjib.ports import Lane

PAGE = "page ana, rung 0, INC-1"


def removed(data):
    for path in data.glob("engine.db*"):
        path.unlink()


def damaged(data):
    file = data / "engine.db"
    file.write_bytes(b"\x00\xff" * (file.stat().st_size // 2))


def cut(data):
    removed_wal = data / "engine.db-wal"
    removed_wal.unlink(missing_ok=True)
    file = data / "engine.db"
    file.write_bytes(file.read_bytes()[:4096])


def changes(world):
    return [line for line in world.ran() if "restart" in line]


LOSSES = pytest.mark.parametrize("lose", [removed, damaged, cut])


@LOSSES
def test_f4_a_page_that_is_being_retried_leaves_under_the_same_key(world, lose):
    """The pager answers 500; the engine's file is lost; the pager answers again: the page arrives, once."""
    world.receiver.answers = lambda message: 500 if "who" in message else 202
    world.alert()
    world.settle()
    assert world.facts("EffectFailed")[0]["effect"] == "page/0"
    assert PAGE not in world.told()
    failed = len(world.facts("EffectFailed"))
    keys = {message["dedup_key"] for message in world.receiver.tries if "who" in message}
    world.receiver.answers = lambda _: 202
    world.restart(lose)
    assert world.told() == [PAGE]
    assert {message["dedup_key"] for message in world.receiver.tries if "who" in message} == keys
    assert len(world.facts("EffectFailed")) == failed


@LOSSES
def test_f4_what_was_done_is_not_done_again(world, lose):
    """Page, messages, evidence, a command and its result are in the log: nothing leaves and nothing runs after the loss."""
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.run(incident, RESTART_REDIS)
    world.told()
    ran, kinds = world.ran(), world.kinds()
    world.restart(lose)
    assert world.told() == []
    assert world.ran() == ran
    assert world.kinds() == kinds


def test_f4_escalations_go_on(world):
    """A deadline that only the engine's file held is set again from the log, and fires at its time."""
    world.begin()
    world.restart(removed)
    assert world.told() == []
    world.forward(5)
    assert world.told() == ["page bo, rung 1, INC-1"]


def test_f4_nobody_is_woken_for_what_somebody_has(world):
    """The page failed, somebody saw the incident anyway, the engine's file is lost: the page is owed to nobody."""
    world.receiver.answers = lambda message: 500 if "who" in message else 202
    world.alert()
    world.settle()
    world.told()
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.receiver.answers = lambda _: 202
    world.restart(removed)
    assert world.told() == []


def test_f4_a_claimed_command_without_a_result_is_reported_and_does_not_run(world):
    """The engine's file is lost while a command is under way: its outcome is unknown, and it never starts a second time."""
    incident = world.begin()
    run_id = world.propose(incident, RESTART_REDIS)
    inbox = world.app.inbox

    facts = (RunApproved(run_id, "bo"), RunReleased(run_id), RunStarted(run_id))
    world.app.outbox.stop()
    inbox.submit(incident, lambda _: facts[:2], by="bo")
    inbox.submit(incident, lambda _: facts[2:], by="stormjib", cause=f"run/{run_id}/started")
    ran = changes(world)
    world.restart(removed)
    world.settle()
    assert [fact["run_id"] for fact in world.facts("OutcomeUnknown")] == [run_id]
    assert changes(world) == ran
    told = [line.partition(": Nobody knows whether ")[0] for line in world.told()]
    assert told[-2:] == ["to ana", "to bo"]


def test_f4_an_older_copy_of_the_engine_is_known_for_it(world):
    """The engine's file is put back to a time before a P1: the page that failed since is owed and leaves."""
    world.begin()
    world.restart(lambda data: shutil.copy(data / "engine.db", data.parent / "older"))
    world.receiver.answers = lambda message: 500 if "who" in message else 202
    world.alert(service="mailer")
    world.settle()
    world.told()
    world.receiver.answers = lambda _: 202
    world.restart(lambda data: shutil.copy(data.parent / "older", data / "engine.db"))
    assert world.told() == ["page ana, rung 0, INC-2"]


def test_f2_a_new_log_beside_an_old_engine_is_served_as_a_new_one(world):
    """The log is gone, its engine is not: the ids begin again, and page, message and evidence of the new INC-1 are not taken for old ones."""
    world.begin()
    seen = {message["dedup_key"] for message in world.receiver.tries}

    def log_lost(data):
        for path in data.glob("log.db*"):
            path.unlink()

    world.restart(log_lost)
    world.tokens = {name: world.app.tokens.create(name, ("read", "respond", "alert")) for name in world.tokens}
    assert world.alert(starts_at=1_790_000_000).json()["incidents"] == ["INC-1"]
    assert PAGE in world.told()
    assert {"ChannelOpened", "MessageSent", "EvidenceCollected"} <= set(world.kinds())
    new = {message["dedup_key"] for message in world.receiver.tries} - seen
    assert len(new) == len(world.facts("PageSent")) + len(world.facts("MessageSent"))


def test_a10_a_log_that_is_put_back_runs_nothing_by_itself(world):
    """The log is put back to before a run that was approved since: the run is reported as unknown, the engine's newer rows drop nothing."""
    incident = world.begin()
    run_id = world.propose(incident, RESTART_REDIS)
    copy = world.where / "older"
    world.app.outbox.stop()
    world.app.inbox.submit(incident, lambda _: (RunApproved(run_id, "bo"), RunReleased(run_id)), by="bo")
    with closing(sqlite3.connect(world.settings.data_dir / "log.db")) as log, closing(sqlite3.connect(copy)) as older:
        log.backup(older)
    world.restart()
    world.settle()
    ran = changes(world)
    assert world.alert(service="mailer").json()["incidents"] == ["INC-2"]
    world.told()

    def put_back(data):
        for path in data.glob("log.db*"):
            path.unlink()
        shutil.copy(copy, data / "log.db")

    world.restart(put_back)
    world.settle()
    assert [fact["run_id"] for fact in world.facts("OutcomeUnknown")] == [run_id]
    assert changes(world) == ran
    assert "put back to an earlier state" in world.facts("NoteAdded")[-1]["text"]
    assert world.alert(service="storage").json()["incidents"] == ["INC-2"]
    assert "page ana, rung 0, INC-2" in world.told()
    pages = [
        message["dedup_key"]
        for message in world.receiver.taken + world.receiver.tries
        if message.get("incident") == "INC-2" and "who" in message
    ]
    assert len(set(pages)) == 2


def test_a10_what_was_only_asked_for_in_a_log_that_is_put_back_can_not_be_approved(world):
    """It was approved and ran after the copy was made, which nobody can see in the log any more."""
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    run_id = world.propose(incident, RESTART_REDIS)
    copy = world.where / "older"
    with closing(sqlite3.connect(world.settings.data_dir / "log.db")) as log, closing(sqlite3.connect(copy)) as older:
        log.backup(older)
    world.post("bo", f"/incidents/{incident}/runs/{run_id}/approve", reason="it has to be")
    world.restart()
    world.settle()
    ran = changes(world)
    assert ran

    def put_back(data):
        for path in data.glob("log.db*"):
            path.unlink()
        shutil.copy(copy, data / "log.db")

    world.restart(put_back)
    world.settle()
    refused = world.post("bo", f"/incidents/{incident}/runs/{run_id}/approve", 409, reason="it has to be")
    assert refused == f"{run_id} is withdrawn and needs no approval."
    (expired,) = world.facts("RunExpired")
    assert "may have run since" in expired["reason"]
    world.propose(incident, RESTART_REDIS)
    assert changes(world) == ran
    world.told()


def test_the_timers_that_an_older_version_left_fire(world):
    """They were rows of the executor's: after the upgrade they are ours, with the time that was left of them."""
    world.begin()
    timers = world._engine("SELECT id, name, at FROM timer ORDER BY id")
    for name, timer, at in timers:
        incident, seq, key = name.split("/", 2)
        job = Job(1, incident, int(seq), WakeAt(key, timer=timer, at=at), generation="of then")
        world.app.executor.start_later(job.execution_id, encode(job), Lane.PAGE, at)
    world._engine("UPDATE workflow_status SET queue_name = 'urgent' WHERE queue_name = 'page'")
    world._engine("DELETE FROM timer")
    world.restart()
    taken = world._engine("SELECT id, name, at FROM timer ORDER BY id")
    assert [timer[:2] for timer in taken] == [timer[:2] for timer in timers]
    assert [timer[2] for timer in taken] == pytest.approx([timer[2] for timer in timers], abs=0.01)
    assert world._engine("SELECT count(*) FROM workflow_status WHERE queue_name = 'urgent'") == [(0,)]
    assert world.told() == []
    world.forward(5)
    assert world.told() == ["page bo, rung 1, INC-1"]
