"""The whole product with Slack: over the connection that it opens, and over HTTP, by the same people."""

import json
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier
from tests.story.patience import until
from tests.web.socket_server import SocketMode

SECRET, TOKEN = "the-secret-of-slack-0123", "xapp-1-A0-0123456789"
LIST = {"text": "list", "user_id": "U0ANA", "team_id": "T0", "channel_id": "C0", "trigger_id": "1"}


@pytest.fixture
def mode():
    made = SocketMode(TOKEN)
    yield made
    made.close()


@pytest.fixture
def world(make, mode, tmp_path):
    (tmp_path / "catalogue/people").mkdir(parents=True)
    (tmp_path / "catalogue/people/ana.yaml").write_text("name: ana\nslack: U0ANA\n")
    variables = tmp_path / "variables"
    variables.write_text(f"SLACK_APP_TOKEN={TOKEN}\nSLACK_SIGNING_SECRET={SECRET}\n")
    variables.chmod(0o600)
    return make(
        catalogue=tmp_path / "catalogue",
        command_env_file=variables,
        chat={"kind": "slack", "url": mode.url},
        signed={"slack": {"secrets": ["${SLACK_SIGNING_SECRET}"]}},
    )


def problems(world):
    return " ".join(world.send("GET", "/healthz", "ana").json()["problems"])


def test_people_act_over_the_connection_and_over_http(world, mode):
    mode.connected(1)
    mode.send("slash_commands", LIST, "E1")
    assert mode.confirmation("E1")["payload"]["text"] == "No incident is open."
    body, at = urlencode(LIST), str(int(world.clock()))
    seal = SignatureVerifier(SECRET).generate_signature(timestamp=at, body=body)
    headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": seal}
    assert world.http.post("/hooks/slack/commands", content=body, headers=headers).json()["text"] == "No incident is open."
    refused = world.http.post("/hooks/slack/commands", content=body, headers=headers | {"X-Slack-Signature": "v0=0"})
    assert refused.status_code == 401
    counted = [{"source": "slack", "unread": {"401": 1}}]
    until(lambda: [{name: one[name] for name in counted[0]} for one in world.get("/intake")["sources"]] == counted, "the count")


def test_that_nothing_arrives_from_slack_is_said(make, mode, tmp_path):
    mode.refusal = "not_allowed_token_type"
    variables = tmp_path / "variables"
    variables.write_text(f"SLACK_APP_TOKEN={TOKEN}\n")
    variables.chmod(0o600)
    world = make(command_env_file=variables, chat={"kind": "slack", "url": mode.url})
    until(lambda: "refuses the app token" in problems(world), lambda: problems(world))
    assert json.loads(world.http.get("/healthz").content)["status"] == "degraded"
