"""How a fact changes a run: from the request to its outcome."""

from stormjib.core.incident.state import Happened, Run
from stormjib.core.log import (
    OutcomeSettled,
    OutcomeUnknown,
    RunApproved,
    RunExpired,
    RunFinished,
    RunForced,
    RunRefused,
    RunReleased,
    RunStarted,
)


def change(
    run: Run,
    when: Happened,
    fact: RunApproved
    | RunForced
    | RunRefused
    | RunExpired
    | RunReleased
    | RunStarted
    | RunFinished
    | OutcomeUnknown
    | OutcomeSettled,
) -> None:
    """In place; each fact leads to one state."""
    match fact:
        case RunApproved() | RunForced():
            run.approvals[fact.who] = fact.reason
            run.forced = fact.who if isinstance(fact, RunForced) else ""
            if run.forced or len(run.approvals) >= run.proposal.approvals_needed:
                run.state = "approved"
                run.waited_since = (when.at, when.at)
        case RunRefused():
            run.state, run.ended, run.note = "refused", when, fact.reason
        case RunExpired():
            run.state, run.ended, run.note = "withdrawn" if fact.reason else "expired", when, fact.reason
        case RunReleased():
            run.state = "released"
        case RunStarted():
            run.state = "started"
        case RunFinished():
            run.state, run.result, run.ended = "finished", fact, when
        case OutcomeUnknown():
            run.state, run.ended, run.note = "unknown", when, fact.reason
        case OutcomeSettled():
            run.state, run.note = "settled", fact.note
