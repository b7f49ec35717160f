"""One request of HTTP for each kind of contact method that is one: what the other side's documentation asks for."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import msgspec
from httpx2 import URL

from stormjib.core.catalogue.contact import AnyContact, Matrix, Mattermost, Ntfy, PagerDuty, Slack, Sms, Teams, Voice, Webhook
from stormjib.core.effects import Notification
from stormjib.core.redact.own import one_line
from stormjib.core.text.visible import visible
from stormjib.integrations.notify.webhook import JSON, Sent, Shape, plain
from stormjib.integrations.notify.words import acknowledge, details, short, title

_URGENT = {"P0": 5, "P1": 5, "P2": 4}
"""Of ntfy's 1 to 5, https://docs.ntfy.sh/publish/#message-priority."""
_LEVELS = {"P0": "critical", "P1": "error", "P2": "warning"}
SUMMARY_CHARS_MAX = 1024
"""Of an event of PagerDuty."""


def shape(contact: AnyContact) -> Shape | None:
    """How this method sends a notification; None where it is not HTTP. The contact has its variables filled in."""
    match contact:
        case Webhook():
            return plain(contact.to)
        case Ntfy():
            return lambda given: _ntfy(contact, given)
        case Slack():
            return lambda given: _json(contact.to, _slack(given, acts=contact.buttons))
        case Mattermost():
            return lambda given: _json(
                contact.to, {"text": f"**{title(given, contact.kind)}**\n{details(given, contact.kind)}".strip()}
            )
        case Teams():
            return lambda given: _json(contact.to, _teams(given))
        case PagerDuty():
            return lambda given: _json(contact.url, _pagerduty(contact, given))
        case Matrix():
            return lambda given: _matrix(contact, given)
        case Sms():
            return lambda given: _twilio(contact, "Messages", {"Body": short(given)})
        case Voice():
            return lambda given: _twilio(contact, "Calls", {"Twiml": _spoken(given)})
        case _:
            return None


def headers(contact: AnyContact) -> dict[str, str]:
    """How the method shows who we are."""
    match contact:
        case Webhook(token=token) | Ntfy(token=token) | Matrix(token=token) if token:
            return {"Authorization": f"Bearer {token}"}
        case _:
            return {}


def auth(contact: AnyContact) -> tuple[str, str] | None:
    """Name and password, where it is these."""
    return (contact.account, contact.token) if isinstance(contact, Sms | Voice) else None


def _json(url: str, body: Mapping[str, object], method: str = "POST") -> Sent:
    return Sent(method, URL(url), JSON, msgspec.json.encode(body))


def _ntfy(contact: Ntfy, given: Notification) -> Sent:
    """https://docs.ntfy.sh/publish/#publish-as-json: to the server's root, the topic in the message; headers could not say more than ASCII."""
    server, _, topic = contact.to.rstrip("/").rpartition("/")
    said = given.content
    body: dict[str, object] = {"topic": topic, "message": details(given) or title(given)}
    if given.kind == "page":
        body |= {"title": title(given), "priority": _URGENT.get(said["severity"], 3), "click": said["url"]}
        body |= {"actions": [{"action": "view", "label": "Acknowledge", "url": acknowledge(given)}]} if acknowledge(given) else {}
    return _json(f"{server}/", body)


def _slack(given: Notification, *, acts: bool) -> dict[str, object]:
    """https://api.slack.com/messaging/webhooks: ``text`` for notifications, blocks for the button. Three characters are special.

    A button that ``acts`` has no address: what it is for comes back to us, with the severity that it was shown with.
    """
    rest = details(given, "slack")
    said = f"*{title(given, 'slack')}*\n{rest.rpartition(chr(10))[0] if acknowledge(given) else rest}".strip()
    button = {
        "type": "button",
        "style": "primary",
        "text": {"type": "plain_text", "text": "Acknowledge"},
    } | (_acting(given) if acts else {"url": acknowledge(given)})
    blocks: list[dict[str, object]] = [{"type": "section", "text": {"type": "mrkdwn", "text": said[:3000]}}]
    blocks += [{"type": "actions", "elements": [button]}] if acknowledge(given) else []
    return {"text": title(given, "slack"), "blocks": blocks}


def _acting(given: Notification) -> dict[str, object]:
    known = {"seen": given.content["severity"], "page": int(given.key.split("/")[1])}
    kept = {"action": "acknowledge", "incident": given.content["incident"], "given": known}
    return {"action_id": "stormjib:acknowledge", "value": msgspec.json.encode(kept).decode()}


def _teams(given: Notification) -> dict[str, object]:
    """An adaptive card, as workflows of Teams take it: https://learn.microsoft.com/power-automate/teams/send-a-message-in-teams."""
    opens = [("Acknowledge", acknowledge(given)), ("Open", str(given.content.get("url", "")))]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            _rich({"text": title(given), "weight": "Bolder", "size": "Large"}),
            *(_rich({"text": line}) for line in details(given).splitlines()),
        ],
        "actions": [{"type": "Action.OpenUrl", "title": name, "url": url} for name, url in opens if url],
    }
    attached = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attached]}


def _rich(run: Mapping[str, object]) -> dict[str, object]:
    """A text in which Markdown is not read: https://adaptivecards.io/explorer/TextRun.html."""
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", **run}]}


def _pagerduty(contact: PagerDuty, given: Notification) -> dict[str, object]:
    """https://developer.pagerduty.com/docs/send-alert-event: our page is an alert there, and what becomes of it follows by its key."""
    said = given.content
    event = {"routing_key": contact.to, "dedup_key": said["dedup_key"]}
    if given.kind == "update":
        return event | {"event_action": {"acknowledged": "acknowledge", "resolved": "resolve"}[said["status"]]}
    level = _LEVELS.get(said.get("severity", ""), "info")
    payload = {
        "summary": title(given)[:SUMMARY_CHARS_MAX],
        "source": visible(one_line(said.get("service") or "")) or "stormjib",
        "severity": level,
        "custom_details": dict(said),
    }
    links = [("Acknowledge", acknowledge(given)), ("Open", str(said.get("url", "")))]
    shown = [{"href": url, "text": text} for text, url in links if url]
    return event | {"event_action": "trigger", "client": "stormjib", "payload": payload, "links": shown}


def _matrix(contact: Matrix, given: Notification) -> Sent:
    """PUT of m.room.message, https://spec.matrix.org/latest/client-server-api/#sending-events-to-a-room: its id makes it one event."""
    room, event = quote(contact.to, safe=""), quote(given.key, safe="")
    url = f"{contact.server.rstrip('/')}/_matrix/client/v3/rooms/{room}/send/m.room.message/{event}"
    return _json(url, {"msgtype": "m.text", "body": short(given), "m.mentions": {}}, "PUT")


def _twilio(contact: Sms | Voice, what: str, body: Mapping[str, str]) -> Sent:
    """https://www.twilio.com/docs/messaging/api/message-resource and …/voice/api/call-resource, or whoever speaks the same."""
    url = f"{contact.url.rstrip('/')}/2010-04-01/Accounts/{quote(contact.account, safe='')}/{what}.json"
    form = urlencode({"To": _number(contact.to), "From": _number(contact.sender), **body}).encode()
    return Sent("POST", URL(url), {"Content-Type": "application/x-www-form-urlencoded"}, form)


def _number(text: str) -> str:
    """As it is dialled; a sender may have a name instead."""
    return "".join(char for char in text if char.isdigit() or char == "+") if text.lstrip().startswith("+") else text


def _spoken(given: Notification) -> str:
    """Twice, for nobody hears the first words of a call."""
    said = f"{title(given, 'voice')}. {given.content.get('incident', '')}"
    return f'<Response><Say loop="2">{said}</Say></Response>'
