"""Slack as it is used: the channel of an incident, its summary, posts in order; nothing lost and nothing twice, whatever Slack does."""

from pathlib import Path

import pytest
from tests.real.site import Site
from tests.real.slack_server import TOKEN, Slack
from tests.story.patience import until

BOOK = Path("runbooks/incident-response.md")


@pytest.fixture
def slack(tmp_path):
    with_seed = tmp_path / "slack"
    with_seed.mkdir()
    server = Slack(with_seed)
    yield server
    server.close()


def connected(where, slack, token=TOKEN, more=""):
    catalogue = where / "catalogue"
    (catalogue / "people").mkdir(parents=True)
    (catalogue / "people/ana.yaml").write_text("name: ana\nemail: ana@example.com\n")
    variables = where / "variables"
    variables.write_text(f"SLACK_BOT_TOKEN={token}\n")
    variables.chmod(0o600)
    site = Site(where, BOOK.read_bytes(), catalogue=catalogue, responders=["ana"], command_env_file=variables)
    with site.settings.open("a") as settings:
        settings.write(
            f'[chat]\nkind = "slack"\nurl = "{slack.url}"\n{more}[chat.channels]\n"#customer-support" = "#support-desk"\n'
        )
    return site


@pytest.fixture
def site(tmp_path, slack):
    made = connected(tmp_path / "site", slack)
    yield made
    made.close()


def told(slack, site, what):
    """Wait until the channel says it; the texts of the channel."""
    channel = site.wait_for("ChannelOpened")["reference"]

    def texts():
        return [one["text"] for one in slack.messages(channel)]

    until(lambda: what in "\n".join(texts()), lambda: f"{what} in {texts()}:\n{site.said()[-3000:]}")
    return texts()


def test_a_p0_has_its_channel_and_what_happens_is_posted_there(slack, site):
    site.start()
    site.alert(severity="P0", summary="<!channel> see <http://evil.example|our page> & pay")
    opened = site.wait_for("ChannelOpened")
    channel = slack.channel("incident-")
    assert opened["name"] == f"#{channel['name']}"
    assert (opened["integration"], opened["reference"]) == ("slack", channel["id"])
    assert opened.get("lacking", []) == []
    assert channel["topic"]["value"]
    assert "INC-1" in channel["purpose"]["value"]
    texts = told(slack, site, "paging ana")
    assert "<!channel>" not in "".join(texts)
    members = slack.ask("conversations.members", channel=channel["id"])["members"]
    ana = slack.ask("users.lookupByEmail", email="ana@example.com")["user"]["id"]
    until(lambda: ana in slack.ask("conversations.members", channel=channel["id"])["members"], lambda: str(members))
    site.post("ana", "/api/v1/incidents/INC-1/acknowledge")
    told(slack, site, "acknowledged by ana")
    pins = slack.ask("pins.list", channel=channel["id"])["items"]
    assert [one["message"]["ts"] for one in pins] == [opened["summary"]]
    until(
        lambda: "Acknowledged by ana" in slack.messages(channel["id"])[0]["text"], lambda: str(slack.messages(channel["id"])[0])
    )
    links = {one["title"] for one in slack.ask("bookmarks.list", channel_id=channel["id"])["bookmarks"]}
    assert {"Incident", "Runbook"} <= links
    for name, says in (("incidents", "declared P0"), ("engineering", "declared P0"), ("leadership-alerts", "P0")):
        place = slack.channel(name)["id"]
        until(lambda place=place: slack.messages(place), lambda name=name: f"#{name}\n{site.log()}")
        assert says in slack.messages(place)[0]["text"]
    room = site.get("/api/v1/incidents/INC-1")["incident"]
    assert room["channel"] == opened["name"]
    items = [item["text"] for item in room["checklist"] if item["done"]] if "checklist" in room else []
    assert any("incident channel" in text for text in items), sorted(room)
