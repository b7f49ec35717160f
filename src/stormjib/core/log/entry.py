"""An entry of the log, and its stored form."""

from typing import Final, get_args

import msgspec

from stormjib.core.log.access import Access
from stormjib.core.log.detection import Detection
from stormjib.core.log.ends import Ends
from stormjib.core.log.evidence import Evidence
from stormjib.core.log.messages import Telling
from stormjib.core.log.people import People
from stormjib.core.log.recovery import Recovery
from stormjib.core.log.roles import Roles
from stormjib.core.log.runs import Runs
from stormjib.core.log.site import Site
from stormjib.core.log.tasks import Tasks

AnyFact = Access | Detection | Ends | Evidence | People | Recovery | Roles | Runs | Site | Tasks | Telling


BY_FACE: Final = "by/"
"""How the cause begins of what somebody did elsewhere, such as ``by/slack/…``: the server alone writes it, no client's key is one."""


class Entry(msgspec.Struct, frozen=True):
    """One line of an incident's log. ``at`` is in seconds since the epoch, UTC; ``seq`` counts from 1 per incident.

    ``cause`` is the idempotency key of the append ("" where a repetition is a new event): a second append with the
    same incident and cause is a no-op.
    """

    incident: str
    seq: int
    at: float
    by: str
    fact: AnyFact
    cause: str = ""

    @property
    def doer(self) -> str:
        """Who did it, and where they are known by other means than a token of ours: ``ana, by slack``."""
        face = self.cause.split("/", 2)[1] if self.cause.startswith(BY_FACE) else ""
        return f"{self.by}, by {face}" if face else self.by


KINDS: Final = frozenset(kind.__name__ for kind in get_args(AnyFact))
"""The tags of all facts that this version knows."""
_encoder = msgspec.json.Encoder()


_decoder = msgspec.json.Decoder(AnyFact)


def encode_fact(fact: AnyFact) -> bytes:
    """The fact as JSON, the form that is stored and hashed."""
    return _encoder.encode(fact)


def decode_fact(stored: bytes | str) -> AnyFact:
    """The fact from its stored form; raises ``msgspec.DecodeError`` where the store was tampered with."""
    fact: AnyFact = _decoder.decode(stored)
    return fact
