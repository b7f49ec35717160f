"""Slack, by its Web API: https://docs.slack.dev/apis/web-api/. Arguments go as a form, which every method takes."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any, Final

from stormjib.core.catalogue.people import Person
from stormjib.core.text.visible import opening, visible
from stormjib.integrations.chat.account import TIMEOUT_SECONDS, Account
from stormjib.integrations.chat.slack_error import MENDED_SECONDS, NAME, PASSING, SlackError
from stormjib.ports import DeliveryError
from stormjib.ports.chat import Channel, Message, Wanted

BYTES_MAX: Final = 4 * 1024 * 1024
"""Of an answer: a page of channels, or of messages."""
EVENT: Final = "stormjib"
"""The type in the metadata of our messages; the key is in its payload. https://docs.slack.dev/messaging/message-metadata/"""
TEXT_CHARS_MAX: Final = 3_900
"""Of a message; Slack advises 4,000 at the most."""
TOPIC_CHARS_MAX: Final = 250
"""Of a topic, and of a purpose."""
PAGES_MAX: Final = 50
FOUND_AMONG_MAX: Final = 2_000
"""Ours is looked for among so many, the newest."""
NAMES_MAX: Final = 9
"""So many names are tried: -2, -3 …"""
BEGUN_MAX: Final = 100
"""What was done of a channel is known of so many, the newest; of others it is looked up."""
_FINE: Final = {
    "already_in_channel",
    "already_pinned",
    "already_archived",
    "cant_invite_self",
    "is_archived",
    "message_not_found",
}


class Slack(Account):
    """``Chat`` with the token of a bot."""

    def __init__(self, url: str, token: Callable[[], str], person: Callable[[str], Person | None]) -> None:
        """``url``: of the API, such as https://slack.com/api."""
        super().__init__(NAME, url.rstrip("/"), token, person, bytes_max=BYTES_MAX)
        self._itself: Mapping[str, Any] = {}
        self._begun: dict[str, dict[str, Any]] = {}
        """The channels by their keys, as they are there: where one request of many fails, the next try goes on from it."""

    def call(self, method: str, fields: Mapping[str, object], timeout_seconds: float = TIMEOUT_SECONDS) -> dict[str, Any]:
        """One method of the Web API; raises ``DeliveryError``, which is a ``SlackError`` where Slack gives a reason."""
        form = {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for name, value in fields.items()
        }
        answer = self._ask(method, "POST", method, seconds=timeout_seconds, data=form)
        if not answer.is_success:
            wait = answer.headers.get("Retry-After", "")
            after = float(wait) if wait.isascii() and wait.isdigit() else None
            raise self._failed(f"answered {answer.status_code} to {method}.", after)
        said = self._read(answer, method)
        if said.get("ok") is not True:
            raise SlackError(method, said)
        return said

    def open(self, wanted: Wanted) -> Channel:
        """The name, with -2, -3 … where it is another's; ours is known by the key in its purpose."""
        found = self._begun.get(wanted.key) or self._ours(wanted)
        self._begun[wanted.key] = found
        if len(self._begun) > BEGUN_MAX:
            self._begun.pop(next(iter(self._begun)))
        channel, mark = str(found["id"]), _mark(wanted.key)
        lacking: list[str] = []
        purpose = opening(_safe(wanted.purpose), TOPIC_CHARS_MAX - len(mark) - 1)
        # First of all, for by it the channel is ours.
        with self._in(channel):
            self._set(found, "purpose", f"{purpose} {mark}")
        with _unless_refused(lacking, "The topic is not set"):
            self._set(found, "topic", opening(_safe(wanted.topic), TOPIC_CHARS_MAX))
        with _unless_refused(lacking, "There are no bookmarks"):
            if "links" not in found:
                found["links"] = {
                    one.get("link") for one in self.call("bookmarks.list", {"channel_id": channel}).get("bookmarks", ())
                }
            for title, link in wanted.links:
                if link not in found["links"]:
                    self.call("bookmarks.add", {"channel_id": channel, "title": title, "type": "link", "link": link})
                    found["links"].add(link)
        url = f"{self._me().get('url', '').rstrip('/')}/archives/{channel}"
        return Channel(channel, f"#{found['name']}", url, tuple(lacking))

    def channel(self, name: str) -> str:
        """By its name, looked up once, and joined."""
        if name not in self._places:
            wanted = name.lstrip("#")
            found = next((one for one in self._listed() if one.get("name") == wanted), None)
            if found is None or found.get("is_archived"):
                what = f"Slack has no channel {name} that the app can see. Create it, invite the app to it if it is private, "
                raise DeliveryError(
                    NAME, f"{what}or set its name under [chat.channels].", permanent=False, retry_after_seconds=MENDED_SECONDS
                )
            if not found.get("is_member"):
                self.call("conversations.join", {"channel": found["id"]})
            self._places[name] = str(found["id"])
        return self._places[name]

    def find(self, channel: str, key: str, since: float) -> str:
        """By the metadata, which comes with the messages of an app to itself."""
        fields = {"channel": channel, "include_all_metadata": "true", "limit": "200", "oldest": f"{max(since, 0):.6f}"}
        for message in islice(self._pages("conversations.history", fields, "messages"), FOUND_AMONG_MAX):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT and metadata.get("event_payload", {}).get("key") == key:
                return str(message["ts"])
        return ""

    def post(self, channel: str, message: Message, key: str) -> str:
        """With the key in its metadata."""
        metadata = {"event_type": EVENT, "event_payload": {"key": key}}
        with self._in(channel):
            return str(self.call("chat.postMessage", {"channel": channel, "metadata": metadata, **_body(message)})["ts"])

    def edit(self, channel: str, reference: str, message: Message) -> None:
        """One that is gone, or in a channel that was put away, stays as it is."""
        self._fine("chat.update", {"channel": channel, "ts": reference, **_body(message)})

    def pin(self, channel: str, reference: str) -> tuple[str, ...]:
        """For everybody."""
        lacking: list[str] = []
        with _unless_refused(lacking, "The summary is not pinned"):
            self._fine("pins.add", {"channel": channel, "timestamp": reference})
        return tuple(lacking)

    def invite(self, channel: str, people: Sequence[str]) -> tuple[str, ...]:
        """One by one, for one that is refused keeps out all."""
        lacking: list[str] = []
        for who in people:
            with _unless_refused(lacking, f"{who} was not invited"):
                member = self._member(who)
                if member:
                    self._fine("conversations.invite", {"channel": channel, "users": member})
                else:
                    lacking.append(f"{who} was not invited: write slack: or email: into people/{who}.yaml.")
        return tuple(lacking)

    def archive(self, channel: str) -> None:
        """Whatever is in it stays readable."""
        self._fine("conversations.archive", {"channel": channel})

    def _fine(self, method: str, fields: Mapping[str, object]) -> None:
        try:
            self.call(method, fields)
        except SlackError as error:
            if error.code not in _FINE:
                raise

    @contextmanager
    def _in(self, channel: str) -> Iterator[None]:
        """A channel that refuses is looked up anew: it may be gone, or put away."""
        try:
            yield
        except SlackError as error:
            if error.code not in PASSING:
                self._forget(channel)
                self._begun = {key: one for key, one in self._begun.items() if one["id"] != channel}
            raise

    def _ours(self, wanted: Wanted) -> dict[str, Any]:
        name = wanted.name.lstrip("#")
        for number in range(1, NAMES_MAX + 1):
            tried = name if number == 1 else f"{name}-{number}"
            with suppress(_Taken):
                return self._created(tried, wanted.key)
        raise DeliveryError(NAME, f"Slack has channels {name} to -{NAMES_MAX} already.", permanent=True)

    def _created(self, name: str, key: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self.call("conversations.create", {"name": name})["channel"]
        except SlackError as error:
            if error.code != "name_taken":
                raise
            one = next((one for one in self._listed() if one.get("name") == name), None)
            purpose = str(_value(one, "purpose")) if one else ""
            # A kill right after its creation leaves one of ours that does not say so yet; so does a try of another incident's that goes on.
            begun = {str(other["id"]) for other in [*self._begun.values()]}
            unsaid = one and not purpose and one.get("id") not in begun and one.get("creator") == self._me().get("user_id")
            if one is None or not (_mark(key) in purpose or unsaid):
                raise _Taken from error
            found = one
        return found

    def _set(self, found: dict[str, Any], what: str, text: str) -> None:
        """Topic or purpose; Slack says each change in the channel, so that none is made twice."""
        if _value(found, what) != text:
            self.call(f"conversations.set{what.title()}", {"channel": found["id"], what: text})
            found[what] = {"value": text}

    def _listed(self) -> Iterator[dict[str, Any]]:
        fields = {"types": "public_channel,private_channel", "limit": "1000"}
        try:
            yield from self._pages("conversations.list", fields, "channels")
        except SlackError as error:
            if error.code != "missing_scope":
                raise
            # Private channels need groups:read, which most sites do without.
            yield from self._pages("conversations.list", fields | {"types": "public_channel"}, "channels")

    def _pages(self, method: str, fields: Mapping[str, object], what: str) -> Iterator[dict[str, Any]]:
        cursor = ""
        for _ in range(PAGES_MAX):
            said = self.call(method, {**fields, **({"cursor": cursor} if cursor else {})})
            yield from said.get(what, ())
            cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return
        raise DeliveryError(NAME, f"Slack's answer to {method} has more than {PAGES_MAX} pages.", permanent=False)

    def _me(self) -> Mapping[str, Any]:
        self._itself = self._itself or self.call("auth.test", {})
        return self._itself

    def _member(self, who: str) -> str:
        """Their member id, else by their address of mail; "" where the catalogue has neither."""
        person = self._person(who)
        if person is None or person.slack_user or not person.email:
            return person.slack_user if person else ""
        return str(self.call("users.lookupByEmail", {"email": person.email})["user"]["id"])


class _Taken(Exception):
    """The name is another's."""


@contextmanager
def _unless_refused(lacking: list[str], what: str) -> Iterator[None]:
    """What is refused is said and lacks; what fails for a while is tried again with all the rest."""
    try:
        yield
    except SlackError as error:
        if error.code in PASSING:
            raise
        lacking.append(f"{what}: {error.reason}")


def _mark(key: str) -> str:
    return f"[{key}]"


def _value(found: Mapping[str, Any], what: str) -> str:
    return str((found.get(what) or {}).get("value") or "")


def _safe(text: str) -> str:
    """Three characters are special; escaped, nothing in it calls anybody: https://docs.slack.dev/messaging/formatting-message-text/#escaping."""
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _body(message: Message) -> dict[str, object]:
    """Plain text in a block that knows no markup; ``text`` is what a notification shows."""
    text = opening(message.text, TEXT_CHARS_MAX)
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": visible(text)}]}
    blocks: list[dict[str, object]] = [{"type": "rich_text", "elements": [section]}]
    buttons = [
        {"type": "button", "text": {"type": "plain_text", "text": said}, "action_id": action, "value": value}
        for said, action, value in message.buttons
    ]
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    return {"text": _safe(text), "blocks": blocks, "unfurl_links": "false", "unfurl_media": "false", "link_names": "false"}
