"""psql and pg_isready: who waits for whom, what runs for long, how many sessions there are, and every way of being refused."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from stormjib.core.text.units import counted as plural
from stormjib.core.text.units import duration
from stormjib.evidence.readers.amount import number
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Level, Measured, Reading, State, tell
from stormjib.evidence.readers.refusals import Refusals
from stormjib.evidence.readers.sql_rows import Row, counted, rows_of

SOURCE = "postgres"
LONG_SECONDS: Final = 60.0
"""A query or a transaction that is open for longer is worth a sentence."""
LAG_SECONDS: Final = 10.0
_REFUSALS: Final = Refusals("postgres_refusals.tsv")
_GONE: Final = ("is down", "does not answer", "is not found", "no way to", "takes no connections", "closed the connection")
_FAILED: Final = re.compile(r"^(?:psql: |ERROR: |FATAL: |.{1,200} - (?:no |rejecting))", re.MULTILINE)
_SPAN: Final = re.compile(r"-?(?:(\d{1,6}) days? )?(\d{1,4}):(\d\d):(\d\d(?:\.\d{1,6})?)")
_SPANS: Final = ("duration", "age", "runtime", "running_for", "query_time", "elapsed", "xact_age", "query_age")
_NUMBERS_MAX: Final = 20
_QUERY_CHARS: Final = 80


def read(evidence: Evidence) -> Reading | None:
    """Only of psql and pg_isready; what is refused is told before any row."""
    program = evidence.command.named("psql") or evidence.command.named("pg_isready")
    if program is None:
        return None
    if (
        evidence.exit_code
        and _FAILED.search(evidence.output)
        and (refused := _REFUSALS.read(SOURCE, "postgres", evidence.output))
    ):
        gone = any(mark in refused.sentence for mark in _GONE)
        return tell(
            SOURCE,
            [*refused.facts, *([State("postgres", "answer", "none")] if gone else [])],
            [Clause(refused.level, refused.sentence.rstrip("."))],
        )
    if program.path[0] == "pg_isready":
        ready = evidence.exit_code == 0
        clauses = [Clause("fine", "PostgreSQL takes connections")] if ready else [Clause("bad", "PostgreSQL does not answer")]
        return tell(SOURCE, [State("postgres", "answer", "accepting" if ready else "none")], clauses)
    query = program.value("-c", "--command") or next((word for word in program.words if "select" in word.lower()), "")
    bare = program.has("-t", "--tuples-only")
    rows = None if evidence.exit_code else rows_of(evidence.output, query, bare=bare)
    if rows is None:
        return None
    return tell(SOURCE, *_told(rows, query.lower(), counted(evidence.output)))


def _told(rows: list[Row], query: str, said: int | None) -> tuple[list[Fact], list[Clause]]:
    facts: list[Fact] = [Measured("postgres", "rows", float(len(rows) if said is None else said), "count")]
    clauses = [clause for told in (_blocked, _locks, _activity, _replicas, _states) for clause in told(rows, query, facts)]
    if "pg_stat_replication" in query and not rows:
        clauses.append(Clause("note", "no replica is connected to PostgreSQL"))
    if not clauses and len(facts) == 1:
        facts.extend(_numbers(rows))
    if not clauses and not rows:
        clauses.append(Clause("fine", "the query finds no rows"))
    return facts, clauses


def _blocked(rows: list[Row], query: str, facts: list[Fact]) -> Iterator[Clause]:
    """Each row is a session that another one blocks: by the names of the columns, else by the function that tells it."""
    columns = {name for row in rows[:1] for name in row}
    if not rows or not (any("block" in name for name in columns) or "pg_blocking_pids" in query):
        return
    waiting = [
        row for row in rows if any(value not in {"", "{}"} for name, value in row.items() if "block" in name or len(row) > 1)
    ]
    if not waiting:
        return
    facts.append(Measured("postgres", "blocked sessions", float(len(waiting)), "count"))
    by = next((f"; {_query(value)} holds the lock" for name, value in waiting[0].items() if _holds(name) and _query(value)), "")
    verb = "waits" if len(waiting) == 1 else "wait"
    yield Clause("bad", f"{plural(len(waiting), 'session')} of PostgreSQL {verb} for a lock{by}")


def _holds(name: str) -> bool:
    return "blocking" in name and ("query" in name or "statement" in name)


def _locks(rows: list[Row], _query_text: str, facts: list[Fact]) -> Iterator[Clause]:
    waiting = [row for row in rows if row.get("granted") in {"f", "false"}]
    if waiting:
        facts.append(Measured("postgres", "locks not granted", float(len(waiting)), "count"))
        on = waiting[0].get("relation") or waiting[0].get("relname") or ""
        verb = "is" if len(waiting) == 1 else "are"
        yield Clause("bad", f"{plural(len(waiting), 'lock')} of PostgreSQL {verb} waited for{f', on {on}' if on else ''}")


def _activity(rows: list[Row], _query_text: str, facts: list[Fact]) -> Iterator[Clause]:
    """Sessions: those that wait for a lock, and the one that is at work or idle in its transaction for longest."""
    sessions = [row for row in rows if "pid" in row or "state" in row]
    waiting = [row for row in sessions if row.get("wait_event_type") == "Lock"]
    if waiting:
        facts.append(Measured("postgres", "sessions that wait for a lock", float(len(waiting)), "count"))
        verb = "waits" if len(waiting) == 1 else "wait"
        yield Clause("bad", f"{plural(len(waiting), 'session')} of PostgreSQL {verb} for a lock")
    aged = [(seconds, row) for row in sessions if (seconds := _age(row)) is not None and row.get("state", "active") != "idle"]
    if not aged:
        return
    seconds, oldest = max(aged, key=lambda pair: pair[0])
    facts.append(Measured("postgres", "longest", seconds, "seconds"))
    if seconds >= LONG_SECONDS:
        idle = "idle in transaction" in oldest.get("state", "")
        level: Level = "warn"
        text = (
            f"a session is idle in its transaction for {duration(seconds)}" if idle else f"a query runs for {duration(seconds)}"
        )
        query = _query(oldest.get("query", ""))
        yield Clause(level, f"{text} in PostgreSQL{f': {query}' if query else ''}")


def _replicas(rows: list[Row], query: str, facts: list[Fact]) -> Iterator[Clause]:
    for row in rows if "replication" in query or "replay" in query or "lag" in query else ():
        lags = [seconds for name, value in row.items() if "lag" in name and (seconds := _seconds(value)) is not None]
        if lags:
            facts.append(Measured("postgres replica", "lag", max(lags), "seconds"))
            if max(lags) >= LAG_SECONDS:
                yield Clause("warn", f"a replica of PostgreSQL is {duration(max(lags))} behind")


def _states(rows: list[Row], _query_text: str, facts: list[Fact]) -> Iterator[Clause]:
    """Sessions by state: counted by the query, or row by row."""
    if rows and {"state", "count"} <= set(rows[0]):
        counts = Counter(
            {
                row.get("state") or "other": int(count)
                for row in rows
                if (count := row.get("count", "")).isdecimal() and len(count) < _DIGITS_MAX
            }
        )
    elif rows and {"state", "pid"} <= set(rows[0]):
        counts = Counter(row.get("state") or "other" for row in rows)
    else:
        return
    facts.extend(
        Measured(f"postgres {state}", "sessions", float(count), "count") for state, count in counts.most_common(_NUMBERS_MAX)
    )
    yield from ()


_DIGITS_MAX: Final = 12


def _numbers(rows: list[Row]) -> Iterator[Fact]:
    """What else the query measures, by the name of its column and the first word of its row."""
    for row in rows[:_NUMBERS_MAX]:
        label = next((value for value in row.values() if value and number(value) is None), "")[:_QUERY_CHARS]
        for name, value in row.items():
            amount = number(value)
            if amount is not None:
                yield Measured(f"postgres {label}".strip(), name, amount, "count")


def _age(row: Row) -> float | None:
    return next((found for name in row if name in _SPANS and (found := _seconds(row[name])) is not None), None)


def _seconds(text: str) -> float | None:
    found = _SPAN.fullmatch(text.strip())
    if not found or text.startswith("-"):
        return None
    return int(found[1] or 0) * 86_400 + int(found[2]) * 3_600 + int(found[3]) * 60 + float(found[4])


def _query(text: str) -> str:
    """A query between quotation marks, cut to what fits a sentence."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= _QUERY_CHARS else line[: _QUERY_CHARS - 1] + '…'}”" if line and not line.isdecimal() else ""
