"""An export that is only a part, or says that something is switched off: it is in the report, or somebody is missing at night."""

import json

import pytest

USERS = [{"id": "U1", "name": "Ana", "email": "ana@example.org"}]
PARTS = {
    "pagerduty": ("users.json", {"users": USERS, "limit": 1, "offset": 0, "more": True}),
    "opsgenie": ("users.json", {"data": [{"id": "U1", "username": "ana@example.org", "fullName": "Ana"}], "paging": {"next": "https://x"}}),
    "oncall": ("users.json", {"count": 250, "next": "https://x", "results": [{"id": "U1", "username": "ana", "email": "ana@example.org"}]}),
    "goalert": ("goalert.json", {"data": {"users": {"nodes": [{"id": "U1", "name": "Ana"}], "pageInfo": {"hasNextPage": True}}}}),
    "dispatch": ("individuals.json", {"items": [{"id": 1, "name": "Ana", "email": "ana@example.org"}], "itemsPerPage": 1, "page": 1, "total": 150}),
}  # fmt: skip


@pytest.fixture
def left(cli, tmp_path):
    def bring(system, **files):
        names = []
        for name, answer in files.items():
            path = tmp_path / f"{name.replace('__', '-')}.json"
            path.write_text(json.dumps(answer))
            names.append(str(path))
        done = cli("import", system, *names, "--into", str(tmp_path / "catalogue"), "--json")
        assert done.code == 0, done
        return [(one["what"], one["field"]) for one in json.loads(done.out)["left"]]

    return bring


@pytest.mark.parametrize("system", PARTS)
def test_a_page_that_is_not_the_last_one_is_told(left, system):
    name, answer = PARTS[system]
    kind = "individuals" if system == "dispatch" else "users"
    assert (f"all {kind}", "") in left(system, **{name.removesuffix(".json"): answer})


def test_all_pages_together_are_whole(left):
    first = {"users": USERS, "more": True}
    last = {"users": [{"id": "U2", "name": "Bo", "email": "bo@example.org"}], "more": False}
    assert left("pagerduty", users__1=first, users__2=last) == []


@pytest.mark.parametrize(
    ("system", "name", "answer", "told"),
    [
        ("pagerduty", "services", {"services": [{"id": "S", "name": "Shop", "status": "disabled"}]}, ("service Shop", "status")),
        ("dispatch", "individuals", {"items": [{"id": 1, "name": "Ana", "email": "ana@example.org", "is_active": False}]}, ("person ana", "is_active")),
        ("dispatch", "services", {"items": [{"id": 1, "name": "Shop", "is_active": False}]}, ("service Shop", "is_active")),
        ("opsgenie", "schedules", {"data": [{"id": "1", "name": "Nights", "enabled": False, "rotations": []}]}, ("schedule Nights", "enabled")),
    ],
)  # fmt: skip
def test_what_is_switched_off_there_is_told(left, system, name, answer, told):
    assert told in left(system, **{name: answer})


def test_taking_turns_within_a_level_is_told(left):
    chain = {"results": [{"id": "C", "name": "Days"}]}
    people = {"results": [{"id": "U1", "username": "ana"}, {"id": "U2", "username": "bo"}]}
    step = {
        "id": "P",
        "escalation_chain_id": "C",
        "type": "notify_person_next_each_time",
        "persons_to_notify_next_each_time": ["U1", "U2"],
    }
    found = left("oncall", users=people, escalation_chains=chain, escalation_policies={"results": [step]})
    assert ("escalation policy Days", "notify_person_next_each_time") in found


def test_schedules_that_nobody_compared_are_told(cli, tmp_path):
    (tmp_path / "users.json").write_text(json.dumps({"data": [{"id": "1", "username": "ana@example.org", "fullName": "Ana"}]}))
    rotation = {
        "id": "R",
        "type": "weekly",
        "length": 1,
        "startDate": "2026-11-02T08:00:00Z",
        "participants": [{"type": "user", "id": "1"}],
    }
    schedule = {"data": [{"id": "1", "name": "Nights", "timezone": "UTC", "rotations": [rotation]}]}
    (tmp_path / "schedules.json").write_text(json.dumps(schedule))
    done = cli(
        "import", "opsgenie", str(tmp_path / "users.json"), str(tmp_path / "schedules.json"), "--into", str(tmp_path / "c")
    )
    assert "was not compared with opsgenie" in done.out, done
