"""A sender that nobody here knows: a file of the catalogue says what its JSON means, and a preview says what comes of it."""

import pytest
from starlette.testclient import TestClient
from tests.story.world import SERVICE

ZABBIX = """
name: zabbix
summary: Zabbix of the data centre
alerts: events[?kind == 'trigger']
fields:
  name: trigger.name
  service: host.tags.service
  severity: trigger.severity
  status: trigger.value == '0' && 'resolved' || 'firing'
  summary: join(' on ', [trigger.name, host.name])
  labels: '{host: host.name, group: host.group}'
  fingerprint: to_string(trigger.id)
"""


def body(value="1", **trigger):
    event = {
        "kind": "trigger",
        "trigger": {"id": 17, "name": "No ping", "severity": "Disaster", "value": value, **trigger},
        "host": {"name": "db-1", "tags": {"service": SERVICE}},
    }
    return {"events": [{"kind": "discovery"}, event]}


@pytest.fixture
def world(make, tmp_path):
    for folder, file, text in (("services", "api", f"name: {SERVICE}\n"), ("intake", "zabbix", ZABBIX)):
        (tmp_path / "catalogue" / folder).mkdir(parents=True)
        (tmp_path / "catalogue" / folder / f"{file}.yaml").write_text(text)
    return make(catalogue=tmp_path / "catalogue")


def test_what_a_file_of_the_catalogue_finds_pages_and_ends(world):
    answer = world.send("POST", "/hooks/zabbix", "watcher", body()).json()
    assert (answer["accepted"], answer["incidents"]) == (1, ["INC-1"])
    world.told()
    fact = world.facts("AlertReceived")[0]
    assert (fact["source"], fact["service"], fact["proposed"], fact["labels"]) == ("zabbix", SERVICE, "P0", {"host": "db-1"})
    assert world.send("POST", "/hooks/zabbix", "watcher", body("0")).json()["repeated"] == 0
    assert world.room("INC-1")["firing"] == []
    (account,) = [one for one in world.get("/intake")["sources"] if one["source"] == "zabbix"]
    assert (account["received"], account["paged"], account["missing"]) == (2, 1, 0)


@pytest.mark.parametrize(
    ("said", "status", "says"),
    [
        ({"events": []}, 400, "finds no alert in this message"),
        (body(name=None), 422, "None of the 1 alerts is as documented"),
        ({"events": [{"kind": "trigger", "trigger": {}, "host": {}}]}, 422, "at `$.name`"),
        ([1], 400, "finds no alert"),
    ],
)
def test_what_is_not_found_is_refused_with_the_expression(world, said, status, says):
    answer = world.send("POST", "/hooks/zabbix", "watcher", said)
    assert (answer.status_code, says in answer.json()["error"]) == (status, True), answer.text
    assert world.send("POST", "/hooks/zabbix", "ana", body()).status_code == 403
    assert world.send("GET", "/hooks/zabbix", "watcher").status_code == 405
    assert world.send("POST", "/hooks/unknown", "watcher", body()).status_code == 404
    assert world.incidents() == []


def test_an_expression_that_fails_loses_its_field_and_no_alert(world):
    """The alert is taken without it, counted as mended, and says which expression failed on it."""
    said = body()
    said["events"][1]["host"].pop("name")
    assert world.send("POST", "/hooks/zabbix", "watcher", said).json()["incidents"] == ["INC-1"]
    world.told()
    (state,) = world.get("/alerts")["alerts"]
    assert state["alert"]["annotations"]["mapping"].startswith("summary: join(' on ', [trigger.name, host.name]) fails")
    (account,) = [one for one in world.get("/intake")["sources"] if one["source"] == "zabbix"]
    assert (account["mended"], account["missing"]) == (1, 0)


def test_a_preview_says_what_would_be_decided_and_keeps_nothing(world, tmp_path):
    """By the API and on the page; also of senders that are known anyway."""
    found = world.post(
        "ana", "/intake/zabbix/preview", payload=world.http.build_request("POST", "/", json=body()).content.decode()
    )
    (one,) = found["alerts"]
    assert (found["schema"], one["alert"]["summary"]) == ("stormjib.alert-preview/1", "No ping on db-1")
    assert [rule["says"] for rule in one["rules"]] == [
        f"{SERVICE}, as the alert names it",
        "P0: the label says Disaster, which reads as P0",
        "it would declare an incident, for none is open for its service",
    ]
    generic = world.post("ana", "/intake/generic/preview", payload='[{"name": "x"}, 1]')
    assert (len(generic["alerts"]), len(generic["refused"]), generic["found"]) == (1, 1, 2)
    event = '{"routing_key": "k", "event_action": "trigger", "payload": {"summary": "x"}}'
    assert world.post("ana", "/intake/pagerduty/preview", payload=event)["alerts"][0]["alert"]["labels"] == {
        "integration": "TOKEN"
    }
    assert "not JSON" in world.post("ana", "/intake/zabbix/preview", 422, payload="{")
    assert "There is no way in called 'x'" in world.post("ana", "/intake/x/preview", 404, payload="{}")
    with TestClient(world.app.asgi, base_url=world.settings.url, follow_redirects=True) as browser:
        browser.post("/login", data={"token": world.tokens["ana"], "next": "/"})
        page = browser.get("/alerts/preview").text
        csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
        form = {"csrf": csrf, "name": "generic", "payload": '{"name": "<b>x"}'}
        page = browser.post("/alerts/preview", data=form, headers={"origin": world.settings.url}).text
        assert "1 of 1 would be taken" in page
        assert "<b>x" not in page
        assert "the alert names no severity" in page
        assert "not JSON" in browser.post("/alerts/preview", data={**form, "payload": "{"}).text
    assert world.get("/alerts")["alerts"] == []
