"""``ss`` and ``netstat``: who listens where, and whether a queue of connections is full."""

import re
from typing import Final

import msgspec

from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Measured, Reading, State, tell

SOURCE = "sockets"
_SS: Final = re.compile(
    r"(?:(tcp|udp|raw|dccp|sctp|mptcp)6?\s+)?(LISTEN|UNCONN)\s+(\d{1,9})\s+(\d{1,9})\s+(\S{1,100}):(\d{1,5}|\*)\s+\S{1,100}(?:\s+(.*))?"
)
_NETSTAT: Final = re.compile(
    r"(tcp|udp|sctp)6?\s+(\d{1,9})\s+(\d{1,9})\s+(\S{1,100}):(\d{1,5}|\*)\s+\S{1,100}\s*(LISTEN)?(?:\s+(.*))?"
)
_SS_PROCESS: Final = re.compile(r'\(\("([^"]{1,80})",pid=(\d{1,10})')
_NETSTAT_PROCESS: Final = re.compile(r"(?:\d{1,10}\s+\d{1,12}\s+)?(\d{1,10})/(\S{1,80})")
_HEADER: Final = re.compile(r"(?:Netid\s+)?State\s+Recv-Q|Proto\s+Recv-Q|Active Internet connections")
_PORT: Final = re.compile(r":(\d{1,5})\b|sport\s*=\s*:?(\d{1,5})|^['\"]?(\d{2,5})['\"]?$")
_LINE_CHARS_MAX: Final = 2_000
_LOOPBACK: Final = ("127.", "[::1]", "::1", "localhost")
_PORT_MAX: Final = 65_535


class Listener(msgspec.Struct, frozen=True):
    """A socket that takes connections or datagrams; ``waiting_max`` 0 where the tool does not say."""

    protocol: str
    address: str
    port: str
    process: str
    waiting: int
    waiting_max: int

    @property
    def thing(self) -> str:
        """How a fact names it."""
        return f"{self.protocol} {self.port}"


def read(evidence: Evidence) -> Reading | None:
    """Everything that listens. With a port in the command the sentence says who has it, or that nobody does."""
    program = evidence.command.named("ss") or evidence.command.named("netstat")
    lines = [line.strip() for line in evidence.lines(_LINE_CHARS_MAX)]
    listeners = [found for line in lines if (found := _of_ss(line) or _of_netstat(line))]
    port = _asked(evidence)
    if program is None and not listeners:
        return None
    if (
        not listeners
        and (evidence.output.strip() if port is None else evidence.exit_code not in {0, 1})
        and not any(map(_HEADER.match, lines))
    ):
        return None
    facts: list[Fact] = [fact for listener in listeners for fact in _facts(listener)]
    clauses = [clause for listener in listeners if (clause := _queue(listener))]
    if port is not None:
        there = [listener for listener in listeners if listener.port == port]
        clauses.append(_who(port, there))
        facts.append(State(f"port {port}", "listening", "yes" if there else "no"))
    return tell(SOURCE, facts or [State("sockets", "listening", "none")], clauses)


def _asked(evidence: Evidence) -> str | None:
    """The port that the command asks for: ``| grep :6379``, ``sport = :6379``."""
    program = evidence.command.named("ss") or evidence.command.named("netstat")
    if program is None and evidence.command.programs:
        return None
    greps = [each for each in evidence.command.filters if each.path[0].endswith("grep")]
    words = [word for each in greps if not each.has("-v") for word in each.words]
    filters = [word for word in words if not word.startswith("-")] + [" ".join(program.words) if program else ""]
    found = next((match for word in filters if (match := _PORT.search(word[:200]))), None)
    port = next((group for group in found.groups() if group), None) if found else None
    return port if port and int(port) <= _PORT_MAX else None


def _of_ss(line: str) -> Listener | None:
    found = _SS.fullmatch(line)
    if not found:
        return None
    process = _SS_PROCESS.search(found[7] or "")
    protocol = found[1] or ("tcp" if found[2] == "LISTEN" else "udp")
    return Listener(protocol, found[5], found[6], f"{process[1]} ({process[2]})" if process else "", int(found[3]), int(found[4]))


def _of_netstat(line: str) -> Listener | None:
    found = _NETSTAT.fullmatch(line)
    if not found or (found[1] == "tcp" and not found[6]):
        return None
    process = _NETSTAT_PROCESS.search(found[7] or "")
    return Listener(found[1], found[4], found[5], f"{process[2].rstrip(':')} ({process[1]})" if process else "", int(found[2]), 0)


def _facts(listener: Listener) -> list[Fact]:
    facts: list[Fact] = [State(listener.thing, "listens on", f"{listener.address}:{listener.port}")]
    if listener.process:
        facts.append(State(listener.thing, "process", listener.process))
    if listener.protocol == "tcp":
        facts.append(Measured(listener.thing, "waiting", float(listener.waiting), "count", float(listener.waiting_max) or None))
    return facts


def _queue(listener: Listener) -> Clause | None:
    """A queue that holds more than it takes: new connections are dropped there."""
    if listener.protocol != "tcp" or not listener.waiting_max or listener.waiting < listener.waiting_max:
        return None
    name = listener.process.split(" (")[0] or "the process"
    return Clause(
        "bad", f"{listener.waiting} connections wait for {name} on port {listener.port}, which holds {listener.waiting_max}"
    )


def _who(port: str, there: list[Listener]) -> Clause:
    if not there:
        return Clause("bad", f"nobody listens on port {port}")
    names = list(dict.fromkeys(listener.process.split(" (")[0] for listener in there if listener.process))
    local = all(listener.address.startswith(_LOOPBACK) for listener in there)
    where = f"on port {port}{', reachable from this machine only' if local else ''}"
    return Clause("fine", f"{', '.join(names)} listens {where}" if names else f"a process listens {where}; its name is not shown")
