"""How a fact changes a run: from the request to its outcome."""

from stormjib.core import log
from stormjib.core.incident.state import Happened, Run


def change(
    run: Run,
    when: Happened,
    fact: log.RunApproved
    | log.RunForced
    | log.RunRefused
    | log.RunExpired
    | log.RunReleased
    | log.RunStarted
    | log.RunFinished
    | log.OutcomeUnknown
    | log.OutcomeSettled,
) -> None:
    """In place; each fact leads to one state."""
    match fact:
        case log.RunApproved() | log.RunForced():
            run.approvals[fact.who] = fact.reason
            run.forced = fact.who if isinstance(fact, log.RunForced) else ""
            if run.forced or len(run.approvals) >= run.proposal.approvals_needed:
                run.state = "approved"
                run.waited_since = (when.at, when.at)
        case log.RunRefused():
            run.state, run.ended, run.note = "refused", when, fact.reason
        case log.RunExpired():
            run.state, run.ended, run.note = "withdrawn" if fact.reason else "expired", when, fact.reason
        case log.RunReleased():
            run.state = "released"
        case log.RunStarted():
            run.state = "started"
        case log.RunFinished():
            run.state, run.result, run.ended = "finished", fact, when
        case log.OutcomeUnknown():
            run.state, run.ended, run.note = "unknown", when, fact.reason
        case log.OutcomeSettled():
            run.state, run.note = "settled", fact.note
