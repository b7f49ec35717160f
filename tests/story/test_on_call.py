"""On call: who a schedule says, an override made on the page, a swap, a gap that is shown, calendars out and in."""

import re
from datetime import UTC, datetime

import icalendar
import pytest
from starlette.testclient import TestClient
from tests.story.patience import until
from tests.story.world import World

from stormjib import oncall_watch
from stormjib.core.log import OverrideMade

REFERENCE = b"# Whatever\n\n## Mitigation\n\n- Ask somebody who knows\n"
WEEK = 7 * 86_400
ALWAYS = "name: primary\nlayers:\n  - {people: [ana], start: 2020-01-01}\n"
PEOPLE = {f"people/{name}.yaml": f"name: {name}\nfull_name: {name.title()} Smith\n" for name in ("ana", "bo", "cy")}


def write(where, **files):
    for name, text in {"services/shop.yaml": "name: shop\n", **PEOPLE, **files}.items():
        path = where / "catalogue" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def build(tmp_path):
    worlds = []

    def made(schedule=ALWAYS, **files):
        write(tmp_path, **{"schedules/primary.yaml": schedule, **files})
        worlds.append(World(tmp_path, REFERENCE, trusted=(), catalogue=tmp_path / "catalogue"))
        return worlds[-1]

    yield made
    for world in worlds:
        world.close()


def browser(world, who="ana"):
    opened = TestClient(world.app.asgi, base_url=world.settings.url, follow_redirects=True)
    opened.post("/login", data={"token": world.tokens[who], "next": "/"})
    return opened


def words(answer):
    """What a reader of the page sees."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text))


def now_on(world, name="primary"):
    return next(one["now"] for one in world.get("/oncall")["schedules"] if one["name"] == name)


def shown(second):
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M}Z"


def made(world):
    return [entry.fact for entry in world.app.reader.entries("SITE") if isinstance(entry.fact, OverrideMade)]


def test_an_override_made_on_the_page_changes_who_is_on_call(build):
    """Bo takes the next hours on the page: every page says so, the log has it, a restart keeps it, and taking it back ends it."""
    world = build()
    page = browser(world)
    assert "ana on primary" in words(page.get("/"))
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.get("/oncall").text)[1]
    fields = {"csrf": csrf, "key": "k1", "schedule": "primary", "person": "bo", "start": "", "end": shown(world.clock() + 7200)}
    answer = page.post("/oncall/override", data={**fields, "reason": "ana is at the dentist"})
    assert "bo is on call for primary" in words(answer)
    assert now_on(world) == ["bo"]
    assert "bo on primary" in words(page.get("/"))
    world.again()
    assert now_on(world) == ["bo"]
    number = world.get("/oncall")["overrides"][0]["id"]
    world.post("ana", f"/oncall/overrides/{number}/remove", reason="back already")
    assert now_on(world) == ["ana"]
    assert (made(world)[0].person, made(world)[0].reason) == ("bo", "ana is at the dentist")


def test_an_override_ends_by_itself(build):
    world = build()
    world.post("ana", "/oncall/overrides", schedule="primary", person="bo", end=shown(world.clock() + 7200))
    assert now_on(world) == ["bo"]
    world.ahead_seconds += 3 * 3600
    assert now_on(world) == ["ana"]


def test_a_swap_exchanges_two_turns(build):
    """The turn of now and the one a week later change hands, whole; every other stays."""
    world = build("name: primary\nlayers:\n  - {people: [ana, bo, cy], start: 2020-01-06}\n")
    before = world.get("/oncall")["schedules"][0]["shifts"]
    first, second = before[0], before[1]
    world.post("ana", "/oncall/swap", schedule="primary", at=shown(first["start"] + 60), other=shown(second["start"] + 60))
    after = world.get("/oncall")["schedules"][0]["shifts"]
    assert [one["person"] for one in after[:3]] == [second["person"], first["person"], before[2]["person"]]
    assert (after[1]["start"], after[1]["end"]) == (second["start"], second["end"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {"schedule": "primry", "person": "bo", "end": "2999-01-01"},
            "There is no schedule 'primry'; 'primary' is probably meant.",
        ),
        ({"schedule": "primary", "person": "boo", "end": "2999-01-01"}, "Nobody is called 'boo'; 'bo' is probably meant."),
        ({"schedule": "primary", "person": "bo", "end": "soon"}, "'soon' is no time"),
        ({"schedule": "primary", "person": "bo", "end": "2001-01-01"}, "is over already"),
        ({"schedule": "primary", "person": "bo", "end": "2999-01-01"}, "at most 366 days"),
        ({"schedule": "primary", "person": "bo", "start": "2999-01-02", "end": "2999-01-01"}, "has to end after it begins"),
    ],
)
def test_an_override_that_can_t_be_is_refused_with_what_to_do(build, body, said):
    world = build()
    assert said in world.post("ana", "/oncall/overrides", 409, **body)
    assert made(world) == []


def test_a_gap_in_the_next_days_is_a_problem_that_is_shown(build):
    """On weekends nobody is on call: the home page, /healthz and /metrics say so until somebody fills it."""
    world = build(
        "name: primary\nlayers:\n  - {people: [ana], start: 2020-01-06, restrictions: [{days: [mon, tue, wed, thu, fri]}]}\n"
    )
    page = browser(world)
    assert "Nobody is on call for primary" in words(page.get("/"))
    assert "Nobody is on call for primary" in " ".join(world.send("GET", "/healthz", "ana").json()["problems"])
    assert "\nstormjib_on_call_gaps 1" in world.send("GET", "/metrics", "ana").text
    gap = world.get("/oncall")["schedules"][0]["gaps"][0]
    world.post("ana", "/oncall/overrides", schedule="primary", person="cy", start=shown(gap["start"]), end=shown(gap["end"]))
    assert "Nobody is on call for primary" not in words(page.get("/"))
    assert "Nobody is on call" in words(page.get("/oncall")), "the weekends after it are still open"


def test_a_calendar_goes_out_at_an_address_that_is_private_and_can_be_closed(build):
    world = build()
    address = world.post("ana", "/oncall/calendar-address", person="ana")["token"]
    answer = world.http.get(f"/oncall/{address}/primary.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["ana on call: primary"]
    assert world.http.get(f"/oncall/{address}/ana.ics").status_code == 200
    assert world.http.get(f"/oncall/{address}/nobody.ics").status_code == 404
    assert world.http.get("/oncall/wrong/primary.ics").status_code == 404
    assert world.http.get(f"/oncall/{world.tokens['watcher']}/primary.ics").status_code == 404
    again = world.post("ana", "/oncall/calendar-address", person="ana")["token"]
    assert world.http.get(f"/oncall/{address}/primary.ics").status_code == 404
    assert world.http.get(f"/oncall/{again}/primary.ics").status_code == 200
    assert world.http.get("/api/v1/incidents", headers={"Authorization": f"Bearer {again}"}).status_code == 403


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20200101T000000Z
DTSTART:20200106T000000Z
DURATION:P7D
RRULE:FREQ=WEEKLY;INTERVAL=2
SUMMARY:Bo Smith
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTAMP:20200101T000000Z
DTSTART:20200113T000000Z
DURATION:P7D
RRULE:FREQ=WEEKLY;INTERVAL=2
SUMMARY:on call: cy
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def test_a_schedule_that_stands_in_a_calendar(build, tmp_path):
    """It is read, kept, and where it breaks the last good copy counts, and that is said."""
    world = build("name: primary\nical: oncall.ics\n", **{"oncall.ics": CALENDAR})
    until(lambda: now_on(world), "the calendar is read")
    assert now_on(world) in (["bo"], ["cy"])
    assert {one["person"] for one in world.get("/oncall")["schedules"][0]["shifts"]} == {"bo", "cy"}
    (tmp_path / "catalogue" / "oncall.ics").write_text("this is no calendar", encoding="utf-8")
    world.app.calendars.poll()
    assert now_on(world) in (["bo"], ["cy"])
    assert any("oncall.ics" in one and "is no calendar" in one for one in world.send("GET", "/healthz", "ana").json()["problems"])
    world.again()
    assert now_on(world) in (["bo"], ["cy"]), "the copy outlives a restart"
    empty = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
    (tmp_path / "catalogue" / "oncall.ics").write_text(empty, encoding="utf-8")
    world.app.calendars.poll()
    assert now_on(world) in (["bo"], ["cy"])
    assert any("is empty" in one for one in world.send("GET", "/healthz", "ana").json()["problems"])


def test_a_calendar_that_was_never_read_is_a_gap_everywhere(build, tmp_path):
    world = build("name: primary\nical: nosuch.ics\n")

    def problems():
        return world.send("GET", "/healthz", "ana").json()["problems"]

    until(lambda: any("nosuch.ics" in one for one in problems()), "the calendar is looked for")
    assert any("Nobody is on call for primary from" in one for one in problems())
    assert world.app.calendars.gaps() == 1
    assert "Its calendar was never read" in world.get("/oncall")["schedules"][0]["problem"]
    (found,) = oncall_watch.faults(world.app._policy, tmp_path / "catalogue", world.clock())
    assert (
        found
        == "the calendar of the schedule primary, nosuch.ics: it can't be read: No such file or directory; nobody is on call by it"
    )


def test_what_health_says_without_a_token_names_nobody(make, tmp_path):
    """Whoever may read gets the sentences; everybody else how many there are."""
    world = make()
    world.receiver.answers = lambda _: 400
    world.begin()
    full = world.send("GET", "/healthz", "ana").json()
    assert "ana" in " ".join(full["problems"])
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {world.tokens['watcher']}"}):
        said = world.http.get("/healthz", headers=headers).json()
        assert said == {name: full[name] for name in said if name != "problems_total"} | {"problems_total": len(full["problems"])}
        assert "problems" not in said


def test_a_calendar_that_the_catalogue_names_from_now_on_is_read_at_once(build, tmp_path):
    world = build(**{"oncall.ics": CALENDAR})
    until(lambda: world.app.calendars.gaps() == 0, "the first round")
    write(tmp_path, **{"schedules/second.yaml": "name: second\nical: oncall.ics\n"})
    world.app.catalogue.reload("ana")
    until(lambda: now_on(world, "second") in (["bo"], ["cy"]), "the calendar is read", 30)


def event(rule, start="20200106T000000Z"):
    lines = ("UID:1", "DTSTAMP:20200101T000000Z", f"DTSTART:{start}", "DURATION:P1D", f"RRULE:{rule}", "SUMMARY:bo")
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=2",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYHOUR=0,6,12,18;BYMINUTE=0,10,20,30,40,50",
    ],
)
def test_a_calendar_with_a_rule_without_end_is_refused_and_that_is_why_nobody_is_on_call(build, tmp_path, rule):
    world = build("name: primary\nical: oncall.ics\n", **{"oncall.ics": event(rule)})
    (said,) = oncall_watch.faults(world.app._policy, tmp_path / "catalogue", world.clock())
    assert "it has too many turns: the event 'bo' repeats too often" in said
    until(lambda: any("too many turns" in one for one in world.app.problems()), "the calendar is read", 30)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=DAILY;UNTIL=20210101T000000Z;BYMONTHDAY=32",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2",
    ],
)
def test_a_rule_that_no_day_fits_is_refused_and_not_followed_to_the_year_9999(build, tmp_path, rule):
    world = build("name: primary\nical: oncall.ics\n", **{"oncall.ics": event(rule)})
    (said,) = oncall_watch.faults(world.app._policy, tmp_path / "catalogue", world.clock())
    assert "oncall.ics: no day fits the rule of the event 'bo' (FREQ=" in said
    assert said.endswith("); correct it there; nobody is on call by it")


def test_two_hundred_birthdays_are_no_rule_that_repeats_too_often(build, tmp_path):
    birthdays = (
        event("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "20200229T000000Z").split("BEGIN:VEVENT")[1].partition("END:VCALENDAR")[0]
    )
    whole = event("FREQ=DAILY").replace("END:VCALENDAR", 200 * f"BEGIN:VEVENT{birthdays}" + "END:VCALENDAR")
    world = build("name: primary\nical: oncall.ics\n", **{"oncall.ics": whole})
    assert list(oncall_watch.faults(world.app._policy, tmp_path / "catalogue", world.clock())) == []


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=HOURLY;INTERVAL=12", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "FREQ=YEARLY"])
def test_a_calendar_with_an_ordinary_rule_is_read(build, tmp_path, rule):
    world = build("name: primary\nical: oncall.ics\n", **{"oncall.ics": event(rule)})
    said = list(oncall_watch.faults(world.app._policy, tmp_path / "catalogue", world.clock()))
    assert all("oncall.ics: nobody is on call from " in one for one in said)
    assert bool(said) == (rule not in {"FREQ=DAILY", "FREQ=HOURLY;INTERVAL=12"}), "an event of one day leaves the days between"


def test_a_calendar_that_leads_out_of_the_catalogue_is_not_read(build, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("correct-horse-battery\n")
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "oncall.ics").symlink_to(secret)
    world = build("name: primary\nical: oncall.ics\n")
    (said,) = oncall_watch.faults(world.app._policy, tmp_path / "catalogue", world.clock())
    assert "it leads out of the catalogue" in said
    assert "correct-horse" not in said


def test_a_calendar_goes_out_with_the_beginning_of_each_turn_and_the_same_names_each_time(build):
    world = build()

    def events():
        answer = world.send("GET", "/api/v1/oncall/primary.ics", "ana")
        return [(str(one["UID"]), one["DTSTART"].dt) for one in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")]

    found = events()
    assert found[0][1] == datetime(2020, 1, 1, tzinfo=UTC)
    world.pass_by(40 * 86_400)
    assert events() == found


def test_whoever_is_put_on_two_schedules_at_once_is_named(build):
    second = "name: second\nlayers:\n  - {people: [bo, cy], start: 2020-01-06, every: 1 week}\n"
    first = "name: primary\nlayers:\n  - {people: [ana, bo], start: 2020-01-06, every: 1 week}\n"
    world = build(first, **{"schedules/second.yaml": second})
    turns = world.get("/oncall")["schedules"][0]["shifts"]
    mine, other = turns[1], turns[2]
    made = world.post("ana", "/oncall/swap", schedule="primary", at=shown(mine["start"] + 60), other=shown(other["start"] + 60))
    assert "is on call for second as well, from " in made["warning"]
    numbers = [one["id"] for one in world.get("/oncall")["overrides"]]
    gone = world.post("ana", f"/oncall/overrides/{numbers[0]}/remove")
    assert gone["warning"] == (
        f"Override {numbers[1]}, the other half of the swap, is still there; take it back with stormjib oncall override-remove {numbers[1]}"
    )
    assert "warning" not in world.post("ana", f"/oncall/overrides/{numbers[1]}/remove")
    later = {"start": shown(turns[3]["start"]), "end": shown(turns[3]["end"])}
    made = world.post("ana", "/oncall/overrides", schedule="primary", person="ana", **later)
    assert "warning" not in made
    assert (made["since"], made["until"]) == (turns[3]["start"], turns[3]["end"])


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        (1, "First on call for the services: ana, then cy."),
        (2, "First on call: ana, then cy (policy shop); you (policy till)."),
    ],
)
def test_the_first_page_names_whom_the_policies_would_page_and_nobody_outside_their_hours(build, policies, said):
    """Nor whoever is a responder of the site, where a policy says otherwise."""
    begins, ends = (f"{(datetime.now(UTC).hour + hours) % 24:02}:00" for hours in (6, 8))
    hours = f'[{{from: "{begins}", to: "{ends}"}}]'
    policy = f"name: shop\nlevels:\n  - {{page: [primary]}}\n  - {{page: [bo], hours: {hours}}}\n  - {{page: [cy]}}\n"
    shop = {"services/shop.yaml": "name: shop\nescalation: shop\n", "escalation/shop.yaml": policy}
    if policies > 1:
        shop |= {
            "services/till.yaml": "name: till\nescalation: till\n",
            "escalation/till.yaml": "name: till\nlevels: [{page: [bo]}]\n",
        }
    assert lead(build(**shop), "bo") == said


def lead(world, who):
    """What the first page says of who is on call."""
    (said,) = re.findall(r'<p class="lead">(.*?)</p>', browser(world, who).get("/").text)
    return said


def test_the_first_page_names_who_is_on_call_where_only_schedules_say_it(tmp_path):
    services = {f"services/{name}.yaml": f"name: {name}\nescalation: shop\n" for name in ("shop", "bank")}
    chain = "name: shop\nlevels:\n  - {page: [primary]}\n"
    write(tmp_path, **{"schedules/primary.yaml": ALWAYS, "escalation/shop.yaml": chain, **services})
    world = World(tmp_path, REFERENCE, trusted=(), catalogue=tmp_path / "catalogue", responders=("on-call",))
    try:
        assert lead(world, "bo") == "First on call for the services: ana."
    finally:
        world.close()
