"""``kubectl describe``: of a pod what its containers wait for and how they ended, of a node its conditions, and the warnings below."""

import re
from typing import Final

import msgspec

from stormjib.evidence.readers.kube_events import told_events
from stormjib.evidence.readers.kube_rows import WORDS, read_row
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Measured, Reading, State, tell

SOURCE = "kubectl"
_LINE_CHARS_MAX: Final = 4_000
_FIELD: Final = re.compile(r"( *)([A-Z][\w ()-]{0,60}): *(.*)")
_CONTAINER: Final = re.compile(r"  ([a-z0-9][\w.-]{0,80}):")
_EVENT: Final = re.compile(r"  (Normal|Warning) +(\w+) +(\S+(?: \(x\d+ over \S+\))?) +(\S+) +(.*)")
_CONDITION: Final = re.compile(r"  (\w+) +(True|False|Unknown) +.*")
_REPLICAS: Final = re.compile(r"(\d{1,6}) desired .*?(\d{1,6}) available.*")


def read(evidence: Evidence) -> Reading | None:
    """One thing or several; only what begins with a ``Name:``."""
    lines = evidence.lines(_LINE_CHARS_MAX)
    starts = [at for at, line in enumerate(lines) if line.startswith("Name: ")]
    if not lines or starts[:1] != [0]:
        return None
    things = [_Thing(lines[start].partition(":")[2].strip()) for start in starts]
    for thing, start, end in zip(things, starts, [*starts[1:], len(lines)], strict=True):
        for line in lines[start + 1 : end]:
            thing.feed(line)
    told = [thing.told() for thing in things]
    return tell(SOURCE, (fact for facts, _ in told for fact in facts), (clause for _, clauses in told for clause in clauses))


class _Thing(msgspec.Struct):
    """One thing that is described, with the row that ``get`` would print of it."""

    name: str
    row: dict[str, str] = {}
    facts: list[Fact] = []
    clauses: list[Clause] = []
    events: list[dict[str, str]] = []
    block: str = ""
    ready: list[bool] = []

    def feed(self, line: str) -> None:
        """Take the next line in."""
        if event := _EVENT.fullmatch(line):
            kind, reason, seen, _, message = event.groups()
            self.events.append({"TYPE": kind, "REASON": reason, "SEEN": seen, "OBJECT": self.name, "MESSAGE": message})
        elif condition := _CONDITION.fullmatch(line):
            self._condition(condition[1], condition[2])
        elif field := _FIELD.fullmatch(line):
            label, value = field[2], field[3].strip()
            self.block = label if label in {"State", "Last State"} else self.block if len(field[1]) > _INNER else ""
            self.row |= self._field(label, value)
            if label == "Ready":
                self.ready.append(value == "True")
            if self.block == "Last State":
                self._ended(label, value)

    def told(self) -> tuple[list[Fact], list[Clause]]:
        """What was read, once all lines are in."""
        ready = {"READY": f"{sum(self.ready)}/{len(self.ready)}"} if self.ready else {}
        found, said = read_row({"NAME": self.name, **self.row, **ready})
        more, warned = told_events(event for event in self.events if event["TYPE"] == "Warning")
        return [*self.facts, *(found or [State(self.name, "described", "yes")]), *more], [*self.clauses, *said, *warned]

    def _field(self, label: str, value: str) -> dict[str, str]:
        if label == "Status" and not self.block and value:
            return {"STATUS": value.partition(" ")[0]}
        if label == "Reason" and self.block == "State" and value in WORDS:
            return {"STATUS": value}
        if label == "Restart Count" and value.isdecimal():
            return {"RESTARTS": str(int(self.row.get("RESTARTS", "0")) + int(value[:9]))}
        replicas = _REPLICAS.match(value) if label == "Replicas" else None
        return {"READY": f"{replicas[2]}/{replicas[1]}"} if replicas else {}

    def _condition(self, label: str, value: str) -> None:
        """A node's: Ready has to be true, every other one false."""
        if label == "Ready" and "STATUS" not in self.row:
            self.row["STATUS"] = "Ready" if value == "True" else "NotReady"
        elif label in WORDS and value == "True":
            self.facts.append(State(self.name, "condition", label))
            self.clauses.append(Clause(WORDS[label].level, f"{self.name} {WORDS[label].says}: {label}"))

    def _ended(self, label: str, value: str) -> None:
        """How its container ended the last time."""
        if label == "Exit Code" and value.isdecimal() and int(value):
            self.facts.append(Measured(self.name, "exit code", float(value[:9]), "exit code"))
            self.clauses.append(Clause("note", f"its container ended with exit code {value} the last time"))
        elif label == "Reason" and value == "OOMKilled":
            self.facts.append(State(self.name, "killed for lack of memory", "yes"))
            self.clauses.append(Clause("bad", f"{self.name} was killed for lack of memory: OOMKilled"))


_INNER: Final = 4
"""A field of a container stands so far in."""
