"""What the logs of an incident say, as a part of its page of text."""

from typing import Any

from stormjib.cli import render
from stormjib.cli.render import Console
from stormjib.web import moments

PATTERNS_SHOWN = 5
TEXT_CHARS = 160


def write(console: Console, room: dict[str, Any]) -> None:
    """A sentence for each log, and its patterns that are new or changed; the whole report is in the entry's output."""
    if not room.get("logs"):
        return
    console.line()
    console.line("Logs", "strong")
    for one in room["logs"]:
        read = one["read"]
        console.line(
            f"  {render.oneline(read['source'])} ({render.source(read['line'])}, entry {one['seq']}, {moments.ago(one['at'], room['now'])}): "
            f"{read['lines']:,} lines, {read['errors']:,} of errors",
            "bad" if read.get("weight") == "bad" else "warn" if read.get("weight") == "warn" else "",
        )
        for said in filter(None, (read.get("sentence", ""), *read.get("problems", ()))):
            console.line(f"      {render.oneline(said)}")
        telling = [pattern for pattern in read["patterns"] if pattern.get("new") or pattern.get("changed")]
        for pattern in telling[:PATTERNS_SHOWN]:
            text = render.oneline(pattern["text"])
            console.line(
                f"    {pattern['count']:>9,} {'!' if pattern.get('level') == 'error' else ' '} {'new    ' if pattern.get('new') else 'changed'} "
                f"{text if len(text) <= TEXT_CHARS else text[: TEXT_CHARS - 1] + '…'}",
                "dim",
            )
