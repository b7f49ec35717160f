"""Which service an alert is about, and which runbook a new incident follows, each with why."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from stormjib.core.alert import Alert
from stormjib.core.catalogue.finding import Finder, Meant, choose
from stormjib.core.checkup import Known, reads, settled
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.core.severity import Words
from stormjib.engine.library import Library
from stormjib.engine.rules import Meaning

KEPT_MAX: Final = 2_048
"""Meanings that are kept at hand."""


class Chosen(msgspec.Struct, frozen=True):
    """A runbook for an incident; ``name`` and ``why`` are "" where there was nothing to choose."""

    sha256: str
    name: str = ""
    why: str = ""


def own_runbooks(policy: Policy) -> set[str]:
    """The files of the services' runbooks."""
    return {rule.file for service in policy.services for rule in service.books}


class Shelf:
    """Any thread may ask. ``policy`` gives the settings in force."""

    def __init__(self, library: Library, policy: Callable[[], Policy]) -> None:
        self._library = library
        self._policy = policy
        self._read: tuple[Policy, object, Finder, dict[tuple[str | None, ...], Meaning]] | None = None
        self._words: dict[str, Words] = {}
        self._reads: tuple[Policy, object, dict[str, tuple[Known, ...]]] = (policy(), None, {})

    def meant(self, alert: Alert) -> Meant:
        """The service that an alert is about; what it says itself where no service of the site is meant."""
        return self.meaning(alert).meant

    def chosen(self, service: str, alert: str = "", labels: Mapping[str, str] = {}) -> Chosen:
        """The runbook of a new incident of this service: its own, else the site's."""
        found = self._policy().service_of(service)
        rule, why = choose(found, alert, labels) if found else (None, "")
        if rule is None:
            return Chosen(self._library.sha256())
        return Chosen(self._library.sha256(rule.file), rule.called if why else "", why)

    def choose(self, service: str) -> str:
        """The sha256 of the runbook of a new incident of this service that a person declares."""
        return self.chosen(service).sha256

    def meaning(self, alert: Alert) -> Meaning:
        """The service that an alert means, and the runbook of the incident that it would open. Kept: thousands mean the same."""
        policy, sources, known = self._policy(), self._library.sources, self._read
        if known is None or known[0] is not policy or known[1] is not sources:
            known = self._read = policy, sources, Finder(policy.services), {}
        finder, kept = known[2:]
        key = (alert.service, alert.name, *map(alert.labels.get, finder.asked))
        found = kept.get(key)
        if found is None:
            if len(kept) >= KEPT_MAX:
                kept.clear()
            found = kept[key] = self._meaning(policy, finder.find(alert.service, alert.labels), alert)
        return found

    def _meaning(self, policy: Policy, meant: Meant, alert: Alert) -> Meaning:
        found = self.chosen(meant.name, alert.name, alert.labels)
        if found.sha256 not in self._words:
            self._words[found.sha256] = self._library.runbook(found.sha256).words
        service = policy.service_of(meant.name)
        said = f"{found.name}{', ' if found.why.startswith('the first') else ' '}{found.why}" if found.why else ""
        return Meaning(meant, found.sha256, said, self._words[found.sha256], found.why.startswith("by "), service)

    def words(self, alert: Alert) -> Words:
        """What the runbook that an incident of this alert would follow calls the severities."""
        return self.meaning(alert).words

    def followers(self, sha256: str) -> tuple[str, ...]:
        """The services whose incidents may follow this runbook, "" for those that name none; only that where it is not in force."""
        return self._policy().followers(lambda file: self._library.sha256(file) == sha256) or ("",)

    def reads(self, book: Runbook) -> tuple[Known, ...]:
        """The proven reads of a runbook as the services have it that follow it. Kept: whoever looks at the list asks for those of all runbooks."""
        policy, sources = self._policy(), self._library.sources
        if self._reads[0] is not policy or self._reads[1] is not sources:
            self._reads = (policy, sources, {})
        kept = self._reads[2]
        if book.sha256 not in kept:
            kept[book.sha256] = reads(settled(book, self.followers(book.sha256), policy), policy)
        return kept[book.sha256]

    def books(self, service: str) -> dict[str, str]:
        """What may be chosen for an incident of this service: names with their sha256, the site's own last."""
        found = self._policy().service_named(service)
        named = {rule.called: self._library.sha256(rule.file) for rule in (found.books if found else ())}
        title = self._library.current().title or "the site's runbook"
        if self._library.sha256() not in named.values():
            named.setdefault(title, self._library.sha256())
        return named
