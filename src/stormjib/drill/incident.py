"""What the drill's people read in an incident, as the API gives it."""

from typing import Any

from stormjib.drill.patience import StuckError

Room = dict[str, Any]


def option_at(room: Room, line: int) -> dict[str, Any]:
    """The command at this line of the runbook; raises ``StuckError``."""
    for step in room["steps"]:
        for group in step["groups"]:
            for option in group["options"]:
                if option["line"] == line:
                    return dict(option)
    raise StuckError(f"The runbook has no command at line {line}.")


def run_of(room: Room, run_id: str) -> dict[str, Any]:
    """The run with this id."""
    return next(run for run in room["runs"] if run["run_id"] == run_id)


def investigated(room: Room) -> bool:
    """Whether every read that runs by itself has been collected."""
    wanted = {
        option["command_id"]
        for step in room["steps"]
        if step["mode"] == "collect"
        for group in step["groups"]
        for option in group["options"]
        if option["unattended"]
    }
    return wanted <= {look["command_id"] for look in room["evidence"]}


def measurements(room: Room) -> set[int]:
    """The lines of the runbook that ask for a measurement of the recovery."""
    return {criterion["line"] for criterion in room["resolution"] if criterion["line"]}


def holds(room: Room) -> bool:
    """Whether every measurement of the recovery holds."""
    return all(criterion["met"] for criterion in room["resolution"] if criterion["line"])
