"""The disk is full: what was acknowledged is there, what is refused is told, and space is all that it needs to go on."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess

import pytest
from tests.story.patience import until

from stormjib.app import ENGINE

DISK_MIB = 8


@pytest.fixture
def disk(tmp_path):
    """A file system of eight megabytes."""
    if os.geteuid():
        pytest.skip("only root may mount a small file system")
    where = tmp_path / "disk"
    where.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "none", where], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"this root may not mount: {mounted.stderr.strip()}")
    yield where
    subprocess.run(["umount", "-l", where], check=True)


def fill(disk, left_bytes=0):
    """Somebody else takes all but so much of what is left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        with contextlib.suppress(OSError):
            while file.write(bytes(65_536)) == 65_536:
                pass
        file.truncate(file.tell() - left_bytes)
    return filler


def send(site, number):
    """One alert with a kilobyte of labels: its status and what was answered, None where the server has gone."""
    alert = {"name": f"Alert{number}", "service": f"s{number}", "severity": "P3", "labels": {"pad": "x" * 1_000}}
    try:
        status, _, answer = site.send("POST", "/api/v1/alerts", json.dumps(alert).encode(), "watcher")
    except OSError:
        return None, b""
    return status, answer


def listed(site):
    return {alert["alert"]["name"] for alert in site.get("/api/v1/alerts?limit=1000")["alerts"]}


def rests(site):
    """Whether the marks of both databases stand at the end of the log, so that nobody has anything to write."""
    with (
        contextlib.closing(sqlite3.connect(site.database)) as log,
        contextlib.closing(sqlite3.connect(site.data / ENGINE)) as rows,
    ):
        (end,) = log.execute("SELECT max(position) FROM entry").fetchone()
        marked = log.execute("SELECT position FROM mark WHERE name = 'outbox'").fetchone()
        return marked == rows.execute("SELECT position FROM of_log").fetchone() == (end,)


def test_nothing_that_was_acknowledged_is_lost_when_the_disk_is_full(make, disk):
    """Without the early refusal: alerts until nothing goes any more. Each 200 is found after the restart, and the end is said."""
    site = make(data_dir=disk / "data")
    process = site.start()
    incident = site.alert()
    site.wait_for("EvidenceCollected", incident)
    filler = fill(disk, left_bytes=400_000)
    acknowledged = set()
    for number in range(2_000):
        status, answer = send(site, number)
        if status != 200:
            break
        acknowledged.add(f"Alert{number}")
    assert acknowledged
    assert status is None or (status == 503 and "error" in json.loads(answer)), answer
    assert site.ends(process) not in {0, None}
    assert "The disk that holds the log is full. Free some space" in site.said(), site.said()
    filler.unlink()
    site.start()
    assert acknowledged <= listed(site)
    assert site.kinds(incident)[:2] == ["AlertReceived", "Declared"]
    code, said = site.verify()
    assert code == 0, said


def test_no_page_is_lost_when_the_engine_has_no_room(make, disk, receiver):
    """The log can still be written and the engine's file can't: the server ends and says so, and the page is not lost: it leaves before the end or after the restart, under one key."""
    site = make(webhook_url=receiver.url, responders=["ana"])
    (site.data / "engine.db").symlink_to(disk / "engine.db")
    process = site.start()
    site.wait_for("PageSent", site.alert())
    filler = fill(disk)
    # The end may come before the answer does; a sender repeats what was not answered.
    with contextlib.suppress(OSError):
        site.alert(service="mailer", starts_at=1_790_000_000)
    assert site.ends(process) not in {0, None}
    assert "stormjib ends itself: The engine's database refuses (database or disk is full)." in site.said(), site.said()
    filler.unlink()
    site.start()
    site.wait_for("PageSent", site.alert(service="mailer", starts_at=1_790_000_000))
    assert set(receiver.pages()) == {"INC-1/3/page/0", "INC-2/3/page/0"}


def test_f8_a_restart_on_a_full_disk_lets_people_read(make, disk):
    """0 bytes free after a kill: the server answers, says that it is read-only, shows what was acknowledged and refuses what is new; with room it ends, and the next start goes on."""
    site = make(data_dir=disk / "data")
    site.start()
    incident = site.alert()
    site.wait_for("EvidenceCollected", incident)
    kinds = site.kinds(incident)
    site.kill()
    filler = fill(disk)
    process = site.start()
    assert "runs read-only" in site.said()
    assert "Traceback" not in site.said(), site.said()
    assert site.kinds(incident)[: len(kinds)] == kinds  # before the kill it went on
    status, _, body = site.send("GET", "/healthz", who="ana")
    assert (status, json.loads(body)["status"], json.loads(body)["paging"]) == (200, "degraded", "stopped")
    code, said = site.verify()
    assert code != 0
    assert "Nothing is wrong with the log by that: free some space" in said
    status, answer = send(site, 1)
    assert status == 503
    assert "read-only" in json.loads(answer)["error"]
    assert "read-only" in site.post("ana", f"/api/v1/incidents/{incident}/acknowledge", status=503)
    filler.unlink()
    assert site.ends(process) == 70
    assert "the disk has room again" in site.said()
    site.start()
    assert site.kinds(incident)[: len(kinds)] == kinds
    assert send(site, 2)[0] == 200


def test_below_the_threshold_new_work_is_refused_and_the_incident_goes_on(make, disk):
    """The usual case: the threshold is reached before the disk is full. New alerts get 503 with how much is left, the incident that is open is still worked on, and space brings it back by itself."""
    site = make(data_dir=disk / "data", free_bytes_min=4 * 1024 * 1024)
    site.start()
    incident = site.alert()
    site.wait_for("EvidenceCollected", incident)
    filler = disk / "filler"
    filler.write_bytes(bytes(3 * 1024 * 1024 + 512 * 1024))
    until(lambda: send(site, 1)[0] == 503, "the refusal")
    status, answer = send(site, 2)
    assert status == 503
    said = json.loads(answer)["error"]
    assert "iB left" in said
    assert "it goes on by itself" in said
    site.post("ana", f"/api/v1/incidents/{incident}/acknowledge")
    filler.unlink()
    assert send(site, 3)[0] == 200
    assert site.stop() == 0


def test_f6_a_read_that_fails_settles_no_effect(make, receiver):
    """EIO on every read of the log while a page, a message and evidence are owed: the server ends and says that the disk reports an error. After the restart everything is done; nothing was given up for good."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    receiver.answers = lambda _: 503
    site = make(webhook_url=receiver.url, responders=["ana"])
    process = site.start()
    site.alert()
    site.wait_for("EffectFailed")
    files = [word for name in ("log.db", "log.db-wal") for word in ("-P", str(site.data / name))]
    argv = ["strace", "-f", "-q", "-o", "/dev/null", "-p", str(process.pid), *files, "-e", "inject=pread64:error=EIO"]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) as injecting:
        code = site.ends(process)
        injecting.wait()
    assert code == 70, site.said()
    assert "The disk that holds the log reports an error" in site.said(), site.said()
    assert "damaged" not in site.said()
    receiver.answers = lambda _: 202
    site.start()
    for kind in ("PageSent", "MessageSent", "ChannelOpened", "EvidenceCollected"):
        site.wait_for(kind)
    assert not [entry for entry in site.log() if entry["fact"].get("permanent")]


def test_a_page_that_is_owed_is_still_said_on_a_full_disk(make, disk):
    """Nobody could be paged, then the disk is full: the figures of the read-only server say that the page has not arrived."""
    site = make(data_dir=disk / "data", webhook_url="http://127.0.0.1:9/", responders=["ana"])
    site.start()
    site.wait_for("EffectFailed", site.alert())
    site.kill()
    fill(disk)
    site.start()
    _, _, body = site.send("GET", "/metrics", who="ana")
    assert b"\nstormjib_pages_undelivered 1\n" in body
    problems = json.loads(site.send("GET", "/healthz", who="ana")[2])["problems"]
    assert any("ana could not be reached for INC-1" in problem for problem in problems)


def test_a_page_that_is_tried_again_on_a_full_disk_waits_for_nobody_else(make, disk, receiver):
    """The engine can't take it from its rows, and no entry of the log is due for an hour: the server ends at once all the same, and the next start pages."""
    receiver.answers = lambda _: 503
    site = make(data_dir=disk / "data", webhook_url=receiver.url, responders=["ana", "bo"], escalate_minutes=60.0)
    process = site.start()
    site.alert()
    until(lambda: site.kinds().count("EffectFailed") > 3 and rests(site), "that nothing is left to write")
    fill(disk)
    receiver.answers = lambda _: 202
    assert site.ends(process) == 70
    assert "stormjib ends itself: The engine's database refuses (database or disk is full)." in site.said(), site.said()
    taken = len(receiver.taken)
    site.start()
    until(lambda: {page["who"] for page in receiver.taken[taken:]} == {"ana", "bo"}, "the pages")


@pytest.mark.parametrize(("left_bytes", "said"), [(512 << 10, "nothing new below"), (0, "runs read-only")])
def test_where_nothing_can_be_written_whoever_is_on_call_is_paged(make, disk, receiver, left_bytes, said):
    """Everybody, for who is reached can't be written down either."""
    site = make(data_dir=disk / "data", webhook_url=receiver.url, responders=["ana", "bo"], free_bytes_min=4 << 20)
    site.start()
    site.kill()
    fill(disk, left_bytes)
    site.start()
    until(lambda: {page["who"] for page in receiver.taken} == {"ana", "bo"}, "the pages")
    assert all(said in page["title"] and page["schema"] == "stormjib.page/1" for page in receiver.taken)
