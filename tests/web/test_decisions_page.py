"""What the pages show of decisions that wait, of break-glass, of the last update for customers, and of what is left after the end."""

import html
import re

from tests.web.faces import Faces

from stormjib.core.log import Closed, Resolved, StatusPosted, Verified

WHY = "users lose data and nobody answers the phone"


def kinds(house, incident):
    return [type(entry.fact).__name__ for entry in house.reader.entries(incident)]


def test_i12_one_click_and_one_confirmation_run_a_command_that_one_person_may_decide(house):
    incident = house.declare()
    ana = house.person("ana")
    restart = house.command("docker-compose restart redis").id
    page = ana.page(f"/incidents/{incident}")
    form = page.split(f'id="mitigate-propose-{restart}"')[1].split("</form>")[0]
    assert 'name="approve" value="yes"' in form
    ana.post(f"/incidents/{incident}/propose", command=restart, reason="it hangs", approve="yes")
    assert kinds(house, incident)[-2:] == ["RunProposed", "RunApproved"]
    flush = house.command("redis-cli flushdb").id
    form = page.split(f'id="mitigate-propose-{flush}"')[1].split("</form>")[0]
    assert 'name="approve"' not in form
    ana.post(f"/incidents/{incident}/propose", command=flush, reason="poisoned keys", approve="yes")
    assert kinds(house, incident)[-1] == "RunProposed"


def test_i12_the_home_page_says_that_a_decision_waits(house):
    incident = house.declare()
    bo = house.person("bo")
    assert "pending approval" not in bo.page("/")
    house.act("propose", incident, "ana", command_id=house.command("docker-compose restart redis").id)
    assert f'href="/incidents/{incident}#decide">1 pending approval<' in bo.page("/")
    assert "Pending approval</h2>" in bo.page(f"/incidents/{incident}")
    house.act("reject", incident, "bo", run_id=f"{incident}-R1", reason="no")
    assert "pending approval" not in bo.page("/")


def test_o15_break_glass_is_offered_to_who_asked_and_loud_for_everybody(house):
    incident = house.declare()
    ana, bo = house.person("ana"), house.person("bo")
    house.act("propose", incident, "ana", command_id=house.command("redis-cli flushdb").id, reason="poisoned keys")
    assert "/break-glass" in ana.page(f"/incidents/{incident}")
    assert "/break-glass" not in bo.page(f"/incidents/{incident}")
    ana.post(f"/incidents/{incident}/break-glass", run=f"{incident}-R1", reason=WHY)
    head = bo.page(f"/incidents/{incident}").split('id="now"')[0]
    assert "Break-glass:" in head
    assert WHY in head
    assert "Review the break-glass run" in bo.page(f"/incidents/{incident}")


def test_i16_resolving_asks_for_the_last_update_where_customers_were_told(house):
    incident = house.declare()
    ana = house.person("ana")
    assert ">This incident has been resolved.</textarea>" not in ana.page(f"/incidents/{incident}")
    house.tell(incident, StatusPosted("Identified", "We know why.", "customers", "room"), by="ana")
    page = ana.page(f"/incidents/{incident}")
    assert ">This incident has been resolved.</textarea>" in page


def _prove(house, incident):
    house.act("acknowledge", incident, "bo")
    house.act("propose", incident, "bo", command_id=house.command("docker-compose restart redis").id, approve=True)
    house.ran(incident, f"{incident}-R1")
    for one in house.incidents.room(incident).resolution:
        if one.proof_id:
            house.tell(incident, Verified(one.proof_id, one.line, one.name, True, "measured"))


def test_the_reason_to_resolve_and_the_update_for_customers_are_always_two_fields(house):
    """Before the recovery is proven and after it, in one place: what is meant for the timeline never goes to customers."""
    incident, ana = house.declare(), house.person("ana")
    before = ana.page(f"/incidents/{incident}")
    _prove(house, incident)
    proven = ana.page(f"/incidents/{incident}")
    assert house.incidents.room(incident).next_action == "resolve"
    for page in (before, proven):
        form = page.split('id="resolve"')[1].split("</form>")[0]
        assert re.search(r"not posted to customers</span><input name=\"reason\"", form)
        assert re.search(r"<span>Update posted to customers[^<]*</span><textarea name=\"customers\"", form)
        assert page.count('name="customers"') == 1
    assert 'href="#resolve">Go to resolve<' in proven
    ana.post(f"/incidents/{incident}/resolve/preview", reason="the cache was too small", customers="")
    assert [type(entry.fact).__name__ for entry in house.reader.entries(incident)].count("StatusPosted") == 0
    assert house.incident(incident).resolved


def test_what_resolving_posts_to_customers_is_shown_first(house):
    """And who changes it finds both fields as they were typed."""
    incident, ana = house.declare(), house.person("ana")
    _prove(house, incident)
    typed = {"which": "resolve", "at": "prove", "reason": "the cache", "customers": "Uploads work <b>again</b>."}
    seen = ana.post(f"/incidents/{incident}/resolve/preview", **typed)
    assert not house.incident(incident).resolved, "nothing is done yet"
    assert "Uploads work &lt;b&gt;again&lt;/b&gt;." in seen.text
    assert "Resolve, and post to customers" in seen.text
    fields = {name: html.unescape(said) for name, said in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)">', seen.text)}
    back = ana.post(f"/incidents/{incident}/status/change", **fields).text
    assert 'value="the cache"' in back
    assert "Uploads work &lt;b&gt;again&lt;/b&gt;.</textarea>" in back
    ana.post(f"/incidents/{incident}/resolve", **fields)
    assert house.incident(incident).resolved
    posts = [entry.fact.text for entry in house.reader.entries(incident) if type(entry.fact).__name__ == "StatusPosted"]
    assert posts == ["Uploads work <b>again</b>."]


def test_the_command_line_names_the_entry_of_the_act_itself(house):
    """Others follow from it in the same commit, such as a check mark."""
    incident, faces = house.declare(), Faces(house)
    for words, kind in (("ack", "Acknowledged"), ("incident severity {} P0", "SeverityChanged")):
        argv = words.format(incident).split() if "{}" in words else [words, incident]
        _, out, _ = faces.command(*argv, *(["--reason", "it spreads"] if "severity" in words else []))
        seq = int(re.search(r"entry (\d+)", out)[1])
        assert type(house.reader.entries(incident, seq - 1)[0].fact).__name__ == kind
        assert house.incident(incident).seq > seq


def test_i6_a_closed_incident_has_a_place_for_what_is_left(house):
    incident = house.declare()
    ana = house.person("ana")
    house.tell(incident, Resolved("ana"), Closed("ana"), by="ana")
    house.act("add-action-item", incident, "ana", text="limit the memory", owner="cy", due="2026-12-01")
    whole = ana.page(f"/incidents/{incident}").split('id="whole"')[1]
    assert "After the incident" in whole
    assert 'id="whole-tick-t173"' in whole
    assert "limit the memory" in whole
    ana.post(f"/incidents/{incident}/tick", item="t173")
    ana.post(f"/incidents/{incident}/action-item-done", number="1")
    assert ana.post(f"/incidents/{incident}/tick", item="i231").status_code == 409
    assert kinds(house, incident)[-2:] == ["ItemTicked", "ActionItemDone"]
    document = ana.page(f"/incidents/{incident}/postmortem")
    assert 'action="/incidents/INC-1/write-postmortem"' in document
    ana.post(f"/incidents/{incident}/write-postmortem", field="Root Cause", text="no limit", at="postmortem")
    assert "no limit" in ana.page(f"/incidents/{incident}/postmortem")
