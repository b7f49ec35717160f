"""What a form has to carry, what it does, and what becomes of what was typed."""

import html
import re

import msgspec
import pytest

from stormjib.core.actions.acknowledge import must_know
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AlertReceived
from stormjib.core.markdown import compile_runbook
from stormjib.core.severity import Severity
from stormjib.ports import Overloaded
from stormjib.web.forms import FORM_BYTES_MAX

HTMX = {"HX-Request": "true"}


def kinds(house, incident):
    return [type(entry.fact).__name__ for entry in house.reader.entries(incident)]


def test_a_form_is_done_and_the_page_is_asked_for_again(house):
    incident = house.declare()
    ana = house.person("ana")
    answer = ana.post(f"/incidents/{incident}/acknowledge", at="now")
    assert answer.status_code == 303
    seq = next(entry.seq for entry in house.reader.entries(incident) if type(entry.fact).__name__ == "Acknowledged")
    assert answer.headers["location"] == f"/incidents/{incident}?done={seq}#now"
    page = ana.page(f"/incidents/{incident}?done={seq}")
    assert re.search(r'class="notice good".*?acknowledged by ana', page)


def test_a_second_acknowledgement_says_that_it_was_so_already(house):
    incident = house.declare()
    house.act("acknowledge", incident, "bo")
    ana = house.person("ana")
    answer = ana.post(f"/incidents/{incident}/acknowledge")
    assert answer.headers["location"] == f"/incidents/{incident}?done=0"
    assert "That was so already" in ana.page(answer.headers["location"])


def test_the_notice_can_only_say_what_the_log_says(house):
    incident = house.declare()
    ana = house.person("ana")
    for said in ("99999", "x", "-1", "1e3", "9" * 40, "<b>"):
        assert 'class="notice' not in ana.page(f"/incidents/{incident}?done={said}")


def test_every_action_of_the_room_by_its_form(house):
    incident = house.declare()
    ana, bo = house.person("ana"), house.person("bo")
    room = f"/incidents/{incident}"
    restart, read = house.command("docker-compose restart redis").id, house.command("redis-cli ping").id

    def sent(person, verb, **fields):
        answer = person.post(f"{room}/{verb}", **fields)
        assert answer.status_code == 303, answer.text

    sent(ana, "acknowledge")
    sent(ana, "notes", text="redis is full")
    sent(ana, "collect", command=read)
    sent(ana, "propose", command=restart, reason="it hangs")
    run = next(iter(house.incident(incident).runs))
    sent(bo, "approve", run=run, reason="go")
    sent(ana, "propose", command=house.command("docker-compose restart api").id, reason="or this")
    sent(bo, "refuse", run=list(house.incident(incident).runs)[-1], reason="one is enough")
    house.ran(incident, run)
    sent(ana, "tick", item="i231", reason="I watch it")
    sent(ana, "untick", item="i231")
    sent(ana, "severity", severity="P0", reason="all users")
    sent(ana, "status", stage="Identified", audience="customers", **{"value:issue": "failing uploads"})
    sent(ana, "status", stage="Monitoring", audience="leadership", own_words="yes", text="It is back, we watch it.")
    sent(ana, "verify")
    sent(ana, "action-items", text="Alert on memory", owner="@bo", due="2026-12-01", at="postmortem")
    assert set(kinds(house, incident)) >= {
        "Acknowledged", "NoteAdded", "CollectRequested", "RunProposed", "RunApproved", "RunRefused", "ItemTicked", "ItemUnticked",
        "SeverityChanged", "StatusPosted", "VerificationStarted", "ActionItemAdded",
    }  # fmt: skip
    posts = [entry.fact.text for entry in house.reader.entries(incident) if type(entry.fact).__name__ == "StatusPosted"]
    assert posts == ["We have identified the cause of failing uploads and are implementing a fix.", "It is back, we watch it."]
    assert house.incidents.room(incident).action_items == (("Alert on memory", "bo", "2026-12-01"),)


def test_a_declaration_sent_twice_is_one_incident(house):
    ana = house.person("ana")
    declaring = ana.page("/").partition('class="declare"')[2]
    key = re.search(r'name="key" value="([^"]+)"', declaring).group(1)
    fields = {"title": "Uploads fail", "severity": "P1", "service": "", "key": key}
    first, second = ana.post("/incidents", **fields), ana.post("/incidents", **fields)
    assert first.headers["location"] == second.headers["location"] == "/incidents/INC-1?done=1"
    assert len(house.reader.incidents()) == 1


def test_u7_a_form_that_is_sent_twice_is_one_act_and_other_words_are_another(house):
    incident = house.declare()
    ana, bo = house.person("ana"), house.person("bo")
    key = re.search(r'name="key" value="([^"]+)"', ana.page(f"/incidents/{incident}")).group(1)

    def told(person, text):
        person.post(
            f"/incidents/{incident}/status", stage="Monitoring", audience="customers", own_words="yes", text=text, key=key
        )

    told(ana, "It is better.")
    told(ana, "It is better.")
    told(ana, "It is well.")
    told(bo, "It is well.")
    posts = [entry.fact.text for entry in house.reader.entries(incident) if type(entry.fact).__name__ == "StatusPosted"]
    assert posts == ["It is better.", "It is well.", "It is well."]


def test_u7_an_update_is_shown_before_it_is_posted(house):
    incident = house.declare()
    ana = house.person("ana")
    before = kinds(house, incident)
    typed = {
        "which": "tell-status-identified",
        "stage": "Identified",
        "audience": "customers",
        "value:issue": "failing <b>uploads</b>",
    }
    seen = ana.post(f"/incidents/{incident}/status/preview", **typed)
    assert seen.status_code == 200
    assert "failing &lt;b&gt;uploads&lt;/b&gt;" in seen.text
    assert "Post to customers" in seen.text
    assert kinds(house, incident) == before
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', seen.text))
    fields = {name: html.unescape(value) for name, value in fields.items()}
    back = ana.post(f"/incidents/{incident}/status/change", **fields)
    assert 'value="failing &lt;b&gt;uploads&lt;/b&gt;"' in back.text
    ana.post(f"/incidents/{incident}/status", **fields)
    ana.post(f"/incidents/{incident}/status", **fields)
    posts = [entry.fact for entry in house.reader.entries(incident) if type(entry.fact).__name__ == "StatusPosted"]
    assert [(post.stage, post.audience) for post in posts] == [("Identified", "customers")]
    assert html.escape(posts[0].text, quote=False) in seen.text


def test_u7_what_can_not_be_posted_has_no_preview(house):
    incident = house.declare()
    answer = house.person("ana").post(
        f"/incidents/{incident}/status/preview", which="tell-status-identified", stage="Identified", audience="customers"
    )
    assert answer.status_code == 409
    assert "still has empty fields" in answer.text
    too_long = {"stage": "x" * 41, "audience": "customers", "own_words": "yes", "text": "It is well."}
    answer = house.person("ana").post(f"/incidents/{incident}/status/preview", **too_long)
    assert answer.status_code == 409
    assert "Stage has 41 characters and may have 40" in answer.text


def test_every_form_carries_a_key_of_its_own(house):
    incident = house.declare()
    page = house.person("ana").page(f"/incidents/{incident}")
    keys = re.findall(r'name="key" value="([^"]+)"', page)
    assert len(keys) == len(re.findall(r'<form method="post" action="/incidents/', page)) == len(set(keys))


@pytest.mark.parametrize(
    ("verb", "fields", "sentence", "kept"),
    [
        ("resolve", {"which": "resolve", "reason": "looks fine"}, "can&#39;t be resolved yet", 'value="looks fine"'),
        ("notes", {"which": "note", "text": "   "}, "The note is empty", "   </textarea>"),
        ("severity", {"which": "severity", "severity": "P9", "reason": "why not"}, "is no severity", 'value="why not"'),
        ("settle", {"run": "INC-1-R9", "took_effect": "maybe"}, "yes or no", ""),
        ("propose", {"command": "rm -rf /", "reason": "x"}, "The runbook has no command", ""),
        ("status", {"which": "tell-own", "own_words": "yes", "stage": "Resolved", "audience": "moon", "text": "done"},
         "is no audience", ">done</textarea>"),
        ("notes", {"which": "note", "text": "x" * 10_001}, "may have 10000; shorten it", "x" * 10_001),
    ],
)  # fmt: skip
def test_a_refusal_is_409_with_a_sentence_and_what_was_typed(house, verb, fields, sentence, kept):
    incident = house.declare()
    before = kinds(house, incident)
    answer = house.person("ana").post(f"/incidents/{incident}/{verb}", **fields)
    assert answer.status_code == 409
    assert sentence in re.search(r'class="notice bad".*?</p>', answer.text, re.DOTALL).group()
    assert kept in answer.text
    assert kinds(house, incident) == before


def test_a_refused_declaration_keeps_its_words(house):
    answer = house.person("ana").post("/incidents", title="   ", severity="P1", service="uploads")
    assert answer.status_code == 409
    assert "An incident needs a title" in answer.text
    assert 'value="uploads"' in answer.text


def test_a_refused_action_item_keeps_its_words(house):
    incident = house.declare()
    answer = house.person("ana").post(
        f"/incidents/{incident}/action-items",
        which="action",
        at="postmortem",
        text="Alert on memory",
        owner=" ",
        due="2026-12-01",
    )
    assert answer.status_code == 409
    assert 'value="Alert on memory"' in answer.text


def test_a_script_gets_only_the_notice_and_the_page_stays(house):
    incident = house.declare()
    answer = house.person("ana").post(f"/incidents/{incident}/resolve", headers=HTMX, reason="fine")
    assert answer.status_code == 409
    assert answer.text.strip().startswith('<hx-partial hx-target="#notice" hx-swap="innerHTML">')
    assert 'id="room"' not in answer.text


def test_a_script_gets_the_room_without_the_log_that_it_keeps_itself(house):
    incident = house.declare()
    ana = house.person("ana")
    answer = ana.get(f"/incidents/{incident}?done=1", **HTMX)
    assert 'id="room"' in answer.text
    assert '<li id="entry-' not in answer.text
    assert answer.headers["hx-replace-url"] == f"/incidents/{incident}?done=1"


def test_the_approver_of_a_destroy_is_never_who_asked(house):
    incident = house.declare()
    ana = house.person("ana")
    ana.post(f"/incidents/{incident}/propose", command=house.command("redis-cli flushdb").id, reason="broken entries")
    run = next(iter(house.incident(incident).runs))
    answer = ana.post(f"/incidents/{incident}/approve", run=run, reason="because I say so")
    assert answer.status_code == 409
    assert "a second person has to approve it" in answer.text


def test_what_is_typed_survives_a_server_that_takes_nothing(house, monkeypatch):
    incident = house.declare()
    ana = house.person("ana")

    def full(*_, **__):
        raise Overloaded("More work waits than may.")

    monkeypatch.setattr(house.inbox, "submit", full)
    answer = ana.post(f"/incidents/{incident}/notes", text="the only copy of this sentence")
    assert answer.status_code == 503
    assert "More work waits than may. Nothing was written." in answer.text
    assert "the only copy of this sentence" in answer.text


def test_a_form_that_is_too_large_or_none_at_all_is_refused_with_a_sentence(house):
    incident = house.declare()
    ana = house.person("ana")
    large = ana.post(f"/incidents/{incident}/notes", text="x" * FORM_BYTES_MAX)
    assert large.status_code == 400
    assert "shorten what you typed" in large.text
    assert ana.browser.post(f"/incidents/{incident}/notes", json={"text": "x"}).status_code == 400
    many = "&".join(f"f{number}=1" for number in range(200))
    sent = {"content": many, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
    assert ana.browser.post(f"/incidents/{incident}/notes", **sent).status_code == 400


@pytest.mark.parametrize("url", ["/incidents/INC-99", "/incidents/INC-99/postmortem", "/incidents/INC-99/postmortem.md",
                                 "/incidents/INC-99/output/00", "/incidents/INC-99/events", "/runbooks/00", "/incidents/%00"])  # fmt: skip
def test_what_does_not_exist_is_a_page_that_says_so(house, url):
    answer = house.person("ana").get(url)
    assert answer.status_code == 404
    assert "<h1>Not found</h1>" in answer.text


def test_an_action_that_does_not_exist_is_not_found(house):
    incident = house.declare()
    ana = house.person("ana")
    assert ana.post(f"/incidents/{incident}/explode").status_code == 404
    assert ana.post("/incidents/INC-99/acknowledge").status_code == 404


def test_a4_an_alert_is_cleared_and_a_proof_overruled_by_their_forms(house):
    incident = house.declare()
    house.tell(incident, AlertReceived("f1", "generic", "ApiDown", "watermark-lab-api", "it is down", 1_790_000_000.0))
    ana = house.person("ana")
    page = ana.page(f"/incidents/{incident}")
    proof = re.search(r'id="overrule-(t\d+)"', page)[1]
    (name,) = [value for value, _ in house.incidents.room(incident).clearable]
    assert f'<option value="{name}">ApiDown</option>' in page
    assert ana.post(f"/incidents/{incident}/clear-alert", alert=name, reason="").status_code == 409
    for verb, fields in (("clear-alert", {"alert": name}), ("overrule", {"item": proof})):
        assert ana.post(f"/incidents/{incident}/{verb}", reason="I have looked", at="prove", **fields).status_code == 303
    assert [kind for kind in kinds(house, incident) if kind in {"AlertCleared", "ProofOverruled"}] == [
        "AlertCleared",
        "ProofOverruled",
    ]
    again = ana.page(f"/incidents/{incident}")
    assert 'id="clear-alert"' not in again
    assert f'id="overrule-{proof}"' not in again
    assert "overruled by ana, not measured: I have looked" in again


def test_u2_the_box_of_the_acknowledgement_is_called_what_it_does(house):
    incident = house.declare()
    ana = house.person("ana")
    page = ana.page(f"/incidents/{incident}")
    item = re.search(r'name="item" value="(\w+)"><button class="quiet" aria-label="Acknowledge the incident', page)[1]
    ana.post(f"/incidents/{incident}/tick", item=item)
    assert house.incident(incident).acknowledged.by == "ana"
    assert "Acknowledge the incident" not in ana.page(f"/incidents/{incident}")


@pytest.mark.parametrize(
    ("verb", "fields"),
    [("acknowledge", {}), ("severity", {"severity": "P2", "reason": "it is not so bad"})],
    ids=["ack", "lower"],
)
def test_nobody_acknowledges_or_lowers_what_is_worse_than_their_page_says(house, verb, fields):
    """The page shows a P3; meanwhile it has become a P0: 409 with what it is by now, and nothing is written."""
    incident = house.declare("cart is slow", Severity.P3)
    ana = house.person("ana")
    shown = re.search(r'name="seen" value="(P\d)"', ana.page(f"/incidents/{incident}"))[1]
    house.act("change-severity", incident, "bo", severity="P0", reason="it is down for all")
    answer = ana.post(f"/incidents/{incident}/{verb}", seen=shown, **fields)
    assert answer.status_code == 409
    assert "is P0 by now, and P3 on the page" in answer.text
    assert house.incident(incident).acknowledged is None
    assert house.incident(incident).severity is Severity.P0
    again = re.search(r'name="seen" value="(P\d)"', ana.page(f"/incidents/{incident}"))[1]
    assert ana.post(f"/incidents/{incident}/{verb}", seen=again, **fields).status_code == 303


def test_what_is_worse_than_a_page_says_is_named_as_the_runbook_does():
    book = compile_runbook(
        b"# A\n\n## Severity Levels\n\n| Level | Description |\n|---|---|\n| SEV1 | All is down |\n| SEV2 | Some is down |\n"
    )
    incident = msgspec.structs.replace(Incident.new("INC-1"), severity=Severity.P0, called="SEV1")
    with pytest.raises(Refused, match=re.escape("INC-1 is SEV1 (P0) by now, and SEV2 (P1) on the page that you sent this from.")):
        must_know(incident, Severity.P1, book)
