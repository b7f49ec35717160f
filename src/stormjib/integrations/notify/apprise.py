"""Apprise, for breadth: whatever service it knows. It can't say why something was not taken, nor take a page only once."""

import threading
from importlib import import_module
from queue import Empty, SimpleQueue

from stormjib.core.catalogue.contact import Apprise
from stormjib.core.effects import Notification, Receipt
from stormjib.integrations.notify.words import details, subject, title
from stormjib.ports import DeliveryError

TIMEOUT_SECONDS = 20.0


class Method:
    """``Notifier`` of one address of Apprise, which the extra ``notify`` brings along."""

    def __init__(self, contact: Apprise, name: str) -> None:
        """``name`` stands in what is written down."""
        self._to = contact.to
        self._name = name

    def begin(self, notification: Notification) -> None:
        """It always waits."""

    def send(self, notification: Notification) -> Receipt:
        """Try once. What takes too long is no longer waited for, and may arrive all the same."""
        try:
            sender = import_module("apprise").Apprise()
        except ModuleNotFoundError as error:
            reason = "Apprise is not installed: pip install 'stormjib[notify]'."
            raise DeliveryError(self._name, reason, permanent=True) from error
        if not sender.add(self._to):
            raise DeliveryError(self._name, "Apprise knows no service with such an address.", permanent=True)
        taken: SimpleQueue[bool] = SimpleQueue()
        body = details(notification) or title(notification)
        threading.Thread(
            target=lambda: taken.put(bool(sender.notify(title=subject(notification), body=body, body_format="text"))),
            name="apprise",
            daemon=True,
        ).start()
        try:
            done = taken.get(timeout=TIMEOUT_SECONDS)
        except Empty as error:
            reason = f"Apprise did not end within {TIMEOUT_SECONDS:.0f} seconds."
            raise DeliveryError(self._name, reason, permanent=False) from error
        if not done:
            raise DeliveryError(self._name, "The service behind Apprise did not take it.", permanent=False)
        return Receipt(self._name)

    def close(self) -> None:
        """No connection is kept."""
