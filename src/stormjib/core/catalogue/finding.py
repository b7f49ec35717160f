"""Which service an alert is about and which of its runbooks is for it, each with why."""

from collections.abc import Mapping, Sequence

import msgspec

from stormjib.core.catalogue.service import RunbookRule, Service, alike, matching


class Meant(msgspec.Struct, frozen=True):
    """The service that is meant, by its one name, and by what; ``service`` None and the given name where none is known."""

    name: str
    service: Service | None = None
    why: str = ""


class Finder:
    """Finds by labels first, then by name; of several that match, the one with more labels, then the first by name."""

    def __init__(self, services: Sequence[Service]) -> None:
        """Whatever has labels is found by the first of them, so that an alert costs as much as it has labels."""
        self.asked = sorted(
            {name for one in services for labels in (one.labels, *(rule.labels for rule in one.books)) for name in labels}
        )
        """The labels that say which service or runbook is meant; no other one counts."""
        self._named = {name: service for service in reversed(services) for name in service.names}
        self._labelled: dict[tuple[str, str], list[Service]] = {}
        for service in sorted(services, key=lambda one: (-len(one.labels), one.name)):
            for name, wanted in list(service.labels.items())[:1]:
                for value in (wanted,) if isinstance(wanted, str) else wanted:
                    self._labelled.setdefault((name, value), []).append(service)

    def find(self, name: str, labels: Mapping[str, str]) -> Meant:
        """The service of an alert with these labels that names this service."""
        if self._labelled:
            found = [one for label in labels.items() for one in self._labelled.get(label, ()) if matching(one.labels, labels)]
            if found:
                best = min(found, key=lambda one: (-len(one.labels), one.name))
                plural = "s" if len(best.labels) > 1 else ""
                return Meant(best.name, best, f"by the label{plural} {matching(best.labels, labels)}")
        by_name = self._named.get(alike(name)) if name.strip() else None
        if by_name is None:
            return Meant(name)
        return Meant(by_name.name, by_name, "" if by_name.name == name else f"by its name {name}")


def choose(service: Service, alert: str, labels: Mapping[str, str]) -> tuple[RunbookRule | None, str]:
    """The runbook of a service for an alert of this name, and why; None where it has none. ``alert`` "" where a person declares."""
    books = service.books
    for rule in books:
        by_labels = matching(rule.labels, labels)
        if rule.alerts and alert in rule.alerts and (by_labels or not rule.labels):
            return rule, f"by the alert {alert}" + (f" and {by_labels}" if by_labels else "")
    for rule in books:
        by_labels = matching(rule.labels, labels)
        if by_labels and not rule.alerts:
            return rule, f"by the label{'s' if len(rule.labels) > 1 else ''} {by_labels}"
    first = next((rule for rule in books if not rule.alerts and not rule.labels), books[0] if books else None)
    if first is None or len(books) == 1:
        return first, ""
    return first, f"the first of {len(books)} of {service.name}"
