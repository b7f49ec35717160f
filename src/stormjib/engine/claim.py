"""The claim of a guarded command: on disk before the command starts, so that no kill ever makes it run twice."""

from collections.abc import Callable, Sequence

from stormjib.core.effects import RunCommand
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, OutcomeUnknown, RunStarted
from stormjib.ports import Appended, Decide, Outcome

Append = Callable[[Decide, str, Sequence[bytes]], Appended]
"""Append what the first argument decides, under the cause of the second, with the blobs of the third."""


MayStart = Callable[[Incident, str], Sequence[AnyFact]]
"""Incident and run → ``RunStarted``, or why not any more, or nothing."""


def perform_once(effect: RunCommand, append: Append, perform: Callable[[], Outcome], may_start: MayStart) -> None:
    """Claim, run, write the result. Whoever finds a claim without a result writes ``OutcomeUnknown`` and does not run.

    Where ``perform`` raises, nobody knows how far the command got, and the log says so.
    """
    claimed = append(lambda now: may_start(now, effect.run_id), f"run/{effect.run_id}/started", ())
    if claimed.repeated:
        append(lambda now: _unknown(now, effect), f"run/{effect.run_id}/unknown", ())
        return
    if not any(isinstance(entry.fact, RunStarted) for entry in claimed.entries):
        return
    written = False
    try:
        outcome = perform()
        append(lambda _: outcome.facts, f"run/{effect.run_id}/finished", outcome.blobs)
        written = True
    finally:
        if not written:
            append(lambda now: _unknown(now, effect), f"run/{effect.run_id}/unknown", ())


def released(now: Incident, run_id: str) -> Sequence[AnyFact]:
    """Only what is released starts: between its release and this moment somebody may have refused it."""
    run = now.runs.get(run_id)
    return (RunStarted(run_id),) if run and run.state == "released" else ()


def _unknown(now: Incident, effect: RunCommand) -> Sequence[AnyFact]:
    run = now.runs.get(effect.run_id)
    return (OutcomeUnknown(effect.run_id, effect.command_id),) if run and run.state == "started" else ()
