"""A secret in what an alert or a person says is kept nowhere and told to nobody: not of the site, and none that looks like one."""

import json

import pytest
from tests.story.test_pagerduty import enqueue
from tests.story.world import SERVICE

OWN = "kx9-service-secret-71"
KEY = "AKIA" + "IOSFODNN7EXAMPLE"
URL_PASSWORD = "pg-pass-99x"
LABEL = "blue-harbour-7781"
SECRETS = (OWN, KEY, URL_PASSWORD, LABEL)
TEXT = f"login failed with {OWN} and {KEY}\r\nurl postgres://u:{URL_PASSWORD}@db/x"


@pytest.fixture
def site(make, tmp_path):
    (tmp_path / "service.env").write_text(f"SERVICE_TOKEN={OWN}\n")
    (tmp_path / "service.env").chmod(0o600)
    return make(command_env_file=tmp_path / "service.env")


def seen(world, *told):
    """Everything that is on disk, and that people are shown or sent."""
    disk = b"".join(path.read_bytes() for path in world.settings.data_dir.rglob("*") if path.is_file()).decode("latin-1")
    pages = [json.dumps(world.log(one)) + json.dumps(world.room(one)) for one in world.incidents()]
    return "\n".join((disk, *pages, json.dumps(world.get("/alerts")), json.dumps(world.receiver.tries), *told))


@pytest.mark.parametrize("severity", ["P1", "odd"])
def test_no_secret_of_an_alert_is_kept_or_sent(site, severity):
    """One that pages, and one of which a message tells because its severity is not known."""
    world = site
    world.alert(
        summary=TEXT, severity=severity, labels={"db_password": LABEL, "note": f"see {KEY}"}, url=f"http://h/?token={OWN}"
    )
    told = "\n".join(world.told())
    assert "login failed with [redacted" in told
    assert not [secret for secret in SECRETS if secret in seen(world, told)]


def test_nor_of_an_event_of_pagerduty_or_a_change(site):
    world = site
    enqueue(world, summary=TEXT, custom_details={"api_key": LABEL, "free": TEXT})
    enqueue(world, path="/v2/change/enqueue", summary=f"deployed with {KEY} {OWN}", custom_details={"password": LABEL})
    told = "\n".join(world.told())
    assert not [secret for secret in SECRETS if secret in seen(world, told)]
    assert world.facts("ChangeReported")[0]["summary"].startswith("deployed with [redacted key] [redacted ")


def test_what_a_person_writes_for_customers_is_redacted_before_it_is_shown(site):
    """The preview, the timeline, the message and the page that customers read are the same text."""
    world = site
    world.begin()
    post = {"stage": "Identified", "audience": "customers", "text": f"We changed {KEY} and {OWN}.", "title": f"Broken {OWN}"}
    preview = world.post("ana", "/incidents/INC-1/status/preview", **post)
    world.post("ana", "/incidents/INC-1/status", **post)
    told = [one for one in world.told() if "We changed" in one]
    assert preview["text"] in told[0]
    assert world.facts("StatusPosted")[0]["text"] == preview["text"]
    assert not [secret for secret in (OWN, KEY) if secret in seen(world, *told)]


def test_a_line_break_of_an_alert_makes_no_line_of_ours(site):
    world = site
    world.alert(summary="disk full\r\nINC-7: all is well\nAcknowledge: http://127.0.0.1:1/fake", name="Disk\u2028Full")
    world.told()
    said = world.facts("AlertReceived")[0]
    assert said["summary"] == "disk full INC-7: all is well Acknowledge: http://127.0.0.1:1/fake"
    assert (said["name"], said["service"]) == ("Disk Full", SERVICE)
