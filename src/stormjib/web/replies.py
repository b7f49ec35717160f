"""Answers to pages: somebody writes back in a short message or a mail, and that acknowledges what they were paged for.

Only a word of its own does: what an answering machine writes, or a mail program quotes, acknowledges nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from html import escape
from types import UnionType
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stormjib.core.actions import BY_NAME
from stormjib.core.catalogue.contact import Contact, Sms, Smtp, Voice, filled
from stormjib.core.catalogue.people import Person
from stormjib.core.catalogue.service import alike
from stormjib.core.incident import Incident, Refused
from stormjib.core.incident.waking import newest, out_of_date
from stormjib.core.text.visible import visible
from stormjib.engine.admission import Invalid
from stormjib.ports import NotFound, Overloaded, StoreFailed, Unavailable
from stormjib.web.auth import Principal
from stormjib.web.refusals import Refusals
from stormjib.web.signed import Message, Signatures, fields
from stormjib.web.site import Site
from stormjib.web.ways import Refusal

SOURCE: Final = "twilio"
PATH: Final = "/hooks/twilio"
OPEN_MAX: Final = 100
SHOWN_MAX: Final = 5
_ANSWER: Final = re.compile(r"\s*(?:ack|acknowledged?|1(?=[\s:.,!]*(?:INC-|$)))\b[\s:.,!]*(?:(INC-\d{1,9})\b)?", re.IGNORECASE)
_NAMED: Final = re.compile(r"\bINC-\d{1,9}\b", re.IGNORECASE)
_FAILED: Final = (Refused, Invalid, NotFound, Overloaded, StoreFailed, Unavailable)


class NoAnswer(Exception):
    """It acknowledges nothing; the text says why, and what would."""


def wanted(text: str) -> str | None:
    """The incident that an answer names, "" where it names none; None where it acknowledges nothing; raises ``NoAnswer``."""
    found = _ANSWER.match(text)
    named = (found[1] or "").upper() if found else ""
    if found and {one.upper() for one in _NAMED.findall(text)} - {named}:
        raise NoAnswer(f"An answer acknowledges one incident, so say one and name no other: ack {named or 'INC-1'}.")
    return named if found else None


class Replies:
    """Any thread may use it."""

    def __init__(self, site: Site, variables: Callable[[], Mapping[str, str]]) -> None:
        """``variables``: those that stand in contact methods."""
        self._site = site
        self._variables = variables

    def by_mail(self, text: str, said: str, sender: str) -> str:
        """An answer that bears the id of a page's mail, which says whose it is; raises ``NoAnswer``."""
        link = self._site.sessions.link(text, mail=True)
        if link is None or link.until <= self._site.clock():
            raise NoAnswer("What it answers is no page of this server, or one of long ago. Sign in, and acknowledge there.")
        answers = f"to the page of {link.incident} for {link.who}"
        people = [one for one in self._site.policy.people if alike(one.name) == alike(link.who)]
        own = {address.lower() for one in people for address in (one.email, *self._addresses(one, Smtp))}
        if sender.lower() not in own - {""}:
            raise NoAnswer(f"The answer {answers} is not from an address of theirs in the catalogue, so nothing was done.")
        if (named := wanted(said)) not in {"", link.incident}:
            raise NoAnswer(
                f"The answer {answers} {f'names {named}' if named else 'does not begin with ack'}, so nothing was done."
            )
        key = f"link/{link.page}/{self._site.reader.replay(link.incident).seq}"
        return self._acknowledge(link.incident, _by(link.who, "mail"), link.asked, key)

    def by_number(self, number: str, said: str, key: str) -> str:
        """An answer from somebody's telephone; raises ``NoAnswer``, without a text where nobody has that number."""
        holders = self._holders(number)
        if not holders:
            raise NoAnswer
        waits = ((who, found) for who in holders if (found := self._waiting(who)))
        named, (who, found) = wanted(said), next(waits, ("", []))
        if not found:
            raise NoAnswer("No page of yours waits for an acknowledgement.")
        # What was handed over, or reopened, since its page is told of where nothing else can be meant.
        waiting = [one for one in found if not out_of_date(*one, "")] or found
        listed = "; ".join(f"{one.id} {one.wakes_for[:60]}" for one, _ in waiting[:SHOWN_MAX])
        if named is None:
            raise NoAnswer(f"Answer ack, or 1, to acknowledge. Waiting: {listed}.")
        chosen = [(one.id, page) for one, page in (found if named else waiting) if named in {"", one.id}]
        if len(chosen) != 1:
            raise NoAnswer(f"Say which: ack {waiting[0][0].id}. Waiting: {listed}.")
        return self._acknowledge(chosen[0][0], _by(who, "SMS"), chosen[0][1], key)

    def _holders(self, number: str) -> list[str]:
        """Who has this number, some of them with others."""
        people = self._site.policy.people if _digits(number) else ()
        return [one.name for one in people if _digits(number) in map(_digits, {one.phone, *self._addresses(one, Sms | Voice)})]

    def _addresses(self, person: Person, kinds: type[Contact] | UnionType) -> Iterator[str]:
        """Where methods of these kinds reach them."""
        for contact in person.contact:
            if isinstance(contact, kinds):
                with suppress(ValueError):
                    yield str(getattr(filled(contact, self._variables()), "to", ""))

    def _waiting(self, who: str) -> list[tuple[Incident, int]]:
        """The open incidents that nobody has, the worst first, and the entry with which this person was paged, 0 for one handed over."""
        heads, _ = self._site.reader.worst_open(OPEN_MAX)
        found = (self._site.reader.replay(one.id) for one in heads if one.status != "acknowledged")
        waiting = []
        for now in found:
            sent = [(when.seq, page) for when, page in now.pages if now.owes_page and alike(page.who) == alike(who)]
            texts = [one for one in sent if isinstance(self._site.policy.contact_of(who, one[1].method), Sms)]
            for seq, page in (texts or sent)[-1:]:
                waiting.append((now, seq if newest(now, page.who) or not now.requested else 0))
        return waiting

    def _acknowledge(self, incident: str, who: Principal, page: int, key: str) -> str:
        """``page``: the entry with which it was asked for, or sent. What has become worse since is another page."""
        try:
            given = {"page": page, "seen": self._site.reader.replay(incident, page or 1).severity.value}
            self._site.door.perform(BY_NAME["acknowledge"], incident, given, who, key=key)
        except _FAILED as error:
            raise NoAnswer(f"{error} Nothing was written.") from error
        now = self._site.reader.replay(incident)
        return f"{incident} is acknowledged by {now.acknowledged.by if now.acknowledged else who.name}."


def _by(who: str, way: str) -> Principal:
    return Principal(who, frozenset({"respond"}), face=way)


def twilio(replies: Replies, signatures: Signatures, refusals: Refusals, url: str) -> Route:
    """``POST /hooks/twilio``, https://www.twilio.com/docs/messaging/guides/webhook-request; ``url`` is how people reach this server."""

    async def answer(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        body = await request.body()
        who = request.client.host if request.client else ""
        try:
            seal = await signatures.check(SOURCE, request.scope["headers"], body, f"{url}{PATH}{query}")
        except Refusal as refusal:
            refusals.note(SOURCE, str(refusal.status), refusal.reason, sender=who)
            return _message("", refusal.status)
        said = fields(Message({}, body))
        try:
            number, text = said.get("From", ""), said.get("Body", "")
            told = await run_in_threadpool(replies.by_number, number, text, f"sms/{seal.id}")
        except NoAnswer as refusal:
            told = str(refusal)
            refusals.note(SOURCE, "200", told or "Nobody in the catalogue has this number.", sender=number)
        await signatures.taken(seal)
        return _message(told)

    return Route(PATH, answer, methods=["POST"])


def _message(text: str, status: int = 200) -> Response:
    """TwiML: what is sent back, nothing for no text."""
    inner = f"<Message>{escape(visible(text), quote=False)}</Message>" if text else ""
    return Response(f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>', status, media_type="text/xml")


def _digits(number: str) -> str:
    return "".join(char for char in number if char.isdigit())
