"""The built-in room: the incident's own page, where everything can be told when nothing else is set up."""

from stormjib.core.effects import Notification, Receipt
from stormjib.core.log.messages import ROOM

NAME = ROOM


class Room:
    """``Notifier`` without any other product. It reaches whoever has the page open: the log entry itself is the delivery."""

    def __init__(self, base_url: str) -> None:
        """``base_url``: where the web pages are."""
        self._base_url = base_url.rstrip("/")

    def begin(self, notification: Notification) -> None:
        """There is nothing to send."""

    def send(self, notification: Notification) -> Receipt:
        """Always taken."""
        return Receipt(NAME, notification.key, f"{self._base_url}/incidents/{notification.content['incident']}")

    def close(self) -> None:
        """There is nothing to give up."""
