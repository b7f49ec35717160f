"""Each person is reached as their file says: by their own methods, in their order, later ones after minutes, quiet ones in quiet hours."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from tests.story.patience import until
from tests.story.test_escalation_policies import SHOP, acknowledge, down
from tests.story.test_two_services import write
from tests.story.world import World

from stormjib.core.effects import SendMessage
from stormjib.engine.job import Job, encode

ANA = """
name: ana
time_zone: UTC
contact:
  - {name: push, kind: ntfy, to: "URL/push/ana-phone"}
  - {name: text, kind: sms, to: "+49 30 1234567", from: "+4915", account: AC1, token: "${SMS_TOKEN}", url: URL/sms}
  - {name: call, kind: voice, to: "+49 30 1234567", from: "+4915", account: AC1, token: "${SMS_TOKEN}", url: URL/voice}
notify:
  - {methods: [push]}
  - {after_minutes: 2, methods: [text, call]}
"""


class Phones:
    """The other sides: what each path was sent, and what it answers."""

    def __init__(self):
        self.taken, self.tries, self.status = [], [], {}
        phones = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                kind = self.path.split("/")[1]
                status = phones.status.get(kind, 200)
                phones.tries.append(kind)
                if status < 300:
                    phones.taken.append((kind, body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                """The test says itself what it expects."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    def rang(self):
        taken, self.taken = self.taken, []
        return [kind for kind, _ in taken]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def phones():
    made = Phones()
    yield made
    made.close()


@pytest.fixture
def site(tmp_path, phones):
    worlds = []

    def build(ana=ANA, settings=(), **files):
        write(tmp_path, **{**SHOP, "people__ana": ana.replace("URL", phones.url), **files})
        secrets = tmp_path / "secrets.env"
        secrets.write_text("SMS_TOKEN=correct-horse-battery\n")
        secrets.chmod(0o600)
        given = {
            "role_minutes": 0,
            "trusted": (),
            "catalogue": tmp_path / "catalogue",
            "command_env_file": secrets,
            **dict(settings),
        }
        worlds.append(World(tmp_path, b"# Book\n\n## Mitigation\n\n- Ask somebody\n", **given))
        return worlds[-1]

    yield build
    for world in worlds:
        world.close()


def declared(world, title, severity="P1"):
    """Bo declares another one of the shop."""
    answer = world.send("POST", "/api/v1/incidents", "bo", {"title": title, "severity": severity, "service": "shop"})
    assert answer.status_code in {200, 201}, answer.text
    world.settle()
    return answer.json()["incident"]


def rang(world, phones):
    world.settle()
    return phones.rang()


def test_the_first_step_is_at_once_and_the_next_after_its_minutes_unless_it_is_acknowledged(site, phones):
    world = site()
    incident = down(world, "shop")
    assert rang(world, phones) == ["push"]
    world.forward(minutes=1.9)
    assert rang(world, phones) == []
    world.forward(minutes=0.2)
    assert rang(world, phones) == ["sms"], "of a step the first method that works"
    assert [(one["who"], one["method"]) for one in world.facts("PageSent", incident) if one.get("method")] == [
        ("ana", "push"),
        ("ana", "text"),
    ]
    acknowledge(world, incident)
    other = declared(world, "another one")
    rang(world, phones)
    acknowledge(world, other)
    world.forward(minutes=10)
    assert rang(world, phones) == []


def test_whoever_handed_it_over_is_paged_no_more(site, phones):
    """Neither by the later steps, nor by a page that is still being tried."""
    world = site()
    phones.status |= {"push": 503, "sms": 503, "voice": 503}
    incident = down(world, "shop")
    world.post("ana", f"/incidents/{incident}/hand-over", to="bo", reason="I am on a train")
    world.settle()
    phones.status.clear()
    world.forward(minutes=4)
    assert rang(world, phones) == []
    assert "ana" not in {one["who"] for one in world.facts("PageSent", incident)}
    world.post("bo", f"/incidents/{incident}/page", who="ana", reason="come back")
    assert rang(world, phones) == ["push"], "who is asked for anew is paged"


def test_whoever_has_no_methods_is_paged_through_the_sites_webhook(site, phones):
    world = site()
    down(world, "bank")
    assert rang(world, phones) == []
    assert [line.split(",")[0] for line in world.told() if line.startswith("page")] == ["page eva", "page fay"]


def test_a_method_that_is_down_is_skipped_at_once_and_gets_what_it_missed_in_order(site, phones):
    """The push server fails; each page goes to the next method at once. Three failures, and it is not even asked. It returns."""
    world = site()
    phones.status["push"] = 503
    found = [declared(world, f"down {number}") for number in range(5)]
    assert rang(world, phones) == ["sms"] * len(found)
    failed = world.facts("EffectFailed", found[0])[0]
    assert (failed["who"], failed["method"], failed["instead"]) == ("ana", "push", "text")
    assert not world.app.outbox.alarm.standing(), "another method has got it"
    assert "push is down" in world.facts("EffectFailed", found[4])[0]["reason"], "whoever comes later does not wait for it"
    phones.status["push"] = 200
    world.forward(minutes=1)
    assert [json.loads(body)["title"] for _, body in phones.taken] == [f"P1: down {number}" for number in range(5)]
    assert rang(world, phones) == ["push"] * len(found)
    world.forward(minutes=0.5)
    assert rang(world, phones) == []


def test_a_method_that_refuses_for_good_is_not_tried_again_and_nobody_else_is_woken_for_it(site, phones):
    world = site()
    phones.status["push"] = 404
    incident = down(world, "shop")
    assert rang(world, phones) == ["sms"]
    world.forward(minutes=2.5)
    assert rang(world, phones) == ["voice"], "of the next step the method that has not got it"
    assert [one["people"] for one in world.facts("PageRequested", incident)] == [["ana"]], "no level was passed over"


def test_where_no_method_of_somebody_works_the_next_level_is_paged_at_once(site, phones):
    world = site()
    phones.status.update(push=404, sms=404, voice=404)
    incident = down(world, "shop")
    world.settle()
    assert [one["people"] for one in world.facts("PageRequested", incident)] == [["ana"], ["cy"]]


def test_in_quiet_hours_only_quiet_methods_are_used_but_for_a_p0(site, phones):
    quiet = ANA + "quiet_hours:\n  - {methods: [text]}\n"
    world = site(quiet)
    down(world, "shop")
    assert rang(world, phones) == ["sms"]
    declared(world, "worse", severity="P0")
    assert "push" in rang(world, phones)


def test_who_is_not_reached_within_seconds_is_not_waited_for(site, phones):
    """What fails may work again and goes on being tried; the next level does not wait for that, nor for what is down already."""
    world = site()
    phones.status.update(push=503, sms=503, voice=503)
    incident = down(world, "shop")
    world.forward(minutes=0.5)
    asked = world.facts("PageRequested", incident)
    assert [one["people"] for one in asked] == [["ana"], ["cy"]]
    assert asked[1]["reason"] == "ana could not be reached"
    early = world.kinds(incident)[: world.log(incident, "PageRequested")[1]["seq"]]
    assert early.count("EffectFailed") <= 3 * len(phones.status), "a method that failed three times in a row is down"
    tries = [one["fact"]["attempt"] for one in world.log(incident, "EffectFailed") if one["seq"] <= len(early)]
    assert max(tries) == 3, "nobody waits for a fourth try"
    world.forward(minutes=20)
    levels = [one["level"] for one in world.facts("PageRequested", incident) if not one.get("asked_by")]
    assert levels == sorted(set(levels)), "who was paged early is not paged again as the level that they are"
    other = declared(world, "another one")
    world.settle()
    assert [one["people"] for one in world.facts("PageRequested", other)] == [["ana"], ["cy"]], "all her methods are down"


def test_where_no_quiet_method_takes_a_page_the_others_ring(site, phones):
    world = site(ANA + "quiet_hours:\n  - {methods: [text]}\n")
    phones.status["sms"] = 503
    waits(world)
    assert set(phones.tries) == {"sms"}, "a message can wait"
    down(world, "shop")
    assert rang(world, phones) == ["push"]


def waits(world, name="NoSev"):
    """An alert of the shop waits for a person; what its explanation says of who was told."""
    world.alert(name=name, service="shop", severity="")
    world.settle()
    number = next(one["id"] for one in world.get("/alerts")["alerts"] if one["alert"]["name"] == name)
    return next(one["says"] for one in world.get(f"/alerts/{number}")["rules"] if one["name"] == "told")


def test_a_message_to_a_person_goes_by_their_own_methods(site, phones):
    world = site()
    assert waits(world).endswith("got a message that it waits")
    ((kind, body),) = phones.taken
    assert kind == "push"
    assert "ack" not in json.dumps(json.loads(body).get("actions", ""))
    assert not [one for one in world.told() if one.startswith("to ana")], "nothing went to the site's webhook"
    rang(world, phones)
    phones.status["push"] = 503
    waits(world, "Another")
    assert rang(world, phones) == ["sms"], "the first that works"


def test_in_quiet_hours_a_message_goes_by_a_quiet_method(site, phones):
    world = site(ANA + "quiet_hours:\n  - {methods: [text]}\n")
    waits(world)
    assert rang(world, phones) == ["sms"]


def test_where_there_is_no_way_to_tell_a_person_everything_says_that_nobody_was_told(site, phones):
    world = site("name: ana\n", settings={"webhook_url": ""})
    said = waits(world)
    assert "failed for good: nobody was told, for ana has no contact method, and webhook_url is not set." in said
    health = world.send("GET", "/healthz", "bo").json()
    assert health["messages"] == "failing"
    assert "could not be reached for SITE, WAITING" in health["problems"][0]


def test_no_secret_reaches_the_log(site, phones):
    world = site()
    phones.status["sms"] = 401
    incident = down(world, "shop")
    world.forward(minutes=3)
    assert "correct-horse-battery" not in json.dumps(world.log(incident))


def proofs_of(world):
    return {(one["who"], one["name"]): one for one in world.get("/people")["methods"]}


def test_a_method_is_proven_by_a_test_and_shown_as_never_proven_before(site, phones):
    world = site()
    assert {one["state"] for one in proofs_of(world).values()} == {"never"}
    phones.status["voice"] = 503
    world.post("bo", "/people/ANA/test")
    world.settle()
    assert sorted(phones.tries) == ["push", "sms", "voice"]
    found = proofs_of(world)
    assert {name: one["state"] for (_, name), one in found.items()} == {"push": "proven", "text": "proven", "call": "failed"}
    assert "503" in found["ana", "call"]["reason"]
    assert found["ana", "text"]["where"] == "+49 30 1234567"
    world.forward(minutes=60)
    assert phones.tries.count("voice") == 1, "a test is tried once"
    assert world.app.problems() == []
    world.again(minutes=31 * 24 * 60)
    assert {name: one["state"] for (_, name), one in proofs_of(world).items()} == {"push": "old", "text": "old", "call": "failed"}
    page = world.http.post("/login", data={"token": world.tokens["bo"], "next": "/people"}, follow_redirects=True).text
    assert "did not work" in page
    assert "proven long ago" in page


def test_what_was_proven_of_another_address_is_not_proven_and_what_pages_fail_at_is_not_either(site, phones, tmp_path):
    world = site()
    world.post("bo", "/people/ANA/test")
    world.settle()
    assert {one["state"] for one in proofs_of(world).values()} == {"proven"}
    phones.status["push"] = 503
    down(world, "shop")
    until(lambda: proofs_of(world)["ana", "push"]["state"] == "failed", "the failed page counts")
    ana = tmp_path / "catalogue" / "people" / "ana.yaml"
    ana.write_text(ana.read_text().replace("ana-phone", "ana-tablet").replace("+49 30 1234567", "+49 30 7654321"))
    world.again()
    found = {name: one["state"] for (_, name), one in proofs_of(world).items()}
    assert (found["text"], found["call"]) == ("never", "never")
    assert found["push"] in {"never", "failed"}, "the page that it has not taken is tried there"


def test_in_shadow_a_test_of_ones_own_methods_leaves_so_that_reach_is_proven_before_going_live(site, phones):
    """It is all that does; of somebody else's it is refused, and of a page nothing leaves by the same method."""
    world = site(settings={"mode": "shadow"})
    world.post("ana", "/people/ana/test", method="push")
    down(world, "shop")
    assert rang(world, phones) == ["push"]
    assert {one["name"]: one["state"] for one in world.get("/people")["methods"]}["push"] == "proven"
    said = world.post("bo", "/people/ana/test", 409, method="push")
    assert "SHADOW" in said
    assert "ana" in said
    world.app.outbox.perform(
        encode(Job(1, "SITE", 2, SendMessage("weekly/0", audience="ana", text="x", method="push"), attempt=2))
    )
    assert rang(world, phones) == []


def test_a_test_of_what_is_not_there_is_refused_with_what_there_is(site):
    world = site()
    assert "there are push, text, call" in world.post("bo", "/people/ana/test", 409, method="pager")
    assert "contact" in world.post("bo", "/people/cy/test", 409)
    assert "Nobody is called" in world.post("bo", "/people/nobody/test", 409)


def test_the_link_in_a_page_acknowledges_as_whoever_got_it_and_ends_the_steps(site, phones):
    world = site()
    incident = down(world, "shop")
    ((_, body),) = phones.taken
    link = json.loads(body)["actions"][0]["url"].removeprefix(world.settings.url)
    world.http.get(link)
    assert world.facts("Acknowledged", incident) == []
    assert world.http.post(link, data={"seen": "P1"}).status_code == 200
    assert [one["who"] for one in world.facts("Acknowledged", incident)] == ["ana"]
    world.forward(minutes=30)
    assert rang(world, phones) == ["push"]


def test_pagerduty_follows_what_becomes_of_the_page(site, phones):
    ana = 'name: ana\ncontact:\n  - {name: pd, kind: pagerduty, to: "${SMS_TOKEN}", url: URL/pd}\n'
    world = site(ana)
    incident = down(world, "shop")
    acknowledge(world, incident, "bo")
    world.post("bo", f"/incidents/{incident}/cancel", reason="only a test")
    world.settle()
    told = [json.loads(body) for _, body in phones.taken]
    page = [one for one in told if one["dedup_key"] == told[0]["dedup_key"]]
    assert [one["event_action"] for one in page] == ["trigger", "acknowledge", "resolve"]
    assert [one for one in told if one not in page] == [], "a message would be a page there"


def test_whoever_was_reached_by_one_method_is_not_lost_because_a_later_one_fails(site, phones):
    world = site()
    phones.status.update(sms=404, voice=404)
    incident = down(world, "shop")
    world.forward(minutes=2.5)
    assert phones.tries == ["push", "sms", "voice"]
    assert [one["people"] for one in world.facts("PageRequested", incident)] == [["ana"]]
    assert world.app.problems() == []


def test_in_a_storm_later_steps_are_only_for_what_was_paged(site, phones):
    """Of eight incidents four are paged one by one; the others are one page, by the same method."""
    world = site(settings={"pages_max": 5})
    for number in range(8):
        declared(world, f"down {number}")
    world.forward(minutes=1)
    paged = rang(world, phones)
    assert paged == ["push"] * len(paged)
    held = {incident for incident in world.incidents() if world.facts("PageHeld", incident)}
    assert held
    world.forward(minutes=2)
    world.settle()
    texted = [
        incident
        for incident in world.incidents()
        for one in world.facts("PageSent", incident)
        if one.get("method") == "text" and not one.get("sums_up")
    ]
    assert texted
    assert not held.intersection(texted)
    texts = [parse_qs(body)["Body"][0] for kind, body in phones.taken if kind == "sms"]
    assert sum("more incident" in one for one in texts) == 1, "the page that sums up says so, and no other does again"


def test_a_page_that_sums_up_one_incident_is_a_page_like_any(site, phones):
    """By a webhook of her own, of which the JSON can be read: its link acknowledges, for it is about nothing else."""
    world = site('name: ana\ncontact:\n  - {name: hook, kind: webhook, to: "URL/hook"}\n', settings={"pages_max": 5})
    number = 0
    while not any(world.facts("PageHeld", incident) for incident in world.incidents()):
        number += 1
        held = declared(world, f"down {number}")
    phones.taken.clear()
    world.forward(minutes=1)
    (page,) = [one for one in (json.loads(body) for _, body in phones.taken) if "/summary/" in one["dedup_key"]]
    assert (page["title"], page["incident"], page["service"], "more" in page) == (f"down {number}", held, "shop", False)
    world.http.post(page["acknowledge_url"].removeprefix(world.settings.url), data={"seen": "P1"})
    assert [one["who"] for one in world.facts("Acknowledged", held)] == ["ana"]


def test_what_a_method_missed_is_not_lost_in_a_restart(site, phones):
    world = site()
    phones.status["push"] = 503
    down(world, "shop")
    assert rang(world, phones) == ["sms"]
    world.again(minutes=0.5)
    phones.status["push"] = 200
    world.forward(minutes=1)
    assert rang(world, phones) == ["push"]
    world.forward(minutes=2)
    assert rang(world, phones) == ["voice"]


def test_what_a_method_missed_leaves_in_its_order_after_a_restart_too(site, phones):
    """The page that waits longest is due last, for each failure doubles its wait."""
    world = site()
    phones.status["push"] = 503
    first = declared(world, "the first")
    world.forward(minutes=1)
    second, third = declared(world, "the second"), declared(world, "the third")
    rang(world, phones)
    world.again()
    phones.status["push"] = 200
    world.forward(minutes=1.5)
    pushed = [body for kind, body in phones.taken if kind == "push"]
    assert [next(one for one in (first, second, third) if one in body) for body in pushed] == [first, second, third]


CARLA = 'name: carla\ncontact: [{name: mail, kind: ntfy, to: "URL/mail/carla"}, {name: ring, kind: pagerduty, to: "${KEY}"}]\n'
LEADERSHIP = 'name: leadership\npeople: [carla]\ncontact: [{name: room, kind: webhook, to: "URL/room"}]\n'


def test_an_audience_is_people_and_methods_of_its_own(site, phones):
    """Carla gets it by her method that wakes nobody, and the room of leadership as well; neither is lost with the other."""
    files = {"people__carla": CARLA.replace("URL", phones.url), "audiences__leadership": LEADERSHIP.replace("URL", phones.url)}
    phones.status["mail"] = 503
    world = site(**files)
    incident = down(world, "shop")
    assert sorted(rang(world, phones)) == ["push", "room"]
    assert not any("leadership" in one for one in world.told()), "its own method is in place of the webhook"
    phones.status["mail"] = 200
    world.forward(minutes=2)
    told = [(one["audience"], one["integration"]) for one in world.facts("MessageSent", incident)]
    assert sorted(told) == [("carla", "mail"), ("leadership", "room")]
    acknowledge(world, incident)
    world.told()


def test_an_audience_of_ones_own_gets_what_is_posted_for_it(site, phones):
    files = {"audiences__engineering": "name: engineering\npeople: [ana]\n"}
    world = site(settings=(("webhook_url", ""),), **files)
    incident = down(world, "shop")
    acknowledge(world, incident)
    rang(world, phones)
    refused = world.post(
        "ana", f"/incidents/{incident}/status", 409, stage="Identified", audience="sales", text="It is the disk."
    )
    assert refused == "'sales' is no audience; the audiences are: customers, stakeholders, leadership, engineering."
    world.post("ana", f"/incidents/{incident}/status", stage="Identified", audience="engineering", text="It is the disk.")
    assert rang(world, phones) == ["push"]
    assert world.room(incident)["posts"][-1][4] == "", "it is delivered"


def test_a_message_to_somebody_goes_by_their_own_method_and_no_call(site, phones):
    """A decision that waits is no page: the method that only calls is left for pages."""
    world = site("name: ana\n" + "".join(line for line in ANA.splitlines(keepends=True) if "contact" in line or "voice" in line))
    incident = down(world, "shop")
    world.settle()
    phones.rang()
    acknowledge(world, incident, "bo")
    world.post("bo", f"/incidents/{incident}/offer-role", role="scribe", to="ana")
    assert rang(world, phones) == []
    assert any(one.startswith("to ana: bo offers you the role scribe") for one in world.told())


def test_a_page_by_a_further_method_takes_no_place_from_other_incidents_in_a_storm(site, phones):
    world = site(settings={"pages_max": 10})
    incidents = [declared(world, f"number {number}") for number in range(2)]
    for minutes in (2.1, 0.1):
        world.forward(minutes=minutes)
        world.settle()
    assert rang(world, phones).count("sms") == 2
    incidents += [declared(world, f"number {number}") for number in range(2, 5)]
    assert [bool(world.facts("PageHeld", one)) for one in incidents] == [False] * 5, "five people's worth of pages, not nine"


def test_who_got_one_page_for_all_that_was_held_back_gets_it_by_the_later_steps_too(site, phones):
    world = site(settings={"pages_max": 5})
    incidents = [declared(world, f"number {number}") for number in range(4)]
    assert world.facts("PageHeld", incidents[3])
    world.forward(minutes=0.2)
    assert rang(world, phones) == ["push"] * 4
    for one in incidents[:3]:
        acknowledge(world, one)
    rang(world, phones)
    world.forward(minutes=2.1)
    assert rang(world, phones) == ["sms"], "the phone that wakes her is a later step"
    acknowledge(world, incidents[3])
    other = declared(world, "a fifth one")
    rang(world, phones)
    acknowledge(world, other)
    world.forward(minutes=10)
    assert "sms" not in rang(world, phones)


def test_nothing_is_left_of_a_summary_for_later_steps_where_all_of_it_is_acknowledged(site, phones):
    world = site(settings={"pages_max": 5})
    incidents = [declared(world, f"number {number}") for number in range(4)]
    world.forward(minutes=0.2)
    for one in incidents:
        acknowledge(world, one)
    rang(world, phones)
    world.forward(minutes=5)
    assert rang(world, phones) == []
