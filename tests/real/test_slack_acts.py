"""Acting from Slack, against a Slack that somebody else wrote: signed requests in, modals and answers to one person out, a kill between."""

import json
import time
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier
from tests.real.slack_server import Slack
from tests.real.test_chat import connected
from tests.story.patience import until

SECRET = "the-secret-of-slack-0123"


@pytest.fixture
def slack(tmp_path):
    (tmp_path / "slack").mkdir()
    server = Slack(tmp_path / "slack")
    yield server
    server.close()


@pytest.fixture
def site(tmp_path, slack):
    made = connected(tmp_path / "site", slack)
    made.member = slack.ask("users.lookupByEmail", email="ana@example.com")["user"]["id"]
    (tmp_path / "site/catalogue/people/ana.yaml").write_text(f"name: ana\nemail: ana@example.com\nslack: {made.member}\n")
    with (tmp_path / "site/variables").open("a") as variables:
        variables.write(f"SLACK_SIGNING_SECRET={SECRET}\n")
    with made.settings.open("a") as settings:
        settings.write('[signed.slack]\nsecrets = ["${SLACK_SIGNING_SECRET}"]\n')
    made.start()
    yield made
    made.close()


def send(site, where, body, secret=SECRET):
    at = str(int(time.time()))
    seal = SignatureVerifier(secret).generate_signature(timestamp=at, body=body)
    status, _, answer = site.send(
        "POST", f"/hooks/slack/{where}", body, headers={"X-Slack-Request-Timestamp": at, "X-Slack-Signature": seal}
    )
    return status, json.loads(answer) if answer else {}


def typed(site, text, channel="", trigger="1.1"):
    said = {"text": text, "user_id": site.member, "team_id": "T0", "channel_id": channel, "trigger_id": trigger}
    status, answer = send(site, "commands", urlencode(said))
    assert status == 200, answer
    return answer.get("text", "")


def interact(site, slack, channel, **payload):
    trigger = slack.ask("views.generateTriggerId", user_id=site.member)["trigger_id"]
    said = {"user": {"id": site.member, "team_id": "T0"}, "trigger_id": trigger, "channel": {"id": channel}, **payload}
    status, answer = send(site, "interactive", urlencode({"payload": json.dumps(said)}))
    assert status == 200, answer
    return answer


def press(site, slack, channel, action, value):
    interact(site, slack, channel, type="block_actions", actions=[{"action_id": action, "value": value, "action_ts": "1.1"}])


def button_of(slack, channel, action):
    """Of the messages in the channel; None where there is none of this kind."""
    found = [one for message in slack.messages(channel) for block in message["blocks"] for one in block["elements"]]
    return next((one for one in found if one.get("action_id") == action), None)


def sent(slack, method):
    return [fields for known, fields in slack.calls if known == method]


def test_an_incident_is_worked_on_in_its_channel(site, slack):
    """The button of the summary acknowledges, a command and a reaction write notes, a modal declares; a kill forgets no channel."""
    site.alert(severity="P0")
    channel = site.wait_for("ChannelOpened")["reference"]
    button = until(lambda: button_of(slack, channel, "stormjib:acknowledge"), lambda: str(slack.messages(channel)))
    press(site, slack, channel, button["action_id"], button["value"])
    assert site.wait_for("Acknowledged")["who"] == "ana"
    assert "you have it" in sent(slack, "chat.postEphemeral")[-1]["text"]
    assert "INC-1 has the note" in typed(site, "note redis is down", channel, "2.2")
    site.kill()
    site.start()
    assert "INC-1 has the note" in typed(site, "note it is up again", channel, "3.3")
    assert "INC-1 has the note" in typed(site, "note it is up again", channel, "4.4")
    message = slack.ask("chat.postMessage", channel=channel, text="the disk was full")
    item = {"type": "message", "channel": channel, "ts": message["ts"]}
    event = {"type": "reaction_added", "user": site.member, "reaction": "pushpin", "item": item}
    body = {"type": "event_callback", "team_id": "T0", "event": event}
    for number in range(2):
        assert send(site, "events", json.dumps({**body, "event_id": f"Ev{number}"}))[0] == 200
    notes = [entry for entry in site.log() if entry["fact"]["fact"] == "NoteAdded"]
    texts = [entry["fact"]["text"] for entry in notes]
    assert texts[:3] == ["redis is down", "it is up again", "it is up again"]
    assert texts[3].startswith("the disk was full\nFrom Slack, put here by ana: http")
    assert len(texts) == 4


def test_a_run_that_waits_is_approved_from_the_summary(site, slack):
    """The modal has what would run; once it is approved, the button is stale, and says so."""
    site.alert(severity="P0")
    channel = site.wait_for("ChannelOpened")["reference"]
    options = [
        option
        for step in site.get("/api/v1/incidents/INC-1")["incident"]["steps"]
        for group in step["groups"]
        for option in group["options"]
    ]
    change = next(option for option in options if option["text"] == "docker-compose restart redis")
    site.post("ana", "/api/v1/incidents/INC-1/runs", command_id=change["command_id"], reason="it hangs")
    button = until(lambda: button_of(slack, channel, "stormjib:approve:INC-1-R1"), lambda: str(slack.messages(channel)))
    press(site, slack, channel, button["action_id"], button["value"])
    view = json.loads(sent(slack, "views.open")[-1]["view"])
    assert f"would run: {change['runs_as']}" in [one["text"]["text"] for one in view["blocks"] if one["type"] == "section"]
    said = {**view, "id": "V2", "state": {"values": {"reason": {"value": {"value": "it hangs"}}}}}
    assert "approved" in str(interact(site, slack, "", type="view_submission", view=said))
    assert site.wait_for("RunApproved")["run_id"] == "INC-1-R1"
    press(site, slack, channel, button["action_id"], button["value"])
    assert "waits for nobody" in sent(slack, "chat.postEphemeral")[-1]["text"]


def test_where_no_button_arrives_there_is_none(tmp_path, slack):
    site = connected(tmp_path / "deaf", slack)
    site.start()
    site.alert(severity="P0")
    channel = site.wait_for("ChannelOpened")["reference"]
    blocks = {block["type"] for message in slack.messages(channel) for block in message["blocks"]}
    site.close()
    assert blocks == {"rich_text"}


def test_a_modal_opens_with_slacks_trigger_and_only_once(site, slack):
    trigger = slack.ask("views.generateTriggerId", user_id=site.member)["trigger_id"]
    assert typed(site, "declare", trigger=trigger) == ""
    view = json.loads(sent(slack, "views.open")[-1]["view"])
    assert "exchanged_trigger_id" in typed(site, "declare ", trigger=trigger)
    values = {"title": {"value": {"value": "checkout is slow"}}, "severity": {"value": {"selected_option": {"value": "P1"}}}}
    done = interact(site, slack, "", type="view_submission", view={**view, "id": "V1", "state": {"values": values}})
    assert "INC-1 is declared as P1" in done["view"]["blocks"][0]["text"]["text"]
    assert site.log()[0]["by"] == "ana"


def test_slack_that_hangs_holds_nobody_up(site, slack):
    """Its answer to one person is lost; what they did is on the timeline all the same."""
    site.alert(severity="P1")
    site.wait_for("ChannelOpened")
    slack.spoil = lambda method, _: "500" if method in {"chat.postEphemeral", "chat.postMessage"} else ""
    press(site, slack, "C0", "stormjib:acknowledge", "INC-1")
    assert site.wait_for("Acknowledged")["who"] == "ana"
    until(lambda: "could not be told in Slack" in site.said(), site.said)
    assert send(site, "commands", "text=ack", secret="another-secret-0123")[0] == 401
