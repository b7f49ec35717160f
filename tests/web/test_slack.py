"""From Slack: signed requests made by Slack's own library become actions of the table, by people of the catalogue alone."""

import json
from urllib.parse import urlencode

import msgspec
import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.signature import SignatureVerifier
from starlette.testclient import TestClient

from stormjib.core.actions import TABLE, parameters_of
from stormjib.core.catalogue.contact import Slack as SlackHook
from stormjib.core.catalogue.people import Person
from stormjib.core.effects import Notification
from stormjib.core.log import StatusPosted
from stormjib.core.runbook import Runbook
from stormjib.core.runbook import Severity as Level
from stormjib.integrations.notify.shapes import shape
from stormjib.ports import DeliveryError
from stormjib.settings_tables import Signing
from stormjib.web import slack_views as views
from stormjib.web.chat import Chat, Wish
from stormjib.web.refusals import Refusals
from stormjib.web.signed import Signatures
from stormjib.web.slack import Slack, no_api
from stormjib.web.slack_http import routes
from stormjib.web.typed import VERBS, read, usage

OLD, NEW = "the-secret-before-0123", "the-secret-of-now-4567"
TEAM, ANA, BO, CY, STRANGER = "T0TEAM", "U0ANA", "U0BO", "U0CY", "U0NOBODY"


class Workspace:
    """Slack's side: what the Web API was asked (a stand-in that keeps the arguments), and signed requests."""

    def __init__(self, house):
        self.house, self.asked, self.counts, self.channels, self.messages = house, [], {}, {}, {}
        house.site.policy = msgspec.structs.replace(
            house.site.policy,
            people=(Person(name="ana", slack=ANA), Person(name="bo", slack=f"{TEAM}/{BO}"), Person(name="cy", slack=CY)),
        )
        for name in ("ana", "bo"):
            house.tokens.create(name, ("read", "respond"))
        self.slack = Slack(Chat(house.site, lambda channel: self.channels.get(channel, ""), "slack"), self.call)
        signatures = Signatures({"slack": Signing(secrets=(OLD, NEW))}, house.clock)
        house.app.router.routes[:0] = routes(self.slack, signatures, Refusals(self.count, house.clock))
        self.http = TestClient(house.app)

    def count(self, counts):
        for key, number in counts.items():
            self.counts[key] = self.counts.get(key, 0) + number

    def call(self, method, arguments):
        self.asked.append((method, json.loads(json.dumps(arguments))))
        if method == "conversations.replies":
            return {"messages": [one for one in self.messages.values() if one["ts"] == arguments["ts"]]}
        return {"permalink": f"https://slack.example/{arguments.get('message_ts')}"}

    def send(self, where, body, secret=NEW, at=None, **headers):
        if at is None:
            self.house.at = at = self.house.at + 1
        at = str(int(at))
        seal = SignatureVerifier(secret).generate_signature(timestamp=at, body=body)
        given = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": seal, **headers}
        given = {name: value for name, value in given.items() if value is not None}
        return self.http.post(f"/hooks/slack/{where}", content=body, headers=given)

    def typed(self, text, user=ANA, trigger="1.2.a", channel="C0", team=TEAM, **more):
        fields = {
            "command": "/incident",
            "text": text,
            "user_id": user,
            "user_name": "bo",
            "team_id": team,
            "channel_id": channel,
        }
        said = {**fields, "trigger_id": trigger, "response_url": "http://127.0.0.1:9/never", **more}
        answer = self.send("commands", urlencode(said))
        return answer.json() if answer.content else {}

    def interact(self, user=ANA, **payload):
        said = {"user": {"id": user, "team_id": TEAM, "name": "bo"}, "team": {"id": TEAM}, "trigger_id": "7.8.b", **payload}
        answer = self.send("interactive", urlencode({"payload": json.dumps(said)}))
        assert answer.status_code == 200
        return answer.json() if answer.content else None

    def press(self, action, value, user=ANA, trigger="7.8.b"):
        pressed = [{"type": "button", "action_id": f"stormjib:{action}", "value": value, "action_ts": "1.1"}]
        return self.interact(user, type="block_actions", channel={"id": "C0"}, actions=pressed, trigger_id=trigger)

    def react(self, ts="5.1", user=BO, channel="C0", name="pushpin"):
        event = {"type": "reaction_added", "user": user, "reaction": name, "item_user": ANA, "event_ts": "6.1"}
        event["item"] = {"type": "message", "channel": channel, "ts": ts}
        return self.send("events", json.dumps({"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event}))

    def view(self):
        method, given = self.asked.pop()
        assert method == "views.open"
        return given["view"]

    def submit(self, view, values, user=ANA, view_id="V1"):
        fields = {name: {"value": {"value": text}} for name, text in values.items()}
        sent = {**view, "id": view_id, "state": {"values": fields}}
        return self.interact(user, type="view_submission", view=sent)

    def whispered(self):
        method, given = self.asked.pop()
        assert method == "chat.postEphemeral"
        return given


@pytest.fixture
def slack(house):
    return Workspace(house)


def entries(slack, incident, cause="by/slack/"):
    return [(one.by, one.fact) for one in slack.house.reader.entries(incident) if one.cause.startswith(cause)]


# The signature


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"secret": "another-secret-0123"}, "another secret, or it was changed"),
        ({"X-Slack-Signature": None}, "no signature in the header X-Slack-Signature"),
        ({"X-Slack-Signature": "v0=0"}, "another secret, or it was changed"),
        ({"X-Slack-Request-Timestamp": None}, "another secret, or it was changed"),
        ({"at": 1_790_000_000 - 301}, "of another time than now"),
        ({"at": 1_790_000_000 + 301}, "of another time than now"),
    ],
    ids=["wrong secret", "missing", "no digits", "no time", "stale", "in the future"],
)
@pytest.mark.parametrize("where", ["commands", "interactive", "events"])
def test_what_slack_did_not_sign_is_refused(slack, where, how, says, caplog):
    """Refused with a sentence, counted and logged; nothing is done."""
    answer = slack.send(where, urlencode({"text": "declare API down --severity P0", "user_id": ANA}), **how)
    assert (answer.status_code, says in answer.json()["error"]) == (401, True)
    assert list(slack.counts.values()) == [1]
    assert "slack with 401" in caplog.text
    assert slack.house.reader.worst_open(9)[0] == []


def test_a_tampered_and_a_replayed_message_are_refused(slack):
    body = urlencode({"text": "declare API down --severity P0", "user_id": ANA, "team_id": TEAM, "trigger_id": "1"})
    first = slack.send("commands", body, secret=OLD)
    head = {name: first.request.headers[name] for name in ("x-slack-signature", "x-slack-request-timestamp")}
    for content, says in ((body, "taken before"), (body.replace("P0", "P1"), "changed")):
        again = slack.http.post("/hooks/slack/commands", content=content, headers=head)
        assert (again.status_code, says in again.json()["error"]) == (401, True)
    assert sum(slack.counts.values()) == 2


def test_a_secret_may_be_a_variable_that_has_to_be_set():
    """Anybody could sign with a secret that is empty."""
    signing = Signing(secrets=("${SLACK_SIGNING_SECRET}", OLD))
    assert signing.filled({"SLACK_SIGNING_SECRET": NEW}).secrets == (NEW, OLD)
    for variables, says in (
        ({}, "is not set"),
        ({"SLACK_SIGNING_SECRET": ""}, "is not set"),
        ({"SLACK_SIGNING_SECRET": "test"}, "too short"),
    ):
        with pytest.raises(ValueError, match=says):
            signing.filled(variables)


def test_the_challenge_is_answered_only_where_it_is_signed(slack):
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"})
    assert slack.send("events", body).json() == {"challenge": "abc"}
    assert slack.send("events", body, secret="another-secret-0123").status_code == 401


@pytest.mark.parametrize("body", ["", "[]", "{", "[" * 100_000, "payload=%FF", "payload=[1]", "null"])
@pytest.mark.parametrize("where", ["commands", "interactive", "events"])
def test_what_is_signed_and_can_not_be_read_is_a_sentence(slack, where, body):
    answer = slack.send(where, body)
    assert answer.status_code in {200, 400}
    assert answer.status_code == 200 or "can be read" in answer.json()["error"]


# Who


def test_a_stranger_hears_what_to_write_where(slack):
    """Whatever their name is: the id alone counts, and where the file names a workspace, that as well."""
    for user, team in ((STRANGER, TEAM), (BO, "T0OTHER")):
        said = slack.typed("declare API down --severity P0", user=user, team=team)
        assert said["response_type"] == "ephemeral"
        assert f"slack: {user}" in said["text"]
        assert "people/NAME.yaml" in said["text"]
    assert slack.house.reader.worst_open(9)[0] == []


def test_rights_are_those_of_the_tokens(slack):
    """Without a token there are none; a token that may only read acknowledges nothing; one that ended counts no more."""
    incident = slack.house.declare()
    assert "stormjib token create cy" in slack.typed(f"ack {incident}", user=CY)["text"]
    slack.house.tokens.create("cy", ("respond",))
    assert "lacks the scope 'read'" in slack.typed("list", user=CY)["text"]
    slack.house.tokens.revoke("cy")
    slack.house.tokens.create("cy", ("read",))
    assert "lacks the scope 'respond'" in slack.typed(f"ack {incident}", user=CY)["text"]
    slack.house.tokens.revoke("ana")
    assert "has no token that works" in slack.typed(f"ack {incident}", user=ANA)["text"]
    assert slack.house.incident(incident).acknowledged is None


# Commands


def test_an_incident_from_its_declaration_on(slack):
    """Declared, acknowledged, noted, lowered in its channel, where nobody has to name it; the log says that it was by slack."""
    said = slack.typed("declare API “down” again --severity P1", trigger="1")["text"]
    assert said.startswith("INC-1 is declared as P1.")
    assert said.endswith("/incidents/INC-1")
    slack.channels["C7"] = "INC-1"
    assert slack.typed("ack", channel="C7", trigger="2")["text"].startswith("INC-1 acknowledged: you have it")
    slack.typed("note &lt;b&gt; by <@U0BO|whoever>, see <https://a.example/?x=1&amp;y=2|here>", channel="C7", trigger="3")
    assert "INC-1 is P2 now" in slack.typed("severity P2 fewer users", channel="C7", trigger="4")["text"]
    facts = entries(slack, "INC-1")
    assert {by for by, _ in facts} == {"ana"}
    assert [type(fact).__name__ for _, fact in facts] == ["Declared", "Acknowledged", "NoteAdded", "SeverityChanged"]
    assert facts[0][1].title == 'API "down" again'
    assert facts[2][1].text == "<b> by bo, see https://a.example/?x=1&y=2"
    assert facts[3][1].reason == "fewer users"


def test_slack_sends_it_again_and_it_is_done_once(slack):
    """By its own id, whatever the time and the signature of the second message are."""
    incident = slack.house.declare()
    for _ in range(3):
        slack.typed(f"note {incident} once", trigger="42")
    assert len(entries(slack, incident)) == 1
    slack.typed(f"note {incident} once", trigger="43")
    assert len(entries(slack, incident)) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dance", "/incident help"),
        ("note nothing here", "Say which incident"),
        ("ack INC-99", "There is no incident INC-99"),
        ("severity INC-1 P9", "is no severity"),
        ("page INC-1 ana --reasn x", "There is no --reasn; write /incident page"),
        ("approve INC-1-R9", "INC-1 has no run INC-1-R9"),
        ("settle INC-1-R9 --took-effect perhaps", "one of yes, no"),
        ("check-off INC-1 99999", "Line 99999"),
    ],
)
def test_what_is_not_understood_says_what_to_do(slack, text, says):
    slack.house.declare()
    answer = slack.typed(text)
    assert (answer["response_type"], says in answer["text"]) == ("ephemeral", True), answer


def test_without_a_bot_everything_can_be_typed(slack):
    """Where no form can be shown, what is missing is named."""
    slack.slack._call = no_api
    assert "missing: title, severity. Write /incident declare TITLE" in slack.typed("declare", trigger="1")["text"]
    assert slack.typed("declare API down --severity P1", trigger="2")["text"].startswith("INC-1 is declared")
    slack.press("acknowledge", "INC-1")
    assert slack.house.incident("INC-1").acknowledged.by == "ana"


@pytest.mark.parametrize("kind", ["block_actions", "view_submission", "message_action", "shortcut", "view_closed", ""])
@pytest.mark.parametrize("odd", ["x", 7, None, [], {}, [1], [{}], {"values": {"title": []}, "id": []}])
def test_what_slack_never_sent_before_is_taken_and_does_nothing(slack, kind, odd):
    """Signed, and of a shape that nobody documented."""
    names = ("actions", "view", "message", "channel", "team", "enterprise", "callback_id")
    slack.interact(type=kind, **dict.fromkeys(names, odd))
    view = {"callback_id": "stormjib:declare", "private_metadata": "{}", "blocks": odd, "state": odd}
    slack.interact(type="view_submission", view=view)
    assert slack.house.reader.worst_open(9)[0] == []


def test_looks_change_nothing(slack):
    incident = slack.house.declare("API <!channel> down")
    for usage_of in ("/incident note [INC]", "/incident contact test WHO", "/incident status post"):
        assert usage_of in slack.typed("help")["text"]
    assert slack.typed("list")["text"] == f"{incident} P1 declared: API &lt;!channel&gt; down"
    assert "nobody has it" in slack.typed(f"show {incident}")["text"]
    assert slack.typed("on-call")["text"] == "There is no schedule."
    assert entries(slack, incident) == []


@pytest.mark.parametrize("action", TABLE, ids=lambda action: action.name)
def test_every_row_can_be_typed(action):
    """Its example, as its own usage has it, is what its row takes."""
    given = msgspec.to_builtins(action.example)
    words = [action.words.command.removeprefix("incident ")]
    words += ["INC-7"] if action.words.incident in {"given", "the only open one"} else []
    wanted = {}
    for one in sorted(parameters_of(action.parameters), key=lambda one: one.spelling.word.startswith("--")):
        value = given.get(one.wire)
        if not one.spelling.word or not value or one.spelling.metavar in {"KEY", "SHA256"}:
            continue
        wanted[one.wire] = value
        pairs = [f"{name}={text}" for name, text in value.items()] if one.kind == "texts" else [value]
        for said in pairs:
            text = {True: "yes"}.get(said, said)
            flag = one.kind == "flag" and not one.spelling.choices
            option = one.spelling.word if one.spelling.word.startswith("--") else ""
            words += [*([option] if option else []), *([] if flag else [f'"{text}"'])]
    found = read(" ".join(words))
    assert found.action is action
    assert {name: value for name, value in found.given.items() if name in wanted} == wanted
    assert found.lacking == ()
    assert usage(action).startswith("/incident ")
    assert VERBS[action.name] is action


# Modals


def test_what_is_lacking_is_asked_for_in_a_modal(slack):
    """With the fields of the row; what is wrong is said beside its field, and the modal sent twice is one incident."""
    assert slack.typed("declare") == {}
    view = slack.view()
    assert [one["block_id"] for one in view["blocks"]] == ["title", "severity", "service", "runbook", "separate"]
    assert len(view["private_metadata"]) < 3000
    wrong = slack.submit(view, {"title": "x" * 501, "severity": "P1"})
    assert (wrong["response_action"], list(wrong["errors"])) == ("errors", ["title"])
    for _ in range(2):
        done = slack.submit(view, {"title": "API down", "severity": "P1"})
        assert done["response_action"] == "update"
        assert "INC-1 is declared" in done["view"]["blocks"][0]["text"]["text"]
    assert len(slack.house.reader.worst_open(9)[0]) == 1


@pytest.mark.parametrize("typed", [True, False])
def test_what_customers_read_is_shown_in_a_modal_before_it_is_posted(slack, typed):
    """Typed whole or in the modal: first the preview with its warnings, and another one where it would read otherwise by now."""
    incident = slack.channels["C7"] = slack.house.declare()
    slack.house.public(incident)
    fields = {"stage": "Identified", "audience": "customers", "text": "INC-1 is known."}
    if typed:
        said = slack.typed("update --stage Identified --audience customers --text INC-1 is known.", channel="C7")
        assert (said, view := slack.view()) == ({}, view)
    else:
        slack.typed("status post", channel="C7")
        view = slack.submit(slack.view(), fields)["view"]
    for status in ("partial outage", "major outage"):
        shown = "\n".join(one["text"]["text"] for one in view["blocks"] if one["type"] == "section")
        assert f"Customers will read:\nProblem with Uploads\nIdentified: INC-1 is known.\nUploads: {status}" in shown
        assert "may not know these words: INC-1" in shown
        assert not [fact for _, fact in entries(slack, incident) if isinstance(fact, StatusPosted)]
        if status == "partial outage":
            slack.house.act("change-severity", incident, "ana", severity="P0", reason="everybody")
            view = slack.submit(view, fields)["view"]
    said = slack.submit(view, fields)
    assert "submit" not in said["view"], said
    (post,) = [fact for _, fact in entries(slack, incident) if isinstance(fact, StatusPosted)]
    assert (post.text, post.components) == ("INC-1 is known.", {"Uploads": "major outage"})


def test_an_update_for_colleagues_is_posted_from_a_modal(slack):
    incident = slack.channels["C7"] = slack.house.declare()
    slack.typed("status post", channel="C7")
    view = slack.view()
    stage = next(one for one in view["blocks"] if one.get("block_id") == "stage")["element"]
    assert [one["value"] for one in stage["options"]] == ["Investigating", "Identified", "Monitoring", "Resolved"]
    wrong = slack.submit(view, {"stage": "Investigatin", "audience": "stakeholders", "text": "We look."})
    assert "'Investigatin' is no stage; 'Investigating' is probably meant" in json.dumps(wrong)
    slack.typed("status post", channel="C7")
    said = slack.submit(slack.view(), {"stage": "Identified", "audience": "stakeholders", "text": "We know why."})
    assert said["response_action"] == "update", said
    assert entries(slack, incident)[0][1].text == "We know why."


def test_answers_and_forms_name_a_severity_as_the_runbook_does(slack):
    book = Runbook("b" * 64, "Shop", severities=(Level("SEV1", "", 1, "P0"), Level("SEV2", "", 2, "P1")))
    slack.house.site.runbook_of = lambda _: book
    incident = slack.house.declare(severity="P1")
    slack.channels["C7"] = incident
    slack.typed("severity", channel="C7")
    (offered,) = [one["element"]["options"] for one in slack.view()["blocks"] if one.get("block_id") == "severity"]
    assert [one["text"]["text"] for one in offered][:3] == ["SEV1 (P0)", "SEV2 (P1)", "P2"]
    assert "SEV2 declared" in slack.typed("list", channel="C7")["text"]


def test_a_message_becomes_an_incident_by_a_shortcut(slack):
    message = {"type": "message", "text": "checkout is <http://x.example|broken>", "ts": "1.1"}
    slack.interact(type="message_action", callback_id="declare", message=message, channel={"id": "C1"})
    title = slack.view()["blocks"][0]["element"]
    assert title["initial_value"] == "checkout is http://x.example"
    slack.interact(STRANGER, type="message_action", callback_id="declare", message=message, channel={"id": "C1"})
    assert f"slack: {STRANGER}" in slack.whispered()["text"]


# Buttons


def test_a_button_acknowledges_and_a_stale_one_says_why_not(slack):
    incident = slack.house.declare()
    stale = json.dumps({"action": "acknowledge", "incident": incident, "given": {"seen": "P2"}})
    slack.press("acknowledge", stale)
    told = slack.whispered()
    assert (told["user"], told["channel"], "is P1 by now" in told["text"]) == (ANA, "C0", True)
    slack.press("acknowledge", incident)
    assert "you have it" in slack.whispered()["text"]
    assert slack.house.incident(incident).acknowledged.by == "ana"
    slack.press("acknowledge", incident, user=BO, trigger="other")
    assert "nothing changed" in slack.whispered()["text"]
    assert slack.press("something", incident) is None


def test_approving_shows_what_would_run_and_what_destroys_needs_a_second_person(slack):
    """The one who asked is refused by the row; somebody else says why in the modal; afterwards the button is stale."""
    house = slack.house
    incident = house.declare()
    flush = house.command("redis-cli flushdb")
    house.act("propose", incident, "ana", command_id=flush.id, reason="poisoned keys")
    run_id = f"{incident}-R1"
    assert "There is no --approve" in slack.typed(f"run start {incident} {flush.id} --approve")["text"]
    assert "missing: run_id" in slack.typed(f"approve {incident}")["text"]
    assert slack.typed(f"approve {run_id} the keys are poisoned") == {}
    assert slack.view()["blocks"][-1]["element"]["initial_value"] == "the keys are poisoned"
    slack.press("approve", run_id)
    own = slack.view()
    shown = "\n".join(one["text"]["text"] for one in own["blocks"] if one["type"] == "section")
    assert f"would run: {flush.text}" in shown
    assert "who may: somebody other than ana, with a reason" in shown
    assert [one["block_id"] for one in own["blocks"] if one["type"] == "input"] == ["reason"]
    reason = {"reason": "the keys are poisoned and users are logged out"}
    refused = slack.submit(own, reason)
    assert "a second person has to approve" in refused["errors"]["reason"]
    slack.press("approve", run_id, user=BO)
    view = slack.view()
    assert slack.submit(view, reason, user=BO, view_id="V2")["response_action"] == "update"
    assert list(house.incident(incident).runs[run_id].approvals) == ["bo"]
    slack.press("approve", run_id, user=BO)
    assert "waits for nobody" in slack.whispered()["text"]


def test_an_approval_of_another_command_than_was_shown_is_refused(slack):
    house = slack.house
    incident = house.declare()
    house.act("propose", incident, "ana", command_id=house.command("docker-compose restart redis").id, reason="it hangs")
    slack.press(f"approve:{incident}-R1", f"{incident}-R1", user=BO)
    view = slack.view()
    kept = json.loads(view["private_metadata"])
    kept["given"]["fingerprint"] = "0" * 64
    said = slack.submit({**view, "private_metadata": json.dumps(kept)}, {"reason": "go"}, user=BO)
    assert said["response_action"] == "errors", said
    assert house.incident(incident).runs[f"{incident}-R1"].state == "proposed"


def test_the_button_of_a_page_acknowledges_unless_it_got_worse(slack):
    """Of a webhook of the app; whoever is not in a channel with it is told directly."""
    incident = slack.house.declare()
    contact = SlackHook(name="chat", to="https://hooks.slack.example/x", buttons=True)
    page = {
        "incident": incident,
        "severity": "P1",
        "title": "API down",
        "service": "shop",
        "url": "https://s.example/i",
        "acknowledge_url": "https://s.example/ack/x",
    }
    sent = json.loads(shape(contact)(Notification("page", "ana", page, f"{incident}/1/page/0")).body)
    (button,) = (one for block in sent["blocks"] if block["type"] == "actions" for one in block["elements"])
    Block.parse(sent["blocks"][-1]).validate_json()
    assert "url" not in button
    pressed = [{**button, "action_ts": "1.1"}]
    slack.interact(type="block_actions", actions=pressed, trigger_id="1")
    assert slack.asked.pop()[1]["channel"] == ANA
    assert slack.house.incident(incident).acknowledged.by == "ana"


# Reactions


def test_a_reaction_puts_a_message_on_the_timeline_once(slack):
    """As a note of who wrote it, with its link; whoever reacts next adds nothing."""
    incident = slack.house.declare()
    slack.channels["C0"] = incident
    slack.messages = {
        "a": {"ts": "5.1", "user": ANA, "text": "redis is <@U0BO>'s"},
        "b": {"ts": "5.2", "bot_id": "B1", "text": "42"},
    }
    for user in (BO, ANA, BO):
        assert slack.react("5.1", user).status_code == 200
        slack.react("5.2", user, name="pushpin::skin-tone-2")
    slack.react("5.1", name="thumbsup")
    slack.react("5.1", channel="C-of-nobody")
    found = entries(slack, incident)
    assert [by for by, _ in found] == ["ana", "B1 of Slack"]
    assert found[0][1].text == "redis is bo's\nFrom Slack, put here by bo: https://slack.example/5.1"
    slack.react("5.3", BO)
    assert "not there any more" in slack.whispered()["text"]
    slack.react("5.3", STRANGER)
    assert f"slack: {STRANGER}" in slack.whispered()["text"]


def test_where_slack_does_not_answer_a_reaction_comes_again(slack):
    incident = slack.house.declare()
    slack.channels["C0"] = incident

    def fails(method, arguments):
        raise DeliveryError("slack", "Slack did not answer.", permanent=False)

    slack.slack._call = fails
    assert slack.react().status_code == 503
    slack.slack._call = slack.call
    slack.messages = {"a": {"ts": "5.1", "user": ANA, "text": "it burns"}}
    assert slack.react().status_code == 200
    assert len(entries(slack, incident)) == 1


@pytest.mark.parametrize("action", TABLE, ids=lambda action: action.name)
def test_the_modal_of_every_row_is_what_slack_takes(action):
    """By the limits that Slack's own library knows, filled in with the row's example; and what was typed comes back out of it."""
    given = msgspec.to_builtins(action.example)
    view = views.modal(action, Wish(action.name, "INC-7"), given)
    View(**view).validate_json()
    for block in view["blocks"]:
        Block.parse(block).validate_json()
    fields = [one for one in view["blocks"] if one["type"] == "input"]
    state = {}
    for one in fields:
        initial = one["element"].get("initial_value") or one["element"].get("initial_option", {}).get("value")
        state[one["block_id"]] = {"value": {"value": initial}}
    shown = {name: value for name, value in given.items() if name in state and not isinstance(value, dict) and value}
    assert {name: value for name, value in views.submitted(action, state).items() if name in shown} == shown
