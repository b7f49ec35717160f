"""Nothing that arrives is swallowed: large messages, odd ones, and the account of every alert."""

import json

from tests.story.world import SERVICE

STARTS = "2026-09-21T14:00:00Z"


def webhook(*alerts, **more):
    return json.dumps({"version": "4", "status": "firing", "alerts": list(alerts), **more}).encode()


def firing(name, severity="P1", service=SERVICE, pad="", **labels):
    given = {"alertname": name, "service": service, "severity": severity, **labels}
    return {"status": "firing", "labels": given, "annotations": {"summary": f"{name} is on {pad}"}, "startsAt": STARTS}


def post(world, body, path="/hooks/alertmanager", who="watcher"):
    return world.http.request("POST", path, content=body, headers={"Authorization": f"Bearer {world.tokens[who]}"})


def pages(world):
    return [line for line in world.told() if line.startswith("page")]


def test_a5_1200_alerts_of_one_group_in_2_mib_are_one_incident_and_one_page(world):
    """The largest outage sends the largest message: all of it is taken, one incident is opened, one person is paged."""
    body = webhook(*(firing("InstanceDown", instance=f"node-{number}", pad="x" * 1_600) for number in range(1_200)))
    assert len(body) > 2 * 1024 * 1024
    answer = post(world, body)
    assert (answer.status_code, answer.json()["accepted"], answer.json()["incidents"]) == (200, 1_200, ["INC-1"])
    assert pages(world) == ["page ana, rung 0, INC-1"]
    assert world.incidents() == ["INC-1"]
    assert world.get("/incidents")["incidents"][0]["alerts_total"] == 1_200


def test_a5_a_message_that_is_too_large_still_pages_and_says_so(make):
    """Over the limit its alerts can't be read; somebody is paged, the incident says so, and it can be resolved."""
    world = make(alert_body_bytes_max=1024 * 1024)
    body = webhook(*(firing("DiskFull", service="db", instance=f"node-{number}", pad="x" * 3_000) for number in range(400)))
    answer = post(world, body)
    assert (answer.status_code, answer.json()["incidents"]) == (413, ["INC-1"])
    assert pages(world) == ["page ana, rung 0, INC-1"]
    room = world.room("INC-1")
    assert room["service"] == "db"
    assert "its alerts are NOT listed here. It begins with DiskFull of db." in room["title"]
    assert room["firing"] == []
    assert post(world, body).json()["incidents"] == ["INC-1"]
    assert pages(world) == []


def test_a9_truncation_is_said_in_the_incident(world):
    """Alertmanager may leave alerts out of a message; whoever works on the incident reads that, once."""
    for _ in range(2):
        post(world, webhook(firing("Down"), truncatedAlerts=250))
    assert pages(world) == ["page ana, rung 0, INC-1"]
    (note,) = world.facts("NoteAdded")
    assert note["text"].startswith("alertmanager left 250 alerts out of a message about this incident")
    (told,) = [source for source in world.get("/intake")["sources"] if source["source"] == "alertmanager"]
    assert told["truncated"] == 500


def test_a16_what_other_tools_send_is_taken_or_refused_and_never_ignored(world):
    """HEAD asks whether it lives; a byte order mark is none of the JSON; a parameter that nobody reads is refused."""
    assert world.http.head("/healthz").status_code == 200
    headers = {"Authorization": f"Bearer {world.tokens['watcher']}", "Content-Type": "application/json"}
    body = b'\xef\xbb\xbf{"name": "x", "severity": "P4", "service": "s"}'
    assert world.http.post("/api/v1/alerts", content=body, headers=headers).status_code == 200
    for path in (
        "/incidents?q=api",
        "/incidents?offset=100",
        "/alerts?state=firing",
        "/incidents/INC-1/log?since=3",
        "/whoami?x=1",
    ):
        answer = world.send("GET", f"/api/v1{path}", "ana")
        assert answer.status_code == 422
        assert "There is no query parameter" in answer.json()["error"]
    assert world.send("GET", "/api/v1/incidents?limit=3&order=worst&open=true", "ana").status_code == 200


def test_a16_a_note_with_one_key_is_written_once(world):
    incident = world.begin()
    for _ in range(2):
        assert world.send("POST", f"/api/v1/incidents/{incident}/notes", "ana", {"text": "hello"}, key="k1").status_code == 200
    assert [fact["text"] for fact in world.facts("NoteAdded")] == ["hello"]
    world.post("ana", f"/incidents/{incident}/acknowledge")
