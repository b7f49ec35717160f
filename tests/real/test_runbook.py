"""The runbook's file is somebody else's: whatever becomes of it, an alert is an incident and somebody is paged."""

import os
import signal

from tests.real.site import SMALL
from tests.story.patience import until


def test_a_binary_runbook_keeps_nobody_from_being_paged(make, receiver):
    """The server starts, the alert is an incident, the page goes out. The other weird files are stories of their own."""
    site = make(runbook=os.urandom(100_000) + bytes(4096), webhook_url=receiver.url, responders=["ana"])
    site.start()
    site.alert()
    until(receiver.pages, "the page")
    assert "Traceback" not in site.said(), site.said()


def test_no_runbook_at_the_start(make):
    """Gone before the first start: the server says which file it wants and does not run without one."""
    site = make()
    site.runbook.unlink()
    process = site.launch()
    assert site.ends(process) != 0
    assert str(site.runbook) in site.said()
    assert "Traceback" not in site.said()


def test_a_runbook_that_is_gone_later(site):
    """Removed while it runs, and still gone at the next start: the log has kept it, and incidents go on by it."""
    site.runbook.unlink()
    assert site.alert() == "INC-1"
    site.wait_for("EvidenceCollected")
    assert site.stop() == 0
    site.start()
    assert "is refused, and the one before stays in force" in site.said()
    second = site.alert("Other", "mailer")
    assert [fact["text"] for fact in (site.wait_for("EvidenceCollected", second),)] == ["uname -s"]


def test_a_runbook_that_changes(site):
    """Changed while it runs: the old incident keeps the one that it began with, the next one follows the new one, also after a restart."""
    old = site.alert()
    site.wait_for("EvidenceCollected", old)
    before = site.get("/api/v1/runbook")
    site.runbook.write_text(SMALL.replace("uname -s", "uname -m").replace("printf x >> fixed", "printf y >> fixed"))
    until(lambda: site.get("/api/v1/runbook") != before, "the new runbook")
    new = site.alert("Other", "mailer")
    assert site.wait_for("EvidenceCollected", new)["text"] == "uname -m"

    def offered(incident):
        room = site.get(f"/api/v1/incidents/{incident}")["incident"]
        return [option["text"] for step in room["steps"] for group in step["groups"] for option in group["options"]]

    for _ in range(2):
        assert offered(old) == ["uname -s", "printf x >> fixed"]
        assert offered(new) == ["uname -m", "printf y >> fixed"]
        site.stop()
        site.start()


def test_an_approval_does_not_survive_a_change_that_it_does_not_mean(site):
    """The command that was approved is the one of the incident's own runbook, whatever the file says by now."""
    incident = site.alert()
    room = site.get(f"/api/v1/incidents/{incident}")["incident"]
    fix = next(
        o for step in room["steps"] for group in step["groups"] for o in group["options"] if o["text"].startswith("printf")
    )
    site.post("ana", f"/api/v1/incidents/{incident}/runs", command_id=fix["command_id"], reason="it helps")
    before = site.get("/api/v1/runbook")
    site.runbook.write_text(SMALL.replace("printf x", "printf evil"))
    until(lambda: site.get("/api/v1/runbook") != before, "the new runbook")
    run = site.get(f"/api/v1/incidents/{incident}")["incident"]["runs"][0]["run_id"]
    site.post("bo", f"/api/v1/incidents/{incident}/runs/{run}/approve", reason="it helps")
    site.wait_for("RunFinished", incident)
    assert (site.where / "fixed").read_text() == "x"


def test_a_runbook_that_flickers(site):
    """An editor that writes in place: half a file, nothing, a directory, and the whole again; the server goes on all the time."""
    before = site.get("/api/v1/runbook")
    whole = SMALL.replace("uname -s", "uname -r")
    site.runbook.write_text("")
    until(lambda: "is empty" in str(site.get("/healthz")["problems"]), "the refusal of the empty runbook")
    assert site.get("/api/v1/runbook") == before
    site.runbook.unlink()
    site.runbook.mkdir()
    assert site.alert()
    site.runbook.rmdir()
    os.mkfifo(site.runbook)
    assert site.answers()
    site.runbook.unlink()
    site.runbook.write_text(whole)
    until(lambda: "uname -r" in str(site.get("/api/v1/runbook")), "the whole runbook")
    site.processes[-1].send_signal(signal.SIGTERM)
    assert site.ends(site.processes[-1]) == 0
