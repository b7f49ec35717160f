"""An alert of an incident, as its sender last told it, or as a person has said since."""

import msgspec

from stormjib.core.log import AlertReceived
from stormjib.core.severity import Severity


class AlertState(msgspec.Struct):
    """An alert of the incident as its sender last told it, or as a person has said since."""

    name: str
    firing: bool
    since: float
    seq: int
    summary: str = ""
    labels: dict[str, str] = {}
    proposed: Severity | None = None
    fingerprint: str = ""
    worst: Severity | None = None
    """The worst that this alert has proposed before, in this incident: what people have judged already."""
    news: tuple[int, float] | None = None
    """The entry and the time with which it joined, where it says something new: as bad as the incident, and by a name that no alert of it has had."""
    runbook: str = ""
    """Which other runbook is meant for it."""
    links: dict[str, str] = {}
    """Where its sender has more to see, by what it is called."""
    sender: str = ""
    acknowledged: bool = False
    """It is acknowledged where it comes from, since it began to fire."""

    @property
    def is_worse_than_before(self) -> bool:
        """Whether it proposes what it has not proposed yet."""
        return self.proposed is not None and (self.worst is None or self.proposed.rank < self.worst.rank)


def received(fact: AlertReceived, seq: int, before: AlertState | None, news: tuple[int, float] | None) -> AlertState:
    """The alert after an entry that tells of it; ``before`` is what was known of it, None where it was not known."""
    said = [severity for severity in (before.worst, before.proposed) if severity] if before else []
    return AlertState(
        fact.name,
        firing=True,
        since=fact.starts_at,
        seq=seq,
        summary=fact.summary,
        labels=fact.labels,
        proposed=fact.proposed,
        fingerprint=fact.fingerprint,
        worst=min(said, key=lambda one: one.rank, default=None),
        news=before.news if before else news,
        runbook=fact.runbook,
        links=fact.links,
        sender=fact.sender,
    )
