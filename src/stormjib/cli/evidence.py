"""`stormjib incident evidence`: the outputs that an incident has stored, redacted as they were stored; nothing is run again."""

from typing import Any

from stormjib.cli import log, render
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.session import Session
from stormjib.web import moments


def show(session: Session) -> int:
    """All of them, or the whole output of one entry."""
    wanted = session.options
    stored = [entry for page in log.pages(session, wanted.incident) for entry in page if entry["fact"].get("output_sha256")]
    return _list(session, stored) if wanted.entry is None else _one(session, stored)


def _list(session: Session, stored: list[dict[str, Any]]) -> int:
    incident = session.options.incident

    def write(console: render.Console) -> None:
        if not stored:
            console.line(f"{incident} has stored no output yet.", "dim")
            return
        rows = [
            (str(entry["seq"]), moments.utc(entry["at"]), _size(entry["fact"]), render.oneline(entry["text"])) for entry in stored
        ]
        console.table(rows, header=("ENTRY", "STORED", "BYTES", "WHAT"), indent=0)
        console.line(f"One of them, whole: stormjib incident evidence {incident} ENTRY", "dim")

    session.answer({"schema": "stormjib.evidence/1", "incident": incident, "entries": stored}, write)
    return Exit.OK


def _size(fact: dict[str, Any]) -> str:
    return f"{fact['output_bytes']:,}" if "output_bytes" in fact else "-"


def _one(session: Session, stored: list[dict[str, Any]]) -> int:
    incident, seq = session.options.incident, session.options.entry
    entry = next((entry for entry in stored if entry["seq"] == seq), None)
    if entry is None:
        sentence = f"Entry {seq} of {incident} has no stored output."
        raise Stop(Exit.NOT_FOUND, sentence, f"stormjib incident evidence {incident}")
    text = session.client().text("incidents", incident, "output", entry["fact"]["output_sha256"])
    found = {"schema": "stormjib.output/1", "incident": incident, "entry": entry, "output": text}
    session.answer(found, lambda console: console.line(text.removesuffix("\n")))
    return Exit.OK
