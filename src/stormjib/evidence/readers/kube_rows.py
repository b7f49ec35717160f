"""One thing in Kubernetes (pod, node, deployment, volume …) → its facts, and what stands out about it."""

import re
from typing import Final

import msgspec

from stormjib.core.observation import RANK
from stormjib.core.text.table import table
from stormjib.core.text.units import counted
from stormjib.evidence.readers.reading import Clause, Fact, Level, Measured, State

RECENT_SECONDS: Final = 3_600.0
"""A restart or an event that is longer ago is history."""
_YOUNG_SECONDS: Final = 60.0
_RESTARTS_MANY: Final = 5
_SHARE: Final = re.compile(r"(\d{1,6})/(\d{1,6})")
_RESTARTS: Final = re.compile(r"(\d{1,9})(?: \((.{1,20}) ago\))?")
_SPAN: Final = re.compile(r"(\d{1,6})([ydhms])")
_SECONDS: Final = {"y": 31_536_000, "d": 86_400, "h": 3_600, "m": 60, "s": 1}


class Word(msgspec.Struct, frozen=True, array_like=True):
    """A row of ``kube.tsv``."""

    word: str
    level: Level
    says: str
    kind: str
    strength: float


WORDS: Final = {one.word: one for one in table(Word, __package__, "kube.tsv")}


def word_of(status: str) -> Word | None:
    """What a STATUS says: the worst of ``Ready,SchedulingDisabled``; of ``Init:Error`` what stands behind."""
    parts = [part.removeprefix("Init:").removeprefix("Signal:") for part in status.split(",")]
    if re.fullmatch(r"Init:\d{1,3}/\d{1,3}", status):
        return WORDS["PodInitializing"]
    found = [WORDS[part] for part in parts if part in WORDS]
    return max(found, key=lambda one: RANK[one.level], default=None)


def age_seconds(text: str) -> float | None:
    """Seconds in ``2m10s``, ``5d3h`` or ``40s``; None for any other text."""
    text = text.strip()
    if not re.fullmatch(r"(?:\d{1,6}[ydhms]){1,4}", text):
        return None
    return float(sum(int(count) * _SECONDS[unit] for count, unit in _SPAN.findall(text)))


def read_row(row: dict[str, str], kind: str = "") -> tuple[list[Fact], list[Clause]]:
    """A row by the names of kubectl's columns; ``kind`` is what it is one of, where that is known."""
    name = row.get("NAME", "").rpartition("/")[2]
    kind = row.get("NAME", "").rpartition("/")[0].partition(".")[0] or kind
    if not name:
        return [], []
    facts: list[Fact] = [State(name, "kind", kind)] if kind not in {"", "pod"} else []
    clauses = [*_status(name, row, facts), *_ready(name, kind, row, facts), *_restarts(name, row, facts)]
    if row.get("ENDPOINTS") == "<none>":
        facts.append(State(name, "endpoints", "none"))
        clauses.append(Clause("warn", f"{name} has no endpoints, so nothing answers behind it"))
    return facts, clauses


def _status(name: str, row: dict[str, str], facts: list[Fact]) -> list[Clause]:
    status = row.get("STATUS", "")
    if not status or " " in status:
        return []
    facts.append(State(name, "status", status))
    word = word_of(status)
    if word is None:
        exit_code = re.fullmatch(r"(?:Init:)?ExitCode:(\d{1,3})", status)
        return [Clause("bad", f"{name} ended with exit code {exit_code[1]}")] if exit_code else []
    if word.level == "fine":
        return []
    restarts = _RESTARTS.match(row.get("RESTARTS", ""))
    times = f" ({counted(int(restarts[1]), 'restart')})" if restarts and int(restarts[1]) else ""
    young = word.word == "Pending" and (age_seconds(row.get("AGE", "")) or _YOUNG_SECONDS) < _YOUNG_SECONDS
    said = "" if word.word in {"NotReady", "SchedulingDisabled"} else f": {word.word}"
    return [Clause("note" if young else word.level, f"{name} {word.says}{said}{times}")]


def _ready(name: str, kind: str, row: dict[str, str], facts: list[Fact]) -> list[Clause]:
    """So many of so many: READY of pods and deployments, DESIRED against AVAILABLE of older ones and daemon sets."""
    found = _SHARE.fullmatch(row.get("READY", "")) or _SHARE.fullmatch(row.get("COMPLETIONS", ""))
    wanted = found[2] if found else row.get("DESIRED", "")
    there = found[1] if found else row.get("AVAILABLE", "") or row.get("READY", "")
    if not wanted.isdecimal() or not there.isdecimal() or "COMPLETIONS" in row:
        return []
    ready, whole = int(there), int(wanted)
    facts.append(Measured(name, "ready", float(ready), "count", float(whole)))
    word = word_of(row.get("STATUS", ""))
    if ready >= whole or (word and (word.level != "fine" or word.says == "ended well")):
        return []
    young = (age_seconds(row.get("AGE", "")) or _YOUNG_SECONDS) < _YOUNG_SECONDS
    level: Level = "note" if young or kind == "replicaset" else "warn" if ready else "bad"
    what = "containers" if "STATUS" in row and "RESTARTS" in row else "pods"
    runs = "runs, but " if what == "containers" else "has "
    return [Clause(level, f"{name} {runs}{ready} of {whole} {what}{' are' if what == 'containers' else ''} ready")]


def _restarts(name: str, row: dict[str, str], facts: list[Fact]) -> list[Clause]:
    found = _RESTARTS.fullmatch(row.get("RESTARTS", ""))
    if not found or not int(found[1]):
        return []
    count = int(found[1])
    ago = age_seconds(found[2] or "")
    facts.append(Measured(name, "restarts", float(count), "count"))
    if ago is not None:
        facts.append(Measured(name, "last restart ago", ago, "seconds"))
    word = word_of(row.get("STATUS", ""))
    if word and word.level == "bad":
        return []
    recent = ago < RECENT_SECONDS if ago is not None else count >= _RESTARTS_MANY
    last = f", the last {found[2]} ago" if found[2] else ""
    return [Clause("warn" if recent else "note", f"{name} was restarted {counted(count, 'time')}{last}")]
