"""`stormjib incident list | report`."""

from typing import Any

from stormjib.cli import render
from stormjib.cli.exits import Exit
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.web import moments

Answer = dict[str, Any]
OPEN = {"declared", "acknowledged"}


def overview(session: Session) -> int:
    """List incidents, those that are open first and the worst of them first."""
    found = session.client().get("incidents", limit=session.options.limit, order="worst")
    now = session.world.clock()

    def show(console: Console) -> None:
        heads = found["incidents"]
        if not heads:
            console.line("There is no incident. Declare one: stormjib declare TITLE --severity P1")
            return
        rows = [
            (
                head["id"],
                render.severity(head["severity"], found.get("called", {}).get(head["id"], "")),
                head["status"],
                moments.ago(head["declared_at"], now),
                moments.utc(head["declared_at"]),
                head["service"] or "-",
                head["title"],
            )
            for head in heads
        ]
        styles = [render.style_of(head["severity"]) if head["status"] in OPEN else "dim" for head in heads]
        console.table(rows, header=("ID", "SEVERITY", "STATUS", "AGE", "DECLARED", "SERVICE", "TITLE"), styles=styles, indent=0)
        hidden = _hidden(found)
        if hidden:
            console.line(f"Not listed: {hidden}. To see more: stormjib incident list --limit N", "warn")

    session.answer(found, show)
    return Exit.OK


def report(session: Session) -> int:
    """Conditions, actions, needs."""
    found = session.client().get("incidents", session.options.incident)["incident"]

    def lines(console: Console) -> None:
        for name, said in found["report"].items():
            console.line(name.capitalize(), "strong")
            console.table([(one,) for one in said or ("none",)])

    session.answer({"schema": "stormjib.report/1", "incident": found["id"], **found["report"]}, lines)
    return Exit.OK


def _hidden(found: Answer) -> str:
    """How many incidents there are beyond those of the list, in words: the open ones by severity."""
    heads = found["incidents"]
    is_open = [head["severity"] for head in heads if head["status"] in OPEN]
    left = {severity: count - is_open.count(severity) for severity, count in sorted(found.get("open", {}).items())}
    words = [f"{count:,} open {severity}" for severity, count in left.items() if count > 0]
    over = found.get("total", 0) - len(heads) - sum(left.values())
    return ", ".join([*words, *([f"{over:,} that are over"] if over > 0 else [])])
