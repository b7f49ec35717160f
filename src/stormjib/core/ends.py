"""Ends without a recovery of its own: a false alarm, a cancelled incident, one that goes on in another; and what forbids them."""

from collections.abc import Sequence

import msgspec

from stormjib.core.alert import StillFiring
from stormjib.core.firing import NAMED_MAX, firing_names
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, Ended, StatusPosted
from stormjib.core.log.messages import circle_of
from stormjib.core.runbook import Runbook

_OVER_WHEN_CLOSED = ("escalate/", "reach/", "cadence/", "impact/", "survey", "expire/", "decide/", "roles/")
"""Timers that tell nothing any more. One that sums up held-back pages stands for other incidents as well, and always counts."""
NO_MORE = StillFiring()
_UNDER_WAY = {"approved", "released", "started"}


def informed(incident: Incident) -> tuple[str, ...]:
    """The audiences that were told of the incident, here or where a part of it was before, and not yet of its end."""
    newest = dict.fromkeys((audience for _, link in incident.linked for audience in link.audiences), "")
    newest |= {post.audience: post.stage for _, post in incident.told}
    return tuple(audience for audience, stage in newest.items() if stage.lower() != "resolved")


def people(incident: Incident) -> tuple[str, ...]:
    """Who was paged for the incident, or has acknowledged it."""
    paged = [page.who for _, page in incident.pages] + [held.who for _, held in incident.held] + list(incident.unreached)
    return tuple(dict.fromkeys([*paged, *filter(None, (incident.owner,))]))


def told_leadership(incident: Incident) -> bool:
    """Whether a message to the leadership has left, or is on its way."""
    return any(one.circle == circle_of("leadership") and (one.left or not one.sent) for one in incident.messages.values())


def over(incident: Incident) -> str | None:
    """Why an incident can't be ended again; None where it can be."""
    if incident.closed is None:
        return None
    return f"{incident.id} has ended already ({incident.status})."


def needless(incident: Incident, timer: str) -> bool:
    """Whether nothing can follow from this timer, because its incident is over."""
    return incident.closed is not None and timer.startswith((*_OVER_WHEN_CLOSED, "item/") if incident.end else _OVER_WHEN_CLOSED)


def end(incident: Incident, runbook: Runbook, ended: Ended, update: str = "", alerts: StillFiring = NO_MORE) -> Sequence[AnyFact]:
    """The facts that end it for good, with what is told to those who were told of it. Raises ``Refused``."""
    _must_be_settled(incident)
    for debt, taken in incident.debts.items():
        command = runbook.command(taken.repaid_by)
        first = f"first switch it off: stormjib run start {incident.id} {command.id}" if command else "first switch it off"
        raise Refused(f"{incident.id} can't be ended this way while a temporary measure is in force ({debt}): {first}.")
    for run_id, undo in _not_undone(incident, runbook):
        raise Refused(
            f"{incident.id} can't be ended this way: {run_id} changed something that was not undone. First undo it ({undo}), or resolve "
            f"the incident with its proof: stormjib incident resolve {incident.id}."
        )
    audiences = informed(incident)
    if audiences and not update.strip():
        raise Refused(
            f"{', '.join(audiences)} were told of {incident.id}, so they have to be told how it ended: give the text (--update)."
        )
    posts = [StatusPosted("Resolved", update.strip(), audience, "room") for audience in audiences]
    names = ", ".join(firing_names(incident, alerts)[:NAMED_MAX])
    warning = f"Still firing, and it pages nobody while it fires on: {names}" if names else ""
    return [*posts, msgspec.structs.replace(_with_why(incident, ended), warning=warning)]


def go_on_in(incident: Incident, other: Incident | None, ended: Ended) -> Sequence[AnyFact]:
    """The facts that end it because it goes on in another incident. Raises ``Refused``."""
    if other is None or other.declared is None:
        raise Refused("Name the incident that it goes on in; `stormjib incident list` shows those that exist.")
    if other.id == incident.id:
        raise Refused(f"{incident.id} is the incident itself; name the other incident.")
    if other.end and other.end.into == incident.id:
        raise Refused(f"{other.id} is {other.status}, so that would be a circle; it goes on in {incident.id} already.")
    if other.end and other.end.into:
        raise Refused(f"{other.id} is {other.status}; name that one: {other.end.into}.")
    if not other.open:
        raise Refused(f"{other.id} is {other.status}. Name one that is open, or reopen it: stormjib incident reopen {other.id}.")
    _must_be_settled(incident)
    if incident.debts and incident.runbook_sha256 != other.runbook_sha256:
        raise Refused(
            f"{other.id} follows another runbook, which can't switch off what {incident.id} has switched on "
            f"({', '.join(incident.debts)}). First switch it off in {incident.id}."
        )
    return [msgspec.structs.replace(_with_why(incident, ended), into=other.id)]


def _must_be_settled(incident: Incident) -> None:
    for run_id, run in incident.runs.items():
        if run.state == "unknown":
            raise Refused(
                f"{incident.id} can't be ended this way while the outcome of {run_id} is unknown. First record its outcome: "
                f"stormjib settle {run_id} --took-effect yes|no --note '…'."
            )
        if run.state in _UNDER_WAY:
            raise Refused(f"{incident.id} can't be ended this way while {run_id} is under way. Wait until it has finished.")


def _not_undone(incident: Incident, runbook: Runbook) -> Sequence[tuple[str, str]]:
    """The runs that took effect, whose runbook says what undoes them, and after which that did not run."""
    done: dict[str, tuple[str, str]] = {}
    for run_id, run in incident.runs.items():
        command = runbook.command(run.proposal.command_id)
        if command is None or not (run.result and run.result.ok):
            continue
        done = {undone: one for undone, one in done.items() if one[1] != command.text}
        if command.undo and command.maintenance is None:
            done[run_id] = (run_id, command.undo)
    return list(done.values())


def _with_why(incident: Incident, ended: Ended) -> Ended:
    if not ended.reason.strip():
        raise Refused(f"Say why {incident.id} ends this way; it stays in the timeline.")
    return msgspec.structs.replace(ended, reason=ended.reason.strip())
