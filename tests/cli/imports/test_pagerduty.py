"""`stormjib import pagerduty`: the files, the report, who is on call at every minute, and what is refused."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from stormjib.core.oncall.schedule import on_call
from stormjib.imports import pagerduty
from stormjib.imports.shape import Brought
from stormjib.imports.source import load

SAMPLES = Path(__file__).parent / "samples" / "pagerduty"
FILES = sorted(map(str, SAMPLES.glob("*.json")))


def bring(cli, where, *words, files=FILES):
    return cli("import", "pagerduty", *files, "--into", str(where), *words)


def changed(where, name, change):
    """The samples, with one of them changed."""
    body = json.loads((SAMPLES / name).read_text("utf-8"))
    change(body)
    path = where / name
    path.write_text(json.dumps(body), "utf-8")
    return [str(path) if Path(one).name == name else one for one in FILES]


def test_everything_that_has_a_place_is_a_sound_catalogue(cli, tmp_path):
    where = tmp_path / "catalogue"
    ended = bring(cli, where)
    assert ended.code == 0, ended
    checked = cli("config", "check", str(where))
    assert checked.code == 0, checked.out
    assert "No problems found in 1 service, 1 team, 4 people, 1 schedule, 1 escalation policy." in checked.out
    found = {path.relative_to(where).as_posix(): yaml.safe_load(path.read_text("utf-8")) for path in where.glob("*/*.yaml")}
    assert found["people/ana.yaml"] == {
        "name": "ana",
        "full_name": "Ana Pérez",
        "email": "ana@shop.example",
        "phone": "+49 1701234567",
        "time_zone": "Europe/Berlin",
    }
    assert found["teams/till.yaml"] == {"name": "Till", "summary": "Takes the money", "members": ["ana", "bo", "cy"]}
    assert [one["people"] for one in found["schedules/primary.yaml"]["layers"]] == [["ana", "bo", "cy"], ["Dee Roy"], ["bo"]]
    assert found["escalation/till.yaml"] == {
        "name": "Till",
        "levels": [
            {"page": ["schedule Primary"], "acknowledge_minutes": 15},
            {"page": ["person ana", "person bo"], "acknowledge_minutes": 30},
        ],
        "repeat": 2,
    }
    service = found["services/shop---api.yaml"]
    assert (service["name"], service["aliases"], service["owner"], service["escalation"]) == (
        "Shop - API",
        ["Shop / API"],
        "Till",
        "Till",
    )


def test_the_report_names_what_had_no_place_with_why_and_what_to_do(cli, tmp_path):
    report = json.loads(bring(cli, tmp_path / "catalogue", "--json").out)
    left = {(one["what"], one["field"]): (one["why"], one["do"]) for one in report["left"]}
    assert left["person cy", "time zone"] == ("there is no time zone 'Mars/Olympus'", "write time_zone into the file")
    assert left["schedule Primary", "user Dee Roy"] == ("the export has no such user", "write email and phone into their file")
    assert ("service Shop / API", "incident_urgency_rule") in left
    assert not [field for _, field in left if field in {"id", "self", "color", "parent", "end"}]
    shown = bring(cli, tmp_path / "catalogue").out
    assert "person ana, bo, cy" in shown
    assert "Primary: on call as pagerduty states it, from 2026-11-23 17:46 UTC to 2026-12-11 23:00 UTC." in shown


def test_every_minute_that_is_not_as_stated_is_named(cli, tmp_path):
    def later(body):
        body[0]["schedule"]["schedule_layers"][1]["rotation_virtual_start"] = "2026-01-05T10:00:00+01:00"

    ended = bring(cli, tmp_path / "catalogue", files=changed(tmp_path, "schedules.json", later))
    assert ended.code == 1
    assert "Primary: from 2026-11-30 08:00 UTC to 2026-11-30 09:00 UTC cy by pagerduty, bo by these files." in ended.out
    assert "Primary: from 2026-12-07 08:00 UTC to 2026-12-07 09:00 UTC ana by pagerduty, cy by these files." in ended.out


def test_what_was_before_now_is_not_held_against_the_files(cli, tmp_path):
    def earlier(body):
        entry = {"start": "2025-06-01T00:00:00Z", "end": "2025-07-01T00:00:00Z", "user": {"id": "PCYA003"}}
        body[0]["schedule"]["final_schedule"]["rendered_schedule_entries"].insert(0, entry)

    assert bring(cli, tmp_path / "catalogue", files=changed(tmp_path, "schedules.json", earlier)).code == 0


def test_check_writes_nothing(cli, tmp_path):
    where = tmp_path / "catalogue"
    ended = bring(cli, where, "--check")
    assert ended.code == 0
    assert f"would write {where}/people/ana.yaml" in ended.out
    assert not where.exists()


def test_a_file_that_is_there_is_not_lost(cli, tmp_path):
    where = tmp_path / "catalogue"
    (where / "people").mkdir(parents=True)
    mine = where / "people" / "ana.yaml"
    mine.write_text("name: ana\nphone: +49 30 1234567\n", "utf-8")
    ended = bring(cli, where)
    assert (ended.code, sorted(where.glob("*/*"))) == (8, [mine])
    assert (
        "people/ana.yaml already, and they say something else. Nothing was written; give another directory, or --replace."
        in ended.err
    )
    assert mine.read_text("utf-8").startswith("name: ana\nphone")
    assert f"would refuse, without --replace, to write over {mine}" in bring(cli, where, "--check").out
    assert f"would replace {mine}" in bring(cli, where, "--replace", "--check").out
    replaced = bring(cli, where, "--replace")
    assert (replaced.code, f"replaced {mine}" in replaced.out) == (0, True)
    again = json.loads(bring(cli, where, "--json").out)
    assert (again["written"], cli("config", "check", str(where)).code) == ([], 0)


def test_what_would_make_the_catalogue_wrong_is_not_written(cli, tmp_path):
    where = tmp_path / "catalogue"
    (where / "people").mkdir(parents=True)
    (where / "people" / "mine.yaml").write_text("name: ANA\n", "utf-8")
    ended = bring(cli, where)
    assert (ended.code, len(list(where.glob("*/*")))) == (1, 1)
    assert "The catalogue would be wrong, so nothing was written." in ended.err
    assert "already; give this person a name of its own" in ended.err


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("users.json", '{"users": [', "users.json:1:12 is no JSON: Expecting value."),
        ("users.json", '{"users": [{"name": "Ana"}]}', "users.json: users[0].id: the key 'id' is missing here."),
        ("users.json", '{"users": ["Ana"]}', 'users.json: users[0] has to be an object of the users, not "Ana".'),
        ("some.json", '{"things": [1]}', "some.json holds none of users, teams, schedules, escalation_policies, services."),
        (
            "schedules.json",
            '{"schedule": {"id": "P", "name": "x", "schedule_layers": [{"rotation_turn_length_seconds": "a week"}]}}',
            "schedules.json: schedule.schedule_layers[0].rotation_turn_length_seconds: this has to be a whole number, not a text.",
        ),
    ],
)
def test_a_file_that_can_not_be_taken_is_told_with_its_place(name, body, said, cli, tmp_path):
    (tmp_path / name).write_text(body, "utf-8")
    ended = bring(cli, tmp_path / "catalogue", files=[str(tmp_path / name)])
    assert (ended.code, said in ended.err) == (2, True), ended.err
    assert not (tmp_path / "catalogue").exists()


def test_a_file_that_is_nowhere(cli, tmp_path):
    assert bring(cli, tmp_path, files=[str(tmp_path / "none.json")]).code == 3


HOUR = 3600
LAYERS = st.lists(
    st.fixed_dictionaries(
        {
            "people": st.lists(st.sampled_from(("ana", "bo", "cy")), min_size=1, max_size=3),
            "length": st.sampled_from((12, 24, 48, 7 * 24, 14 * 24)),
            "day": st.integers(0, 20),
            # Not in the hour that comes twice: of it the first counts here, and the clock alone does not say which it is.
            "minute": st.integers(4 * 4, 12 * 4 - 1).map(lambda quarter: quarter * 15),
            "later": st.integers(0, 400),
            "ends": st.none() | st.integers(100, 400),
            "daily": st.none() | st.tuples(st.integers(4, 23), st.integers(1, 24)),
            "weekly": st.none() | st.tuples(st.integers(1, 7), st.integers(4, 23), st.integers(1, 7 * 24)),
        }
    ),
    min_size=1,
    max_size=3,
)


def wall(text_day, minutes, zone):
    return (datetime(2025, 12, 1, tzinfo=ZoneInfo(zone)) + timedelta(days=text_day)).replace(
        hour=minutes // 60, minute=minutes % 60
    )


def exported(layers, zone):
    """The layers as the API gives them, the one that counts most first."""
    found = []
    for one in layers:
        start = wall(one["day"], one["minute"], zone)
        restrictions = []
        if one["daily"]:
            begins, hours = one["daily"]
            restrictions = [
                {"type": "daily_restriction", "start_time_of_day": f"{begins:02}:00:00", "duration_seconds": hours * HOUR}
            ]
        if one["weekly"]:
            day, begins, hours = one["weekly"]
            restrictions.append(
                {
                    "type": "weekly_restriction",
                    "start_day_of_week": day,
                    "start_time_of_day": f"{begins:02}:00:00",
                    "duration_seconds": hours * HOUR,
                }
            )
        found.append(
            {
                "name": "layer",
                "start": wall(one["day"] + one["later"], one["minute"] // 2 + 240, zone).isoformat(),
                "end": wall(one["day"] + one["later"] + one["ends"], 600, zone).isoformat() if one["ends"] else None,
                "rotation_virtual_start": start.isoformat(),
                "rotation_turn_length_seconds": one["length"] * HOUR,
                "users": [{"user": {"id": who}} for who in one["people"]],
                "restrictions": restrictions,
            }
        )
    return found[::-1]


def read_from_the_clock(layers, zone, at):
    """Independent of the product: the topmost layer that is in force and open, by what the clock on the wall shows at one moment."""
    clock = datetime.fromtimestamp(at, ZoneInfo(zone)).replace(tzinfo=None)
    for layer in layers:
        if at < datetime.fromisoformat(layer["start"]).timestamp():
            continue
        if layer["end"] and at >= datetime.fromisoformat(layer["end"]).timestamp():
            continue
        if layer["restrictions"] and not any(open_at(one, clock) for one in layer["restrictions"]):
            continue
        first = datetime.fromisoformat(layer["rotation_virtual_start"]).replace(tzinfo=None)
        turn = int((clock - first).total_seconds() // layer["rotation_turn_length_seconds"])
        return (layer["users"][turn % len(layer["users"])]["user"]["id"],)
    return ()


def open_at(one, clock):
    hour = int(one["start_time_of_day"][:2])
    period = 24 if one["type"] == "daily_restriction" else 7 * 24
    begins = hour if period == 24 else hour + 24 * (one["start_day_of_week"] - 1)
    now = clock.hour + clock.minute / 60 + (0 if period == 24 else 24 * clock.weekday())
    return (now - begins) % period < one["duration_seconds"] / HOUR


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Auckland"])
@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate], report_multiple_bugs=False)
@example(
    layers=[
        {
            "people": ["ana"],
            "length": 24,
            "day": 0,
            "minute": 240,
            "later": 0,
            "ends": None,
            "daily": (18, 24),
            "weekly": (4, 6, 10),
        }
    ],
    probes=list(range(0, 60 * 96, 96)),
)
@given(layers=LAYERS, probes=st.lists(st.integers(0, 366 * 24 * 4), min_size=60, max_size=60))
def test_layers_say_the_same_as_an_independent_reading_over_a_year(zone, layers, probes):
    given_layers = exported(layers, zone)
    found = Brought("pagerduty", datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    users = [{"id": who, "name": who, "email": f"{who}@a.example"} for who in ("ana", "bo", "cy")]
    body = {"users": users, "schedules": [{"id": "P1", "name": "primary", "time_zone": zone, "schedule_layers": given_layers}]}
    pagerduty.bring(load([("all.json", json.dumps(body).encode())], pagerduty.KINDS), found)
    edges = [
        (datetime(2026, month, day, tzinfo=UTC).timestamp() + hour * HOUR) for month, day in DST_DAYS for hour in range(-30, 60)
    ]
    for at in (*(found.now + probe * HOUR / 4 for probe in probes), *edges):
        if is_twice(at, zone):
            continue
        expected = read_from_the_clock(given_layers, zone, at)
        here = on_call(found.items["schedules"][0], (), at) if found.items["schedules"] else ()
        assert here == expected, (datetime.fromtimestamp(at, ZoneInfo(zone)), given_layers)


DST_DAYS = ((3, 8), (3, 29), (4, 5), (9, 27), (10, 25), (11, 1))


def is_twice(at, zone):
    """The hours around a change of the clocks in which the clock alone does not say what was decided for them."""
    shown = {datetime.fromtimestamp(at + shift, ZoneInfo(zone)).utcoffset() for shift in (-2 * HOUR, 0, 2 * HOUR)}
    return len(shown) > 1
