"""What was told to whom, and what did not get through."""

from typing import Final

from stormjib.core.log.fact import Fact

ROOM: Final = "room"
"""The integration of what stands on the incident's own page and has reached nobody beside whoever looks at it."""
AUDIENCES: Final = ("customers", "stakeholders", "leadership")
_STATUS: Final = "status/"
_LEADERSHIP: Final = "leadership"
TEST: Final = "test/"
"""Of a contact method; that it failed is shown where it is tested, and is no alarm."""
_UPDATES: Final = ("acknowledged/", "resolved/")


def is_person(audience: str) -> bool:
    """Whether a message to it is for one person, and for no audience and no channel."""
    return bool(audience) and audience not in AUDIENCES and not audience.startswith("#")


def circle_of(effect: str, audience: str = "") -> str:
    """Whom an effect with this key tells (``status/customers`` and ``leadership/1`` are such keys); "" where it tells nobody.

    ``audience`` is the person, where it is one; a person is never taken for an audience that bears the same name.
    """
    if effect.startswith(TEST):
        return ""
    if effect.partition("/")[0] == _LEADERSHIP:
        return _LEADERSHIP
    if effect.startswith(_STATUS):
        return effect.split("/")[1]
    if effect.startswith(_UPDATES) and audience:
        return f"{audience}'s pager"
    return f"{audience} (directly)" if audience in AUDIENCES else audience


class StatusPosted(Fact, frozen=True):
    """What an audience is to be told; it is told once its message is sent. ``stage`` is Investigating, Identified, Monitoring or Resolved."""

    stage: str
    text: str
    audience: str
    integration: str
    line: int = 0
    title: str = ""
    """What customers call it; "" where nobody gave it another one."""
    components: dict[str, str] = {}  # noqa: RUF012 - msgspec gives each its own
    """What else it says of components of the status page, each with its status; what is not named stays as it was."""
    warning: str = ""
    """That nobody outside stormjib is told by it, and why."""


class MessageSent(Fact, frozen=True):
    """A message left for a channel or a person; not a page."""

    audience: str
    integration: str
    text: str


class Posted(Fact, frozen=True):
    """The chat has what happened up to the entry ``until``, in this place: the incident's channel, or one of the directory."""

    place: str
    channel: str
    integration: str
    until: int
    reference: str = ""
    """By which the chat knows the message."""
    lacking: tuple[str, ...] = ()
    """What could not be done beside it, in sentences."""


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
    audience: str = ""
    """Whom it was to tell, where it was a message; "" in logs of old."""
    method: str = ""
    """The contact method that did not take the page, where it was one."""
    instead: str = ""
    """The method of the same person that gets the page in its place, or has got it."""
    down: bool = False
    """Its contact method is down: it has refused for good, or failed several times in a row."""
    unknown: bool = False
    """The page may have arrived all the same: it left, and what the other side said is lost."""
    key: str = ""
    """By which a receiver that may have such a page knows it, where it can be told what becomes of it."""


Telling = StatusPosted | MessageSent | Posted | EffectFailed
