"""`stormjib heartbeat …`: what has to check in, and a check-in."""

from stormjib.cli.exits import Exit
from stormjib.cli.render import Console, when
from stormjib.cli.session import Session
from stormjib.core.oncall.wall import utc_minute

NONE = "No heartbeat is set up: write heartbeats/NAME.yaml in the catalogue."


def overview(session: Session) -> int:
    """Every heartbeat; 1 where one stays away or failed."""
    found = session.client().get("heartbeats")["heartbeats"]
    now, bad = session.world.clock(), {"missing", "failed"}
    rows = [
        (
            one["name"],
            one["state"],
            when(one["last"], now) or "never",
            utc_minute(one["next"]) if one["next"] else "",
            one["when"],
            one["says"],
        )
        for one in found
    ]

    def show(console: Console) -> None:
        styles = ["bad" if one["state"] in bad else "" for one in found]
        console.table(rows, header=("NAME", "STATE", "LAST", "NEXT", "WHEN", "SAYS"), styles=styles, indent=0)
        if not rows:
            console.line(NONE, "dim")

    session.answer({"schema": "stormjib.heartbeats/1", "heartbeats": found}, show)
    return Exit.FAILED if any(one["state"] in bad for one in found) else Exit.OK


def send(session: Session) -> int:
    """A check-in."""
    given = session.options
    found = session.client().post("heartbeat", given.name, *(("fail",) if given.fail else ()), note=given.note)
    said = "has said that it failed" if given.fail else "has checked in"
    more = f" ({', '.join(found['incidents'])})" if found["incidents"] else ""
    session.answer(found, lambda console: console.line(f"heartbeat {given.name} {said}{more}"))
    return Exit.OK
