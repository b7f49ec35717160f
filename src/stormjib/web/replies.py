"""Answers to pages: somebody writes back in a short message or a mail, and that acknowledges what they were paged for.

Only a word of its own does: what an answering machine writes, or a mail program quotes, acknowledges nothing.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from html import escape
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stormjib.core.actions import BY_NAME
from stormjib.core.catalogue.contact import Sms, Voice, filled
from stormjib.core.catalogue.service import alike
from stormjib.core.incident import Incident, Refused
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
_FAILED: Final = (Refused, Invalid, NotFound, Overloaded, StoreFailed, Unavailable)


class NoAnswer(Exception):
    """It acknowledges nothing; the text says why, and what would."""


def wanted(text: str) -> str | None:
    """The incident that an answer names, "" where it names none; None where it acknowledges nothing."""
    found = _ANSWER.match(text)
    return (found[1] or "").upper() if found else None


class Replies:
    """Any thread may use it."""

    def __init__(self, site: Site, variables: Callable[[], Mapping[str, str]]) -> None:
        """``variables``: those that stand in contact methods."""
        self._site = site
        self._variables = variables

    def by_link(self, text: str, said: str) -> str:
        """An answer that bears the link of a page, which says whose it is; raises ``NoAnswer``."""
        link = self._site.sessions.link(text)
        if link is None or link.until <= self._site.clock():
            raise NoAnswer("What it answers is no page of this server, or one of long ago. Sign in, and acknowledge there.")
        if wanted(said) is None:
            raise NoAnswer(f"The answer of {link.who} to a page of {link.incident} does not begin with ack, so nothing was done.")
        asked = link.page.split("/")
        seq = int(asked[1]) if asked[1:2] else 0
        return self._acknowledge(link.incident, _by(link.who, "mail"), f"link/{link.page}", seq)

    def by_number(self, number: str, said: str, key: str) -> str:
        """An answer from somebody's telephone; raises ``NoAnswer``, without a text where nobody has that number."""
        holders = self._holders(number)
        if not holders:
            raise NoAnswer
        waits = ((who, found) for who in holders if (found := self._waiting(who)))
        named, (who, waiting) = wanted(said), next(waits, ("", []))
        if not waiting:
            raise NoAnswer("No page of yours waits for an acknowledgement.")
        listed = "; ".join(f"{one.id} {one.wakes_for[:60]}" for one in waiting[:SHOWN_MAX])
        if named is None:
            raise NoAnswer(f"Answer ack, or 1, to acknowledge. Waiting: {listed}.")
        chosen = [one.id for one in waiting if named in {"", one.id}]
        if len(chosen) != 1:
            raise NoAnswer(f"Say which: ack {waiting[0].id}. Waiting: {listed}.")
        pages = [(when.seq, page) for when, page in self._site.reader.replay(chosen[0]).pages if alike(page.who) == alike(who)]
        texts = [seq for seq, page in pages if isinstance(self._site.policy.contact_of(who, page.method), Sms)]
        return self._acknowledge(chosen[0], _by(who, "SMS"), key, texts[-1] if texts else pages[-1][0])

    def _holders(self, number: str) -> list[str]:
        """Who has this number, some of them with others."""
        variables, found = self._variables(), []
        for person in self._site.policy.people:
            numbers = {person.phone}
            for contact in person.contact:
                if isinstance(contact, Sms | Voice):
                    with suppress(ValueError):
                        numbers.add(getattr(filled(contact, variables), "to", ""))
            if _digits(number) and _digits(number) in map(_digits, numbers):
                found.append(person.name)
        return found

    def _waiting(self, who: str) -> list[Incident]:
        """The open incidents that this person was paged for, and nobody has; the worst first."""
        heads, _ = self._site.reader.worst_open(OPEN_MAX)
        found = (self._site.reader.replay(one.id) for one in heads if one.status != "acknowledged")
        return [now for now in found if now.owes_page and any(alike(sent.who) == alike(who) for _, sent in now.pages)]

    def _acknowledge(self, incident: str, who: Principal, key: str, seq: int) -> str:
        """``seq``: the entry with which the page was asked for, or sent. What has become worse since is another page."""
        try:
            given = {"seen": self._site.reader.replay(incident, seq).severity.value}
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
    inner = f"<Message>{escape(text, quote=False)}</Message>" if text else ""
    return Response(f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>', status, media_type="text/xml")


def _digits(number: str) -> str:
    return "".join(char for char in number if char.isdigit())
