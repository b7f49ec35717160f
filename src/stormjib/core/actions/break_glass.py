"""Break-glass: one person alone runs what needs two, with a reason. Everybody else is told at once, and it is reviewed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec

from stormjib.core.actions.action import Action, Context, Words, unless_settled
from stormjib.core.actions.parameter import Text, why
from stormjib.core.actions.run_answer import RunId, approvable
from stormjib.core.actions.run_request import Fingerprint, somebody
from stormjib.core.comms import LEADERSHIP
from stormjib.core.escalation import on_call
from stormjib.core.incident import Incident, Refused, Run
from stormjib.core.log import ActionItemAdded, AnyFact, RunForced
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk

REASON_CHARS_MIN: Final = 10
"""Words, not "x": others read them at three in the morning."""
REVIEWED_WITHIN: Final = timedelta(days=3)


class BreakGlass(msgspec.Struct, frozen=True):
    """A proposed run, and why nobody else can approve it in time."""

    run_id: RunId
    reason: Annotated[Text, why("why it can't wait for a second person, in words", must=True)] = ""
    fingerprint: Fingerprint = ""


def _decide(incident: Incident, parameters: BreakGlass, context: Context) -> Sequence[AnyFact]:
    """A command that was run so once needs a second person the second time."""
    run_id, who, reason = parameters.run_id, context.who, parameters.reason.strip()
    run = approvable(incident, run_id, context, parameters.fingerprint)
    asked = run.proposal
    if not _needs_others(run, who, context.policy):
        raise Refused(f"{run_id} lacks only your own approval: stormjib approve {run_id} --reason '…'")
    never = context.policy.against_break_glass(asked.text)
    if never:
        raise Refused(f"{run_id} can't be run by one person alone: {never}.")
    if len(reason) < REASON_CHARS_MIN:
        raise Refused(f"Say why {run_id} can't wait for a second person, in words (--reason).")
    before = next((one.proposal.run_id for one in incident.runs.values() if one.forced and _is_same(one, run)), "")
    if before:
        raise Refused(f"{before} ran the same command by break-glass already; a second time needs a second person.")
    others = [one for one in on_call(context.policy, incident.service, context.at) if one != who]
    due = f"{datetime.fromtimestamp(context.at, UTC) + REVIEWED_WITHIN:%Y-%m-%d}"
    review = f"Review the break-glass run {run_id} of {who}: {asked.text} (reason: {reason})"
    return [RunForced(run_id, who, reason), ActionItemAdded(review, (others or [LEADERSHIP])[0], due, reviews=run_id)]


def _needs_others(run: Run, who: str, policy: Policy) -> bool:
    """Whether it lacks more than what this person may give."""
    asked = run.proposal
    own = asked.risk is Risk.DESTROY and somebody(who, policy) in {"", somebody(run.proposed.by, policy)}
    return own or len({*run.approvals, who}) < asked.approvals_needed


def _is_same(one: Run, other: Run) -> bool:
    return (one.proposal.fingerprint, one.proposal.on) == (other.proposal.fingerprint, other.proposal.on)


BREAK_GLASS = Action(
    name="break-glass",
    summary="Run alone what needs two people, with a reason; everybody on call and leadership get a message",
    parameters=BreakGlass,
    example=BreakGlass("INC-7-R1", "the disk fills up in ten minutes and nobody answers"),
    when=unless_settled,
    outward=True,
    decide=_decide,
    button="Break the glass",
    path="incidents/{incident_id}/runs/{run_id}/break-glass",
    form="break-glass",
    words=Words(
        "break-glass",
        "{run_id} runs by break-glass: everybody else is told, and its review is an action item (entry {seq})",
        group="Its commands",
        incident="of the run",
    ),
)
