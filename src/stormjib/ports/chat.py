"""The chat: what stormjib needs of one, whichever it is. Each call has a total deadline and raises ``DeliveryError``. Any thread."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

COMMAND: Final = "!incident"
"""How a command begins in a chat that has none of its own."""
CONFIRMS: Final = "✅"
"""The reaction to a message of ours that does what it offers."""


INVITES: Final = "invites us"
"""The mark of an invitation to a channel, whose name is the text; nothing of it is proven but who invites."""


class Wanted(NamedTuple):
    """A channel that is to be there. ``key`` is the same on every try, and no other channel has it."""

    name: str
    """With # before it."""
    topic: str
    purpose: str
    links: Sequence[tuple[str, str]]
    """What people open from it: a name and an address each."""
    key: str


class Channel(NamedTuple):
    """As it is there."""

    reference: str
    """By which the chat knows it."""
    name: str
    """With # before it; another one than was wanted where that was taken."""
    url: str
    lacking: tuple[str, ...] = ()
    """What could not be done of it, in sentences."""


class Message(NamedTuple):
    """Plain text: nothing in it is markup, calls anybody, or is a link with another name than its address."""

    text: str
    buttons: Sequence[tuple[str, str, str]] = ()
    """What it says, what it does, and to what, such as ("Acknowledge", "stormjib:acknowledge", "INC-7")."""


class Said(NamedTuple):
    """What somebody wrote, or that they reacted with ``mark`` to the message ``about``."""

    channel: str
    reference: str
    who: str
    """By which the chat knows them; it vouches for that."""
    at: float
    """In seconds since the epoch, by the chat's clock."""
    text: str
    mark: str
    about: str
    url: str
    """Where people find it."""
    is_ours: bool
    offers: str
    """Of a message of ours: what was kept in it."""


class Chat(Protocol):
    """One chat with one account."""

    @property
    def name(self) -> str:
        """Such as slack: what stands in the log."""

    def open(self, wanted: Wanted) -> Channel:
        """Open it and do what is lacking of it; the one with this key is found again, however far that had got."""

    def channel(self, name: str) -> str:
        """The reference of a channel of the site by its name, with # before it; it is joined, so that one can post there."""

    def find(self, channel: str, key: str, since: float) -> str:
        """The reference of our message with this key that was posted since then (seconds since the epoch); "" where there is none.

        A chat that itself posts the same key once only always says "".
        """

    def post(self, channel: str, message: Message, key: str) -> str:
        """Post it, and give its reference."""

    def edit(self, channel: str, reference: str, message: Message) -> None:
        """Put this in its place. Doing so again is harmless, as is all that follows."""

    def pin(self, channel: str, reference: str) -> tuple[str, ...]:
        """Show it above the others; what is lacking, in sentences."""

    def invite(self, channel: str, people: Sequence[str]) -> tuple[str, ...]:
        """Have these people of the catalogue in it; who can't be, in sentences."""

    def archive(self, channel: str) -> None:
        """Put it away; nothing is posted there any more."""

    def close(self) -> None:
        """Give up its connections."""


class Listener(Protocol):
    """A chat that tells what people do there. Each call raises ``DeliveryError`` for what is well again later, and for nothing else."""

    def listen(self, since: str) -> tuple[str, Sequence[Said]]:
        """What was said since this position, in order, waited for; and the position after it. "" is now."""

    def message(self, channel: str, reference: str) -> Said | None:
        """As it reads now; None where it is gone, or is not ours to see."""

    def join(self, room: str) -> None:
        """Take the invitation to a channel, by its reference or by a name of the site's; where that is refused, that is logged."""

    def answer(self, said: Said, text: str, offers: str) -> None:
        """Answer there, once however often; ``offers`` is kept in the answer. Where nobody may answer, that is logged."""
