"""What people write and how they react in a chat, as actions: by people of the catalogue alone, once, and not when it came too late."""

import json
import queue

import msgspec
import pytest
from tests.story.patience import until

from stormjib.core.catalogue.people import Person
from stormjib.core.log import StatusPosted
from stormjib.ports import DeliveryError
from stormjib.ports.chat import INVITES, Said
from stormjib.web.chat import Chat
from stormjib.web.listening import LATE_SECONDS, Listening

ROOM, ANA, BO, STRANGER = "!room", "@ana:example.org", "@bo:example.org", "@ana:elsewhere.example"


class Heard:
    """A stand-in for a chat that tells what people do: each ``listen`` gives what one ``hear`` had, or raises it."""

    def __init__(self, clock):
        self.clock, self.rounds, self.positions, self.messages, self.answers, self.joined = clock, queue.Queue(), [], {}, [], []

    def listen(self, since):
        self.positions.append(since)
        given = self.rounds.get()
        if isinstance(given, Exception):
            raise given
        return f"s{len(self.positions)}", given

    def message(self, _, reference):
        return self.messages.get(reference)

    def join(self, room):
        self.joined.append(room)

    def answer(self, said, text, offers):
        if isinstance(text, str) and "fails" in said.reference and not self.answers:
            self.answers.append(None)
            raise DeliveryError("matrix", "not now", permanent=False, retry_after_seconds=0.001)
        reference = f"a{len(self.answers)}"
        self.answers.append((said.reference, text))
        self.messages[reference] = self.said(reference, "@us", text, offers=offers, ours=True)

    def said(self, reference, who, text="", mark="", about="", ago=0.0, offers="", ours=False):
        return Said(ROOM, reference, who, self.clock() - ago, text, mark, about, f"https://matrix.to/{reference}", ours, offers)


class Room:
    def __init__(self, house, tmp_path):
        self.house, self.place = house, tmp_path / "chat.json"
        people = (Person(name="ana", matrix=ANA), Person(name="bo", matrix=BO))
        house.site.policy = house.door.policy = msgspec.structs.replace(house.site.policy, people=people)
        for name in ("ana", "bo"):
            house.tokens.create(name, ("read", "respond"))
        self.chat = Heard(house.clock)
        self.incident = house.declare()
        self.begin()

    def begin(self, url="https://matrix.example"):
        incident_of = {ROOM: self.incident}
        chat = Chat(self.house.site, lambda room: incident_of.get(room, ""), "matrix")
        self.listening = Listening(self.chat, chat, self.place, url, reaction="📌", names={"#customer-support": "#support-desk"})
        self.listening.start()

    def end(self):
        self.chat.rounds.put([])
        self.listening.stop()

    def hear(self, *said):
        """One round with all of this, until the next one has begun."""
        before = len(self.chat.positions)
        self.chat.rounds.put(said[0] if isinstance(said[0], Exception) else said)
        until(lambda: len(self.chat.positions) > max(before, 1), "the next round")

    def typed(self, text, who=ANA, reference="m1", **more):
        self.hear(self.chat.said(reference, who, f"!incident {text}", **more))
        return self.chat.answers[-1][1] if self.chat.answers else ""

    def entries(self):
        return [(one.by, one.fact) for one in self.house.reader.entries(self.incident) if one.cause.startswith("by/matrix/")]


@pytest.fixture
def room(house, tmp_path):
    made = Room(house, tmp_path)
    yield made
    made.end()


def test_a_command_is_done_once_and_answered_as_it_is_typed_here(room):
    assert f"{room.incident} has the note" in room.typed("note redis is down")
    room.typed("note redis is down")
    assert [(by, fact.text) for by, fact in room.entries()] == [("ana", "redis is down")]
    assert "!incident note" in room.typed("help", reference="m2")
    assert "Write !incident status" in room.typed("update", reference="m3")


@pytest.mark.parametrize(
    ("who", "ago", "says"),
    [
        (STRANGER, 0, f'matrix: "{STRANGER}" into your file in people/'),
        (ANA, LATE_SECONDS + 60, "This came 16 minutes late, and nothing was done"),
    ],
)
def test_who_is_nobody_or_comes_too_late_does_nothing_and_is_told(room, who, ago, says):
    assert says in room.typed("ack", who, ago=ago)
    room.hear(room.chat.said("r1", who, mark="✅", about="m0", ago=ago))
    assert room.entries() == []


def test_a_message_of_the_future_is_no_fresher_than_one_of_long_ago(room):
    assert "16 minutes ahead of ours" in room.typed("ack", ago=-LATE_SECONDS - 60)
    assert room.entries() == []


def test_a_stranger_is_answered_once_an_hour(room):
    for number in range(5):
        room.typed("ack", STRANGER, reference=f"m{number}")
    room.typed("ack", "@bot:elsewhere.example", reference="m5")
    assert [reference for reference, _ in room.chat.answers] == ["m0", "m5"]
    room.house.at += 3600
    room.typed("ack", STRANGER, reference="m6")
    assert [reference for reference, _ in room.chat.answers] == ["m0", "m5", "m6"]


@pytest.mark.parametrize(
    ("who", "alias", "joins"),
    [
        (ANA, "", ["!there"]),
        (STRANGER, "", []),
        (STRANGER, "#support-desk:example.org", ["#support-desk"]),
        (STRANGER, "#incidents:elsewhere.example", ["#incidents"]),
        (STRANGER, "#something:example.org", []),
    ],
)
def test_an_invitation_is_taken_from_people_and_into_rooms_that_the_site_names(room, who, alias, joins):
    """Such a room is entered by our own name of it, whatever room a stranger calls so."""
    room.hear(room.chat.said("", who, alias, mark=INVITES)._replace(channel="!there"))
    assert (room.chat.joined, room.chat.answers) == (joins, [])


def test_a_message_becomes_a_note_of_its_author_once(room):
    room.chat.messages["m0"] = room.chat.said("m0", BO, "the disk is full")
    room.hear(room.chat.said("r1", ANA, mark="📌", about="m0"), room.chat.said("r2", BO, mark="📌", about="m0"))
    room.hear(room.chat.said("r3", ANA, mark="📌", about="gone"))
    ((by, fact),) = room.entries()
    assert (by, fact.text) == ("bo", "the disk is full\nFrom Matrix, put here by ana: https://matrix.to/m0")


def test_a_reaction_acknowledges_on_a_message_of_ours_alone_and_only_while_nobody_has(room):
    room.chat.messages |= {"m0": room.chat.said("m0", BO, "paging ana"), "p0": room.chat.said("p0", "@us", "paging", ours=True)}
    room.hear(room.chat.said("r1", ANA, mark="✅", about="m0"))
    assert room.entries() == []
    room.hear(room.chat.said("r2", ANA, mark="✅", about="p0"))
    room.hear(room.chat.said("r3", BO, mark="✅", about="p0"))
    assert [by for by, _ in room.entries()] == ["ana"]
    assert [reference for reference, _ in room.chat.answers] == ["r2", "p0"]


def test_a_run_is_approved_as_it_was_shown(room):
    """Whoever reacts to what is shown decides on exactly that; what was decided since is refused."""
    command = room.house.command("docker-compose restart redis")
    room.house.act("propose", room.incident, "bo", command_id=command.id, reason="it hangs")
    shown = room.typed("approve R1")
    assert f"would run: {command.text}" in shown
    assert "react to this with ✅" in shown
    for number in range(2):
        room.hear(room.chat.said(f"r{number}", ANA, mark="✅", about="a0"))
    assert [type(fact).__name__ for _, fact in room.entries()][:1] == ["RunApproved"]
    assert len([fact for _, fact in room.entries() if type(fact).__name__ == "RunApproved"]) == 1
    assert [about for about, _ in room.chat.answers] == ["m1", "r0", "r1"]
    assert "nothing changed" in room.chat.answers[-1][1]


def test_what_destroys_is_approved_by_a_second_person_in_their_own_words(room):
    """The check mark is of whoever typed the words alone; somebody else's is answered with what to type."""
    command = room.house.command("redis-cli flushdb")
    run = room.house.act("propose", room.incident, "bo", command_id=command.id, reason="poisoned keys").run_id
    assert room.typed("approve R1 ana saw poisoned keys").startswith(f"{run}\n")
    room.hear(room.chat.said("r0", BO, mark="✅", about="a0"))
    assert f"!incident approve {run}" in room.chat.answers[-1][1]
    assert "ana typed this" in room.chat.answers[-1][1]
    assert room.entries() == []
    room.hear(room.chat.said("r1", ANA, mark="✅", about="a0"))
    assert next((by, fact.reason) for by, fact in room.entries()) == ("ana", "ana saw poisoned keys")


def test_what_customers_read_is_shown_and_confirmed_by_whoever_typed_it(room):
    room.house.public(room.incident)
    shown = room.typed("update --stage Identified --audience customers --text INC-1 is ours, ask bo")
    assert "Customers will read:\nProblem with Uploads\nIdentified: INC-1 is ours, ask bo\nUploads: partial outage" in shown
    assert "may not know these words: INC-1, bo." in shown
    assert "Post: react to this with ✅" in shown
    room.hear(room.chat.said("r0", BO, mark="✅", about="a0"))
    assert "ana typed this" in room.chat.answers[-1][1]
    assert room.entries() == []
    room.house.act("change-severity", room.incident, "ana", severity="P0", reason="everybody")
    for number in (1, 2):
        room.hear(room.chat.said(f"r{number}", ANA, mark="✅", about="a0"))
    ((by, fact),) = [(by, fact) for by, fact in room.entries() if isinstance(fact, StatusPosted)]
    assert (by, fact.stage, fact.components) == ("ana", "Identified", {"Uploads": "partial outage"})
    assert "posted" in room.typed("update --stage Identified --audience stakeholders --text we know", reference="m9")
    works = "status maintenance Upgrade of redis --text It takes a while. --from 2027-01-02 04:00 --to 2027-01-02 05:00"
    assert "from 2027-01-02 04:00 UTC to 2027-01-02 05:00 UTC" in room.typed(works, reference="m10")


def test_a_check_mark_on_what_offers_nothing_is_answered_once(room):
    room.house.act("acknowledge", room.incident, "bo")
    room.chat.messages["p0"] = room.chat.said("p0", "@us", "INC-1-R1 waits for approval", ours=True)
    for number, who in enumerate((ANA, BO)):
        room.hear(room.chat.said(f"r{number}", who, mark="✅", about="p0"))
    assert {reference for reference, _ in room.chat.answers} == {"p0"}
    assert "offers nothing" in room.chat.answers[0][1]


def test_what_does_not_fit_is_not_decided_on_here(room, monkeypatch):
    monkeypatch.setattr("stormjib.web.listening.SHOWN_CHARS_MAX", 100)
    command = room.house.command("docker-compose restart redis")
    room.house.act("propose", room.incident, "bo", command_id=command.id, reason="it hangs")
    assert "too long to be shown here; decide on its page: https://" in room.typed("approve R1")
    assert room.chat.messages["a0"].offers == ""


@pytest.mark.parametrize("offers", ["{", '{"action": "no-such-action"}'])
def test_an_offer_of_another_version_is_none(room, offers):
    room.chat.messages["p0"] = room.chat.said("p0", "@us", ours=True, offers=offers)
    room.hear(room.chat.said("r1", ANA, mark="✅", about="p0"))
    assert "is not one of this server" in room.chat.answers[0][1]


def test_what_fails_for_a_while_is_heard_again_from_the_same_position(room):
    room.hear(DeliveryError("matrix", "Matrix can't be reached.", permanent=False, retry_after_seconds=0.001))
    assert room.chat.positions[-1] == room.chat.positions[0] == ""
    assert "Matrix can't be reached." in room.listening.problem
    room.chat.rounds.put([room.chat.said("fails", ANA, "!incident note once")])
    room.hear(room.chat.said("fails", ANA, "!incident note once"))
    until(lambda: not room.listening.problem, lambda: room.listening.problem)
    assert [fact.text for _, fact in room.entries()] == ["once"]


def test_it_goes_on_where_it_ended_and_anew_at_another_address(room):
    room.typed("note one")
    kept = json.loads(room.place.read_text())["since"]
    room.end()
    ended = len(room.chat.positions)
    room.begin()
    until(lambda: len(room.chat.positions) > ended, "the first round")
    assert room.chat.positions[ended] == json.loads(room.place.read_text())["since"] >= kept
    room.end()
    room.place.write_text("{")
    ended = len(room.chat.positions)
    room.begin()
    until(lambda: len(room.chat.positions) > ended, "the first round")
    assert room.chat.positions[ended] == ""
    room.end()
    ended = len(room.chat.positions)
    room.begin("https://elsewhere.example")
    until(lambda: len(room.chat.positions) > ended, "the first round")
    assert room.chat.positions[ended] == ""
