"""kubectl: the tables and lists of ``get`` and ``top``, ``rollout status``, and every way of being refused."""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from stormjib.core.observation import RANK
from stormjib.core.text.units import percent
from stormjib.evidence.readers.amount import percent as percent_of
from stormjib.evidence.readers.columns import header_of, rows_of
from stormjib.evidence.readers.kube_events import event_rows, read_events
from stormjib.evidence.readers.kube_json import row_of
from stormjib.evidence.readers.kube_rows import read_row, word_of
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Measured, Reading, State, tell
from stormjib.evidence.readers.refusals import Refusals

SOURCE = "kubectl"
FULL_PERCENT: Final = 90.0
_REFUSALS: Final = Refusals("kube_refusals.tsv")
_JSON_CHARS_MAX: Final = 4_194_304
_LINE_CHARS_MAX: Final = 4_000
_KINDS: Final = {
    **dict.fromkeys(("pods", "pod", "po"), "pod"),
    **dict.fromkeys(("nodes", "node", "no"), "node"),
    **dict.fromkeys(("deployments", "deployment", "deploy"), "deployment"),
    **dict.fromkeys(("statefulsets", "statefulset", "sts"), "statefulset"),
    **dict.fromkeys(("replicasets", "replicaset", "rs"), "replicaset"),
    **dict.fromkeys(("events", "event", "ev"), "event"),
}
# The columns of a row whose header a filter has taken away.
_BARE: Final = {
    "pod": re.compile(r"(?:(?P<NAMESPACE>\S+) +)?(?P<NAME>\S+) +(?P<READY>\d+/\d+) +(?P<STATUS>\S+) +(?P<RESTARTS>\d+(?: \(\S+ ago\))?) +(?P<AGE>\w+)(?: .*)?"),
    "node": re.compile(r"(?P<NAME>\S+) +(?P<STATUS>(?:Not)?Ready\S*) +(?P<ROLES>\S+) +(?P<AGE>\w+) +v\S+(?: .*)?"),
    "deployment": re.compile(r"(?:(?P<NAMESPACE>\S+) +)?(?P<NAME>\S+) +(?P<READY>\d+/\d+) +\d+ +\d+ +(?P<AGE>\w+)(?: .*)?"),
    "statefulset": re.compile(r"(?:(?P<NAMESPACE>\S+) +)?(?P<NAME>\S+) +(?P<READY>\d+/\d+) +(?P<AGE>\w+)(?: .*)?"),
}  # fmt: skip
_ROLLED: Final = re.compile(r'(?:deployment|daemon set|statefulset|stateful set)s?(?:\.apps)? "?([^\s"]{1,100})"? successfully rolled out|rolling update complete \d+ pods')  # fmt: skip
_ROLLING: Final = re.compile(r'Waiting for (?:\w+ )?(?:spec update|"?([^\s"]{1,100})"?)[^\n]{0,60}(?:rollout to finish|roll out to finish|update)[^\n:]{0,40}(?:: )?([^\n]{0,160})')  # fmt: skip

_LATE: Final = re.compile(
    r'(?:deployment )?"?([^\s"]{1,100})?"? exceeded its progress deadline|timed out waiting for the condition'
)


def read(evidence: Evidence) -> Reading | None:
    """By the command's name, or by a header that is kubectl's; what is neither a table nor a list is left to others."""
    program = evidence.command.named("kubectl") or evidence.command.named("helm")
    asked = next((_KINDS[kind] for word in (program.words if program else ()) if (kind := word.partition("/")[0]) in _KINDS), "")
    lines = evidence.lines(_LINE_CHARS_MAX)
    if program and len(program.path) > 1 and program.path[1] == "rollout" and (said := _rollout(evidence.output)):
        return said
    if program and evidence.exit_code and (refused := _REFUSALS.read(SOURCE, "kubernetes", evidence.output)):
        return refused
    if program and program.path[1:2] == ("logs",):
        return None
    if program and lines and all(line.startswith(("No resources found", "No events found")) for line in lines):
        quiet = asked == "event" or bool(evidence.command.filters) or program.has("--field-selector")
        where = re.search(r" in \S{1,80} namespace", lines[0])
        clause = Clause("fine" if quiet else "warn", f"there is no {asked or 'such thing'}{where[0] if where else ' here'}")
        return tell(SOURCE, [State("kubernetes", "resources", "none")], [clause])
    items = _items(evidence.output) if program else None
    if items is not None:
        return _of_items(items)
    events = list(event_rows(lines)) if program or "LAST SEEN" in evidence.output else []
    if events:
        return read_events(SOURCE, events)
    rows = list(rows_of(lines, "NAME") if program else rows_of(lines, "NAME", "READY", "AGE"))
    rows = rows or ([row for line in lines if (row := _bare(line, asked))] if program else [])
    if program and not rows and lines and all(any(name == "NAME" for _, name in header_of(line)) for line in lines):
        return tell(SOURCE, [State("kubernetes", "listed", "none")], [Clause("fine", "the list is empty")])
    rows = rows or ([row for line in lines if (row := _worded(line))] if program else [])
    return _of_rows(rows, asked) if rows else None


def _worded(line: str) -> dict[str, str] | None:
    """A line in a format of the command's own that names a thing and a state that is Kubernetes' alone, such as ``api-1 OOMKilled``."""
    words = line.replace(",", " ").replace("=", " ").split()
    status = next(
        (word for word in words[1:] if _OWN_WORD.fullmatch(word) and (known := word_of(word)) and known.level == "bad"), ""
    )
    return {"NAME": words[0], "STATUS": status} if status and _THING.fullmatch(words[0]) else None


_OWN_WORD: Final = re.compile(r"[A-Z][a-z]+(?:[A-Z][A-Za-z]*)+|OOMKilled|Evicted")
_THING: Final = re.compile(r"(?:[a-z]+/)?[a-z0-9][a-z0-9.-]{0,250}")


def _bare(line: str, asked: str) -> dict[str, str] | None:
    kinds = [asked] if asked in _BARE else list(_BARE) if not asked else []
    found = next((match for kind in kinds if (match := _BARE[kind].fullmatch(line))), None)
    return {name: value or "" for name, value in found.groupdict().items()} if found else None


def _of_rows(rows: list[dict[str, str]], asked: str) -> Reading | None:
    """What is in trouble comes first, so that a long list does not push it out of the facts."""
    told = [(*read_row(row, asked), row) for row in rows]
    facts: list[tuple[int, list[Fact]]] = []
    clauses: list[Clause] = []
    for found, said, row in told:
        used, full = _top(row)
        facts.append((max((RANK[one.level] for one in (*said, *full)), default=0), [*found, *used]))
        clauses.extend((*said, *full))
    ordered = [fact for _, group in sorted(facts, key=lambda pair: -pair[0]) for fact in group]
    if not ordered:
        return None
    return tell(SOURCE, [Measured("kubernetes", "listed", float(len(rows)), "count"), *ordered], clauses)


def _top(row: dict[str, str]) -> tuple[list[Fact], list[Clause]]:
    """Of ``kubectl top``: what a pod uses, and how full a node is."""
    facts: list[Fact] = []
    clauses: list[Clause] = []
    name = row.get("NAME", "")
    for column, what in (("CPU%", "processors"), ("CPU(%)", "processors"), ("MEMORY%", "memory"), ("MEMORY(%)", "memory")):
        share = percent_of(row.get(column, ""))
        if share is not None:
            facts.append(Measured(name, f"{what} used", share, "percent", 100.0))
            if share >= FULL_PERCENT:
                clauses.append(Clause("warn", f"{name} uses {percent(share)} of its {what}"))
    facts.extend(State(name, column[:-7].lower(), row[column]) for column in ("CPU(cores)", "MEMORY(bytes)") if row.get(column))
    return facts, clauses


def _rollout(output: str) -> Reading | None:
    """The last word counts: a rollout that waits and then ends has ended."""
    if late := _LATE.search(output):
        text = f"the rollout{f' of {late[1]}' if late[1] else ''} did not end in time"
        return tell(SOURCE, [State(late[1] or "kubernetes", "rollout", "not in time")], [Clause("bad", text)])
    done = _ROLLED.search(output)
    if done:
        return tell(SOURCE, [State(done[1] or "kubernetes", "rollout", "complete")], [Clause("fine", "the rollout is complete")])
    waits = _ROLLING.findall(output[-_LINE_CHARS_MAX:])
    if not waits:
        return None
    name, why = waits[-1]
    why = why.rstrip(".")
    text = f"the rollout{f' of {name}' if name else ''} is not complete{f': {why}' if why else ''}"
    return tell(SOURCE, [State(name or "kubernetes", "rollout", why or "waits")], [Clause("warn", text)])


def _items(output: str) -> list[dict[str, Any]] | None:
    """Of ``-o json``: a list's items, or the one thing; None where the output is no such JSON."""
    text = output.strip()
    if not text.startswith("{") or len(text) > _JSON_CHARS_MAX:
        return None
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not isinstance(said.get("kind"), str):
        return None
    found = said.get("items") if said["kind"].endswith("List") else [said]
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else None


def _of_items(items: list[dict[str, Any]]) -> Reading | None:
    if not items:
        return tell(SOURCE, [State("kubernetes", "resources", "none")], [Clause("warn", "the list is empty")])
    rows = [(row, extra) for item in items for row, extra in row_of(item)]
    events = [row for row, _ in rows if "REASON" in row]
    if events:
        return read_events(SOURCE, events)
    found = _of_rows([row for row, _ in rows], "")
    pressed = [(row["NAME"], word) for row, extra in rows for name in extra if (word := word_of(name))]
    if found is None or not pressed:
        return found
    facts = [State(name.rpartition("/")[2], "condition", word.word) for name, word in pressed]
    clauses = [Clause(word.level, f"{name.rpartition('/')[2]} {word.says}: {word.word}") for name, word in pressed]
    return joined(found, facts, clauses)


def joined(found: Reading, facts: Iterable[Fact], clauses: Iterable[Clause]) -> Reading:
    """The same with more facts and sentences."""
    more = tell(found.source, [*facts, *found.facts], clauses)
    if not more.sentence:
        return more
    worst = max(found.level, more.level, key=lambda level: RANK[level])
    return Reading(found.source, more.facts, " ".join(filter(None, (more.sentence, found.sentence))), worst)
