"""The built-in room: the incident's own page, where everything can be told when nothing else is set up."""

from stormjib.core.effects import AnyEffect, OpenChannel, Page, SendMessage
from stormjib.core.incident import Incident
from stormjib.core.log import ChannelOpened, MessageSent, PageSent
from stormjib.core.log.telling import ROOM
from stormjib.ports import DeliveryError, Outcome

NAME = ROOM


class Room:
    """``Performer`` of channels, messages and pages without any other product. It reaches whoever has the page open."""

    def __init__(self, base_url: str) -> None:
        """``base_url``: where the web pages are."""
        self._base_url = base_url.rstrip("/")

    def perform(self, effect: AnyEffect, *, effect_id: str, incident: Incident) -> Outcome:
        """The log entry itself is the delivery; raises ``DeliveryError`` for what a room can't do."""
        match effect:
            case OpenChannel():
                url = f"{self._base_url}/incidents/{incident.id}"
                return Outcome((ChannelOpened(name=effect.name, integration=NAME, url=url),))
            case Page():
                sent = PageSent(effect.who, NAME, effect.rung, reference=effect_id, more=effect.more, sums_up=effect.sums_up)
                return Outcome((sent,))
            case SendMessage():
                return Outcome((MessageSent(audience=effect.audience, integration=NAME, text=effect.text),))
            case _:
                raise DeliveryError(NAME, f"The room can't do {type(effect).__name__}.", permanent=True)
