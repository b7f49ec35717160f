"""Acting from Matrix, against Synapse: commands and reactions of people, once each, whatever is killed and however much was said meanwhile."""

import pytest
from tests.real.matrix_server import Matrix
from tests.real.test_chat import connected
from tests.story.patience import until


@pytest.fixture
def chat(tmp_path):
    (tmp_path / "chat").mkdir()
    server = Matrix(tmp_path / "chat")
    yield server
    server.close()


@pytest.fixture
def site(tmp_path, chat):
    made = connected(tmp_path / "site", chat)
    made.start()
    until((made.data / "chat.json").exists, made.said)
    yield made
    made.close()


def declared(site, chat):
    """An incident with ana in its room."""
    site.alert(severity="P0")
    channel = site.wait_for("ChannelOpened")["reference"]
    chat.enter(channel)
    return channel


def notes(site):
    return [(entry["by"], entry["fact"]["text"]) for entry in site.log() if entry["fact"]["fact"] == "NoteAdded"]


def answers(chat, channel, about):
    """What we answered to this message."""
    contents = [one["content"] for one in chat.everything(channel)]
    return [one["body"] for one in contents if one.get("m.relates_to", {}).get("m.in_reply_to") == {"event_id": about}]


def answered(site, chat, channel, about):
    return until(lambda: answers(chat, channel, about), lambda: f"{chat.everything(channel)}\n{site.said()[-3000:]}")[0]


def test_an_incident_is_worked_on_in_its_room(site, chat):
    """A command and a reaction write notes, a reaction to a page's post acknowledges, one to a shown run approves it; strangers do nothing."""
    channel = declared(site, chat)
    thread = {"rel_type": "m.thread", "event_id": chat.messages(channel)[0]["ts"]}
    typed = chat.say(channel, msgtype="m.text", body="!Incident note redis <b>is</b> down", **{"m.relates_to": thread})
    about = {"rel_type": "m.replace", "event_id": typed}
    new = {"msgtype": "m.text", "body": "!incident note an edit is no command"}
    chat.say(channel, **new, **{"m.new_content": new, "m.relates_to": about})
    assert "INC-1 has the note" in answered(site, chat, channel, typed)
    chat.ask("POST", "rooms", channel, "invite", user_id="@bo:lab.example")
    chat.enter(channel, "bo")
    asked = chat.say(channel, "bo", msgtype="m.text", body="!incident note I am nobody")
    assert 'matrix: "@bo:lab.example"' in answered(site, chat, channel, asked)
    said = chat.say(channel, "bo", msgtype="m.text", body="the disk is full")
    for who in ("ana", "bo"):
        chat.react(channel, said, "📌", who)
    until(lambda: len(notes(site)) > 1, lambda: str(notes(site)))
    page = until(
        lambda: next((one for one in chat.messages(channel) if "paging ana" in one["text"]), None),
        lambda: str(chat.messages(channel)),
    )
    chat.react(channel, page["ts"], "✅\ufe0f")
    assert site.wait_for("Acknowledged")["who"] == "ana"
    (by_ana, first), (by_bo, second) = notes(site)
    assert (by_ana, first, by_bo) == ("ana", "redis <b>is</b> down", "@bo:lab.example")
    assert second.startswith("the disk is full\nFrom Matrix, put here by ana: https://matrix.to/#/")
    assert chat.harmful(channel) == []


def test_an_invitation_is_taken_and_no_notice_is_a_command(site, chat):
    """Of a person of the catalogue at once, before anything is posted there; of a stranger never. Programs write notices."""
    theirs = chat.ask("POST", "createRoom", who="bo", preset="private_chat", invite=["@stormjib:lab.example"])["room_id"]
    room = chat.ask("POST", "createRoom", who="ana", preset="private_chat", invite=["@stormjib:lab.example"])["room_id"]
    until(lambda: room in chat._joined(), site.said)
    assert theirs not in chat._joined()
    notice = chat.say(room, msgtype="m.notice", body="!incident declare a loop of programs")
    typed = chat.say(room, msgtype="m.text", body="!incident list")
    assert "No incident is open" in answered(site, chat, room, typed)
    assert answers(chat, room, notice) == []


def test_a_run_is_approved_by_a_reaction_to_what_would_run(site, chat):
    channel = declared(site, chat)
    steps = site.get("/api/v1/incidents/INC-1")["incident"]["steps"]
    options = [option for step in steps for group in step["groups"] for option in group["options"]]
    change = next(option for option in options if option["text"] == "docker-compose restart redis")
    site.post("ana", "/api/v1/incidents/INC-1/runs", command_id=change["command_id"], reason="it hangs")
    asked = chat.say(channel, msgtype="m.text", body="!incident approve R1 it hangs")
    assert f"would run: {change['runs_as']}" in answered(site, chat, channel, asked)
    shown = next(one for one in chat.everything(channel) if "would run:" in one["content"]["body"])
    chat.react(channel, shown["event_id"], "✅")
    assert site.wait_for("RunApproved")["run_id"] == "INC-1-R1"


def test_what_was_said_while_we_were_killed_is_done_once(site, chat):
    """Killed between the entry and the answer, and away for more than one page of messages."""
    channel = declared(site, chat)
    deadly = ["INC-1 has the note"]
    chat.spoil = lambda method, _: (
        (deadly.pop() and site.kill) if method == "send" and deadly and deadly[0] in chat.calls[-1][1]["text"] else ""
    )
    first = chat.say(channel, msgtype="m.text", body="!incident note number 0.")
    until(lambda: site.processes[-1].poll() is not None, site.said)
    second = chat.say(channel, msgtype="m.text", body="!incident note number 1.")
    for number in range(130):
        chat.say(channel, msgtype="m.text", body=f"talk {number}")
    third = chat.say(channel, msgtype="m.text", body="!incident note number 2.")
    site.start()
    for asked in (first, second, third):
        assert "INC-1 has the note" in answered(site, chat, channel, asked)
    assert [text for _, text in notes(site)] == ["number 0.", "number 1.", "number 2."]
    assert [len(answers(chat, channel, asked)) for asked in (first, second, third)] == [1, 1, 1]
    assert not deadly
