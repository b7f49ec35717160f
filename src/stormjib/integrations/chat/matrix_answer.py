"""What Matrix answers: the parts of it, and what it refuses in its own words, with what whoever reads that does about it."""

from collections.abc import Mapping
from typing import Any, Final

from stormjib.ports import DeliveryError

NAME: Final = "matrix"
MENDED_SECONDS: Final = 30.0
"""How long until it is tried again what a person has to mend first."""
_HELP: Final = {
    "M_UNKNOWN_TOKEN": "The token is not valid; log in again as stormjib, and set the new one as MATRIX_TOKEN.",
    "M_FORBIDDEN": "The account may not do that; invite it to the room, or let a moderator of the room give it more power.",
    "M_NOT_FOUND": "There is no such room or event that the account can see; make the room, or set its name under [chat.channels].",
    "M_UNRECOGNIZED": "The address is not that of a homeserver's API; set url under [chat].",
}
_FOR_GOOD: Final = {"M_TOO_LARGE", "M_BAD_JSON", "M_DUPLICATE_ANNOTATION"}


class MatrixError(DeliveryError):
    """``code`` is Matrix's own word for it."""

    def __init__(self, what: str, code: str, said: str) -> None:
        """From an answer with a code."""
        self.code = code[:80]
        sentence = f"Matrix refused {what}: {self.code}, {said[:200]}. {_HELP.get(code, '')}".rstrip()
        super().__init__(NAME, sentence, permanent=code in _FOR_GOOD, retry_after_seconds=MENDED_SECONDS)


def part(of: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What is below a name; nothing where that is no object."""
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def value(said: Mapping[str, Any], name: str) -> str:
    """What an answer must have."""
    found = said.get(name)
    if not isinstance(found, str):
        raise DeliveryError(NAME, f"Matrix's answer has no {name}; is the address that of a homeserver?", permanent=False)
    return found
