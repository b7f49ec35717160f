"""An action of the table: send what was typed, and say what became of it."""

from typing import Any

from stormjib.cli import items, render, values
from stormjib.cli.derived import Row, Taken
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.severity import by_both

NAMED_MAX = 10
"""Incidents in one sentence."""
_FINDS = {"item": items.item_id, "proof": items.proof_id, "command": items.command_id}


def perform(session: Session) -> int:
    """Ask for one change; what is written twice is written once."""
    row: Row = session.command.row
    incident = _incident(session, row)
    sent = {one.wire: _value(session, row, one, incident) for one in row.takes}
    written = session.client().post(*_path(row, incident, sent), **_body(row, sent))
    told = {one.wire: _told(one, sent[one.wire]) for one in row.takes}
    told |= {"incident": written["incident"] if row.incident == "none" else incident, "seq": str(written["seq"])}
    called = by_both(written.get("severity", ""), written.get("called", ""))
    told |= {"severity": render.severity(written["severity"], called)} if "severity" in written else {}
    told |= {name: utc_minute(written.get(name, 0.0)) for name in ("since", "until")}
    changed = bool(written["entries"])

    def show(console: Console) -> None:
        sentence = f"{row.done.format(**told)}." if changed else f"{row.repeated.format(**told)}; nothing changed."
        console.line(sentence, "good" if changed else "dim")

    session.answer(written, show)
    if written.get("warning"):
        session.tell(f"stormjib: {written['warning']}.")
    if row.following:
        session.tell(f"next: {row.following.format(**told)}")
    return Exit.OK


def _incident(session: Session, row: Row) -> str:
    match row.incident:
        case "none":
            return ""
        case "of the run":
            return values.incident_of(session.options.run)
        case "the only open one":
            return session.options.incident or _only_unacknowledged(session)
        case _:
            return str(session.options.incident)


def _value(session: Session, row: Row, one: Taken, incident: str) -> object:
    typed = getattr(session.options, one.word.name.removeprefix("--").replace("-", "_"))
    if row.stdin == one.wire:
        typed = session.given(typed)
        if not typed.strip():
            raise Stop(Exit.USAGE, f"The {row.name} is empty; write a few words.")
    if one.finds:
        return _FINDS[one.finds](session, incident, typed)
    return typed == one.word.choices[0] if one.said else typed


def _path(row: Row, incident: str, sent: dict[str, Any]) -> list[str]:
    return [part.format(incident_id=incident, **sent) for part in row.path.split("/")]


def _body(row: Row, sent: dict[str, Any]) -> dict[str, Any]:
    return {wire: value for wire, value in sent.items() if f"{{{wire}}}" not in row.path and value is not None}


def _told(one: Taken, value: object) -> str:
    if one.said:
        return one.said[0] if value else one.said[1]
    return render.severity(str(value)) if one.wire == "severity" else str(value)


def _only_unacknowledged(session: Session) -> str:
    found = session.client().get("incidents", limit=1000, open="true", order="worst")["incidents"]
    waiting = [head for head in found if head["status"] == "declared"]
    if not waiting:
        raise Stop(Exit.NOT_FOUND, "No incident waits to be acknowledged.", "stormjib incident list")
    if len(waiting) > 1:
        named = ", ".join(f"{head['id']} ({head.get('called') or head['severity']})" for head in waiting[:NAMED_MAX])
        more = f" and {len(waiting) - NAMED_MAX} more, none of them worse" if len(waiting) > NAMED_MAX else ""
        sentence = f"{len(waiting)} incidents wait to be acknowledged, the worst first: {named}{more}. Say which one you take."
        raise Stop(Exit.NEEDS, sentence, *(f"stormjib ack {head['id']}" for head in waiting[:NAMED_MAX]))
    return str(waiting[0]["id"])
