"""`stormjib alert list` and `alert explain`: what monitoring says, and why it did or did not page."""

from typing import Any

from stormjib.cli.exits import Exit
from stormjib.cli.render import Console, when
from stormjib.cli.session import Session
from stormjib.web import moments


def overview(session: Session) -> int:
    """List alerts."""
    found = session.client().get("alerts", limit=session.options.limit, order="worst")
    now = session.world.clock()

    def show(console: Console) -> None:
        alerts = found["alerts"]
        if not alerts:
            console.line("There is no alert.", "dim")
            return
        rows = [
            (
                str(state["id"]),
                "FIRING" if state["firing"] else "clear",
                state["alert"]["severity"] or "none said",
                moments.ago(state["received_at"], now),
                moments.utc(state["received_at"]),
                state["incident"] or "-",
                f"{state['count']} x",
                state["alert"]["name"],
                state["alert"]["summary"] or state["alert"]["service"],
            )
            for state in alerts
        ]
        header = ("ID", "STATE", "SEVERITY", "AGE", "RECEIVED", "INCIDENT", "FIRED", "ALERT", "SUMMARY")
        console.table(rows, header=header, styles=["bad" if state["firing"] else "dim" for state in alerts], indent=0)
        firing = found.get("firing", 0) - sum(state["firing"] for state in alerts)
        rest = found.get("total", 0) - len(alerts) - firing
        if firing > 0 or rest > 0:
            console.line(
                f"Not listed: {firing:,} that fire, {rest:,} that are clear. To see more: stormjib alert list --limit N", "warn"
            )

    session.answer(found, show)
    return Exit.OK


def explain(session: Session) -> int:
    """One of them, rule by rule."""
    found = session.client().get("alerts", str(session.options.alert))
    now = session.world.clock()

    def show(console: Console) -> None:
        console.line(found["outcome"], "strong")
        console.table([(one["name"], f"{one['says']}{_where(one, now)}") for one in found["rules"]], indent=2)

    session.answer(found, show)
    return Exit.OK


def _where(rule: dict[str, Any], now: float) -> str:
    found = [f"entry {rule['entry']}"] if rule["entry"] else []
    found += [when(rule["at"], now)] if rule["at"] else []
    return f" ({', '.join(found)})" if found else ""


def preview(session: Session) -> int:
    """What a pasted message would be taken for; 1 where something in it can't be read."""
    payload = session.world.stdin.read()
    found = session.client().post("intake", session.options.sender, "preview", payload=payload)

    def show(console: Console) -> None:
        for one in found["alerts"]:
            alert = one["alert"]
            state = "FIRING" if alert["firing"] else "clear"
            labels = ", ".join(f"{name}={text}" for name, text in alert["labels"].items())
            console.line(f"{state} {alert['name']}", "strong")
            rows = [("summary", alert["summary"]), ("labels", labels), ("known as", alert["fingerprint"])]
            rows += [*alert["annotations"].items()]
            rows += [(rule["name"], rule["says"]) for rule in one["rules"]]
            console.table([row for row in rows if row[1]], indent=2)
        for sentence in found["refused"]:
            console.line(sentence, "bad")

    session.answer(found, show)
    return Exit.FAILED if found["refused"] else Exit.OK
