"""Matrix, by its client-server API: https://spec.matrix.org/latest/client-server-api/. A channel is a room, and its name the room's alias."""

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final
from urllib.parse import quote

import msgspec

from stormjib.core.catalogue.people import Person
from stormjib.core.text.visible import opening, visible
from stormjib.integrations.chat.account import TIMEOUT_SECONDS, Account
from stormjib.integrations.chat.matrix_answer import NAME, MatrixError, part, value
from stormjib.ports import DeliveryError
from stormjib.ports.chat import COMMAND, CONFIRMS, INVITES, Channel, Message, Said, Wanted

BYTES_MAX: Final = 8 * 1024 * 1024
"""Of an answer: what was written in all rooms since the last one."""
KEY: Final = "stormjib.key"
"""In a room's first event and in each of our messages."""
OFFERS: Final = "stormjib.offers"
"""In an answer of ours: what a reaction to it does."""
WAIT_SECONDS: Final = 30.0
"""So long the server has nothing to say before it says so."""
TEXT_CHARS_MAX: Final = 5_000
"""Of a message, which is in its event twice, escaped as well; an event has 64 KiB at most."""
TOPIC_CHARS_MAX: Final = 2_000
NAMES_MAX: Final = 9
"""So many names are tried: -2, -3 …"""
PAGE: Final = 100
PAGES_MAX: Final = 50
OURS_ALONE: Final = 100
"""The power that nobody has but who made the room: https://spec.matrix.org/latest/client-server-api/#mroompower_levels."""
_LINK: Final = "https://matrix.to/#/"
_SAID: Final = {"types": ["m.room.message", "m.reaction"]}
_NOTHING: Final = {"not_types": ["*"]}
_log = logging.getLogger(__name__)


class Matrix(Account):
    """``Chat`` with one account."""

    def __init__(self, url: str, token: Callable[[], str], person: Callable[[str], Person | None]) -> None:
        """``url``: of the homeserver, such as https://matrix.example.org."""
        super().__init__(NAME, f"{url.rstrip('/')}/_matrix/client/v3", token, person, bytes_max=BYTES_MAX)
        self._itself = ""

    def call(
        self,
        verb: str,
        *path: str,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
        seconds: float = TIMEOUT_SECONDS,
    ) -> dict[str, Any]:
        """One request; raises ``DeliveryError``, which is a ``MatrixError`` where Matrix gives a reason that lasts."""
        what, where = f"{verb} {'/'.join(path)}", "/".join(quote(part, safe="") for part in path)
        answer = self._ask(what, verb, where, seconds=seconds, json=body, params=query)
        if answer.is_success:
            return self._read(answer, what)
        said = self._read(answer, what) if answer.is_client_error else {}
        code, wait = str(said.get("errcode", "")), said.get("retry_after_ms")
        if code and code != "M_LIMIT_EXCEEDED":
            raise MatrixError(what, code, str(said.get("error", "no reason")))
        raise self._failed(f"answered {answer.status_code} to {what}.", wait / 1000 if isinstance(wait, int) else None)

    def open(self, wanted: Wanted) -> Channel:
        """The alias, with -2, -3 … where it is another's; ours is known by the key in its first event, made with it."""
        local = wanted.name.lstrip("#")
        for number in range(1, NAMES_MAX + 1):
            tried = local if number == 1 else f"{local}-{number}"
            room = self._created(tried, wanted)
            if room:
                return Channel(room, f"#{tried}", f"{_LINK}{quote(self._alias(tried), safe='')}")
        raise DeliveryError(NAME, f"Matrix has rooms #{local} to -{NAMES_MAX} already.", permanent=True)

    def channel(self, name: str) -> str:
        """By its alias, looked up once, and joined."""
        if name not in self._places:
            self._places[name] = value(self.call("POST", "join", self._alias(name), body={}), "room_id")
        return self._places[name]

    def join(self, room: str) -> None:
        """By its id, else by its alias."""
        try:
            self.call("POST", "join", room if room.startswith("!") else self._alias(room), body={})
        except MatrixError as error:
            _log.warning("an invitation to %s could not be taken: %s", room, error.reason)

    def find(self, channel: str, key: str, since: float) -> str:
        """The server remembers our keys for some time only, and none of before the token was exchanged."""
        mine = {"types": ["m.room.message"], "senders": [self.me()]}
        for event in self.earlier(channel, mine):
            if float(event.get("origin_server_ts", 0)) < since * 1000:
                break
            if part(event, "content").get(KEY) == key:
                return str(event["event_id"])
        return ""

    def post(self, channel: str, message: Message, key: str) -> str:
        """The key is the transaction's id, by which the server itself knows a message that comes once more."""
        try:
            return self._sent(channel, {**_body(message), KEY: key}, key)
        except MatrixError:
            self._forget(channel)
            raise

    def edit(self, channel: str, reference: str, message: Message) -> None:
        """Each is an event of its own, for how things stand may be again as it was before."""
        new = _body(message)
        about = {"rel_type": "m.replace", "event_id": reference}
        self._sent(channel, {**new, "m.new_content": new, "m.relates_to": about}, f"edit/{secrets.token_hex(8)}")

    def pin(self, channel: str, reference: str) -> tuple[str, ...]:
        """Beside what people have pinned."""
        pinned = self._state(channel, "m.room.pinned_events").get("pinned") or []
        if reference not in pinned:
            self.call("PUT", "rooms", channel, "state", "m.room.pinned_events", body={"pinned": [*pinned, reference]})
        return ()

    def invite(self, channel: str, people: Sequence[str]) -> tuple[str, ...]:
        """Those who are not there, and were not asked to be."""
        lacking: list[str] = []
        for who in people:
            person = self._person(who)
            if person is None or not person.matrix:
                lacking.append(f"{who} was not invited: write matrix: into people/{who}.yaml.")
                continue
            try:
                if self._state(channel, "m.room.member", person.matrix).get("membership") not in {"invite", "join"}:
                    self.call("POST", "rooms", channel, "invite", body={"user_id": person.matrix})
            except MatrixError as error:
                lacking.append(f"{who} was not invited: {error.reason}")
        return tuple(lacking)

    def archive(self, channel: str) -> None:
        """It stays readable, and nobody writes there any more. A tombstone would point to another room, and there is none."""
        powers = self._state(channel, "m.room.power_levels")
        if powers.get("events_default") != OURS_ALONE:
            self.call("PUT", "rooms", channel, "state", "m.room.power_levels", body={**powers, "events_default": OURS_ALONE})

    def listen(self, since: str) -> tuple[str, Sequence[Said]]:
        """The long poll of https://spec.matrix.org/latest/client-server-api/#syncing; where it left something out, that is fetched."""
        rooms = {"timeline": {**_SAID, "limit": PAGE}, "state": _NOTHING, "ephemeral": _NOTHING, "account_data": _NOTHING}
        only = msgspec.json.encode({"presence": _NOTHING, "account_data": _NOTHING, "room": rooms}).decode()
        asked = {"since": since, "timeout": f"{WAIT_SECONDS * 1000:.0f}"} if since else {"timeout": "0"}
        seconds = WAIT_SECONDS + TIMEOUT_SECONDS
        answer = self.call("GET", "sync", query={**asked, "filter": only, "set_presence": "offline"}, seconds=seconds)
        found = [_invitation(room, invited, self.me()) for room, invited in part(part(answer, "rooms"), "invite").items()]
        for room, joined in part(part(answer, "rooms"), "join").items() if since else ():
            timeline = part(joined, "timeline")
            before = self.earlier(room, _SAID, str(timeline.get("prev_batch", "")), since) if timeline.get("limited") else ()
            events = (*reversed(list(before)), *timeline.get("events", ()))
            # A notice is a program's, which nobody answers: https://spec.matrix.org/latest/client-server-api/#mnotice.
            found += [self._said(room, one) for one in events if part(one, "content").get("msgtype") != "m.notice"]
        return value(answer, "next_batch"), [one for one in found if not one.is_ours]

    def message(self, channel: str, reference: str) -> Said | None:
        """With what its author has made of it since."""
        try:
            return self._said(channel, self.call("GET", "rooms", channel, "event", reference))
        except MatrixError:
            return None

    def answer(self, said: Said, text: str, offers: str) -> None:
        """As a notice, which no program answers."""
        about = {"m.in_reply_to": {"event_id": said.reference}}
        content = {**_body(Message(text)), "msgtype": "m.notice", "m.relates_to": about, OFFERS: offers}
        try:
            self._sent(said.channel, content, f"answer/{said.reference}")
        except MatrixError as error:
            _log.warning("%s was not answered in Matrix: %s (%s)", said.who, text, error.reason)

    def me(self) -> str:
        """Our own id, such as @stormjib:example.org."""
        self._itself = self._itself or value(self.call("GET", "account", "whoami"), "user_id")
        return self._itself

    def earlier(self, room: str, only: Mapping[str, object], start: str = "", end: str = "") -> Iterator[dict[str, Any]]:
        """Events of a room, the newest first, between two positions of the server's."""
        query = {"dir": "b", "limit": str(PAGE), "filter": msgspec.json.encode(only).decode()} | ({"to": end} if end else {})
        for _ in range(PAGES_MAX):
            said = self.call("GET", "rooms", room, "messages", query=query | ({"from": start} if start else {}))
            yield from said.get("chunk", ())
            start = str(said.get("end") or "")
            if not start:
                return
        _log.warning("of what was said in %s only the newest was read, about %d events", room, PAGES_MAX * PAGE)

    def _created(self, local: str, wanted: Wanted) -> str:
        """The room; "" where the alias is another's."""
        links = "".join(f"\n{title}: {link}" for title, link in wanted.links)
        topic = opening(visible(f"{wanted.topic}\n{wanted.purpose}{links}"), TOPIC_CHARS_MAX)
        body = {"room_alias_name": local, "name": local, "topic": topic, "preset": "private_chat"}
        try:
            return value(self.call("POST", "createRoom", body={**body, "creation_content": {KEY: wanted.key}}), "room_id")
        except MatrixError as error:
            if error.code != "M_ROOM_IN_USE":
                raise
        room = value(self.call("GET", "directory", "room", self._alias(local)), "room_id")
        try:
            return room if self._state(room, "m.room.create").get(KEY) == wanted.key else ""
        except MatrixError as error:
            if error.code != "M_FORBIDDEN":
                raise
            return ""

    def _state(self, room: str, kind: str, *key: str) -> dict[str, Any]:
        """What is so in a room; nothing where nobody said."""
        try:
            return self.call("GET", "rooms", room, "state", kind, *key)
        except MatrixError as error:
            if error.code != "M_NOT_FOUND":
                raise
            return {}

    def _said(self, room: str, event: Mapping[str, Any]) -> Said:
        content = part(event, "content")
        about, edit = part(content, "m.relates_to"), part(part(part(event, "unsigned"), "m.relations"), "m.replace")
        newest = part(part(edit, "content"), "m.new_content") or content
        reference, who = str(event.get("event_id", "")), str(event.get("sender", ""))
        return Said(
            room,
            reference,
            who,
            event.get("origin_server_ts", 0) / 1000,
            "" if about.get("rel_type") == "m.replace" else str(newest.get("body", "")),
            # Some clients add how it is drawn.
            str(about.get("key", "")).rstrip("\ufe0f"),
            str(about.get("event_id", "")),
            f"{_LINK}{quote(room, safe='')}/{quote(reference, safe='')}",
            who == self.me(),
            str(content.get(OFFERS, "")),
        )

    def _sent(self, room: str, content: Mapping[str, object], key: str) -> str:
        return value(self.call("PUT", "rooms", room, "send", "m.room.message", key, body=content), "event_id")

    def _alias(self, name: str) -> str:
        """Of our own homeserver, where it names no other."""
        local = name.lstrip("#")
        return f"#{local}" if ":" in local else f"#{local}:{self.me().partition(':')[2]}"


def _invitation(room: str, invited: Mapping[str, Any], me: str) -> Said:
    """Its stripped state (https://spec.matrix.org/latest/client-server-api/#stripped-state) proves who invites, and no name."""
    events = [one for one in part(invited, "invite_state").get("events", ()) if isinstance(one, dict)]
    who = [one.get("sender") for one in events if one.get("type") == "m.room.member" and one.get("state_key") == me]
    named = [part(one, "content").get("alias") for one in events if one.get("type") == "m.room.canonical_alias"]
    return Said(
        room, "", str(next(iter(who), "")), 0.0, str(next(iter(named), None) or ""), INVITES, "", "", is_ours=False, offers=""
    )


def _body(message: Message) -> dict[str, object]:
    """Plain text, which names nobody, and the same as HTML, so that no client takes it for Markdown. What a button does is typed."""
    typed = [f"{said}: {_how(action)} {value}" for said, action, value in message.buttons]
    text = visible(opening("\n".join([message.text, *typed]), TEXT_CHARS_MAX))
    html = escape(text).replace("\n", "<br>").replace("  ", " &nbsp;")
    return {"msgtype": "m.text", "body": text, "format": "org.matrix.custom.html", "formatted_body": html, "m.mentions": {}}


def _how(action: str) -> str:
    name = action.split(":")[1]
    return (f"{CONFIRMS} or " if name == "acknowledge" else "") + f"{COMMAND} {name}"
