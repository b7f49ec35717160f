"""A notification: what a person, an audience or a receiver gets, as it leaves, and the fact that it was taken."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from stormjib.core.effects.effect import OpenChannel, Page, PageUpdate, Post, SendMessage
from stormjib.core.log import AnyFact, ChannelOpened, MessageSent, PageSent, Posted
from stormjib.core.log.messages import ROOM

Notice = OpenChannel | Post | Page | SendMessage
"""The effects that reach people."""

Kind = Literal["channel", "post", "page", "update", "message", "alarm", "heartbeat", "head", "test"]
"""``update``: what has become of a page; ``alarm``: the server itself is not well; ``heartbeat``: it is; ``head``: of the log's chains; ``test`` asks for nothing."""


class Notification(msgspec.Struct, frozen=True):
    """One thing for one receiver. ``content`` is JSON and the same on every try; ``key`` tells the receiver that it is."""

    kind: Kind
    to: str
    """A person, an audience or a channel's name; "" where the method knows only one receiver."""
    content: Mapping[str, Any]
    key: str
    method: str = ""
    """The person's contact method; "" is the site's own way."""
    asked_at: float = 0.0
    """When it was asked for, in seconds since the epoch; 0 where nobody has to answer."""
    urgent: bool = False


class Receipt(msgspec.Struct, frozen=True):
    """It was taken, by this method. That somebody has read it is what an acknowledgement says, which is a fact of its own."""

    method: str
    reference: str = ""
    url: str = ""
    """Where it can be seen."""
    key: str = ""
    """By which the receiver knows it, where it can be told what becomes of it."""
    name: str = ""
    """Of the channel, as it really is called."""
    summary: str = ""
    lacking: tuple[str, ...] = ()
    """What could not be done beside it, in sentences."""


def notification(effect: Notice, key: str, incident_id: str) -> Notification:
    """As it leaves for the effect; ``key`` is the effect's."""
    common = {"dedup_key": key, "incident": incident_id}
    match effect:
        case OpenChannel():
            return Notification("channel", effect.name, {"schema": "stormjib.channel/1"} | _fields(effect) | common, key)
        case Post():
            return Notification(
                "post", effect.channel or effect.name, {"schema": "stormjib.post/1"} | _fields(effect) | common, key
            )
        case SendMessage(update=PageUpdate() as update):
            return Notification(
                "update", effect.audience, _update(effect, update) | {"incident": incident_id}, key, effect.method
            )
        case SendMessage():
            message = {"schema": "stormjib.message/1", "audience": effect.audience, "text": effect.text}
            return Notification("message", effect.audience, message | common, key, effect.method, urgent=effect.urgent)
        case Page():
            page = {
                "schema": "stormjib.page/1",
                "who": effect.who,
                "level": effect.rung,
                "rung": effect.rung,  # the former name
                "title": effect.title,
                "severity": effect.severity,
                "service": effect.service,
                "url": effect.url,
            }
            page |= {"called": effect.called} if effect.called not in {"", effect.severity} else {}
            return Notification(
                "page",
                effect.who,
                page | ({"more": effect.more} if effect.more else {}) | common,
                key,
                effect.method,
                effect.asked_at,
            )


def _fields(effect: OpenChannel | Post) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(effect).items() if name != "key"}


def _update(effect: SendMessage, update: PageUpdate) -> dict[str, Any]:
    """``paged`` and not ``who``: nobody is to be woken by it."""
    at = datetime.fromtimestamp(update.at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    said = msgspec.structs.asdict(update) | {"at": at, "dedup_key": update.key, "paged": effect.audience, "text": effect.text}
    del said["key"]
    return {"schema": "stormjib.page-update/1"} | said


def trial() -> Notification:
    """To try a method out."""
    text = "stormjib tries this out. Nobody has to do anything."
    return Notification("test", "", {"schema": "stormjib.test/1", "text": text, "dedup_key": "stormjib.test"}, "stormjib.test")


def delivered(effect: Notice, receipt: Receipt) -> AnyFact:
    """What the log says once it was taken."""
    match effect:
        case OpenChannel():
            name, reference = receipt.name or effect.name, "" if receipt.method == ROOM else receipt.reference
            return ChannelOpened(name, receipt.method, receipt.url, reference, receipt.summary, receipt.lacking)
        case Post():
            return Posted(
                effect.place, receipt.name or effect.name, receipt.method, effect.until, receipt.reference, receipt.lacking
            )
        case SendMessage():
            return MessageSent(effect.audience, receipt.method, effect.text)
        case Page():
            return PageSent(
                effect.who,
                receipt.method,
                effect.rung,
                receipt.reference,
                effect.more,
                effect.sums_up,
                receipt.key,
                effect.method,
                effect.further,
            )
