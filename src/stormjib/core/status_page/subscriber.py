"""Who has the updates of the status page sent to them, which ones, and the links that confirm and unsubscribe."""

import re
from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from typing import Any, Final, Literal, NamedTuple

import msgspec

from stormjib.core.access import sealed, unsealed
from stormjib.core.incident import Refused
from stormjib.core.status_page.page import DAY_SECONDS, StatusPage

Kind = Literal["email", "webhook"]
TO_CHARS_MAX: Final = 254
CONFIRM_SECONDS: Final = DAY_SECONDS
"""How long the link that confirms is good."""
TELL_SECONDS: Final = DAY_SECONDS
"""How long it is tried to send an update; older ones are no news."""
REFUSALS_MAX: Final = 3
"""In a row, for good: then nothing more is sent until the subscription is confirmed again."""
_MAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
"""Without a question mark, for an encoded word (RFC 2047) in place of a name would be read as another address."""
_HOOK: Final = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[!-~]*)?")


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """What a link confirms; nothing is kept before that. ``until`` in seconds since the epoch, UTC."""

    kind: Kind
    to: str
    components: tuple[str, ...]
    until: float

    @property
    def id(self) -> str:
        """What names the subscriber without saying who it is."""
        return sha256(f"{self.kind}/{self.to}".encode()).hexdigest()[:16]

    @property
    def made_at(self) -> float:
        """When it was asked for."""
        return self.until - CONFIRM_SECONDS

    def signed(self, key: bytes) -> str:
        """As a part of an address."""
        return sealed(msgspec.json.encode(self), key, "subscribe")

    @staticmethod
    def read(text: str, key: bytes) -> "Asked | None":
        """None where the holder of the key has not made it."""
        given = unsealed(text, key, "subscribe")
        return None if given is None else msgspec.json.decode(given, type=Asked)


class Subscriber(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody who has confirmed. ``components``: those of interest, none for all; ``since`` in seconds since the epoch."""

    kind: Kind
    to: str
    components: tuple[str, ...] = ()
    since: float = 0.0
    told: tuple[str, ...] = ()
    """The announcements of the last day that were taken, or refused for good."""
    refusals: int = 0
    """How many were refused for good since one was taken."""

    @property
    def id(self) -> str:
        """The same as in the link that confirmed it."""
        return Asked(self.kind, self.to, (), 0.0).id

    @property
    def paused(self) -> bool:
        """Whether nothing is sent any more."""
        return self.refusals >= REFUSALS_MAX

    def leave(self, key: bytes) -> str:
        """The link that unsubscribes, as a part of an address; it is good for ever."""
        return sealed(self.id.encode(), key, "unsubscribe")

    def after(self, id_: str, *, taken: bool, known: Collection[str]) -> "Subscriber":
        """With an announcement that is settled; ``known`` are those that may still be sent to somebody."""
        told = (*(one for one in self.told if one in known), id_)
        return msgspec.structs.replace(self, told=told, refusals=0 if taken else self.refusals + 1)


class Announcement(msgspec.Struct, frozen=True):
    """One thing that customers were told: ``components`` are those that it is about, as far as it says, ``states`` how they are.

    Of maintenance ``start`` and ``end`` are when it is.
    """

    id: str
    at: float
    title: str
    stage: str
    text: str
    components: tuple[str, ...]
    url: str
    states: dict[str, str] = {}
    start: float = 0.0
    end: float = 0.0


class Letter(NamedTuple):
    """One thing for one subscriber. ``key`` is the same on every try, shown to the receiver."""

    kind: str
    to: str
    subject: str
    text: str
    content: dict[str, Any]
    """The same for a program."""
    key: str
    leave_url: str = ""
    """Where it is unsubscribed; "" for who is not subscribed yet."""


def wanted(to: str, kinds: Sequence[Kind]) -> Kind:
    """How updates reach such an address; raises ``Refused`` where none are sent there."""
    kind: Kind = "webhook" if "://" in to else "email"
    if kind not in kinds:
        raise Refused(f"Updates can be sent by {' or '.join(kinds) or 'nothing here'}, and not by {kind}.")
    if len(to) > TO_CHARS_MAX or not (_MAIL if kind == "email" else _HOOK).fullmatch(to):
        example = "ana@example.org" if kind == "email" else "https://example.org/hook"
        raise Refused(f"This is no address that updates can be sent to; write one such as {example}.")
    return kind


def announcements(page: StatusPage, url: str) -> Iterator[Announcement]:
    """Whatever customers were told in the last day, from the published page alone. ``url``: where that is."""
    for incident in page.incidents:
        about: dict[str, str] = {}
        for update in incident.updates:
            about |= {name: after for name, _, after in update.changes}
            where = f"{url}/incidents/{incident.id}.html"
            yield Announcement(update.id, update.at, incident.title, update.stage, update.text, tuple(about), where, {**about})
    for work in page.maintenance:
        planned, where = work.planned, f"{url}/index.html#{work.id}"
        stage = "in progress" if planned.start <= work.planned_at else "planned"
        told = ((f"{work.id}-planned", work.planned_at, f"Maintenance {stage}", planned.text),)
        over = ((f"{work.id}-over", work.ended_at, "Maintenance over", work.ended or "It is over."),) if work.ended_at else ()
        for id_, at, stage, text in (*told, *over):
            yield Announcement(
                id_, at, planned.title, stage, text, planned.components, where, start=planned.start, end=work.over_at
            )


def counted(to: str) -> str:
    """The address as it counts: ana+x@example.org is the mailbox of ana@example.org (RFC 5233)."""
    local, at, domain = to.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if at and "://" not in to else to.casefold()


def due(subscriber: Subscriber, told: Sequence[Announcement], now: float) -> list[Announcement]:
    """What is to be sent to a subscriber, the oldest first."""
    return sorted(
        (
            one
            for one in told
            if subscriber.since < one.at > now - TELL_SECONDS
            and one.id not in subscriber.told
            and not (subscriber.components and one.components and not {*subscriber.components} & {*one.components})
        ),
        key=lambda one: one.at,
    )
