"""Containers' states: ``docker ps``, ``docker inspect`` and ``docker-compose ps`` of both versions say the same of them."""

import re
from typing import Final

import msgspec

from stormjib.core.text import units
from stormjib.evidence.readers.amount import span_seconds
from stormjib.evidence.readers.compose_name import replica_of
from stormjib.evidence.readers.reading import Clause, Fact, Level, Measured, State

YOUNG_SECONDS: Final = 60.0
"""A container that is up for less was started just now, which somebody or something did."""

STATUS: Final = re.compile(
    r"(?:Up(?: .{1,80})?|Exited \(\d{1,3}\).{0,80}|Exit -?\d{1,5}|Restarting(?: \(\d{1,3}\).{0,80})?|Created|Dead|Paused"
    r"|Removal In Progress|running(?: ?\(\w+\))?|exited ?\(\d{1,3}\)|paused|restarting|created|dead|removing)(?: \(.{1,40}\))?"
)
_CODE: Final = re.compile(r"\((\d{1,3})\)|[Ee]xit -?(\d{1,5})")
# 128 and the number of the signal that ended it.
_SIGNALS: Final = {130: " (SIGINT)", 134: " (SIGABRT)", 135: " (SIGBUS)", 137: " (SIGKILL)", 139: " (SIGSEGV)", 143: " (SIGTERM)"}
_HEALTH: Final = re.compile(r"\((?:health: )?(healthy|unhealthy|starting)\)")


class Container(msgspec.Struct):
    """One container; ``state`` is one of Docker's own words, ``running``, ``exited``, ``restarting``, ``paused`` and so on."""

    name: str
    state: str
    exit_code: int | None = None
    health: str = ""
    image: str = ""
    service: str = ""
    since: str = ""
    up_seconds: float | None = None
    oom_killed: bool = False
    restarts: int | None = None
    error: str = ""
    memory_limit: int = 0
    started_at: str = ""
    finished_at: str = ""


def of_status(name: str, status: str) -> Container:
    """From the words of a STATUS or State column: ``Up 2 hours (healthy)``, ``Exited (137) 5 minutes ago``, ``Exit 137``."""
    word = status.split("(", maxsplit=1)[0].split(maxsplit=1)[0].lower() if status.strip() else ""
    state = {"up": "running", "exit": "exited", "removal": "removing"}.get(word, word)
    if "(Paused)" in status:
        state = "paused"
    code, health = _CODE.search(status), _HEALTH.search(status)
    found = Container(name, state, health=health[1] if health else "")
    if state in {"exited", "restarting"} and code:
        found.exit_code = int(code[1] or code[2])
    if state == "running":
        found.up_seconds = span_seconds(status)
    elif "ago" in status:
        found.since = status.split(")", 1)[-1].strip()
    return found


def facts_of(container: Container) -> list[Fact]:
    """Everything that is known of it, as facts."""
    name = container.name
    facts: list[Fact] = [State(name, "state", container.state)]
    states = (
        ("health", container.health),
        ("image", container.image),
        ("service", container.service),
        ("replica of", replica_of(name)),
        ("started at", container.started_at),
        ("finished at", container.finished_at),
    )
    facts.extend(State(name, label, value) for label, value in states if value)
    if container.exit_code is not None and container.state != "running":
        facts.append(Measured(name, "exit code", float(container.exit_code), "exit code"))
    if container.oom_killed:
        facts.append(State(name, "killed for lack of memory", "yes"))
    if container.restarts is not None:
        facts.append(Measured(name, "restarts", float(container.restarts), "count"))
    if container.up_seconds is not None:
        facts.append(Measured(name, "up", container.up_seconds, "seconds"))
    if container.memory_limit:
        facts.append(Measured(name, "memory limit", float(container.memory_limit), "bytes"))
    return facts


def clauses_of(container: Container) -> list[Clause]:
    """What stands out about it; nothing for one that simply runs."""
    name, found = container.name, list[Clause]()
    code = "" if container.exit_code is None else f" with code {container.exit_code}{_SIGNALS.get(container.exit_code, '')}"
    since = f", {container.since}" if container.since else ""
    match container.state:
        case "running" if container.health == "unhealthy":
            found.append(Clause("bad", f"{name} runs and is unhealthy"))
        case "running" if container.up_seconds is not None and container.up_seconds < YOUNG_SECONDS:
            found.append(Clause("note", f"{name} is up for only {units.duration(container.up_seconds)}"))
        case "exited" if container.oom_killed:
            found.append(
                Clause("bad", f"{name} was killed for lack of memory{f' (exit code {container.exit_code})' if code else ''}")
            )
        case "exited":
            level: Level = "bad" if container.exit_code else "note"
            found.append(Clause(level, f"{name} exited{code}{since}"))
        case "restarting":
            found.append(
                Clause("bad", f"{name} restarts again and again, ending each time{code}" if code else f"{name} is restarting")
            )
        case "paused" | "dead" | "removing":
            found.append(Clause("bad", f"{name} is {container.state}"))
        case "created":
            found.append(Clause("note", f"{name} was created and never started"))
    if container.restarts:
        found.append(Clause("warn", f"{name} was restarted {_times(container.restarts)} by Docker"))
    if container.error:
        found.append(Clause("bad", f"{name} says: {container.error[:200]}"))
    return found


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
