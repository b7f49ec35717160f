"""`stormjib shadow report`: where we would have paged otherwise than the system that pages today, and why."""

from stormjib.cli.exits import Exit
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.text.units import counted

NONE = "Nothing was reported by another system: point its webhooks to /hooks/pagerduty, /hooks/opsgenie or /hooks/oncall."


def report(session: Session) -> int:
    """All differences; 1 where there is any."""
    given = session.options
    found = session.client().get("shadow", days=given.days, late_seconds=given.late)
    differences = found["differences"]

    def show(console: Console) -> None:
        mode = "The server is in shadow and pages nobody." if found["shadow"] else "The server is live and pages."
        console.line(
            f"{mode} {counted(found['theirs'], 'incident')} of theirs, {found['ours']} of ours since {utc_minute(found['since'])}, {counted(len(differences), 'difference')}.",
            "strong",
        )
        if not found["theirs"]:
            console.line(NONE, "warn")
        rows = [
            (
                utc_minute(one["at"]),
                one["kind"],
                one["ours"] or "-",
                one["theirs"] or "-",
                f"{one['title']}: {one['says']}",
                one["why"],
            )
            for one in differences
        ]
        if rows:
            console.table(rows, header=("WHEN", "DIFFERENCE", "OURS", "THEIRS", "WHAT", "WHY"), indent=0)

    session.answer(found, show)
    return Exit.FAILED if differences else Exit.OK
