"""The runbook's file is somebody else's: whatever it is, an alert is an incident and somebody is paged."""

import os

import pytest
from tests.story.world import confirm_recovery

MIB = 1024 * 1024
WEIRD = {
    "empty": b"",
    "binary": os.urandom(4096) + bytes(4096),
    "a megabyte of rubbish": os.urandom(MIB),
    "a megabyte of quotes": b">" * MIB,
    "a megabyte of brackets": b"[" * MIB,
    "a megabyte of nested lists": b"".join(b" " * (2 * depth % 2000) + b"- x\n" for depth in range(1000)),
    "a megabyte of headings": b"# x\n" * (MIB // 4),
    "a megabyte of open fences": b"```bash\n" * (MIB // 8),
    "nested shell": b"## Look (0-5 minutes)\n```bash\n" + b"$(" * 50_000 + b"\n```\n",
    "a fence without an end": b"## Look (0-5 minutes)\n```bash\nuname -s\n",
    "UTF-16": "# Look\n```bash\nuname\n```\n".encode("utf-16"),
    "only NULs": bytes(10_000),
    "one endless line": b"x" * (2 * MIB),
}


@pytest.mark.parametrize("kind", WEIRD)
def test_a_weird_runbook_keeps_nobody_from_being_paged(make, kind):
    """The alert is an incident and the page goes out; what can't be understood is shown, and nothing of it runs."""
    world = make(WEIRD[kind])
    incident = world.alert().json()["incidents"][0]
    assert "page ana, rung 0, INC-1" in world.told()
    assert world.room(incident)["id"] == incident
    assert world.get("/runbook")
    assert world.send("GET", f"/api/v1/incidents/{incident}/postmortem", "ana").status_code == 200
    assert world.facts("RunStarted") == []
    world.post("ana", f"/incidents/{incident}/acknowledge")
    assert world.told() == []


def test_an_incident_without_a_usable_runbook_can_be_ended(make):
    """A runbook that asks for nothing: it is over once its alert is clear and a person says so, and its post-mortem is drafted."""
    world = make(b"")
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    assert "still firing: ApiDown" in world.post("ana", f"/incidents/{incident}/resolve", 409)
    world.alert(status="resolved")
    confirm_recovery(world, incident)
    world.post("ana", f"/incidents/{incident}/resolve", text="it is back")
    world.post("ana", f"/incidents/{incident}/close")
    world.settle()
    assert world.kinds().count("PostmortemDrafted") == 1
