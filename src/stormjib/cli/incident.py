"""`stormjib declare`, `ack` and `incident …`: what changes an incident as a whole."""

from typing import Any

from stormjib.cli import items, render
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Paper
from stormjib.cli.session import Session
from stormjib.web import moments

Answer = dict[str, Any]
NAMED_MAX = 10
"""Incidents in one sentence."""


def declare(session: Session) -> int:
    """Open an incident."""
    wanted = session.options
    written = session.client().post(
        "incidents", title=wanted.title, severity=wanted.severity, service=wanted.service, cause=wanted.cause
    )
    incident = written["incident"]
    again = " already (the cause is the same)" if not written["entries"] else ""
    session.answer(
        written, lambda paper: paper.line(f"{incident} is declared{again} as {render.severity(wanted.severity)}.", "strong")
    )
    session.tell(f"next: stormjib ack {incident}")
    return Exit.OK


def acknowledge(session: Session) -> int:
    """Take it; without an incident, the only one that nobody has."""
    incident = session.options.incident or _only_unacknowledged(session)
    return _write(session, incident, "acknowledged: you have it", "acknowledge", repeated="was acknowledged already")


def _only_unacknowledged(session: Session) -> str:
    found = session.client().get("incidents", limit=1000, open="true", order="worst")["incidents"]
    waiting = [head for head in found if head["status"] == "declared"]
    if not waiting:
        raise Stop(Exit.NOT_FOUND, "No incident waits to be acknowledged.", "stormjib incident list")
    if len(waiting) > 1:
        named = ", ".join(f"{head['id']} ({head['severity']})" for head in waiting[:NAMED_MAX])
        more = f" and {len(waiting) - NAMED_MAX} more, none of them worse" if len(waiting) > NAMED_MAX else ""
        sentence = f"{len(waiting)} incidents wait to be acknowledged, the worst first: {named}{more}. Say which one you take."
        raise Stop(Exit.NEEDS, sentence, *(f"stormjib ack {head['id']}" for head in waiting[:NAMED_MAX]))
    return str(waiting[0]["id"])


def overview(session: Session) -> int:
    """List incidents, those that are open first and the worst of them first."""
    found = session.client().get("incidents", limit=session.options.limit, order="worst")
    now = session.world.clock()

    def show(paper: Paper) -> None:
        heads = found["incidents"]
        if not heads:
            paper.line("There is no incident. Declare one: stormjib declare TITLE --severity P1")
            return
        rows = [
            (
                head["id"],
                render.severity(head["severity"]),
                head["status"],
                moments.ago(head["declared_at"], now),
                moments.utc(head["declared_at"]),
                head["service"] or "-",
                head["title"],
            )
            for head in heads
        ]
        styles = [
            render.style_of(head["severity"]) if head["status"] in {"declared", "acknowledged"} else "dim" for head in heads
        ]
        paper.table(rows, header=("ID", "SEVERITY", "STATUS", "AGE", "DECLARED", "SERVICE", "TITLE"), styles=styles, indent=0)
        hidden = _hidden(found)
        if hidden:
            paper.line(f"Not listed: {hidden}. To see more: stormjib incident list --limit N", "warn")

    session.answer(found, show)
    return Exit.OK


def _hidden(found: Answer) -> str:
    """How many incidents there are beyond those of the list, in words: the open ones by severity."""
    heads = found["incidents"]
    is_open = [head["severity"] for head in heads if head["status"] not in {"resolved", "closed"}]
    left = {severity: count - is_open.count(severity) for severity, count in sorted(found.get("open", {}).items())}
    words = [f"{count:,} open {severity}" for severity, count in left.items() if count > 0]
    over = found.get("total", 0) - len(heads) - sum(left.values())
    return ", ".join([*words, *([f"{over:,} that are over"] if over > 0 else [])])


def note(session: Session) -> int:
    """Write a note."""
    text = session.given(session.options.text)
    if not text.strip():
        raise Stop(Exit.USAGE, "The note is empty; write a few words.")
    return _write(session, session.options.incident, "has the note", "notes", text=text)


def severity(session: Session) -> int:
    """Judge anew."""
    wanted = session.options
    done = f"is {render.severity(wanted.severity)} now"
    return _write(
        session,
        wanted.incident,
        done,
        "severity",
        severity=wanted.severity,
        reason=wanted.reason,
        repeated="has this severity already",
    )


def verify(session: Session) -> int:
    """Measure the recovery."""
    incident = session.options.incident
    code = _write(session, incident, "is being measured against the baseline", "verify")
    session.tell(f"next: stormjib incident show {incident}")
    return code


def tick(session: Session) -> int:
    """Say that an item is done."""
    wanted = session.options
    item = items.item_id(session, wanted.incident, wanted.item)
    return _write(
        session, wanted.incident, f"{item} is done", "items", item, "tick", text=wanted.note, repeated=f"{item} was done already"
    )


def untick(session: Session) -> int:
    """Take a tick back."""
    wanted = session.options
    item = items.item_id(session, wanted.incident, wanted.item)
    done = f"{item} is open again"
    return _write(session, wanted.incident, done, "items", item, "untick", text=wanted.reason, repeated=f"{item} was not ticked")


def overrule(session: Session) -> int:
    """Answer for a proof."""
    wanted = session.options
    proof = items.proof_id(session, wanted.incident, wanted.item)
    done = f"counts {proof} as overruled by you"
    return _write(
        session, wanted.incident, done, "items", proof, "overrule", text=wanted.reason, repeated=f"{proof} holds already"
    )


def resolve(session: Session) -> int:
    """The service is back."""
    wanted = session.options
    return _write(session, wanted.incident, "is resolved", "resolve", text=wanted.reason, repeated="was resolved already")


def close(session: Session) -> int:
    """End it."""
    incident = session.options.incident
    code = _write(session, incident, "is closed", "close", repeated="was closed already")
    session.tell(f"next: stormjib postmortem draft {incident}")
    return code


def reopen(session: Session) -> int:
    """It was not over."""
    wanted = session.options
    return _write(session, wanted.incident, "is open again", "reopen", text=wanted.reason, repeated="was open already")


def action(session: Session) -> int:
    """Add an action item."""
    wanted = session.options
    done = f"has the action item for {wanted.owner}, due {wanted.due}"
    return _write(session, wanted.incident, done, "action-items", text=wanted.text, owner=wanted.owner, due=wanted.due)


def _write(session: Session, incident: str, done: str, *path: str, repeated: str = "was so already", **body: object) -> int:
    """Ask for one change and say what became of it; what is written twice is written once."""
    written = session.client().post("incidents", incident, *path, **body)
    changed = bool(written["entries"])

    def show(paper: Paper) -> None:
        sentence = f"{incident} {done} (entry {written['seq']})." if changed else f"{incident} {repeated}; nothing changed."
        paper.line(sentence, "good" if changed else "dim")

    session.answer(written, show)
    return Exit.OK
