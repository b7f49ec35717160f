"""Socket Mode: what people do in Slack comes over a connection that we open, each thing once, confirmed after it is on disk."""

import pytest
from tests.story.patience import until
from tests.web.socket_server import SocketMode
from tests.web.test_slack import ANA, TEAM, Workspace, entries

from stormjib.ports import DeliveryError
from stormjib.web.slack_socket import SlackSocket

TOKEN = "xapp-1-A0-0123456789"


def command(text, trigger="1"):
    return {"command": "/incident", "text": text, "user_id": ANA, "team_id": TEAM, "channel_id": "C0", "trigger_id": trigger}


@pytest.fixture
def slack(house):
    return Workspace(house)


@pytest.fixture
def mode():
    made = SocketMode(TOKEN)
    yield made
    made.close()


@pytest.fixture
def socket(slack, mode):
    made = SlackSocket(slack.slack, mode.url, TOKEN, look_seconds=0.1)
    made.start()
    yield made
    made.stop()


def test_a_command_is_confirmed_with_its_answer_once_it_is_on_disk(slack, mode, socket):
    written = []
    mode.seen = lambda _: written.append(len(slack.house.reader.worst_open(9)[0]))
    mode.connected(1)
    mode.send("slash_commands", command("declare API down --severity P1"), "E1")
    assert "INC-1 is declared as P1" in mode.confirmation("E1")["payload"]["text"]
    assert written == [1]
    mode.send("slash_commands", command("help"), "E2", answers=False)
    assert "payload" not in mode.confirmation("E2")
    mode.send("something_new", {}, "E3")
    mode.confirmation("E3")
    assert socket.problem == ""


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled", "too_many_websockets"])
def test_slack_ends_the_connection_and_another_takes_its_place(slack, mode, socket, reason):
    """Whatever the reason; what was sent before and is sent again is done once."""
    incident = slack.house.declare()
    mode.connected(1)
    mode.send("slash_commands", command(f"note {incident} once", "T"), "E1")
    mode.confirmation("E1")
    mode.open[-1].say({"type": "disconnect", "reason": reason, "debug_info": {}})
    mode.connected(2)
    mode.send("slash_commands", command(f"note {incident} once", "T"), "E2")
    mode.confirmation("E2")
    assert len(entries(slack, incident)) == 1


def test_a_connection_that_breaks_is_made_again(slack, mode, socket):
    mode.connected(1)
    mode.open[-1].connection.close()
    mode.open[-1].wfile.close()
    mode.connected(2)
    until(lambda: socket.problem == "", lambda: socket.problem)


def test_what_can_not_be_done_now_is_not_confirmed(slack, mode, socket, caplog):
    """So that Slack sends it again, and then it is on the timeline."""
    incident = slack.house.declare()
    slack.channels["C0"] = incident
    slack.messages = {"a": {"ts": "5.1", "user": ANA, "text": "it burns"}}

    def fails(method, arguments):
        raise DeliveryError("slack", "Slack did not answer.", permanent=False)

    slack.slack._call = fails
    item = {"type": "message", "channel": "C0", "ts": "5.1"}
    body = {"team_id": TEAM, "event": {"type": "reaction_added", "user": ANA, "reaction": "pushpin", "item": item}}
    mode.connected(1)
    mode.send("events_api", body, "E1", answers=False)
    until(lambda: "comes again" in caplog.text, "the warning")
    slack.slack._call = slack.call
    mode.send("events_api", body, "E2", answers=False)
    mode.confirmation("E2")
    assert [one["envelope_id"] for one in mode.confirmed] == ["E2"]
    assert len(entries(slack, incident)) == 1


def test_a_token_that_is_refused_is_said_and_tried_again(slack, mode):
    mode.refusal = "invalid_auth"
    socket = SlackSocket(slack.slack, mode.url, TOKEN, look_seconds=0.1)
    socket.start()
    until(lambda: socket.problem.endswith("connections:write: invalid_auth"), lambda: socket.problem)
    mode.refusal = ""
    until(lambda: socket.problem == "", lambda: socket.problem)
    mode.connected(1)
    socket.stop()


def test_without_a_token_nothing_runs(slack, mode):
    socket = SlackSocket(slack.slack, mode.url, "")
    socket.start()
    socket.stop()
    assert (mode.tickets, socket.problem) == (0, "")
