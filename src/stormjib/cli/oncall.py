"""`stormjib oncall …`: who is on call now, next and at a time, the turns of the next weeks, and calendars."""

from collections.abc import Sequence
from typing import Any

from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.core.oncall.wall import utc_minute

Part = dict[str, Any]
NONE = "No schedule is set up: write schedules/NAME.yaml in the catalogue."


def now(session: Session) -> int:
    """Who is on call, schedule by schedule; 1 where nobody is on one of them."""
    return _who(session, session.client().get("oncall"))


def who(session: Session) -> int:
    """Who is on call for one schedule at a time."""
    given = session.options
    found = session.client().get("oncall", **({"at": given.at} if given.at else {}))
    return _who(session, {**found, "schedules": [_named(found, given.name)]})


def _who(session: Session, found: Part) -> int:
    rows = [
        (one["name"], ", ".join(one["now"]) or "nobody", f"until {utc_minute(one['until'])}" if one["until"] else "")
        for one in found["schedules"]
    ]

    def show(console: Console) -> None:
        console.table(rows, styles=["" if one["now"] else "bad" for one in found["schedules"]], indent=0)
        if not rows:
            console.line(NONE, "dim")

    session.answer(found, show)
    return Exit.OK if all(one["now"] for one in found["schedules"]) else Exit.FAILED


def following(session: Session) -> int:
    """The next hand-off of each schedule."""
    found = session.client().get("oncall")
    at = session.world.clock()
    turns = [(one["name"], next((turn for turn in one["shifts"] if turn["start"] > at), None)) for one in found["schedules"]]
    rows = [(name, turn["person"], f"from {utc_minute(turn['start'])}") for name, turn in turns if turn]
    answer = {"schema": found["schema"], "next": [{"schedule": name, **turn} for name, turn in turns if turn]}
    session.answer(
        answer, lambda console: console.table(rows, indent=0) if rows else console.line("Nothing changes soon.", "dim")
    )
    return Exit.OK


def overview(session: Session) -> int:
    """Every turn of the next weeks, where nobody is on call, and the overrides with their numbers."""
    found = session.client().get("oncall", days=session.options.days)

    def show(console: Console) -> None:
        for one in found["schedules"]:
            console.line(f"{one['name']} ({one['time_zone']})", "strong")
            turns = sorted((*one["shifts"], *one["gaps"]), key=lambda turn: float(turn["start"]))
            console.table(_rows(turns), styles=["" if turn["person"] else "bad" for turn in turns])
        for one in found["overrides"]:
            span = f"from {utc_minute(one['start'])} to {utc_minute(one['end'])}"
            why = f": {one['reason']}" if one["reason"] else ""
            console.line(f"override {one['id']}: {one['person']} on {one['schedule']} {span}{why}")
        if not found["schedules"]:
            console.line(NONE, "dim")

    session.answer(found, show)
    return Exit.OK


def reach(session: Session) -> int:
    """When nobody would be reached in time; 1 where there is such a time."""
    service = session.options.service
    found = session.client().get("oncall", "reach", **({"service": service} if service else {}))

    def show(console: Console) -> None:
        for sentence in found["sentences"]:
            console.line(sentence, "bad")
        if not found["sentences"]:
            console.line(f"Somebody is reached in time at every minute of the next {found['days']} days.", "good")

    session.answer(found, show)
    return Exit.FAILED if found["sentences"] else Exit.OK


def export(session: Session) -> int:
    """The turns of a schedule, as a table or as a calendar; of a person as a calendar only."""
    given = session.options
    if given.ics:
        session.world.stdout.write(session.client().text("oncall", f"{given.name}.ics"))
        return Exit.OK
    one = _named(session.client().get("oncall", days=180), given.name)
    session.answer({"schema": "stormjib.shifts/1", **one}, lambda console: console.table(_rows(one["shifts"]), indent=0))
    return Exit.OK


def address(session: Session) -> int:
    """The private address of calendars, for programs that can only keep an address."""
    client, stop = session.client(), session.options.stop
    token = client.post("oncall", "calendar-address", stop=stop).get("token", "")
    found = {"schema": "stormjib.address/1", "address": f"{client.url}/oncall/{token}/NAME.ics" if token else ""}
    said = (
        f"{found['address']}  (NAME: a schedule or a person; it is shown only now)" if token else "No address is open any more."
    )
    session.answer(found, lambda console: console.line(said))
    return Exit.OK


def _rows(turns: Sequence[Part]) -> list[tuple[str, ...]]:
    return [(utc_minute(one["start"]), utc_minute(one["end"]), one["person"] or "NOBODY", one["layer"]) for one in turns]


def _named(found: Part, name: str) -> Part:
    there = [one for one in found["schedules"] if one["name"].casefold() == name.casefold()]
    if not there:
        known = ", ".join(one["name"] for one in found["schedules"])
        raise Stop(
            Exit.NOT_FOUND, f"There is no schedule {name}; {f'there are {known}' if known else NONE[0].lower() + NONE[1:]}"
        )
    return dict(there[0])
