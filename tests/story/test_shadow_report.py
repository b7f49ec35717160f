"""What the system that pages today does, told by its own webhooks, beside what we decided: twenty planted differences, and none more."""

import pytest
from tests.story.foreign import checks
from tests.story.test_pagerduty_webhook import event

from stormjib.engine import shadow

ONLY_THEY, ONLY_WE, PERSON = "only they paged", "only we paged", "other person"
TIME, SEVERITY, GROUPING = "other time", "other severity", "other grouping"


@pytest.fixture
def world(make):
    return make(mode="shadow")


def pagerduty(kind="triggered", who="ana", priority="P1", number=1, ago=0.0, **data):
    def said(world, service):
        about = {"service": {"summary": service}, "priority": {"summary": priority}, "assignees": [{"summary": who}]}
        found = event(
            world,
            kind,
            f"{service}-{number}-{kind}",
            ago,
            **{"id": f"{service}-{number}", "title": "it is down", **about, **data},
        )
        found["event"]["data"]["created_at"] = found["event"]["occurred_at"]
        return "/hooks/pagerduty", found

    return said


def opsgenie(action="Create", priority="P1", ago=0.0, message="it is down", **more):
    """As the documentation shows one."""

    def said(world, service):
        at = world.clock() - ago
        alert = {
            "alertId": f"og-{service}", "alias": f"alias-{service}", "tinyId": "23", "message": message, "entity": service,
            "username": "bo", "priority": priority, "createdAt": int(at * 1e3), "updatedAt": int(at * 1e9),
        }  # fmt: skip
        return "/hooks/opsgenie", {"source": {"name": "", "type": "web"}, "alert": alert, "action": action, **more}

    return said


def escalated(who):
    return opsgenie("Escalate", escalationNotify={"name": who, "id": "6481", "type": "default", "entity": "user"})


def oncall(kind="alert group created", who="ana", severity="critical", number=1):
    """As the documentation shows one."""

    def said(world, service):
        return "/hooks/oncall", {
            "event": {"type": kind, "time": pagerduty()(world, service)[1]["event"]["occurred_at"]},
            "user": {"id": "UVMX", "username": "bo", "email": "bo@example.org"},
            "alert_group": {"id": f"{service}-{number}", "title": "it is down", "state": "firing"},
            "alert_payload": {"labels": {"alertname": "ApiDown", "service": service, "severity": severity}},
            "integration": {"type": "alertmanager", "name": "Main"},
            "notified_users": [{"id": "UVMX", "username": who, "email": f"{who}@example.org"}],
        }

    return said


def ours(severity="P1", **more):
    def said(_, service):
        said = {"name": "ApiDown", "service": service, "severity": severity, "summary": "it is down", **more}
        return "/api/v1/alerts", said

    return said


LAGS = {"name": "ReplicaLag", "summary": "the replica is late"}
PLANTED = [
    ([pagerduty()], [ONLY_THEY]),
    ([ours("P2"), pagerduty()], [ONLY_THEY]),
    ([opsgenie()], [ONLY_THEY]),
    ([ours("P3"), oncall()], [ONLY_THEY]),
    ([ours("whatever"), pagerduty()], [ONLY_THEY]),
    ([ours()], [ONLY_WE]),
    ([ours("P0")], [ONLY_WE]),
    ([ours(), pagerduty("acknowledged")], [ONLY_WE]),
    ([ours(), pagerduty(who="bo")], [PERSON]),
    ([ours(), oncall(who="bo")], [PERSON]),
    ([ours(), opsgenie(), escalated("bo")], [PERSON]),
    ([ours(), pagerduty(ago=300)], [TIME]),
    ([ours(), pagerduty(ago=-300)], [TIME]),
    ([ours(), opsgenie(ago=200)], [TIME]),
    ([ours(), pagerduty(priority="P3")], [SEVERITY]),
    ([ours("P0"), opsgenie(priority="P3")], [SEVERITY]),
    ([ours(), oncall(severity="warning")], [SEVERITY]),
    ([ours(), pagerduty(), pagerduty(number=2)], [GROUPING]),
    ([ours(**LAGS), ours(**LAGS, service=""), pagerduty(title="ReplicaLag on the standby", service=None)], [GROUPING]),
    ([ours(), oncall(), oncall(number=2)], [GROUPING]),
]
ALIKE = [
    [ours(), pagerduty()],
    [ours(), opsgenie(), escalated("ana")],
    [ours(), oncall()],
    [ours(), pagerduty(), pagerduty("acknowledged", who="bo"), pagerduty("escalated", who="bo"), pagerduty("resolved")],
    [ours("P2")],
    [ours(), pagerduty(priority="P3"), pagerduty("priority_updated", priority="P2")],
    [ours(), opsgenie(), opsgenie(), opsgenie("Close"), opsgenie("AddNote")],
]


def send(world, steps, service):
    for step in steps:
        path, body = step(world, service)
        answer = world.send("POST", path, "watcher", body)
        assert answer.status_code == 200, answer.text


def report(world, **query):
    return world.get("/shadow?" + "&".join(f"{name}={value}" for name, value in query.items()))


def test_twenty_of_twenty_planted_differences_are_found_and_nothing_leaves(world):
    assert len(PLANTED) == 20
    for number, (steps, _) in enumerate(PLANTED):
        send(world, steps, f"planted-{number}-service")
    for number, steps in enumerate(ALIKE):
        send(world, steps, f"alike-{number}-service")
    world.settle()
    found = report(world)["differences"]
    kinds = [
        sorted(one["kind"] for one in found if f"planted-{number}-" in f"{one['service']} {one['theirs']}")
        for number in range(len(PLANTED))
    ]
    assert kinds == [expected for _, expected in PLANTED]
    assert [one for one in found if "alike" in f"{one['service']} {one['theirs']}"] == []
    assert [one for one in found if not one["why"]] == []
    assert world.told() == []
    assert all(one["missing"] == 0 for one in world.get("/intake")["sources"])


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([ours("P2"), pagerduty()], "they paged ana (P1 there, P1 on our scale), and here nobody"),
        (
            [ours("P2"), pagerduty(priority="", urgency="high")],
            "they paged ana (urgency high there, P1 on our scale), and here nobody",
        ),
        ([ours("P2"), pagerduty(priority="", urgency="")], "they paged ana (no severity of ours), and here nobody"),
        ([ours(), pagerduty(priority="P3")], "it is P3 there, P3 on our scale, and P1 here"),
        ([ours("P0"), opsgenie(priority="P3")], "it is P3 there, P3 on our scale, and P0 here"),
        ([ours(), oncall(severity="warning")], "it is warning there, P3 on our scale, and P1 here"),
        ([ours(), pagerduty("acknowledged")], "we would have paged ana (P1), and they nobody (P1 there, P1 on our scale)"),
    ],
)
def test_how_severe_it_is_there_is_said_in_their_word_and_on_our_scale(world, steps, says):
    send(world, steps, "shop")
    assert says in [one["says"] for one in report(world)["differences"]]


def test_why_only_they_paged_is_said_by_the_alert_itself(world):
    send(world, [ours("P2"), pagerduty(title="ApiDown")], "shop")
    send(world, [pagerduty(title="DiskFull")], "cellar")
    shop, cellar = report(world)["differences"]
    assert "P2 declares nothing by itself" in shop["why"]
    assert "point its sender at stormjib" in cellar["why"]


def test_a_report_that_is_sent_again_counts_once_and_what_is_none_is_refused(world):
    send(world, [pagerduty(), pagerduty()], "shop")
    found = report(world)
    assert (found["theirs"], len(found["differences"]), found["shadow"]) == (1, 1, True)
    for path in ("/hooks/opsgenie", "/hooks/oncall"):
        assert world.send("POST", path, "watcher", {"action": "Create", "event": {"type": "resolve"}}).status_code == 400
        assert world.send("POST", path, "ana", {}).status_code == 403
        assert world.http.post(path, content=b"{}").status_code == 401
        assert world.send("POST", path, "watcher", []).status_code == 422
        odd = {"action": "Create", "event": {"type": "escalation", "time": 7}, "alert_group": {"id": 7}, "alert": {"alertId": 7}}
        assert world.send("POST", path, "watcher", {**odd, "notified_users": 17, "escalationNotify": [1]}).status_code == 200


def test_a_window_and_a_tolerance_may_be_given(world):
    send(world, [ours(), pagerduty(ago=300)], "shop")
    assert [one["kind"] for one in report(world)["differences"]] == [TIME]
    assert report(world, late_seconds=400)["differences"] == []
    world.pass_by(3 * 86_400)
    assert report(world, days=2)["differences"] == []


def test_on_a_live_server_an_incident_of_pagerduty_is_an_alert_and_no_report(make):
    world = make()
    send(world, [pagerduty()], "shop")
    world.settle()
    assert world.incidents() == ["INC-1"]
    assert report(world)["theirs"] == 0
    assert world.told() != []


def test_a_long_window_is_read_in_pages_and_says_where_it_begins(world, monkeypatch):
    """Of more incidents than one report takes, the newest are compared, and with them only what they had since then."""
    monkeypatch.setattr(shadow, "PAGE", 2)
    for number in range(5):
        send(world, [ours(), pagerduty()], f"shop-{number}")
        world.pass_by(600)
    found = report(world)
    assert (found["theirs"], found["ours"], found["differences"]) == (5, 5, [])
    monkeypatch.setattr(shadow, "INCIDENTS_MAX", 3)
    assert [report(world)[name] for name in ("theirs", "ours", "differences")] == [3, 3, []]
    assert report(world)["since"] > found["since"]
    send(world, [ours("P2", name="Early"), pagerduty(title="Early")], "attic")
    for number in range(5):
        world.alert(name=f"Later {number}", severity="P2")
    assert "P2 declares nothing by itself" in report(world)["differences"][0]["why"]


def kinds(world):
    return sorted((one["kind"], one["theirs"], one["ours"]) for one in report(world)["differences"])


def at(minutes, step):
    """A step, after so many minutes have gone by."""

    def said(world, service):
        world.pass_by(minutes * 60)
        return step(world, service)

    return said


OVER = ours(status="resolved")
APART = [
    # Of the same service, and another trouble: no alert of it has come here.
    ([pagerduty(title="DiskFull"), ours(), pagerduty(number=2)], [(ONLY_THEY, "pagerduty shop-1", "")]),
    ([ours(), pagerduty(), at(2, pagerduty(number=2, title="DiskFull", who="bo"))], [(ONLY_THEY, "pagerduty shop-2", "")]),
    # What has no word in common and no time either.
    ([ours(), OVER, at(5, opsgenie(message="it"))], [(ONLY_THEY, "opsgenie og-shop", ""), (ONLY_WE, "", "INC-1")]),
    ([ours(), OVER, at(5, ours()), opsgenie()], [(ONLY_WE, "", "INC-1")]),
    ([ours(), pagerduty(), OVER, pagerduty("resolved"), at(9, pagerduty(number=2))], [(ONLY_THEY, "pagerduty shop-2", "")]),
    # Grouping hides nobody who was paged.
    (
        [ours(), pagerduty(), at(0.5, pagerduty(number=2, who="bo"))],
        [(GROUPING, "pagerduty shop-1", "INC-1"), (PERSON, "pagerduty shop-2", "INC-1")],
    ),
    (
        [ours("P2"), ours(name="Else", summary="else"), at(0.5, pagerduty()), pagerduty(number=2, title="Else")],
        [(GROUPING, "pagerduty shop-1", "INC-1")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "expected"), APART)
def test_grouping_hides_nothing_else(world, steps, expected):
    send(world, steps, "shop")
    assert kinds(world) == expected


def test_an_integration_of_oncall_that_has_the_name_of_a_service_is_that_service(make):
    """And one that has not says nothing of it."""
    world = make(mode="shadow", service=checks("http://127.0.0.1:9", name="shop", aliases=()))

    def untold(name, title):
        def said(world, service):
            path, body = oncall()(world, service)
            body["alert_payload"], body["alert_group"]["title"] = {}, title
            return path, {**body, "integration": {"type": "alertmanager", "name": name}}

        return said

    send(world, [ours(), untold("Shop", "[firing:1] something")], "shop")
    assert kinds(world) == []
    send(world, [ours(name="Other", summary="other"), untold("Main", "Other")], "cellar")
    assert kinds(world) == []
