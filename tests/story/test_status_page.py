"""The status page: nothing before a person posts it, components and uptime from facts, maintenance, files that outlive the server."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import feedparser
import pytest
from starlette.testclient import TestClient
from tests.story.world import World

from stormjib.core.catalogue.service import Service
from stormjib.store.database import LOG

REFERENCE = b"""# Whatever

## Communication

```markdown
# Status Page Update Template
**Investigating**: We are investigating reports of [issue].

**Monitoring**: A fix for [what the issue is] is in. Next update at [time].

**Resolved**: This incident has been resolved.
```
"""
SERVICES = {
    "services/uploader-prod.yaml": "name: uploader-prod\nstatus: {name: Uploads, group: Files, public: true}\n",
    "services/billing-v2.yaml": "name: billing-v2\nstatus: {name: Payments, public: true}\n",
    "services/hidden-thing.yaml": "name: hidden-thing\nstatus: {name: Not yet}\n",
}
DAY = 24 * 60


@pytest.fixture
def build(tmp_path):
    worlds = []

    def made(**table):
        for name, text in SERVICES.items():
            path = tmp_path / "catalogue" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        page = {"title": "Shop status", "url": "https://status.example.com", "publish_dir": tmp_path / "public", "served": True}
        worlds.append(
            World(tmp_path, REFERENCE, trusted=(), webhook_url="", catalogue=tmp_path / "catalogue", status_page=page | table)
        )
        return worlds[-1]

    yield made
    for world in worlds:
        world.close()


@pytest.fixture
def world(build):
    return build()


def declare(world, severity="P1", title="5xx on web-7.internal since the deploy of thaddeus"):
    return world.post("ana", "/incidents", 201, title=title, severity=severity, service="uploader-prod")["incident"]


def post(world, incident, stage="Investigating", status=200, **said):
    return world.post("ana", f"/incidents/{incident}/status", status, stage=stage, audience="customers", **said)


def published(world):
    """What stands in the directory, once everything is written."""
    done = world.post("ana", "/status-page/publish")
    assert done["problem"] == ""
    top = world.where / "public"
    return {str(file.relative_to(top)): file.read_text("utf-8") for file in top.rglob("*") if file.is_file()}


def summary(world):
    return json.loads(published(world)["api/v2/summary.json"])


def components(world):
    return {one["name"]: one["status"] for one in summary(world)["components"]}


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<style>.*?</style>", "", html)))


def test_nothing_is_public_before_a_person_posts_it(world):
    incident = declare(world)
    world.post("ana", f"/incidents/{incident}/notes", text="thaddeus broke web-7.internal")
    world.post("ana", f"/incidents/{incident}/status", stage="Investigating", audience="leadership", text="thaddeus broke it")
    found = published(world)
    assert components(world) == {"Payments": "operational", "Files": "operational", "Uploads": "operational"}
    assert "All systems operational" in found["index.html"]
    for text in found.values():
        assert not re.search(r"web-7|thaddeus|INC-|uploader-prod|billing-v2|Not yet|hidden-thing|5xx", text)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"issue": "slow"}, "[time]"),
        ({"foo": "1"}, "'foo' is no field of the text for Monitoring; its fields: what the issue is, time."),
        ({"issue": "slow", "time": "noon", "when": "noon"}, "'when' is no field"),
        ({"issue": "slow", "what": "slow", "time": "noon"}, "'what' is no field"),
        ({"": "noon", "issue": "slow"}, "'' is no field"),
    ],
)
def test_one_value_fills_no_field_but_its_own_and_what_is_missing_is_never_told(world, values, says):
    incident = declare(world)
    told = {"stage": "Monitoring", "values": values}
    assert says in world.post("ana", f"/incidents/{incident}/status", 409, audience="customers", **told)
    preview = f"/incidents/{incident}/status/preview"
    if says == "[time]":
        shown = world.post("ana", preview, **told)
        assert (shown["fields_left"], shown["text"]) == (["[time]"], "A fix for slow is in. Next update at [time].")
    else:
        assert says in world.post("ana", preview, 409, **told)
    assert world.facts("StatusPosted", incident) == []


def test_a_field_is_filled_by_its_name_or_by_the_one_word_that_is_only_in_it(world):
    incident = declare(world)
    assert "[x]" in post(world, incident, "Monitoring", 409, values={"issue": "[x]", "time": "noon"})
    post(world, incident, "Monitoring", values={"Issue": "slow pages", "TIME": "noon"})
    assert world.facts("StatusPosted", incident)[0]["text"] == "A fix for slow pages is in. Next update at noon."
    own = {"text": "It is slow.", "values": {"issue": "slow"}}
    assert "no fields to fill" in post(world, incident, "Monitoring", 409, **own)


def test_a_post_with_its_component_is_proposed_shown_and_published(world):
    incident = declare(world)
    shown = world.post("ana", f"/incidents/{incident}/status/preview", stage="Investigating", values={"issue": "failing uploads"})
    assert (shown["title"], shown["components"]) == ("Problem with Uploads", {"Uploads": "partial outage"})
    post(world, incident, values={"issue": "failing uploads"})
    found = published(world)
    assert "Partial outage" in found["index.html"]
    assert "We are investigating reports of failing uploads." in words(found["index.html"])
    assert components(world) == {"Payments": "operational", "Files": "partial_outage", "Uploads": "partial_outage"}
    post(world, incident, "Monitoring", text="A fix is in.", components={"uploads": "degraded_performance"}, title="Slow uploads")
    (open_now,) = summary(world)["incidents"]
    assert (open_now["name"], open_now["status"], open_now["impact"]) == ("Slow uploads", "monitoring", "major")
    assert open_now["incident_updates"][0]["affected_components"][0]["new_status"] == "degraded_performance"
    post(world, incident, "Resolved")
    assert components(world)["Uploads"] == "operational"
    found = published(world)
    assert summary(world)["incidents"] == []
    assert [one["status"] for one in json.loads(found["api/v2/incidents.json"])["incidents"]] == ["resolved"]
    page = next(text for path, text in found.items() if path.startswith("incidents/"))
    assert [*re.findall(r"<h3>(\w+)", page)] == ["Resolved", "Monitoring", "Investigating"]


def test_words_that_are_for_us_are_named_in_the_preview(world):
    incident = declare(world)
    text = f"Uploads fail because bo changed uploader-prod (see {incident}). Payments work."
    shown = world.post("ana", f"/incidents/{incident}/status/preview", stage="Identified", text=text)
    assert shown["internal"] == ["uploader-prod", incident]
    assert world.post("ana", f"/incidents/{incident}/status/preview", stage="Identified", text="All is well.")["internal"] == []


def test_what_cannot_be_posted_is_refused_with_what_can(world):
    incident = declare(world)
    assert "there are: Payments, Uploads" in post(world, incident, status=409, text="x", components={"Uplods": "degraded"})
    assert "major outage" in post(world, incident, status=409, text="x", components={"Uploads": "on fire"})
    assert "post Monitoring instead" in post(
        world, incident, "Resolved", status=409, text="x", components={"Uploads": "degraded"}
    )
    refused = world.post(
        "ana", f"/incidents/{incident}/status", 409, stage="Identified", audience="stakeholders", text="x", title="y"
    )
    assert "Only customers read the status page" in refused
    assert published(world)["api/v2/incidents.json"].count('"name"') == 1


def test_uptime_counts_what_is_known_and_says_what_is_not(world):
    published(world)
    world.pass_by(9 * DAY * 60)
    incident = declare(world)
    post(world, incident, text="Uploads fail.", components={"Uploads": "major outage"})
    world.pass_by(DAY * 60)
    post(world, incident, "Resolved")
    index = words(published(world)["index.html"])
    assert re.search(
        r"Uploads operational (?:89\.9\d|90\.0\d) % uptime since \d{4}-\d\d-\d\d \d\d:\d\d UTC; before that it is not known",
        index,
    )
    assert re.search(r"Payments operational 100\.00 % uptime since", index)
    unknown = published(world)["index.html"].count('class="unknown"')
    assert unknown in {2 * 79, 2 * 80}
    assert index.count("100.00") == 1


def test_a_component_that_was_just_listed_has_no_uptime(world):
    page = world.get("/status-page")["page"]
    published(world)
    assert [one["uptime"] for one in page["components"]] == [None, None]


def test_the_page_is_of_no_hour_before_its_last_change(world):
    """As of 19:00, last changed 19:47: a reader who compares them takes the page for an old copy."""
    world.pass_by(-world.clock() % 3600 + 47 * 60)
    post(world, declare(world), text="Uploads fail.")
    as_of, changed = re.findall(r'(?:As of|Last changed) <time datetime="([^"]+)"', published(world)["index.html"])
    assert as_of == changed
    world.pass_by(3600)
    as_of, changed = re.findall(r'(?:As of|Last changed) <time datetime="([^"]+)"', published(world)["index.html"])
    assert as_of > changed
    assert as_of.endswith(":00:00.000Z")


def test_in_shadow_publishing_says_that_nothing_is(build, tmp_path):
    world = World(
        tmp_path, REFERENCE, trusted=(), webhook_url="", mode="shadow", status_page={"publish_dir": tmp_path / "public"}
    )
    refused = world.send("POST", "/api/v1/status-page/publish", "ana")
    assert (refused.status_code, "SHADOW: nothing leaves this server" in refused.text) == (409, True)
    world.close()


def test_customers_are_told_the_end_of_what_goes_on_in_another_incident(world):
    incident, other = declare(world), declare(world)
    assert "not open" in _ended(world, incident, other)
    incident = declare(world)
    post(world, incident, text="Uploads fail.")
    world.post("ana", f"/incidents/{incident}/merge", into=other, reason="the same")
    post(world, incident, "Resolved", text="It goes on below another title.")
    assert components(world)["Uploads"] == "operational"
    assert "not open" in post(world, incident, "Resolved", status=409, text="Again.")


def _ended(world, incident, other):
    world.post("ana", f"/incidents/{incident}/merge", into=other, reason="the same")
    return post(world, incident, status=409, text="Uploads fail.")


def test_maintenance_before_during_and_after(world):
    start, end = world.clock() + 3600, world.clock() + 7200
    written = world.post("ana", "/status-page/maintenance", title="Upgrade", text="Uploads pause.", components="uploads",
                         start=f"{iso(start)}", end=f"{iso(end)}")  # fmt: skip
    assert summary(world)["scheduled_maintenances"][0]["status"] == "scheduled"
    assert "Upgrade planned" in words(published(world)["index.html"])
    assert components(world)["Uploads"] == "operational"
    world.pass_by(3700)
    assert components(world)["Uploads"] == "under_maintenance"
    assert summary(world)["status"] == {"indicator": "maintenance", "description": "Maintenance in progress"}
    world.pass_by(3700)
    assert summary(world)["scheduled_maintenances"] == []
    assert "Upgrade over" in words(published(world)["history.html"])
    number = written["seq"]
    assert "is over already" in world.post("ana", f"/status-page/maintenance/{number}/end", 409)
    assert "There is no maintenance 99" in world.post("ana", "/status-page/maintenance/99/end", 409)


def iso(at):
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def test_maintenance_is_shown_on_its_page_before_customers_read_it(world):
    ana = TestClient(world.app.asgi, base_url=world.settings.url, follow_redirects=True)
    page = ana.post("/login", data={"token": world.tokens["ana"], "next": "/status-page"})
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    typed = {"csrf": csrf, "which": "maintenance", "title": "Upgrade", "text": "Uploads pause.", "components": "Uploads"}
    headers = {"Origin": world.settings.url}
    wrong = ana.post("/status-page/maintenance", data=typed | {"end": "soon"}, headers=headers)
    assert (wrong.status_code, "is no time" in wrong.text, "Uploads pause." in wrong.text) == (409, True, True)
    typed["end"] = iso(world.clock() + 7200)
    shown = ana.post("/status-page/maintenance", data=typed, headers=headers)
    assert "customers will read" in shown.text
    assert "Upgrade" not in published(world)["index.html"]
    ana.post("/status-page/maintenance", data=typed | {"sure": "yes"}, headers=headers)
    assert "Upgrade in progress" in words(published(world)["index.html"])
    number = re.search(r"maintenance (\d+)", ana.get("/status-page").text)[1]
    done = ana.post("/status-page/end", data={"csrf": csrf, "number": number}, headers=headers)
    assert done.status_code == 200
    assert components(world)["Uploads"] == "operational"


def test_maintenance_ends_early_and_what_is_taken_back_is_gone(world):
    now = world.clock()
    begun = world.post("ana", "/status-page/maintenance", title="Short", text="A pause.", end=iso(now + 7200))["seq"]
    later = world.post("ana", "/status-page/maintenance", title="Never", text="No.", start=iso(now + 60), end=iso(now + 90))[
        "seq"
    ]
    world.pass_by(10)
    world.post("ana", f"/status-page/maintenance/{begun}/end", text="It was quick.")
    world.post("ana", f"/status-page/maintenance/{later}/end")
    found = published(world)
    assert "It was quick." in found["history.html"]
    assert not any("Never" in text for text in found.values())


def test_both_feeds_are_read(world):
    incident = declare(world)
    post(world, incident, text="Uploads fail & we know <why>.")
    found = published(world)
    for name in ("feed.atom", "feed.rss"):
        feed = feedparser.parse(found[name])
        assert not feed.bozo, feed.get("bozo_exception")
        assert feed.feed.title == "Shop status"
        (entry,) = feed.entries
        assert entry.title == "Problem with Uploads"
        assert entry.link.startswith("https://status.example.com/incidents/")
        assert "Uploads fail &amp; we know &lt;why&gt;." in entry.summary
        assert entry.published_parsed or entry.updated_parsed


def test_the_same_files_are_shown_without_signing_in(world):
    incident = declare(world)
    post(world, incident, text="Uploads fail.")
    found = published(world)
    nobody = TestClient(world.app.asgi, base_url=world.settings.url)
    for path, text in found.items():
        assert nobody.get(f"/status/{path}").text == text
    assert nobody.get("/status").text == found["index.html"]
    assert "unsafe-inline" in nobody.get("/status/").headers["content-security-policy"]
    assert nobody.get("/status/../../data/log.db").status_code == 404
    assert nobody.get("/status/incidents/none.html").status_code == 404


def test_by_default_nothing_is_shown_or_written(build):
    world = build(served=False, publish_dir=None)
    incident = declare(world)
    post(world, incident, text="Uploads fail.")
    assert TestClient(world.app.asgi).get("/status/").status_code == 404
    done = world.post("ana", "/status-page/publish")
    assert (done["directory"], done["url"], done["written"]) == ("", "", 0)


def test_a_post_that_a_kill_kept_from_the_page_is_there_after_the_start(world):
    incident = declare(world)
    published(world)
    world.app.upkeep.status_page.stop()
    post(world, incident, text="Uploads fail.")
    assert "Uploads fail." not in (world.where / "public" / "index.html").read_text()
    world.restart()
    world.app.upkeep.status_page.stop()
    assert "Uploads fail." in (world.where / "public" / "index.html").read_text()


def test_a_post_that_is_damaged_takes_no_other_with_it(world):
    first, second = declare(world), declare(world)
    post(world, first, text="Uploads fail.")
    post(world, second, text="Payments fail.", title="No payments", components={"Payments": "major outage"})

    def damage(data):
        with closing(sqlite3.connect(data / LOG)) as rows, rows:
            found = rows.execute("UPDATE entry SET fact = substr(fact, 1, 40) WHERE fact LIKE '%Uploads fail.%Uploads%'").rowcount
            assert found == 1

    world.restart(damage)
    found = published(world)
    assert "Payments fail." in found["index.html"]
    assert "Uploads fail." not in found["index.html"]


def test_a_directory_that_cannot_be_written_is_a_problem_until_it_can(world):
    published(world)
    public, aside = world.where / "public", world.where / "aside"
    public.rename(aside)
    public.write_text("in the way")
    done = world.post("ana", "/status-page/publish")
    assert "customers read an old one" in done["problem"]
    assert done["problem"] in world.send("GET", "/healthz", "ana").json()["problems"]
    public.unlink()
    aside.rename(public)
    assert published(world)
    assert world.send("GET", "/healthz", "ana").json()["problems"] == []


def test_others_may_read_what_is_published_and_unchanged_files_stay(world):
    published(world)
    top = world.where / "public"
    assert {oct(one.stat().st_mode)[-3:] for one in top.rglob("*")} == {"644", "755"}
    before = {one: one.stat().st_ino for one in top.rglob("*.html")}
    assert world.post("ana", "/status-page/publish")["written"] == 0
    assert {one: one.stat().st_ino for one in top.rglob("*.html")} == before


def test_the_page_of_the_incident_previews_and_posts_the_component(world):
    incident = declare(world)
    ana = TestClient(world.app.asgi, base_url=world.settings.url, follow_redirects=True)
    room = ana.post("/login", data={"token": world.tokens["ana"], "next": f"/incidents/{incident}"})
    csrf = re.search(r'name="csrf" value="([^"]+)"', room.text)[1]
    typed = {"csrf": csrf, "stage": "Identified", "audience": "customers", "text": "We know why.", "own_words": "yes"}
    shown = ana.post(f"/incidents/{incident}/status/preview", data=typed, headers={"Origin": world.settings.url})
    assert re.search(r'name="component:Uploads">.*?<option selected>partial outage', shown.text, re.DOTALL)
    chosen = {"component:Uploads": "major outage", "component:Payments": "operational", "title": "No uploads"}
    done = ana.post(f"/incidents/{incident}/status", data=typed | chosen, headers={"Origin": world.settings.url})
    assert done.status_code == 200
    assert components(world) == {"Payments": "operational", "Files": "major_outage", "Uploads": "major_outage"}
    assert summary(world)["incidents"][0]["name"] == "No uploads"


def test_a_stage_that_there_is_not_and_words_of_ours_are_said_before_customers_read_them(make):
    """A service that is not public is not named to customers without a warning, whatever its name is made of."""
    world = make(service=(Service(name="payint", target_url="http://pay.example"),))
    world.begin()
    post = {"audience": "customers", "text": "It is over now."}
    refused = world.post("ana", "/incidents/INC-1/status", 409, stage="Resloved", **post)
    assert refused.startswith("'Resloved' is no stage; 'Resolved' is probably meant")
    assert world.post("ana", "/incidents/INC-1/status/preview", 409, stage="Foo", **post).startswith("'Foo' is no stage")
    assert world.facts("StatusPosted") == []
    preview = world.post("ana", "/incidents/INC-1/status/preview", stage="Identified", **post, title="Payint is down")
    assert preview["internal"] == ["Payint"]
    assert world.post("ana", "/status-page/words", text="payint moves")["internal"] == ["payint"]
