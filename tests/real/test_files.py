"""Somebody takes the server's files away while it runs: it ends and says so, instead of answering 200 for hours into nothing."""

import shutil
import sqlite3
from contextlib import closing

import pytest

ENDS = 70


def remove_all(site):
    for path in site.data.glob("log.db*"):
        path.unlink()


def remove(name):
    return lambda site: (site.data / name).unlink()


def cut(site):
    with site.database.open("r+b") as file:
        file.truncate(4096)


def replace(site):
    copy = site.data / "copy"
    shutil.copy(site.database, copy)
    copy.replace(site.database)


def move(site):
    site.data.rename(site.data.with_name("elsewhere"))


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (remove_all, "was removed while stormjib runs"),
        (remove("log.db"), "log.db was removed"),
        (remove("log.db-wal"), "log.db-wal was removed"),
        (remove("log.db-shm"), "log.db-shm was removed"),
        (remove("log.db.lock"), "log.db.lock was removed"),
        (cut, "was cut from"),
        (replace, "was replaced by another file"),
        (move, "was removed while stormjib runs"),
    ],
    ids=["all", "log", "wal", "shm", "lock", "cut", "replaced", "moved"],
)
def test_f2_a_server_whose_files_are_taken_away_ends_itself(make, how, said):
    """Removed, cut, replaced or moved: exit code 70 within seconds, and a sentence that says which file and what to do."""
    site = make()
    process = site.start()
    site.wait_for("EvidenceCollected", site.alert())
    how(site)
    assert site.ends(process) == ENDS
    assert said in site.said(), site.said()
    assert "stormjib restore" in site.said()
    assert "Traceback" not in site.said(), site.said()


def test_f2_a_restart_after_the_loss_takes_alerts_and_pages(make, receiver):
    """The log is gone for good: the next start says that the engine's file is another log's, and pages for the new INC-1 under a new key."""
    site = make(webhook_url=receiver.url, responders=["ana"])
    process = site.start()
    site.wait_for("PageSent", site.alert())
    remove_all(site)
    assert site.ends(process) == ENDS
    site.tokens = type(site)(site.where, data_dir=site.data).tokens
    site.configure(
        data_dir=site.data, port=site.port, runbook=site.runbook, webhook_url=receiver.url, responders=["ana"], free_bytes_min=0
    )
    site.start()
    assert "is the engine of another log" in site.said()
    assert site.alert(starts_at=1_790_000_000) == "INC-1"
    site.wait_for("PageSent", "INC-1")
    assert len({message["dedup_key"] for message in receiver.tries if "who" in message}) == 2


@pytest.mark.parametrize(("table", "refused"), [("timer", "timer"), ("workflow_status", "main.workflow_status")])
def test_a_row_that_the_engine_refuses_ends_the_server(make, receiver, table, refused):
    """The timers' thread, or one of a pool, can't write what has to happen later: a server that lives on would forget it."""
    receiver.answers = lambda _: 503
    site = make(webhook_url=receiver.url, responders=["ana"])
    process = site.start()
    site.alert()
    site.wait_for("EffectFailed")
    with closing(sqlite3.connect(site.data / "engine.db")) as rows:
        rows.execute(f"ALTER TABLE {table} RENAME TO gone")
    assert site.ends(process) == 70
    assert f"stormjib ends itself: The engine's database refuses (no such table: {refused})." in site.said()
