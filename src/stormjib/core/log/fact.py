"""A fact: something that happened."""

from typing import Final

import msgspec

ITSELF: Final = "stormjib"
"""Who wrote what nobody said."""


class Fact(msgspec.Struct, frozen=True, tag=True, tag_field="fact", omit_defaults=True):
    """Something that happened. The tag is the class name and is a contract with every log ever written."""
