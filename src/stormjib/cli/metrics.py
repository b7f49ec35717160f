"""`stormjib metrics`: what is counted, against what is usual, with a sparkline for each."""

from typing import Any

from stormjib.cli.exits import Exit
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.evidence.metrics.spark import spark

REVIEW_TIMEOUT_SECONDS = 60.0
SPARK_WIDTH = 24
_WORDS = {"bad": "BAD", "warn": "attention", "note": "note", "fine": "ok"}
_STYLES = {"bad": "bad", "warn": "warn", "note": "", "fine": "dim"}

Part = dict[str, Any]


def show(session: Session) -> int:
    """Review now."""
    wanted = session.options
    found = session.client(timeout_seconds=REVIEW_TIMEOUT_SECONDS).get("metrics", service=wanted.service)
    session.answer(found, lambda console: write(console, found, f"Metrics from {found['source']}", everything=wanted.all))
    return Exit.OK


def write(console: Console, review: Part, title: str, *, everything: bool = False) -> None:
    """What stands out, or everything; what is left out is counted, what could not be asked is said."""
    metrics = review["metrics"]
    shown = [one for one in metrics if everything or one.get("severity", "fine") != "fine"]
    console.line(title, "strong")
    console.table(
        [
            (_WORDS[one.get("severity", "fine")], f"{spark(one.get('points', ()), SPARK_WIDTH):{SPARK_WIDTH}}", one["sentence"])
            for one in shown
        ],
        styles=[_STYLES[one.get("severity", "fine")] for one in shown],
    )
    if len(shown) < len(metrics):
        rest = len(metrics) - len(shown)
        console.line(f"  {rest} metric{' does' if rest == 1 else 's do'} not stand out.", "dim")
    for problem in review.get("problems", ()):
        console.line(f"  not answered: {problem}", "warn")
