"""What people do in a chat that has no buttons and forms: they write commands and react to messages, and each is an action of the table."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from stormjib import owned
from stormjib.core.actions import parameters_of
from stormjib.core.comms import channel_of
from stormjib.engine.rounds import Rounds
from stormjib.ports import DeliveryError, Overloaded, StoreFailed, Unavailable
from stormjib.ports.chat import COMMAND, CONFIRMS, INVITES, Listener, Said
from stormjib.web.chat import SAID, Chat, StrangerError, Wish, bound, wish_of
from stormjib.web.typed import VERBS, NotUnderstoodError, usage

POSITION: Final = "chat.json"
"""How far we have listened: a file beside the log."""
LATE_SECONDS: Final = 900.0
"""A command that was written so long before it is heard may not be meant any more."""
STRANGER_SECONDS: Final = 3600.0
"""So long a stranger who was answered gets no other answer."""
SHOWN_CHARS_MAX: Final = 4_000
"""Of what an approval binds: a chat shows that whole, and nobody decides on less."""
RETRY_SECONDS: Final = 5.0
_PASSING: Final = (DeliveryError, Overloaded, StoreFailed, Unavailable)
"""What is heard once more later."""
_log = logging.getLogger(__name__)


class Position(msgspec.Struct):
    """``since`` is the chat's own, at this address."""

    url: str
    since: str


class Listening(Rounds):
    """``start`` and ``stop`` are called once each. What is done bears the id of the message, so that hearing it again does nothing."""

    def __init__(self, listener: Listener, chat: Chat, place: Path, url: str, *, reaction: str, names: Mapping[str, str]) -> None:
        """``place``: the file of the position; ``url``: of the chat; ``reaction``: that which puts a message on the timeline.

        ``names``: what the site calls the channels that the runbook names.
        """
        self._listener = listener
        self._chat = chat
        self._place = place
        self._url = url
        self._reaction = reaction
        self._names = names
        self._strangers: dict[str, float] = {}
        """When each was answered last."""
        super().__init__("listening", self._watch)
        self.problem = ""
        """Why nothing comes from the chat, as a sentence."""

    def _watch(self) -> None:
        since, wait = self._kept(), 0.0
        while not self.pause(wait):
            try:
                since = self._round(since)
                self.problem, wait = "", 0.0
            except (*_PASSING, OSError) as error:
                self.problem = f"What people do in the chat does not arrive; it is taken as soon as it does. {error}"
                wait = getattr(error, "retry_after_seconds", None) or RETRY_SECONDS

    def _kept(self) -> str:
        try:
            kept = msgspec.json.decode(self._place.read_bytes(), type=Position)
        except FileNotFoundError:
            return ""
        except (OSError, msgspec.DecodeError) as error:
            _log.warning("%s can't be read, so that the chat is heard from now on: %s", self._place, error)
            return ""
        return kept.since if kept.url == self._url else ""

    def _round(self, since: str) -> str:
        """Wait for what is said and do it; the position is kept after that."""
        after, heard = self._listener.listen(since)
        if self.ending:
            return since
        for said in heard:
            self._take(said)
        if after != since:
            owned.write(self._place, msgspec.json.encode(Position(self._url, after)))
        return after

    def _take(self, said: Said) -> None:
        answer, offers = "", ""
        first, *rest = said.text.split(maxsplit=1) or ("",)
        try:
            # Telephones begin with a capital.
            if first.lower() == COMMAND:
                answer, offers = self._command(said, "".join(rest))
            elif said.mark == CONFIRMS and (about := self._ours(said)):
                answer = self._confirm(said, about)
                if not answer:
                    # One answer, whoever else reacts to it.
                    answer, said = f"This message offers nothing that {CONFIRMS} confirms; nothing was done.", about
            elif said.mark == self._reaction:
                self._keep(said)
            elif said.mark == INVITES:
                self._invited(said)
        except _PASSING:
            raise
        except StrangerError as error:
            answer = str(error) if self._is_new(said.who) else ""
        except SAID as error:
            answer = str(error)
        if answer:
            self._listener.answer(said, answer.replace("/incident ", f"{COMMAND} "), offers)

    def _command(self, said: Said, text: str) -> tuple[str, str]:
        """The answer; where it shows a run, the reaction to the answer decides on exactly that."""
        who = self._chat.who(said.who, said.who)
        looked = self._chat.look(who, text.lower().split(), said.channel)
        if looked:
            return looked, ""
        self._check_age(said)
        wish = self._chat.understood(text, said.channel)
        action, takes = wish.action, {one.wire for one in parameters_of(wish.action.parameters)}
        if "fingerprint" in takes and "run_id" in wish.given:
            run = self._chat.shown(who, action, wish.incident, str(wish.given["run_id"]))
            if run:
                shown = "\n".join([run.run_id, *bound(run)])
                given = {**wish.given, "fingerprint": run.fingerprint}
                return self._offered(shown, Wish(action.name, wish.incident, given, who.name))
        if wish.lacking:
            raise NotUnderstoodError(f"Something is missing: {', '.join(wish.lacking)}. Write {usage(action)}")
        shown, offers = self._chat.customers_read(who, Wish(action.name, wish.incident, wish.given, who.name))
        if shown:
            return self._offered(shown, offers)
        return self._chat.perform(who, action, wish.incident, wish.given, said.reference), ""

    def _is_new(self, who: str) -> bool:
        """Whether this stranger had no answer within the hour."""
        now = self._chat.site.clock()
        self._strangers = {one: at for one, at in self._strangers.items() if 0 <= now - at < STRANGER_SECONDS}
        if who in self._strangers:
            return False
        self._strangers[who] = now
        return True

    def _invited(self, said: Said) -> None:
        """Into any room by people of the catalogue, by others into those of the site alone: by our own name of it, for they name theirs."""
        books = self._chat.site.in_force() or (self._chat.site.current_runbook(),)
        named = {channel_of(one.place, book) for book in books for one in book.contacts}
        ours = {self._names.get(one, one) for one in {*named, *self._names} if one}
        name = next((one for one in ours if said.text and said.text in {one, f"{one}:{said.text.partition(':')[2]}"}), "")
        known = self._chat.person(said.who)
        if known or name:
            self._listener.join(said.channel if known else name)
        else:
            _log.warning("%s, who is nobody in the catalogue, invites into %s; that is not taken", said.who, said.channel)

    def _ours(self, said: Said) -> Said | None:
        """The message that was reacted to, where we wrote it."""
        about = self._listener.message(said.channel, said.about)
        return about if about and about.is_ours else None

    def _offered(self, shown: str, wish: Wish) -> tuple[str, str]:
        """What is shown whole, and what a reaction to it does."""
        if len(shown) > SHOWN_CHARS_MAX:
            page = f"{self._chat.site.policy.base_url}/incidents/{wish.incident}"
            raise NotUnderstoodError(f"This is too long to be shown here; decide on its page: {page}")
        return f"{shown}\n{VERBS[wish.action].button}: react to this with {CONFIRMS}.", wish.kept()

    def _confirm(self, said: Said, about: Said) -> str:
        """What our message offers, else to acknowledge the incident of this channel, where nobody has; "" for nothing."""
        incident = self._chat.incident_of(said.channel)
        if about.offers:
            wish = wish_of(about.offers)
        elif incident and self._chat.site.incidents.use(incident, lambda now: now.open and not now.acknowledged):
            wish = Wish("acknowledge", incident)
        else:
            return ""
        who = self._chat.who(said.who, said.who)
        if about.offers and who.name != wish.by:
            # The words are theirs, and would be taken for those of somebody else.
            subject = " ".join(filter(None, (VERBS[wish.action].words.command, str(wish.given.get("run_id", wish.incident)))))
            typed = f"{COMMAND} {subject.removeprefix('incident ')}"
            raise NotUnderstoodError(
                f"{wish.by or 'Somebody'} typed this, and nobody else can confirm it. Type it yourself: {typed} …"
            )
        self._check_age(said)
        # What a message offers is done once.
        key = said.about if about.offers else said.reference
        return self._chat.perform(who, VERBS[wish.action], wish.incident, wish.given, key)

    def _check_age(self, said: Said) -> None:
        late = self._chat.site.clock() - said.at
        if abs(late) > LATE_SECONDS:
            said_at = f"came {late / 60:.0f} minutes late" if late > 0 else f"is of a time {-late / 60:.0f} minutes ahead of ours"
            raise NotUnderstoodError(f"This {said_at}, and nothing was done. If it is still meant, do it once more.")

    def _keep(self, said: Said) -> None:
        incident = self._chat.incident_of(said.channel)
        about = self._listener.message(said.channel, said.about) if incident else None
        if about is None:
            return
        who = self._chat.who(said.who, said.who)
        author, key = self._chat.person(about.who), f"message/{said.channel}/{said.about}"
        self._chat.keep(who, author.name if author else about.who, incident, about.text, link=about.url, key=key)
