"""Behind the notifier port: the channel of an incident, and what is posted in it and in the site's own; exactly once in any chat.

A chat may take a message and the answer may be lost, so a message whose outcome is not known is looked for before it is sent again.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from stormjib.core.effects import Notification, Receipt
from stormjib.ports import DeliveryError
from stormjib.ports.chat import Chat, Message, Wanted

CLOCKS_DIFFER_SECONDS: Final = 3600.0
"""The chat's clock may be so much behind ours, and ours so much before its last step."""


class Channels:
    """``Notifier`` of channels and posts, and of messages to a channel of the site."""

    def __init__(self, chat: Chat, names: Mapping[str, str], started: float) -> None:
        """``names``: what the site calls the channels that the runbook names; ``started``: when the program was, in seconds since the epoch."""
        self._chat = chat
        self._names = names
        self._known_since = started + CLOCKS_DIFFER_SECONDS
        """What is asked for later was sent by nobody before us."""
        self._tried: dict[str, str] = {}
        """By its key, the reference of what was posted until all that belongs to it was done; "" of what may be there or not."""
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self.problem = ""
        """Why the chat did not take what was sent last, in a sentence; "" where it did."""

    def begin(self, notification: Notification) -> None:
        """Nothing here is so urgent."""

    def send(self, notification: Notification) -> Receipt:
        """Have it there once; raises ``DeliveryError``."""
        with self._watched(), self._locks[notification.to]:
            receipt = self._send(notification)
        self._tried.pop(notification.key, None)
        return receipt

    def close(self) -> None:
        """Give up the connections."""
        self._chat.close()

    def edit(self, channel: str, reference: str, message: Message) -> None:
        """Put this in the place of a message; raises ``DeliveryError``."""
        with self._watched():
            self._chat.edit(channel, reference, message)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except DeliveryError as error:
            self.problem = error.reason
            raise
        self.problem = ""

    def _send(self, given: Notification) -> Receipt:
        content = given.content
        match given.kind:
            case "channel":
                return self._open(content, given.key)
            case "post":
                return self._post(given)
            case _:
                name = self._names.get(given.to, given.to)
                self._once(self._chat.channel(name), Message(content["text"]), given.key, 0.0)
                return Receipt(self._chat.name, name=name)

    def _open(self, content: Mapping[str, Any], key: str) -> Receipt:
        wanted = Wanted(content["name"], content["topic"], content["purpose"], content["links"], key)
        opened = self._chat.open(wanted)
        summary = self._once(opened.reference, Message(content["summary"]), key, content["at"])
        lacking = (*opened.lacking, *self._chat.pin(opened.reference, summary))
        return Receipt(self._chat.name, opened.reference, opened.url, name=opened.name, summary=summary, lacking=lacking)

    def _post(self, given: Notification) -> Receipt:
        content, lacking = given.content, tuple[str, ...]()
        own, name = content["channel"], content["name"]
        name = name if own else self._names.get(name, name)
        channel = own or self._chat.channel(name)
        if content["people"]:
            lacking = self._chat.invite(channel, content["people"])
        text = content["text"] if own else f"{content['text']}\n{content['url']}"
        reference = self._once(channel, Message(text), given.key, content["at"])
        if content["archives"]:
            summary, says = content["summary"]
            if summary:
                self.edit(channel, summary, Message(says))
            self._chat.archive(channel)
        return Receipt(self._chat.name, reference, name=name, lacking=lacking)

    def _once(self, channel: str, message: Message, key: str, since: float) -> str:
        """Post it, unless it may be there and is."""
        may_be_there = key in self._tried or since < self._known_since
        if self._tried.setdefault(key, ""):
            return self._tried[key]
        found = self._chat.find(channel, key, since - CLOCKS_DIFFER_SECONDS) if may_be_there else ""
        self._tried[key] = found or self._chat.post(channel, message, key)
        return self._tried[key]
