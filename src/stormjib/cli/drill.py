"""`stormjib drill list` and `drill start`: practice with real faults; no server has to run."""

import shutil
import signal
import tempfile
from pathlib import Path

from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.drill.faults import FAULTS
from stormjib.drill.outcome import Outcome, as_json
from stormjib.drill.plans import PLANS
from stormjib.drill.run import Drill, Wish
from stormjib.drill.stacks import make


def overview(session: Session) -> int:
    """List the faults that a stack can inject."""
    rows = [
        {"fault": name, "alert": FAULTS[name].alert, "plan": name in PLANS, "what": FAULTS[name].what}
        for name in make(session.options.stack).faults()
    ]

    def show(console: Console) -> None:
        table = [(str(row["fault"]), str(row["alert"]), "yes" if row["plan"] else "no", str(row["what"])) for row in rows]
        console.table(table, header=("FAULT", "ALERT", "MENDED BY THE RUNBOOK", "WHAT HAPPENS"), indent=0)

    session.answer({"schema": "stormjib/drills/1", "stack": session.options.stack, "drills": rows}, show)
    return Exit.OK


def start(session: Session) -> int:
    """Play one drill; 0 when the fault was alerted, looked into and everything is well again."""
    wanted = session.options
    stack = make(wanted.stack)
    if wanted.name not in stack.faults():
        known = ", ".join(stack.faults())
        raise Stop(Exit.NOT_FOUND, f"The {stack.name} stack has no fault {wanted.name!r}; it has: {known}.")
    if wanted.respond and wanted.quick:
        raise Stop(Exit.USAGE, "--respond waits for the evidence and --quick does not; give one of them.")
    where = Path(wanted.dir) if wanted.dir else Path(tempfile.mkdtemp(prefix="stormjib-drill-"))
    if where.exists() and any(where.iterdir()):
        raise Stop(Exit.USAGE, f"{where} is not empty; give a new or an empty directory with --dir.")
    tell = session.tell if session.as_json else session.console.line
    # Whoever ends the drill from outside must not leave its processes behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    wish = Wish(wanted.name, wanted.seed, investigate=not wanted.quick, respond=wanted.respond)
    outcome = Drill(stack, where, wish, tell).run()
    if outcome.error:
        tell(f"The drill stopped: {outcome.error} Everything it wrote is in {where}.")
    elif not wanted.dir:
        shutil.rmtree(where, ignore_errors=True)
    session.answer(as_json(outcome), lambda console: _show(console, outcome))
    return Exit.OK if outcome.passed else Exit.FAILED


def _show(console: Console, outcome: Outcome) -> None:
    console.line()
    console.line("What was found:" if outcome.findings else "No findings.", "strong")
    for found in outcome.findings:
        console.line(f"  {'◉' if found.ok else '✗'} {found.finding}  (line {found.line}: {found.text})")
    if outcome.suspects:
        console.line("Suspects, the first one first:", "strong")
        for place, suspect in enumerate(outcome.suspects, 1):
            console.line(f"  {place}. {_words(suspect)}")
    console.line()
    rows = [
        (f"alert {outcome.alert}", _seconds(outcome.seconds_to_alert)),
        ("incident declared", _seconds(outcome.seconds_to_declaration)),
        ("evidence complete, after the declaration", _seconds(outcome.seconds_to_evidence)),
        ("healthy again, after the repair", _seconds(outcome.seconds_to_health)),
    ]
    if outcome.responded is not None:
        rows.insert(3, ("closed, after the declaration", _seconds(outcome.seconds_to_close)))
    console.table(rows)
    said = f"{outcome.fault} on {outcome.stack}, seed {outcome.seed}: {'passed' if outcome.passed else 'FAILED'}"
    console.line(said, "good" if outcome.passed else "bad")


def _words(suspect: object) -> str:
    """A suspect in words: its sentence, or whatever it says of itself."""
    if not isinstance(suspect, dict):
        return str(suspect)
    named = [str(suspect[key]) for key in ("name", "sentence", "why", "text") if suspect.get(key)]
    return ": ".join(named[:2]) or str(suspect)


def _seconds(number: float | None) -> str:
    return "never" if number is None else f"{number:.1f} s"
