"""A fact: something that happened."""

import msgspec


class Fact(msgspec.Struct, frozen=True, tag=True, tag_field="fact", omit_defaults=True):
    """Something that happened. The tag is the class name and is a contract with every log ever written."""
