"""The files of the status page, word for word; and that nothing is in them but what was posted to customers."""

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stormjib.core.catalogue.service import PublicComponent, Service
from stormjib.core.incident import Incident
from stormjib.core.log import (
    Acknowledged,
    ComponentsListed,
    Declared,
    Entry,
    MaintenanceEnded,
    MaintenancePlanned,
    NoteAdded,
    Resolved,
    SeverityChanged,
    StatusPosted,
)
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.core.status_page.page import DAYS, status_page
from stormjib.core.status_page.record import Record
from stormjib.core.status_page.words import STATUSES, chosen
from stormjib.web.status_page import files

GOLDEN = Path(__file__).parent / "cases" / "status_page"
NOON = 1_767_614_400.0
"""2026-01-05 12:00 UTC."""
HOUR, DAY = 3_600.0, 86_400.0
COMPONENTS = (PublicComponent(name="Payments", public=True), PublicComponent(name="Uploads", group="Files", public=True))
URL = "https://status.example.com"
NAMES = ("Payments", "Uploads")


def to_customers(incident, seq, hours, stage, text, title="", **components):
    fact = StatusPosted(stage, text, "customers", "room", title=title, components=components)
    return Entry(incident, seq, NOON + hours * HOUR, "ana", fact)


STORY = (
    Entry("site", 1, NOON - 10 * DAY, "stormjib", ComponentsListed(NAMES)),
    Entry("site", 2, NOON - 2 * DAY, "ana", MaintenancePlanned("Old work", "It was short.", NOON - DAY, NOON - DAY + HOUR)),
    Entry("site", 3, NOON, "ana", MaintenancePlanned("Upgrade", "Uploads pause.", NOON - HOUR, NOON + HOUR, ("Uploads",))),
    Entry("site", 4, NOON, "ana", MaintenancePlanned("Move", "All moves.", NOON + DAY, NOON + DAY + HOUR, NAMES)),
    Entry("site", 5, NOON, "ana", MaintenancePlanned("Taken back", "Never.", NOON + DAY, NOON + DAY + HOUR)),
    Entry("site", 6, NOON + 1, "ana", MaintenanceEnded(5, "Taken back")),
    to_customers("INC-1", 7, -30, "Investigating", "Uploads fail for <some> people & we look.", Uploads="major outage"),
    to_customers("INC-1", 9, -29, "Monitoring", "A fix is in.\nWe watch it.", Uploads="degraded"),
    to_customers("INC-1", 12, -28, "Resolved", "It is over."),
    to_customers("INC-2", 4, -1, "Identified", "Payments are slow.", title="Slow payments", Payments="degraded", Gone="major outage"),
)  # fmt: skip


def built(entries=STORY, now=NOON + 2 * HOUR, components=COMPONENTS):
    record = Record()
    record.heard(entries)
    return files(status_page(record, components, now), "Shop status", URL)


def shown(content):
    return (msgspec.json.format(content, indent=1) + b"\n" if content[:1] == b"{" else content).decode()


def test_golden():
    """Written anew by ``python -m tests.web.test_status_page``; to be looked at in a browser and a feed reader."""
    found = built()
    for path, content in found.items():
        assert shown(content) == (GOLDEN / path).read_text("utf-8"), path
    assert {str(file.relative_to(GOLDEN)) for file in GOLDEN.rglob("*.*")} == set(found)


def test_entries_that_come_twice_or_in_another_order_make_the_same_files():
    posts, site = STORY[6:], STORY[:6]
    record = Record()
    for entries in (reversed(posts), site, posts, site):
        record.heard(entries)
    assert files(status_page(record, COMPONENTS, NOON + 2 * HOUR), "Shop status", URL) == built()


SECRET = "zq" + "x7"
"""In every word that no customer may read."""
_posted = st.builds(
    lambda stage, text, title, components: StatusPosted(stage, text, "customers", "room", 0, title, components),
    st.sampled_from(("Investigating", "Identified", "Monitoring", "Resolved", "Update")),
    st.text(min_size=1, max_size=40),
    st.text(max_size=20),
    st.dictionaries(st.sampled_from((*NAMES, f"{SECRET} part")), st.sampled_from(STATUSES), max_size=2),
)
_internal = st.sampled_from((
    Declared(f"{SECRET} down", Severity.P0, f"{SECRET}-api", "", 0.0),
    NoteAdded(f"{SECRET} by tom"),
    StatusPosted("Identified", f"{SECRET} broke", "leadership", "room"),
    StatusPosted("Identified", f"{SECRET} broke", "stakeholders", "room", 0, SECRET, {"Uploads": "major outage"}),
    SeverityChanged(Severity.P0, f"{SECRET} is worse"),
    Acknowledged(SECRET),
    Resolved(SECRET, SECRET),
))  # fmt: skip
_log = st.lists(st.tuples(st.integers(1, 5), st.one_of(_posted, _internal), st.floats(0, 100 * DAY)), max_size=12)


def entries_of(log):
    counts = itertools.count(1)
    ordered = sorted(log, key=lambda one: one[2])
    listed = Entry("site", 1, NOON, "stormjib", ComponentsListed(NAMES))
    return [listed, *(Entry(f"INC-{SECRET}{number}", next(counts), NOON + at, SECRET, fact) for number, fact, at in ordered)]


@settings(deadline=None, max_examples=150)
@given(_log)
def test_nothing_that_was_not_posted_to_customers_is_in_any_file(log):
    posted = "".join(f"{fact.text}{fact.title}" for _, fact, _ in log if getattr(fact, "audience", "") == "customers")
    for path, content in built(entries_of(log), NOON + 100 * DAY).items():
        assert SECRET not in path
        assert SECRET not in content.decode() or SECRET in posted
        assert b"INC-" not in content or "INC-" in posted


@settings(deadline=None, max_examples=150)
@given(_log)
def test_whatever_is_posted_every_file_is_well_formed(log):
    found = built(entries_of(log), NOON + 100 * DAY)
    public = {number for number, fact, _ in log if getattr(fact, "audience", "") == "customers"}
    for path, content in found.items():
        if path.endswith(".json"):
            msgspec.json.decode(content)
        elif not path.endswith(".html"):
            ET.fromstring(content)
            assert len(feedparser.parse(content).entries) == len(public)
        else:
            assert b"<script" not in content
    assert sum(path.startswith("incidents/") for path in found) == len(public)


@settings(deadline=None, max_examples=150)
@given(_log)
def test_uptime_is_never_more_than_what_is_known(log):
    page = status_page(_heard(entries_of(log)), COMPONENTS, NOON + 100 * DAY)
    for one in page.components:
        assert len(one.days) == DAYS
        assert sum(day.known for day in one.days) == pytest.approx((DAYS - 0.5) * DAY)
        down = sum(day.down for day in one.days)
        assert 0 <= down <= DAYS * DAY
        assert (one.uptime < 100) or down < DAYS * DAY / 10_000
        assert all(day.down <= day.known <= DAY + 0.001 for day in one.days)


def _heard(entries):
    record = Record()
    record.heard(entries)
    return record


def test_uptime_by_the_second():
    """Ten days known; two hours of a major outage are two hours down, and ten of a partial one are three."""
    entries = (
        STORY[0],
        to_customers("INC-1", 1, -48, "Identified", "Down.", Uploads="major outage", Payments="partial outage"),
        to_customers("INC-1", 2, -46, "Identified", "Better.", Uploads="degraded"),
        to_customers("INC-1", 3, -38, "Resolved", "Over."),
        to_customers("INC-2", 1, -47, "Identified", "Another.", Uploads="major outage"),
        to_customers("INC-2", 2, -46, "Resolved", "Over."),
    )
    payments, uploads = status_page(_heard(entries), COMPONENTS, NOON).components
    assert (payments.uptime, uploads.uptime) == (int((1 - 3 / 240) * 10_000) / 100, int((1 - 2 / 240) * 10_000) / 100)
    assert [day.status for day in uploads.days if day.known] == [
        *["operational"] * 8,
        "major outage",
        "operational",
        "operational",
    ]
    assert [day.date for day in uploads.days if day.status == "major outage"] == ["2026-01-03"]
    assert {day.status for day in uploads.days if not day.known} == {"unknown"}


def test_a_component_that_was_off_the_page_is_unknown_meanwhile():
    entries = (
        STORY[0],
        Entry("site", 2, NOON - 8 * DAY, "stormjib", ComponentsListed(("Payments",))),
        Entry("site", 3, NOON - 2 * DAY, "stormjib", ComponentsListed(NAMES)),
    )
    _, uploads = status_page(_heard(entries), COMPONENTS, NOON).components
    assert sum(day.known for day in uploads.days) == 4 * DAY


@pytest.mark.parametrize(
    ("severity", "proposal"),
    [("P0", {"Uploads": "major outage"}), ("P1", {"Uploads": "partial outage"}), ("P2", {"Uploads": "degraded"}), ("P4", {})],
)
def test_the_severity_proposes(severity, proposal):
    policy = Policy(services=(Service(name="up", status=COMPONENTS[1]), Service(name="pay", status=COMPONENTS[0])))
    incident = Incident.new("INC-1")
    incident.severity, incident.service = Severity(severity), "up"
    assert chosen(incident, {}, "Identified", policy) == proposal
    assert chosen(incident, {"uploads": "Operational"}, "Identified", policy) == {}


@pytest.mark.parametrize("name", ["Up\u200bloads", " Uploads", "a\ud800"])
def test_a_component_that_customers_cannot_read_is_refused(name):
    with pytest.raises(ValueError, match="nobody sees"):
        PublicComponent(name=name, public=True)


def test_a_page_without_anything_says_so():
    found = built((), NOON, ())
    assert "All systems operational" not in found["index.html"].decode()
    assert "no component" in re.sub(r"<[^>]+>", "", found["index.html"].decode())


if __name__ == "__main__":
    for path, content in built().items():
        (GOLDEN / path).parent.mkdir(parents=True, exist_ok=True)
        (GOLDEN / path).write_text(shown(content), "utf-8")
