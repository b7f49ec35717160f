"""Behind the port: a notification for a person's contact method goes to that, every other one in the site's own way."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module

from msgspec.structs import replace

from stormjib.core.catalogue.contact import IGNORES_QUIET, AnyContact, Apprise, Command, Smtp, filled
from stormjib.core.effects import Notification, Receipt
from stormjib.core.log.messages import ROOM, is_person
from stormjib.core.policy import Policy
from stormjib.integrations.notify import shapes
from stormjib.integrations.notify.webhook import Webhook
from stormjib.ports import Clock, DeliveryError, Notifier


class Methods:
    """``Notifier`` of everybody. What a method needs is opened when it is used first; the catalogue's newest state counts."""

    def __init__(
        self,
        site: Notifier,
        policy: Callable[[], Policy],
        variables: Callable[[], Mapping[str, str]],
        link: Callable[[Notification], str],
        clock: Clock,
    ) -> None:
        """``policy``: the settings in force, with everybody's methods; ``link``: where a page is acknowledged, "" where it can't be."""
        self._site = site
        self._policy = policy
        self._variables = variables
        self._link = link
        self._clock = clock
        self._made: dict[tuple[str, str], tuple[AnyContact, AnyContact, Notifier]] = {}
        self._lock = threading.Lock()

    def begin(self, notification: Notification) -> None:
        """At once where the method is open already."""
        if not notification.method:
            self._site.begin(self._linked(notification))
            return
        contact, _, notifier = self._made.get((notification.to, notification.method), (None, None, None))
        if notifier and contact == self._policy().contact_of(notification.to, notification.method):
            notifier.begin(self._linked(notification))

    def send(self, notification: Notification) -> Receipt:
        """By the method that it names; raises ``DeliveryError``, also where there is none of that name any more."""
        told = notification.kind == "message" and not notification.method
        if told and (is_person(notification.to) or self._policy().reached(notification.to)):
            return self._message(notification)
        notifier = self._of(notification.to, notification.method) if notification.method else self._site
        return notifier.send(self._linked(notification))

    def _message(self, notification: Notification) -> Receipt:
        """To a person or an audience: by the first of their own methods that takes it and wakes nobody; raises ``DeliveryError``."""
        severity = IGNORES_QUIET if notification.urgent else ""
        found = self._policy().reached(notification.to)
        quiet = {one.name for one in found.contact if not one.wakes} if found else set()
        names = [name for step in (found.steps(severity, self._clock()) if found else ()) for name in step.methods]
        failed: list[DeliveryError] = []
        for name in dict.fromkeys(one for one in names if one in quiet):
            try:
                return self._of(notification.to, name).send(replace(notification, method=name))
            except DeliveryError as error:
                failed.append(error)
        if failed:
            reason = " ".join(f"{one.integration}: {one.reason}" for one in failed)
            raise DeliveryError(failed[0].integration, reason, permanent=all(one.permanent for one in failed))
        receipt = self._site.send(notification)
        if receipt.method == ROOM:
            nobody = f"nobody was told, for {notification.to} has no contact method, and webhook_url is not set."
            raise DeliveryError(ROOM, nobody, permanent=True)
        return receipt

    def follows(self, who: str, method: str) -> bool:
        """Whether what gets a page in this way can be told what becomes of it."""
        contact = self._policy().contact_of(who, method)
        return contact.follows if method and contact else not method and isinstance(self._site, Webhook)

    def close(self) -> None:
        """Give up all connections."""
        self._site.close()
        with self._lock:
            made, self._made = self._made, {}
        for _, _, notifier in made.values():
            notifier.close()

    def _linked(self, notification: Notification) -> Notification:
        link = self._link(notification) if notification.kind == "page" else ""
        return replace(notification, content={**notification.content, "acknowledge_url": link}) if link else notification

    def _of(self, who: str, name: str) -> Notifier:
        contact = self._policy().contact_of(who, name)
        if contact is None:
            raise DeliveryError(name, f"{who} has no contact method {name!r} in the catalogue any more.", permanent=True)
        variables = self._variables()
        try:
            given = filled(contact, variables)
        except ValueError as error:
            raise DeliveryError(name, f"{error}.", permanent=True) from error
        with self._lock:
            known = self._made.get((who, name))
            if known is None or known[1] != given:
                if known:
                    with suppress(OSError):
                        known[2].close()
                known = self._made[who, name] = (contact, given, made(given, variables))
            return known[2]


def made(contact: AnyContact, variables: Mapping[str, str]) -> Notifier:
    """Who sends by this method, whose variables are filled in. What only one kind needs is loaded with the first of that kind."""
    found: Notifier
    match contact:
        case Command():
            found = import_module("stormjib.integrations.notify.command").Method(contact, contact.name, variables)
        case Smtp() | Apprise():
            found = import_module(f"stormjib.integrations.notify.{contact.kind}").Method(contact, contact.name)
        case _:
            found = Webhook(
                "",
                name=contact.name,
                shape=shapes.shape(contact),
                headers=shapes.headers(contact),
                auth=shapes.auth(contact),
                follows=contact.follows,
            )
    return found
