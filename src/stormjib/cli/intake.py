"""`stormjib intake`: what each source sent, and what became of every alert."""

from typing import Any

from stormjib.cli.exits import Exit
from stormjib.cli.render import Console, when
from stormjib.cli.session import Session
from stormjib.core.oncall.wall import utc_minute

Part = dict[str, Any]


def show(session: Session) -> int:
    """Show the account; 1 where alerts are unaccounted for."""
    found = session.client().get("intake")
    now = session.world.clock()

    def write(console: Console) -> None:
        for account in found["sources"]:
            console.line(account["source"], "strong")
            console.table(_rows(account, now), indent=2)
        if not found["sources"]:
            console.line("Nothing has arrived yet.", "dim")
        for alert in found["waiting"]:
            console.line(f"{alert['name']} waits for {alert['waits_for']}, since {when(alert['since'], now)}.", "warn")
        for one in found["refused"]:
            console.line(
                f"{one['answer']} {one['source']}, {when(one['at'], now)}, from {one['sender'] or '?'}: {one['reason']}", "dim"
            )
        if found["balanced"]:
            console.line("Every alert that was received has exactly one outcome.", "good")
        else:
            console.line("Alerts are unaccounted for; somebody is paged within a minute.", "bad")

    session.answer(found, write)
    return Exit.OK if found["balanced"] else Exit.FAILED


def silences(session: Session) -> int:
    """What is silent, or will be, with its numbers."""
    found = session.client().get("intake")["silences"]

    def write(console: Console) -> None:
        for one in found:
            which, span = ", ".join(one["alerts"]) or "all alerts", f"from {utc_minute(one['start'])} to {utc_minute(one['end'])}"
            console.line(
                f"silence {one['id']}: {which} of {one['service']} up to {one['up_to']} {span}: {one['reason']} ({one['by']})"
            )
        if not found:
            console.line("Nothing is silent.", "dim")

    session.answer({"schema": "stormjib.silences/1", "silences": found}, write)
    return Exit.OK


def _rows(account: Part, now: float) -> list[tuple[str, str]]:
    rows = [
        ("last seen", when(account["last_seen_at"], now) or "never"),
        ("received", str(account["received"])),
        ("paged", str(account["paged"])),
        ("joined", str(account["joined"])),
        ("suppressed", _by(account["suppressed"])),
        ("waiting", str(account["waiting"])),
        ("refused", _by(account["refused"])),
        ("requests refused unread", _by(account["unread"])),
        ("left out by the sender", str(account["truncated"])),
        ("mended", str(account["mended"])),
    ]
    lost = dict(account["unaccounted"]) | ({"not paged yet": account["missing"]} if account["missing"] else {})
    return [*rows, ("UNACCOUNTED FOR", _by(lost))] if lost else rows


def _by(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in counts.items()) or "0"
