"""The pages as a browser without JavaScript gets them."""

import json
import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.web.house import SOURCE, House
from tests.web.scene import scene

from stormjib.core.alert import Alert
from stormjib.core.log import AlertReceived, Declared, MetricsReviewed, NoteAdded, OutcomeUnknown, RunReleased, RunStarted
from stormjib.core.severity import Severity
from stormjib.web import home
from stormjib.web.templating import STATIC

HOSTILE = json.loads((Path(__file__).parent / "cases" / "hostile.json").read_text("utf-8"))


class Seen(HTMLParser):
    """What a browser would make of a page: its elements, their attributes, its text."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.texts, self.ids = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def screens(ids):
    return [
        "/",
        *(f"/incidents/{ids[name]}" for name in ids),
        *(f"/incidents/{ids[name]}/postmortem" for name in ids),
        "/runbooks/current",
    ]


def test_every_page_stands_and_no_id_is_used_twice(house):
    ids = scene(house)
    ana = house.person("ana")
    for url in screens(ids):
        seen = Seen(ana.page(url))
        assert len(seen.ids) == len(set(seen.ids)), (url, [one for one in seen.ids if seen.ids.count(one) > 1])
        links = [attrs["href"] for tag, attrs in seen.elements if tag == "a" and attrs["href"].startswith("#")]
        lost = [link for link in links if link[1:] not in seen.ids and not link.startswith("#entry-")]
        assert lost == [], url


def test_every_link_of_a_room_leads_somewhere(house):
    ids = scene(house)
    ana = house.person("ana")
    page = Seen(ana.page(f"/incidents/{ids['worked']}"))
    links = {attrs["href"].partition("#")[0] for tag, attrs in page.elements if tag in {"a", "link"} and attrs["href"][:1] == "/"}
    assert any("/output/" in link for link in links)
    for link in sorted(links - {""}):
        assert ana.get(link).status_code == 200, link


def test_a_source_link_leads_to_the_line_of_the_runbook(house):
    ids = scene(house)
    ana = house.person("ana")
    room = ana.page(f"/incidents/{ids['worked']}")
    command = house.command("redis-cli flushdb")
    assert f'href="/runbooks/{house.book.sha256}#L{command.line}"' in room
    book = ana.page(f"/runbooks/{house.book.sha256}")
    line = re.search(rf'<li id="L{command.line}".*?</li>', book, re.DOTALL).group()
    assert "redis-cli flushdb" in line
    assert "DESTROY" in line
    assert "flushdb-no-undo" in line


def test_the_runbook_is_shown_line_by_line_as_it_is_written(house):
    page = house.person().page("/runbooks/current")
    lines = re.findall(r'<span class="source-text">(.*?)</span>', page, re.DOTALL)
    assert len(lines) == len(SOURCE.decode().splitlines())
    assert lines[76] == "docker-compose restart api"
    assert "\U0001f6a8 Emergency" in lines[2], "what was decoded wrongly once is shown repaired"


def test_the_room_says_the_one_next_thing_with_one_primary_button(house):
    incident = house.declare()
    ana = house.person("ana")

    def primary():
        page = ana.page(f"/incidents/{incident}")
        return re.findall(r'class="(?:button )?primary"[^>]*>([^<]+)<', page)

    assert primary() == ["Acknowledge"]
    house.act("acknowledge", incident, "ana")
    assert primary() == ["Choose a mitigation"]
    house.act("propose", incident, "ana", command_id=house.command("docker-compose restart redis").id, reason="it hangs")
    assert primary() == ["Go to approvals"]


def test_an_approval_sheet_shows_everything_that_an_approval_binds(house):
    incident = house.declare()
    command = house.command("redis-cli flushdb")
    house.act("propose", incident, "ana", command_id=command.id, reason="broken entries")
    page = house.person("bo").page(f"/incidents/{incident}")
    sheet = Seen(re.search(r'<article class="sheet.*?</article>', page, re.DOTALL).group()).text
    for wanted in ("DESTROY", "redis-cli flushdb", command.target, "broken entries", "ana", "redis-cli dbsize", "30:00 left",
                   house.book.sha256[:12], "it can't be undone", "second approval", "Approve", "Reject"):  # fmt: skip
        assert wanted in sheet
    own = house.person("ana").page(f"/incidents/{incident}")
    assert "somebody else has to approve it" in own
    assert 'id="approve-' not in own


def test_evidence_is_a_finding_first_and_the_raw_output_one_click_below(house):
    incident = house.declare()
    output = "Could not connect <b>to</b> Redis\x00"
    sha256 = house.saw(incident, "redis-cli ping", output, exit_code=1, finding="Redis is down: the connection is refused.")
    house.saw(incident, "df -h", "45%")
    ana = house.person("ana")
    page = ana.page(f"/incidents/{incident}")
    assert page.index("Redis is down") < page.index("No findings"), "what failed comes first"
    answer = ana.get(f"/incidents/{incident}/output/{sha256}")
    assert answer.content == output.encode()
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_o11_the_output_of_an_earlier_measurement_can_still_be_read(house):
    incident = house.declare()
    shas = []
    for text in ("first", "second"):
        shas.append(sha256(text.encode()).hexdigest())
        house.tell(incident, MetricsReviewed("scrapes", (), 1.0, output_sha256=shas[-1]), blobs=(text.encode(),))
    ana = house.person("ana")
    assert [ana.get(f"/incidents/{incident}/output/{one}").text for one in shas] == ["first", "second"]


def test_an_output_of_another_incident_is_not_found(house):
    one, other = house.declare("one"), house.declare("other")
    sha256 = house.saw(one, "df -h", "45%")
    assert house.person().get(f"/incidents/{other}/output/{sha256}").status_code == 404


def test_an_unknown_outcome_asks_a_person(house):
    incident = house.declare()
    command = house.command("docker-compose restart redis")
    house.act("propose", incident, "ana", command_id=command.id, reason="it hangs")
    run = next(iter(house.incident(incident).runs))
    house.act("approve", incident, "bo", run_id=run)
    house.tell(incident, RunReleased(run), RunStarted(run), OutcomeUnknown(run, command.id))
    ana = house.person("ana")
    assert "never run again by itself" in ana.page(f"/incidents/{incident}")
    assert ana.post(f"/incidents/{incident}/settle", run=run, took_effect="yes", reason="it is up").status_code == 303
    assert house.incident(incident).runs[run].state == "settled"


def test_the_newest_200_entries_and_a_way_to_the_earlier_ones(house):
    incident = house.declare()
    house.tell(incident, *(NoteAdded(f"note {number}") for number in range(450)))
    last = house.incident(incident).seq
    ana = house.person("ana")
    url, found = f"/incidents/{incident}", []
    while url:
        page = ana.page(url)
        found += [int(seq) for seq in re.findall(r'<li id="entry-(\d+)"', page)]
        earlier = re.search(r'<p id="earlier" class="earlier"><a[^>]* href="([^"#]+)', page)
        url = earlier.group(1) if earlier else ""
    assert found == list(range(last, 0, -1))


def test_the_list_has_the_worst_first_and_what_waits_for_a_person(house):
    scene(house)
    page = Seen(house.person("ana").page("/"))
    text = page.text
    assert (
        text.index("API answers 5xx") < text.index("Image page is slow") < text.index("Disk of web-1") < text.index("Watermarks")
    )
    assert "You are first on call, then bo." in text
    assert "First on call: ana, then bo." in Seen(house.person("cy").page("/")).text


def test_the_list_says_when_the_next_page_leaves(house):
    incident = house.declare("API answers 5xx", Severity.P1)
    ana = house.person("ana")
    assert re.search(r"next page: <[^>]*>05:00 left", ana.page("/"))
    house.act("acknowledge", incident, "ana")
    assert "next page:" not in ana.page("/")


def test_u4_nothing_worse_is_hidden_by_how_many_are_listed(house):
    house.declare("The one that counts", Severity.P0)
    house.declare("Somebody has this one", Severity.P1)
    house.act("acknowledge", "INC-2", "bo")
    for number in range(home.OPEN_MAX + 50):
        house.declare(f"small {number}", Severity.P4)
    text = Seen(house.person("ana").page("/")).text
    assert text.index("The one that counts") < text.index("Somebody has this one") < text.index("small")
    assert f"{home.OPEN_MAX + 52} open incidents" in text
    assert "Not listed here: 52 P4." in text


def test_an_alert_that_waits_is_declared_with_its_own_words(house):
    alert = Alert("w1", "prometheus", True, "DiskFillsUp", "nginx", "warning", "Disk is 81 % full", starts_at=house.at)
    house.inbox.accept([alert]).result()
    ana = house.person("ana")
    link = re.search(r'href="(/\?alert=\d+)#declare"', ana.page("/")).group(1)
    page = ana.page(link)
    assert 'value="Disk is 81 % full"' in page
    assert re.search(r'name="severity" value="P3" required checked', page)


def test_times_are_relative_with_the_moment_in_utc_beside(house):
    incident = house.declare()
    house.at += 12 * 60
    page = house.person().page(f"/incidents/{incident}")
    assert re.search(
        r'<time datetime="2026-09-21T14:13:20Z" title="2026-09-21 14:13:20 UTC" data-ago="[\d.]+">12 m ago</time>', page
    )
    assert "03:00 left" in page, "P1 is to be acknowledged within 15 minutes"


def test_the_post_mortem_is_a_draft_and_a_file(house):
    ids = scene(house)
    ana = house.person("ana")
    page = ana.page(f"/incidents/{ids['over']}/postmortem")
    assert "<h2>Root Cause</h2>" in page
    assert "fields left to write" in page
    answer = ana.get(f"/incidents/{ids['over']}/postmortem.md")
    assert answer.headers["content-disposition"] == f'attachment; filename="postmortem-{ids["over"]}.md"'
    assert answer.text == house.incidents.postmortem(ids["over"]).text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_that_others_wrote_becomes_markup_or_hides(house, text):
    incident = house.declare(title=text, severity=Severity.P0)
    alert = Alert("w1", text, True, text, text, text, text, starts_at=1e300)
    house.inbox.accept([alert]).result()
    house.tell(incident, AlertReceived("f1", text, text, text, text, house.at), NoteAdded(text), by=text)
    house.saw(incident, "redis-cli ping", text, exit_code=1, finding=text)
    house.act("propose", incident, text, command_id=house.command("redis-cli flushdb").id, reason=f"why {text}")
    house.act("post-update", incident, text, stage="Investigating", audience="customers", text=text)
    ana = house.person("ana")
    plain = house.declare(title="plain", severity=Severity.P0)
    known = {(tag, *sorted(attrs)) for url in _views(plain) for tag, attrs in Seen(ana.page(url)).elements}
    for url in _views(incident):
        page = ana.page(url)
        assert not re.search("[\u202a-\u202e\u2060-\u2069\u200b\ufeff\x01\x07\x1b]", page), url
        for tag, attrs in Seen(page).elements:
            assert tag not in {"img", "svg"} or attrs.get("viewbox"), url
            assert not [name for name in attrs if name.startswith("on")], url
            assert tag != "script" or attrs.get("src", "").startswith("/static/"), url
            assert (tag, *sorted(attrs)) in known or not [name for name in attrs if name.startswith("hx-get")], url


def _views(incident):
    return ["/", "/?alert=1", f"/incidents/{incident}", f"/incidents/{incident}/postmortem"]


def test_a_title_of_ten_thousand_characters_breaks_no_page(house):
    alert = AlertReceived("f1", "x", "N" * 10_000, "s" * 10_000, "y" * 10_000, house.at)
    declared = Declared("t" * 10_000, Severity.P1, "watermark-lab-api", house.book.sha256, house.at)
    incident = house.inbox.declare(lambda _: [declared], by="ana").entries[0].incident
    house.tell(incident, alert)
    ana = house.person("ana")
    for url in _views(incident):
        ana.page(url)
    assert "t" * 301 not in ana.page("/")


def test_a_hostile_runbook_is_shown_as_text(tmp_path):
    source = (Path(__file__).parent / "cases" / "hostile.md").read_text("utf-8")
    house = House(tmp_path, source.encode())
    try:
        incident = house.declare()
        for url in ("/runbooks/current", f"/incidents/{incident}", "/"):
            page = house.person().page(url)
            assert "<script>alert" not in page
            assert "<b onclick" not in page
            assert "<img" not in page
            assert "\u202e" not in page
    finally:
        house.close()


def test_every_page_carries_a_strict_policy_and_loads_nothing_from_outside(house):
    ids = scene(house)
    ana = house.person("ana")
    for url in [*screens(ids), "/incidents/INC-99", "/login"]:
        answer = ana.get(url)
        policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        for tag, attrs in Seen(answer.text).elements:
            assert "style" not in attrs, (url, tag)
            for name in ("src", "href", "action"):
                assert attrs.get(name, "/")[:1] in {"/", "#"} or attrs[name] == "data:,", (url, attrs)


def test_static_files_are_named_by_their_bytes_and_kept(house):
    page = house.person().page("/")
    for url in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        answer = house.person().get(url)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in house.person().get("/static/stormjib.css").headers.get("cache-control", "")


def test_the_notice_names_every_file_of_others():
    notice = (STATIC / "NOTICE").read_text()
    assert {path.name for path in STATIC.iterdir() if ".min." in path.name} == set(
        re.findall(r"[\w-]+\.min\.\w+", notice.split("The text")[0])
    )
    assert "http://" not in (STATIC / "pico.min.css").read_text().replace("http://www.w3.org/2000/svg", "")
