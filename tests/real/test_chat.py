"""A chat as it is used: the channel of an incident, its summary, posts in order; nothing lost and nothing twice, whatever the chat does."""

import contextlib
import http.client
from pathlib import Path

import pytest
from tests.real.matrix_server import Matrix
from tests.real.site import Site
from tests.real.slack_server import Slack
from tests.story.patience import until

BOOK = Path("runbooks/incident-response.md")


@pytest.fixture(params=[Slack, Matrix], ids=lambda one: one.KIND)
def chat(request, tmp_path):
    where = tmp_path / "chat"
    where.mkdir()
    server = request.param(where)
    yield server
    server.close()


def connected(where, chat, token="", more="", person=None):
    catalogue = where / "catalogue"
    (catalogue / "people").mkdir(parents=True)
    (catalogue / "people/ana.yaml").write_text(f"name: ana\n{chat.PERSON if person is None else person}\n")
    variables = where / "variables"
    variables.write_text(f"{chat.VARIABLE}={token or chat.TOKEN}\n")
    variables.chmod(0o600)
    site = Site(where, BOOK.read_bytes(), catalogue=catalogue, responders=["ana"], command_env_file=variables)
    with site.settings.open("a") as settings:
        settings.write(
            f'[chat]\nkind = "{chat.KIND}"\nurl = "{chat.url}"\n{more}[chat.channels]\n"#customer-support" = "#support-desk"\n'
        )
    return site


@pytest.fixture
def site(tmp_path, chat):
    made = connected(tmp_path / "site", chat)
    yield made
    made.close()


def told(chat, site, what):
    """Wait until the channel says it; the texts of the channel."""
    channel = site.wait_for("ChannelOpened")["reference"]

    def texts():
        return [one["text"] for one in chat.messages(channel)]

    until(lambda: what in "\n".join(texts()), lambda: f"{what} in {texts()}:\n{site.said()[-3000:]}")
    return texts()


def test_a_p0_has_its_channel_and_what_happens_is_posted_there(chat, site):
    site.start()
    site.alert(severity="P0", summary="<!channel> see <http://evil.example|our page> & pay")
    opened = site.wait_for("ChannelOpened")
    channel = chat.channel("incident-")
    assert opened["name"] == f"#{channel['name']}"
    assert (opened["integration"], opened["reference"]) == (chat.KIND, channel["id"])
    assert opened.get("lacking", []) == []
    assert "see <http://evil.example|our page>" in chat.topic(channel["id"]).replace("&lt;", "<").replace("&gt;", ">")
    texts = told(chat, site, "paging ana")
    assert "declared P0" in texts[1]
    assert chat.harmful(channel["id"]) == []
    until(lambda: chat.has(channel["id"]), "ana in the channel")
    site.post("ana", "/api/v1/incidents/INC-1/acknowledge")
    told(chat, site, "acknowledged by ana")
    assert chat.pinned(channel["id"]) == [opened["summary"]]
    until(lambda: "Acknowledged by ana" in chat.messages(channel["id"])[0]["text"], lambda: str(chat.messages(channel["id"])[0]))
    assert {"Incident", "Runbook"} <= chat.links(channel["id"])
    for name, says in (("incidents", "declared P0"), ("engineering", "declared P0"), ("leadership-alerts", "P0")):
        place = chat.channel(name)["id"]
        until(lambda place=place: chat.messages(place), lambda name=name: f"#{name}\n{site.log()}")
        assert says in chat.messages(place)[0]["text"]
    room = site.get("/api/v1/incidents/INC-1")["incident"]
    assert room["channel"] == opened["name"]
    items = [item["text"] for item in room["checklist"] if item["done"]] if "checklist" in room else []
    assert any("incident channel" in text for text in items), sorted(room)


def noted(site, text):
    site.post("ana", "/api/v1/incidents/INC-1/notes", text=text)


def in_order(chat, site, notes, channel):
    """Wait for the last; each is there once, and they come in the order in which they were written."""
    told(chat, site, notes[-1])
    texts = [one["text"] for one in chat.messages(channel)[1:]]
    whole = "\n".join(texts)
    assert [whole.count(note) for note in notes] == [1] * len(notes), whole
    assert sorted(notes, key=whole.index) == notes
    assert len(set(chat.keys(channel))) == len(chat.keys(channel))
    posted = len(chat.messages(channel))
    until(lambda: posted == 1 + site.kinds().count("Posted") - places_beside(site), lambda: str(site.kinds()))


def places_beside(site):
    return sum(entry["fact"]["fact"] == "Posted" and entry["fact"]["place"] != "channel" for entry in site.log())


WRONG = ("lost", "429", "", "garbage", "broken", "", "500", "cut", "hang", "")


def test_whatever_it_answers_nothing_is_lost_or_doubled_and_the_order_is_kept(chat, site):
    faults = {
        chat.OPEN: ("lost",),
        chat.THEN: ("500", chat.EMPTY),
        chat.PIN: ("lost",),
        chat.POST: WRONG,
        chat.EDIT: ("429", "garbage"),
    }
    chat.spoil = lambda method, number: (faults.get(method, ()) + ("",) * 99)[min(number, 98)]
    site.start()
    site.alert(severity="P1")
    opened = site.wait_for("ChannelOpened")
    assert [name for name in chat.names() if name.startswith("incident-")] == [opened["name"][1:]]
    notes = [f"note number {number}." for number in range(8)]
    for number, note in enumerate(notes):
        noted(site, note)
        if number % 3 == 2:
            told(chat, site, note)
    in_order(chat, site, notes, opened["reference"])
    assert len(chat.calls) > len(WRONG)
    for name in ("incidents", "engineering", "leadership-alerts"):
        place = chat.channel(name)["id"]
        until(lambda place=place: chat.messages(place), lambda name=name: f"#{name}\n{site.log()}")
        assert len(chat.messages(place)) == 1


@pytest.mark.parametrize("chat", [Slack], ids=lambda one: one.KIND, indirect=True)
def test_the_next_try_of_a_channel_goes_on_where_the_one_before_failed(chat, site):
    """Many requests make one: where each try began at the first, a chat that fails at one in ten would have no channel for minutes."""
    chat.spoil = lambda method, number: "500" if method in {"bookmarks.add", chat.PIN} and number < 2 else ""
    site.start()
    site.alert(severity="P1")
    opened = site.wait_for("ChannelOpened")
    assert opened.get("lacking", []) == []
    asked = [method for method, _ in chat.calls]
    once = {chat.OPEN, chat.THEN, "conversations.setPurpose", "bookmarks.list"}
    assert {method: asked.count(method) for method in once} == dict.fromkeys(once, 1)
    assert len(chat.messages(opened["reference"])) >= 1
    assert len(set(chat.keys(opened["reference"]))) == len(chat.keys(opened["reference"]))


def test_killed_right_after_the_chat_has_heard_it(chat, site):
    """Again and again between what it took and its result in the log."""
    deadly = [chat.OPEN, "Nobody has acknowledged", "note number 1.", "note number 4."]

    def spoil(method, _):
        """Once for each."""
        said = f"{method} {chat.calls[-1][1].get('text', '')}"
        found = next((one for one in deadly if one in said), None)
        return (deadly.remove(found) or site.kill) if found else ""

    chat.spoil = spoil
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
    channel = chat.channel("incident-")["id"]
    for note in notes:
        until(lambda note=note: living(lambda: note in str(site.log()) or noted(site, note)), lambda note=note: note)
        until(
            lambda note=note: living(site.kinds) and any(note in one["text"] for one in chat.messages(channel)),
            lambda note=note: f"{note}\n{site.said()[-3000:]}",
        )
    until(lambda: living(site.kinds) and len(kills) == 4, lambda: f"{len(kills)} kills, left {deadly}")
    in_order(chat, site, notes, site.wait_for("ChannelOpened")["reference"])


def test_a_name_that_is_somebody_elses(chat, site):
    chat.spoil = lambda method, number: taken(chat) if (method, number) == (chat.OPEN, 0) else ""
    site.start()
    site.alert(severity="P1")
    opened = site.wait_for("ChannelOpened")
    assert opened["name"].endswith("-2")
    assert chat.channel(opened["name"][1:])["id"] == opened["reference"]


def taken(chat):
    fields = next(fields for method, fields in chat.calls if method == chat.OPEN)
    chat.take(fields.get("name") or fields["room_alias_name"])
    return ""


def home(site):
    return site.send("GET", "/", who="ana")[2].decode()


def test_chat_down_is_said_once_and_the_incident_does_not_notice(chat, site):
    down = True
    chat.spoil = lambda *_: "cut" if down else ""
    site.start()
    site.alert(severity="P1")
    site.wait_for("PageSent")
    until(lambda: len(chat.calls) > 8, lambda: str(chat.calls))
    site.post("ana", "/api/v1/incidents/INC-1/acknowledge")
    failed = [entry["fact"] for entry in site.log() if entry["fact"]["fact"] == "EffectFailed"]
    assert "channel" in {one["effect"] for one in failed}
    assert len({one["effect"] for one in failed}) == len(failed)
    assert "The chat does not take what is posted" in home(site)
    down = False
    told(chat, site, "acknowledged by ana")
    until(
        lambda: "The chat does not take" not in home(site),
        lambda: site.said()[-2000:],
    )


def test_what_a_person_has_to_mend_is_said(tmp_path, chat):
    token, *says = chat.WEAK
    site = connected(tmp_path / "site", chat, token=token)
    try:
        site.start()
        site.alert(severity="P1")
        failed = until(
            lambda: next((one["fact"] for one in site.log() if one["fact"].get("effect") == "channel"), None),
            lambda: str(site.log()),
        )
        assert [one for one in says if one not in failed["reason"]] == []
        (tmp_path / "site/variables").write_text(f"{chat.VARIABLE}={chat.TOKEN}\n")
        told(chat, site, "paging ana")
    finally:
        site.close()


def test_who_cannot_be_invited_is_said(tmp_path, chat):
    site = connected(tmp_path / "site", chat, person="phone: +49 30 1234567")
    try:
        site.start()
        site.alert(severity="P1")
        lacking = until(
            lambda: [text for one in site.log() for text in one["fact"].get("lacking", ())],
            lambda: f"{site.log()}\n{site.said()}",
        )
        assert lacking[0].startswith(f"ana was not invited: write {chat.KIND}:")
        told(chat, site, "paging ana")
    finally:
        site.close()


def test_the_channel_is_put_away_at_the_end(tmp_path, chat):
    site = connected(tmp_path / "site", chat, more='at_close = "archive"\n')
    try:
        site.start()
        site.alert(severity="P1")
        channel = site.wait_for("ChannelOpened")["reference"]
        told(chat, site, "paging ana")
        site.post("ana", "/api/v1/incidents/INC-1/false-alarm", reason="a test")
        until(lambda: chat.is_archived(channel), lambda: f"{chat.calls[-5:]}\n{site.log()}")
        assert "false alarm" in chat.messages(channel)[0]["text"]
        assert "false alarm" in chat.messages(channel)[-1]["text"]
    finally:
        site.close()
