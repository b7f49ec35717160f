"""What a place in the chat still has to be told."""

from typing import Final

import msgspec

from stormjib.core.log import Entry

CHANNEL: Final = "channel"
"""The incident's own."""
INCIDENTS: Final = "incidents"
ENGINEERING: Final = "engineering"
SUPPORT: Final = "support"
"""Channels of the directory."""
KEY: Final = "chat/"
"""How the key of a post begins; its place follows."""


class Talk(msgspec.Struct):
    """Of one place."""

    waiting: tuple[Entry, ...] = ()
    """What it was not told, in order."""
    asked: int = 0
    """The entry that asks for the post that is under way, 0 where none is."""
