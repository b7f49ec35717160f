"""The chat that is connected: who posts there, and the summaries, each of which follows its incident."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from stormjib.core.catalogue.people import Person
from stormjib.core.catalogue.service import alike
from stormjib.core.effects import Notice, Notification, OpenChannel, Page, Post, Receipt, SendMessage, buttons, summary
from stormjib.core.log import ChannelOpened, Entry, Posted
from stormjib.core.policy import Policy
from stormjib.engine.inbox import Inbox
from stormjib.engine.rounds import Rounds
from stormjib.integrations.chat.channels import Channels
from stormjib.integrations.chat.matrix import Matrix
from stormjib.integrations.chat.slack import Slack
from stormjib.ports import Clock, Damaged, DeliveryError, LogReader, Notifier, StoreFailed
from stormjib.ports.chat import Chat, Listener, Message
from stormjib.settings import Settings

ROUND_SECONDS: Final = 3600.0
ANSWER_SECONDS: Final = 2.0
"""Slack waits for three until it says that we did not answer."""
NEWEST: Final = 20
"""So many channels are looked at again at the start, whether their incidents are over or not: a kill may have come before the last edit."""
RETRY_SECONDS: Final = 15.0
"""After an edit that was not taken, where the chat does not say itself how long to wait."""
_log = logging.getLogger(__name__)


class ChatWatch(Rounds):
    """``start`` and ``stop`` are called once each; ``heard`` by the writer's thread."""

    def __init__(self, settings: Settings, clock: Clock, policy: Callable[[], Policy], reader: LogReader, inbox: Inbox) -> None:
        """``policy``: the settings in force."""
        self._policy, self._reader, self._inbox = policy, reader, inbox
        self.chat = self._connected(settings)
        self.channels = Channels(self.chat, settings.chat.channels, clock()) if self.chat else None
        self._acts = bool("slack" in settings.signed or settings.chat.app_token_in(settings.variables()) or self.listener)
        """Whether what people do there comes back to us."""
        self._changed: set[str] = set()
        """Incidents whose summary may be an old one."""
        self._shown: dict[str, Message] = {}
        self._followed: dict[str, bool] = {}
        """Incidents with a summary, in the order of their channels."""
        super().__init__("chat", self._watch)

    def notifiers(self, room: Notifier, people: Notifier) -> dict[type[Notice], Notifier]:
        """Who does what reaches people: the chat its own part, ``room`` opens channels where none is connected."""
        chat = self.channels
        found: dict[type[Notice], Notifier] = {OpenChannel: chat or room, Page: people, SendMessage: people}
        return found | ({Post: chat, SendMessage: _ByPlace(chat, people)} if chat else {})

    @property
    def call(self) -> Callable[[str, Mapping[str, object]], dict[str, Any]] | None:
        """A method of Slack's own API, for what somebody there waits for; None where it is not connected."""
        return partial(self.chat.call, timeout_seconds=ANSWER_SECONDS) if isinstance(self.chat, Slack) else None

    @property
    def listener(self) -> Listener | None:
        """The chat, where it is one that tells us what people do there."""
        return self.chat if isinstance(self.chat, Matrix) else None

    def problems(self) -> list[str]:
        """What is not well, a sentence each."""
        problem = self.channels.problem if self.channels else ""
        return [f"The chat does not take what is posted; it gets all of it later, in order. {problem}"] if problem else []

    def start(self) -> None:
        """From now on summaries follow. What changed before a kill is found again."""
        if self.channels is None:
            return
        self._inbox.subscribe(self.heard)
        position, found = 0, self._reader.facts_after("ChannelOpened", 0)
        while found:
            self.heard([entry for _, entry in found])
            position = found[-1][0]
            found = self._reader.facts_after("ChannelOpened", position)
        known = list(self._followed)
        self._changed.difference_update(one for one in known[:-NEWEST] if not self._reader.incident(one).open)
        super().start()

    def close(self) -> None:
        """Once nobody posts any more."""
        if self.channels:
            self.channels.close()

    def heard(self, entries: Sequence[Entry]) -> None:
        """Entries that were written. A post changes nothing of how things stand."""
        for entry in entries:
            if isinstance(entry.fact, ChannelOpened) and entry.fact.summary:
                self._followed[entry.incident] = True
            if entry.incident in self._followed and not isinstance(entry.fact, Posted):
                self._changed.add(entry.incident)
                self.wake()

    def _watch(self) -> None:
        ending, wait = False, 0.0
        while not ending:
            # Whatever wakes it, the chat has asked for so long.
            until = time.monotonic() + wait
            while not ending and time.monotonic() < until:
                ending = self.pause(max(0.0, until - time.monotonic()))
            wait = 0.0 if ending else self._round()
            if not (ending or wait or self._changed):
                ending = self.pause(ROUND_SECONDS)

    def _round(self) -> float:
        """Each summary that is old once, as things stand now; the seconds until the next try, 0 where all were taken."""
        for _ in range(len(self._changed)):
            incident_id = self._changed.pop()
            try:
                self._show(incident_id)
            except DeliveryError as error:
                if error.permanent:
                    _log.warning("the summary of %s in the chat stays as it is: %s", incident_id, error.reason)
                    continue
                self._changed.add(incident_id)
                return error.retry_after_seconds or RETRY_SECONDS
            except Damaged:
                continue
            except StoreFailed as failed:
                _log.warning("the summary of %s in the chat waits for the log: %s", incident_id, failed)
                self._changed.add(incident_id)
                return RETRY_SECONDS
        return 0.0

    def _show(self, incident_id: str) -> None:
        incident = self._reader.replay(incident_id)
        if incident.channel and incident.channel.summary and self.channels:
            message = Message(summary(incident, self._policy()), buttons(incident) if self._acts else ())
            if self._shown.get(incident_id) != message:
                self.channels.edit(incident.channel.reference, incident.channel.summary, message)
                self._shown[incident_id] = message
        if incident.closed:
            self._shown.pop(incident_id, None)

    def _connected(self, settings: Settings) -> Chat | None:
        table = settings.chat

        def token() -> str:
            found = table.token_in(settings.variables())
            if not found:
                sentence = f"{table.token} is not set; put it into the file that command_env_file names."
                raise DeliveryError(table.kind, sentence, permanent=False, retry_after_seconds=60.0)
            return found

        def person(name: str) -> Person | None:
            return next((one for one in self._policy().people if alike(one.name) == alike(name)), None)

        match table.kind:
            case "slack":
                return Slack(table.url, token, person)
            case "matrix":
                return Matrix(table.url, token, person)
            case "none":
                return None


class _ByPlace:
    """``Notifier`` of messages: those to a channel go to the chat, the others to people."""

    def __init__(self, chat: Notifier, people: Notifier) -> None:
        self._chat, self._people = chat, people

    def begin(self, notification: Notification) -> None:
        self._of(notification).begin(notification)

    def send(self, notification: Notification) -> Receipt:
        return self._of(notification).send(notification)

    def close(self) -> None:
        """Whose they are closes them."""

    def _of(self, notification: Notification) -> Notifier:
        is_channel = notification.kind == "message" and not notification.method and notification.to.startswith("#")
        return self._chat if is_channel else self._people
