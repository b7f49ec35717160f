"""The name of a container that Compose made: ``app_api_1`` from version 1, ``app-api-1`` from version 2."""

import re
from typing import Final

_VERSION_1: Final = re.compile(
    r"(?P<project>[a-z0-9-]{1,80})_(?P<service>[A-Za-z0-9._-]{1,80}?)_(?P<number>\d{1,4})(?:_[0-9a-f]{12})?"
)
_VERSION_2: Final = re.compile(r"(?P<stem>[a-z0-9][A-Za-z0-9._-]{1,160})-(?P<number>\d{1,4})")


def replica_of(name: str) -> str:
    """What a replica is one of, the same for both versions (``app-api``); "" for a name that Compose did not make.

    Where the project ends and the service begins cannot be told from a name of version 2, so the two stay together.
    """
    found = _VERSION_1.fullmatch(name)
    if found:
        return f"{found['project']}-{found['service']}"
    newer = _VERSION_2.fullmatch(name)
    return newer["stem"] if newer else ""
