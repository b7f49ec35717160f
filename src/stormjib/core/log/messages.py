"""What was told to whom, and what did not get through."""

from typing import Final

from stormjib.core.log.fact import Fact

ROOM: Final = "room"
"""The integration of what stands on the incident's own page and has reached nobody beside whoever looks at it."""
_STATUS: Final = "status/"
_LEADERSHIP: Final = "leadership"


def circle_of(effect: str) -> str:
    """Whom an effect with this key tells (``status/customers`` and ``leadership`` are such keys); "" where it tells nobody."""
    if effect == _LEADERSHIP:
        return _LEADERSHIP
    return effect.removeprefix(_STATUS) if effect.startswith(_STATUS) else ""


class StatusPosted(Fact, frozen=True):
    """What an audience is to be told; it is told once its message is sent. ``stage`` is Investigating, Identified, Monitoring or Resolved."""

    stage: str
    text: str
    audience: str
    integration: str
    line: int = 0


class MessageSent(Fact, frozen=True):
    """A message left for a channel or a person; not a page."""

    audience: str
    integration: str
    text: str


class EffectFailed(Fact, frozen=True):
    """Something that the world should have been told or asked did not get through."""

    effect: str
    integration: str
    reason: str
    permanent: bool
    attempt: int
    who: str = ""
    """Whom it was to wake, where it was a page."""
    severity: str = ""
    """What such a page says; "" in logs of old."""


Telling = StatusPosted | MessageSent | EffectFailed
