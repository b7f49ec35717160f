"""Judging: what the site makes of an alert: the service that it means, the runbook that it calls for, how bad it is."""

import msgspec

from stormjib.core.alert import Alert, Triage, group
from stormjib.core.catalogue.finding import Meant
from stormjib.core.log import AlertReceived
from stormjib.core.severity import Severity, Words
from stormjib.engine.intake import judge, reason, settled
from stormjib.engine.rules import Meaning, Rules


class Judging:
    """Used by the writer's thread only."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._meanings: tuple[Alert, Meaning] | None = None

    def _group(self, alert: Alert) -> str:
        """The service that is meant by it, by its one name, the alert's name where there is none; and the labels that part its groups."""
        return self._rules.policy().group_of(self._meaning(alert).meant.name or group(alert), alert.labels)

    def _meaning(self, alert: Alert) -> Meaning:
        """What the site makes of an alert, looked up once for all questions about it, its start and fingerprint aside."""
        if self._meanings:
            last, found = self._meanings
            if last is alert or (last.labels is alert.labels and last.name == alert.name and last.service == alert.service):
                return found
        look_up = self._rules.meaning
        found = look_up(alert) if look_up else Meaning(Meant(alert.service), self._rules.choose_runbook(alert.service))
        self._meanings = alert, found
        return found

    def _judged(self, alert: Alert, severity: str | None = None) -> Triage:
        """The alert's severity, or another that it had, by the words of the site and of its runbook."""
        said = alert.severity if severity is None else severity
        return judge(said, self._rules.policy().severity_words, self._meaning(alert).words)

    def _settled(self, alert: Alert, sender: str) -> Alert:
        """Its ``sender``'s, without a secret, and with the severity that counts."""
        alert = msgspec.structs.replace(self._rules.hide.told(alert), sender=sender)
        return settled(alert, self._rules.policy().severity_words, self._meaning(alert).words) if alert.severity_else else alert

    def _words(self, alert: Alert) -> Words:
        return (*self._rules.policy().severity_words, *self._meaning(alert).words)

    def received(self, alert: Alert, followed: str = "", past: str = "") -> AlertReceived:
        """The entry of an alert that joins an incident; ``followed`` is the runbook of one that goes on already.

        ``past``: which silence has hidden it, or was broken by it.
        """
        judged, meaning = self._judged(alert), self._meaning(alert)
        return AlertReceived(
            fingerprint=alert.fingerprint,
            source=alert.source,
            name=alert.name,
            service=alert.service,
            summary=alert.summary,
            starts_at=alert.starts_at,
            labels=alert.labels,
            url=alert.url,
            links=alert.links,
            sender=alert.sender,
            proposed=judged.severity,
            reason="; ".join(filter(None, (reason(alert, judged), past))),
            runbook=meaning.runbook if meaning.chosen and followed not in {"", meaning.runbook_sha256} else "",
        )


def rank_of(judged: Triage) -> int:
    """0 for the worst; what nobody judges comes after all."""
    return judged.severity.rank if judged.severity else len(Severity)
