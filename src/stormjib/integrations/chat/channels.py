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
"""The chat's clock may be so much behind ours."""


class Channels:
    """``Notifier`` of channels and posts, and of messages to a channel of the site."""

    def __init__(self, chat: Chat, names: Mapping[str, str]) -> None:
        """``names``: what the site calls the channels that the runbook names."""
        self._chat = chat
        self._names = names
        self._sent: dict[str, tuple[str, str]] = {}
        """By channel and what it is about: the key of the newest message that is known to be there, and its reference."""
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self.problem = ""
        """Why the chat did not take what was sent last, in a sentence; "" where it did."""

    def begin(self, notification: Notification) -> None:
        """Nothing here is so urgent."""

    def send(self, notification: Notification) -> Receipt:
        """Have it there once; raises ``DeliveryError``."""
        with self._watched(), self._locks[notification.to]:
            return self._send(notification)

    def close(self) -> None:
        """Give up the connections."""
        self._chat.close()

    def edit(self, channel: str, reference: str, text: str) -> None:
        """Put this in the place of a message; raises ``DeliveryError``."""
        with self._watched():
            self._chat.edit(channel, reference, Message(text))

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
        buttons = (("Acknowledge", "stormjib:acknowledge", content["incident"]),)
        summary = self._once(opened.reference, Message(content["summary"], buttons), key, content["at"])
        lacking = (*opened.lacking, *self._chat.pin(opened.reference, summary))
        return Receipt(self._chat.name, opened.reference, opened.url, name=opened.name, summary=summary, lacking=lacking)

    def _post(self, given: Notification) -> Receipt:
        content, lacking = given.content, tuple[str, ...]()
        is_own = not given.to.startswith("#")
        name = "" if is_own else self._names.get(given.to, given.to)
        channel = given.to if is_own else self._chat.channel(name)
        if content["people"]:
            lacking = self._chat.invite(channel, content["people"])
        text = content["text"] if is_own else f"{content['text']}\n{content['url']}"
        reference = self._once(channel, Message(text), given.key, content["at"], f"{channel}/{content['incident']}")
        if content["archives"]:
            summary, says = content["summary"]
            if summary:
                self.edit(channel, summary, says)
            self._chat.archive(channel)
        return Receipt(self._chat.name, reference, name=name, lacking=lacking)

    def _once(self, channel: str, message: Message, key: str, since: float, about: str = "") -> str:
        """Post it unless it is there. What is ``about`` the same thing comes one by one, so nothing is unknown after a success."""
        known, reference = self._sent.pop(about, ("", ""))
        if known != key:
            found = "" if known else self._chat.find(channel, key, since - CLOCKS_DIFFER_SECONDS)
            reference = found or self._chat.post(channel, message, key)
        if about:
            self._sent[about] = (key, reference)
        return reference
