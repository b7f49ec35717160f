"""What people do to who is on call: each row by each face, with a key, without the scope, and rehearsed; and the page."""

import json
import re

import msgspec
import pytest
from tests.web.faces import Faces, facts_of
from tests.web.house import START

from stormjib.core.access import SITE
from stormjib.core.actions import SITE_TABLE
from stormjib.core.catalogue.contact import Ntfy
from stormjib.core.catalogue.people import Person
from stormjib.core.effects import react
from stormjib.core.incident import Incident
from stormjib.core.log import ContactTestRequested, OverrideMade, OverrideRemoved, ReachReported
from stormjib.core.oncall.schedule import Layer, Schedule
from stormjib.engine.reach import Reach
from stormjib.engine.rota import Rota

ON_CALL = [action for action in SITE_TABLE if action.path.startswith("oncall/")]
"""The other rows have pages of their own."""
GIVEN = {
    "override": {"schedule": "primary", "person": "cy", "start": "", "end": "2026-12-01 09:00", "reason": "ana is away"},
    "swap": {"schedule": "primary", "at": "2026-10-01 12:00", "other": "2026-10-08T12:00Z", "reason": "a wedding"},
    "remove-override": {"reason": "she is back"},
    "test-contact": {"who": "cy", "method": "push"},
}
FACES = ("api", "form", "cli")


WEEK = Layer(people=("ana", "bo", "cy"), start="2026-01-05 09:00", hand_off="mon 09:00")
PRIMARY = Schedule(name="primary", time_zone="Europe/Berlin", layers=(WEEK,))
SECOND = Schedule(name="second", time_zone="UTC", layers=(msgspec.structs.replace(WEEK, people=("bo",)),))


@pytest.fixture
def schedules():
    return (PRIMARY,)


@pytest.fixture
def rota(house, schedules):
    """A house with schedules, in which overrides count as they are made."""
    push = (Ntfy(name="push", to="https://ntfy.example/cy"),)
    people = tuple(Person(name=name, contact=push if name == "cy" else ()) for name in WEEK.people)
    base = msgspec.structs.replace(house.policy, schedules=schedules, people=people)
    kept = Rota()

    def put(entries=()):
        kept.heard(entries)
        house.door.policy = house.site.policy = kept.on(base)

    house.inbox.subscribe(put)
    put()
    return house


def last(house):
    return max((one.seq for one in house.reader.entries(SITE)), default=0)


def overrides(house, after):
    return [one for one in house.reader.entries(SITE, after) if isinstance(one.fact, OverrideMade | OverrideRemoved)]


def prepared(house, action):
    given = GIVEN[action.name]
    if action.name == "remove-override":
        made = Faces(house).api(SITE_TABLE[0], "", {**GIVEN["override"], "end": f"2026-12-0{last(house) % 8 + 1}"})
        given = {**given, "number": str(made.json()["seq"])}
    return last(house), given


def send(house, face, action, given, key=""):
    faces = Faces(house)
    if face == "form":
        fields = {name: value for name, value in given.items() if value or name == "number"}
        return faces.person.post(f"/oncall/{action.form}", key=key, **fields)
    return getattr(faces, face)(action, "", given, **({"key": key} if face == "api" else {}))


@pytest.mark.parametrize("action", ON_CALL, ids=lambda action: action.name)
def test_each_face_writes_the_same_facts(rota, action):
    told = {}
    for face in FACES:
        before, given = prepared(rota, action)
        answer = send(rota, face, action, given)
        assert (answer[0] if face == "cli" else answer.status_code) == {"api": 200, "form": 303, "cli": 0}[face], answer
        found = facts_of(rota.reader.entries(SITE, before))
        told[face] = re.sub(r"'override': '\d+'", "", str(found)).replace("from now", "")
        for number in [one.seq for one in rota.reader.entries(SITE, before) if isinstance(one.fact, OverrideMade)]:
            Faces(rota).api(SITE_TABLE[2], "", {"number": str(number)})
    assert told["api"] == told["form"] == told["cli"] != "[]"


@pytest.mark.parametrize("action", ON_CALL, ids=lambda action: action.name)
def test_a_dry_run_says_the_same_and_writes_nothing(rota, action):
    before, given = prepared(rota, action)
    faces = Faces(rota)
    before = last(rota)
    said = faces.api(action, "", given, dry_run="?dry_run=true").json()
    assert len(said["sentences"]) == len(said["facts"]) > 0
    assert rota.reader.entries(SITE, before) == []
    faces.api(action, "", given)
    assert [type(one.fact).__name__ for one in rota.reader.entries(SITE, before)] == [one["fact"] for one in said["facts"]]


@pytest.mark.parametrize("face", ["api", "form"])
@pytest.mark.parametrize("action", ON_CALL, ids=lambda action: action.name)
def test_the_same_key_twice_commits_once(rota, action, face):
    _, given = prepared(rota, action)
    faces = Faces(rota)
    sent = (
        (lambda: faces.api(action, "", given, key="k1"))
        if face == "api"
        else lambda: faces.person.post(f"/oncall/{action.form}", key="k1", **given)
    )
    first = sent()
    seq = last(rota)
    again = sent()
    assert (first.status_code, last(rota)) == (again.status_code, seq)


@pytest.mark.parametrize("action", ON_CALL, ids=lambda action: action.name)
def test_without_the_scope_nothing_is_done(rota, action):
    _, given = prepared(rota, action)
    faces = Faces(rota, "eve", ("read",))
    before = last(rota)
    assert faces.api(action, "", given).status_code == 403
    assert faces.person.post(f"/oncall/{action.form}", **given).status_code == 403
    assert faces.cli(action, "", given)[0] in {4, 5}
    robot = Faces(rota, "robot", ("read", "respond"), machine=True)
    assert robot.api(action, "", given).status_code == 403
    assert overrides(rota, before) == []


def test_what_is_written_says_who_and_why(rota):
    send(rota, "api", SITE_TABLE[0], GIVEN["override"])
    entry = rota.reader.entries(SITE)[-1]
    assert (entry.by, entry.fact) == ("ana", OverrideMade("primary", "cy", START, entry.fact.end, "ana is away"))
    assert entry.fact.end == 1796112000.0, "09:00 by the clock of Berlin"


def test_the_command_line_says_who_is_on_call(rota):
    """Now, next, at a time, all turns, and as a calendar."""
    faces = Faces(rota)
    assert faces.command("oncall", "now")[:2] == (0, "primary  bo  until 2026-09-28 07:00 UTC\n")
    assert faces.command("oncall", "next")[1] == "primary  cy  from 2026-09-28 07:00 UTC\n"
    assert faces.command("oncall", "who", "Primary", "--at", "2026-10-05 08:59")[1].split()[:2] == ["primary", "cy"]
    assert faces.command("oncall", "who", "Primary", "--at", "2026-10-05 09:00")[1].split()[:2] == ["primary", "ana"]
    assert faces.command("oncall", "who", "primary", "--at", "soon")[0] == 2
    code, _, told = faces.command("oncall", "who", "primry")
    assert (code, "there are primary" in told) == (3, True)
    send(rota, "api", SITE_TABLE[0], {**GIVEN["override"], "end": "2026-09-21T20:00Z"})
    listed = faces.command("oncall", "list")[1]
    assert "2026-09-21 14:13 UTC  2026-09-21 20:00 UTC  cy   override" in listed
    assert "cy on primary from 2026-09-21 14:13 UTC to 2026-09-21 20:00 UTC: ana is away" in listed
    assert faces.command("oncall", "export", "primary", "--ics")[1].startswith("BEGIN:VCALENDAR")
    assert "cy  " in faces.command("oncall", "export", "primary")[1]
    assert re.fullmatch(r"http://[^ ]+/oncall/[^/]+/NAME\.ics  .*\n", faces.command("oncall", "address")[1])
    assert faces.command("oncall", "address", "--stop")[1] == "No address is open any more.\n"


def test_without_a_method_each_of_somebodys_is_tested(rota):
    assert Faces(rota).command("contact", "test", "cy")[:2] == (0, "a test is sent to cy.\n")
    asked = rota.reader.entries(SITE)[-1].fact
    assert (type(asked), asked.who, asked.method) == (ContactTestRequested, "cy", "push")
    code, _, told = Faces(rota).command("contact", "test", "cy", "pager")
    assert (code, "there are push" in told) == (5, True)


@pytest.fixture
def reach(rota):
    """Cy's only method was never proven, and there is no webhook for the others."""
    found = Reach(lambda: rota.site.policy, lambda _: rota.book, list, rota.clock, webhook=False)
    rota.site.reach = found.found
    return found


def test_when_nobody_would_be_reached_is_on_the_page_in_the_api_and_on_the_command_line(rota, reach):
    faces = Faces(rota)
    service = rota.policy.services[0].name
    said = f"P0 of {service} reaches nobody within 5 minutes, and nobody in the 2 hours after it begins."
    code, out, _ = faces.command("oncall", "reach", "--service", service)
    assert (code, said in out) == (1, True)
    assert faces.command("oncall", "reach", "--service", "nothing")[0] == 3
    found = json.loads(faces.command("oncall", "reach", "--json")[1])
    assert (found["schema"], found["days"], found["unreached"][0]["after_minutes"]) == ("stormjib.reach/1", 28, None)
    assert said in found["sentences"][0]
    assert said in faces.person.get("/oncall").text


def test_everybody_who_can_be_reached_is_no_case(rota):
    assert Faces(rota).command("oncall", "reach")[:2] == (
        0,
        "Somebody is reached in time at every minute of the next 28 days.\n",
    )
    assert "would not always reach" not in Faces(rota).person.get("/oncall").text


def test_on_mondays_it_is_told_once_to_those_who_answer_for_the_site(rota, reach):
    before = last(rota)
    for _ in range(2):
        reach.tell(rota.inbox)
    Reach(lambda: rota.site.policy, lambda _: rota.book, list, rota.clock, webhook=False).tell(rota.inbox)
    (entry,) = [one for one in rota.reader.entries(SITE, before) if isinstance(one.fact, ReachReported)]
    assert entry.fact.told == rota.site.policy.responders
    (message, *_) = react(Incident.new(SITE), entry, rota.book, rota.site.policy)
    assert message.audience == rota.site.policy.responders[0]
    assert entry.fact.sentences[0] in message.text
    rota.at += 86_400
    reach.tell(rota.inbox)
    assert len([one for one in rota.reader.entries(SITE, before) if isinstance(one.fact, ReachReported)]) == 1
    rota.at += 6 * 86_400
    reach.tell(rota.inbox)
    assert len([one for one in rota.reader.entries(SITE, before) if isinstance(one.fact, ReachReported)]) == 2


@pytest.mark.parametrize("schedules", [(PRIMARY, SECOND)])
def test_a_page_says_what_its_form_wrote_with_its_warning_and_only_to_whoever_wrote_it(rota):
    """Bo is on call for another schedule then: the override counts, and the page says what somebody has to know of it."""
    faces, before = Faces(rota), last(rota)
    sent = faces.person.post("/oncall/override", key="k1", **{**GIVEN["override"], "person": "bo"})
    (made,) = overrides(rota, before)
    address = sent.headers["location"].removeprefix("https://ir.test")
    assert made.fact.warning.startswith("bo is on call for second as well")
    assert "bo is on call for primary from 2026" in faces.person.page(address)
    assert made.fact.warning in faces.person.page(address)
    assert made.fact.warning not in Faces(rota, "eve").person.page(address), "it is another's form"
    assert made.fact.warning not in faces.person.page("/oncall")
