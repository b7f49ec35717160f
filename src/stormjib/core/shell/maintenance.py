"""Which way a command switches maintenance mode."""

import re

_ENABLED = re.compile(r'"enabled"\s*:\s*(true|false)')


def maintenance(text: str) -> bool | None:
    """True or False for the command that switches maintenance mode on or off, None for any other."""
    found = _ENABLED.search(text) if "maintenance" in text else None
    return None if found is None else found.group(1) == "true"
