"""Slack as it is used: the channel of an incident, its summary, posts in order; nothing lost and nothing twice, whatever Slack does."""

import contextlib
import http.client
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


def noted(site, text):
    site.post("ana", "/api/v1/incidents/INC-1/notes", text=text)


def in_order(slack, site, notes, channel):
    """Wait for the last; each is there once, and they come in the order in which they were written."""
    told(slack, site, notes[-1])
    texts = [one["text"] for one in slack.messages(channel)[1:]]
    whole = "\n".join(texts)
    assert [whole.count(note) for note in notes] == [1] * len(notes), whole
    assert sorted(notes, key=whole.index) == notes
    assert len(set(slack.keys(channel))) == len(slack.keys(channel))
    posted = len(slack.messages(channel))
    until(lambda: posted == 1 + site.kinds().count("Posted") - places_beside(site), lambda: str(site.kinds()))


def places_beside(site):
    return sum(entry["fact"]["fact"] == "Posted" and entry["fact"]["place"] != "channel" for entry in site.log())


WRONG = ("lost", "429", "", "garbage", "broken", "", "500", "cut", "hang", "")


def test_whatever_slack_answers_nothing_is_lost_or_doubled_and_the_order_is_kept(slack, site):
    faults = {
        "conversations.create": ("lost",),
        "conversations.setTopic": ("500",),
        "pins.add": ("lost",),
        "chat.postMessage": WRONG,
        "chat.update": ("429", "garbage"),
    }
    slack.spoil = lambda method, number: (faults.get(method, ()) + ("",) * 99)[min(number, 98)]
    site.start()
    site.alert(severity="P1")
    opened = site.wait_for("ChannelOpened")
    channels = [one["name"] for one in slack.ask("conversations.list", limit=1000)["channels"]]
    assert [name for name in channels if name.startswith("incident-")] == [opened["name"][1:]]
    notes = [f"note number {number}." for number in range(8)]
    for number, note in enumerate(notes):
        noted(site, note)
        if number % 3 == 2:
            told(slack, site, note)
    in_order(slack, site, notes, opened["reference"])
    assert len(slack.calls) > len(WRONG)
    for name in ("incidents", "engineering", "leadership-alerts"):
        place = slack.channel(name)["id"]
        until(lambda place=place: slack.messages(place), lambda name=name: f"#{name}\n{site.log()}")
        assert len(slack.messages(place)) == 1


def test_killed_right_after_slack_has_heard_it(slack, site):
    """Again and again between what Slack took and its result in the log."""
    deadly = ["conversations.create", "Nobody has acknowledged", "note number 1.", "note number 4."]

    def spoil(method, _):
        """Once for each."""
        said = f"{method} {slack.calls[-1][1].get('text', '')}"
        found = next((one for one in deadly if one in said), None)
        return (deadly.remove(found) or site.kill) if found else ""

    slack.spoil = spoil
    site.start()
    site.alert(severity="P1")
    notes, kills = [f"note number {number}." for number in range(6)], []

    def living(what):
        """What it answers; None where it was killed meanwhile, and is started again."""
        if site.processes[-1].poll() is not None:
            kills.append(site.launch())
        # Killed between the request and its answer, http.client has no socket left to read from.
        with contextlib.suppress(OSError, http.client.HTTPException, AttributeError):
            return what()

    until(lambda: "ChannelOpened" in (living(site.kinds) or ()), lambda: site.said()[-3000:])
    channel = slack.channel("incident-")["id"]
    for note in notes:
        until(lambda note=note: living(lambda: note in str(site.log()) or noted(site, note)), lambda note=note: note)
        until(
            lambda note=note: living(site.kinds) and any(note in one["text"] for one in slack.messages(channel)),
            lambda note=note: f"{note}\n{site.said()[-3000:]}",
        )
    until(lambda: living(site.kinds) and len(kills) == 4, lambda: f"{len(kills)} kills, left {deadly}")
    in_order(slack, site, notes, site.wait_for("ChannelOpened")["reference"])


def test_a_name_that_is_somebody_elses(slack, site):
    slack.spoil = lambda method, number: taken(slack) if (method, number) == ("conversations.create", 0) else ""
    site.start()
    site.alert(severity="P1")
    opened = site.wait_for("ChannelOpened")
    assert opened["name"].endswith("-2")
    assert slack.channel(opened["name"][1:])["id"] == opened["reference"]


def taken(slack):
    """Another has it, with a purpose of its own."""
    name = next(fields["name"] for method, fields in slack.calls if method == "conversations.create")
    other = slack.ask("conversations.create", name=name)["channel"]["id"]
    slack.ask("conversations.setPurpose", channel=other, purpose="something else")
    return ""


def home(site):
    return site.send("GET", "/", who="ana")[2].decode()


def test_chat_down_is_said_once_and_the_incident_does_not_notice(slack, site):
    down = True
    slack.spoil = lambda *_: "cut" if down else ""
    site.start()
    site.alert(severity="P1")
    site.wait_for("PageSent")
    until(lambda: len(slack.calls) > 8, lambda: str(slack.calls))
    site.post("ana", "/api/v1/incidents/INC-1/acknowledge")
    failed = [entry["fact"] for entry in site.log() if entry["fact"]["fact"] == "EffectFailed"]
    assert "channel" in {one["effect"] for one in failed}
    assert len({one["effect"] for one in failed}) == len(failed)
    assert "The chat does not take what is posted" in home(site)
    down = False
    told(slack, site, "acknowledged by ana")
    until(
        lambda: "The chat does not take" not in home(site),
        lambda: site.said()[-2000:],
    )


def test_what_a_person_has_to_mend_is_said(tmp_path, slack):
    site = connected(tmp_path / "site", slack, token="xoxb-weak")
    try:
        site.start()
        site.alert(severity="P1")
        failed = until(
            lambda: next((one["fact"] for one in site.log() if one["fact"].get("effect") == "channel"), None),
            lambda: str(site.log()),
        )
        assert "missing_scope" in failed["reason"]
        assert "channels:manage" in failed["reason"]
        assert "install the app again" in failed["reason"]
        (tmp_path / "site/variables").write_text(f"SLACK_BOT_TOKEN={TOKEN}\n")
        told(slack, site, "paging ana")
    finally:
        site.close()


def test_the_channel_is_put_away_at_the_end(tmp_path, slack):
    site = connected(tmp_path / "site", slack, more='at_close = "archive"\n')
    try:
        site.start()
        site.alert(severity="P1")
        channel = site.wait_for("ChannelOpened")["reference"]
        told(slack, site, "paging ana")
        site.post("ana", "/api/v1/incidents/INC-1/false-alarm", reason="a test")
        until(
            lambda: slack.ask("conversations.info", channel=channel)["channel"]["is_archived"],
            lambda: f"{slack.calls[-5:]}\n{site.log()}",
        )
        assert "false alarm" in slack.messages(channel)[0]["text"]
        assert "false alarm" in slack.messages(channel)[-1]["text"]
    finally:
        site.close()
