"""`stormjib contact …`: how people are reached, and whether it works."""

from stormjib.cli.exits import Exit
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.core.oncall.wall import utc_minute

NONE = "Nobody has contact methods: list them under contact in people/NAME.yaml."
_WORDS = {"never": "never proven", "failed": "did not work", "old": "proven long ago", "proven": "proven"}


def overview(session: Session) -> int:
    """Every method; 1 where one is not proven."""
    found = session.client().get("people")
    methods = found["methods"]
    rows = [
        (
            one["who"],
            one["name"],
            one["kind"],
            _WORDS[one["state"]] + (f", {utc_minute(one['at'])}" if one["at"] else ""),
            one["reason"],
        )
        for one in methods
    ]

    def show(console: Console) -> None:
        console.table(rows, styles=["" if one["state"] == "proven" else "warn" for one in methods], indent=0)
        if not rows:
            console.line(NONE, "dim")

    session.answer(found, show)
    return Exit.OK if all(one["state"] == "proven" for one in methods) else Exit.FAILED
