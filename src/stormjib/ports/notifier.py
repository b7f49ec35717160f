"""The notifier: the one way to reach people and receivers. Who × by which method → taken, or failed (for good or not)."""

from typing import Protocol

from stormjib.core.effects import Notification, Receipt


class Notifier(Protocol):
    """One method, to one receiver. Each try has a total deadline and a limit of bytes (``stormjib.exchange``). Any thread."""

    def begin(self, notification: Notification) -> None:
        """Let it leave at once where that needs no waiting; ``send`` then waits for the answer. Never blocks, never raises."""

    def send(self, notification: Notification) -> Receipt:
        """Try once; raises ``DeliveryError``, which is permanent where the receiver will never take it."""

    def close(self) -> None:
        """Give up its connections."""
