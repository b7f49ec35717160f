"""What redis-cli prints besides INFO: PONG, a number, the slow log, and every way of being refused."""

import re
from typing import Final

from stormjib.core.shell.command_line import Program
from stormjib.core.text import units
from stormjib.evidence.readers.amount import number
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Level, Measured, Reading, State, tell

SOURCE = "redis"
SLOW_MILLISECONDS: Final = 10.0
"""Redis' own default for what belongs in the slow log."""

_HEAD_CHARS: Final = 4_000
_REFUSED: Final = re.compile(
    r"connection refused|could not connect|no route to host|connect(?:ion)? (?:timed out|reset)", re.IGNORECASE
)
_REFUSALS: Final[tuple[tuple[str, Level, str], ...]] = (
    ("LOADING", "bad", "redis is up but still loads its data"),
    ("OOM command not allowed", "bad", "redis is out of memory and refuses writes"),
    ("MISCONF", "bad", "redis cannot save to disk and refuses writes"),
    ("READONLY", "warn", "this redis is a replica and refuses writes"),
    ("MASTERDOWN", "bad", "this redis is a replica, has lost its master, and refuses to answer"),
    ("CLUSTERDOWN", "bad", "the redis cluster is down"),
    ("NOREPLICAS", "bad", "redis has too few replicas in step and refuses writes"),
    ("BUSY ", "bad", "redis is busy with a script and answers nothing else"),
    ("ERR max number of clients reached", "bad", "redis has as many clients as it takes and turns others away"),
    ("AUTH failed: WRONGPASS", "warn", "redis does not take this check's password"),
    ("MOVED", "warn", "this redis is a part of a cluster and has the key elsewhere; ask with redis-cli -c"),
    ("ASK", "warn", "this redis is a part of a cluster and is handing the key over; ask with redis-cli -c"),
    ("ERR unknown command", "warn", "redis does not know this command"),
    ("NOAUTH", "warn", "redis asks for a password, and this check has none"),
    ("WRONGPASS", "warn", "redis does not take this password"),
    ("NOPERM", "warn", "redis does not let this user run this command"),
    ("Error: Server closed the connection", "bad", "redis closed the connection without an answer"),
)
_UNREACHED: Final[tuple[tuple[re.Pattern[str], Level, str], ...]] = (
    (
        re.compile(r"certificate verify failed|unable to get local issuer|self.signed certificate"),
        "warn",
        "this check does not trust the certificate of redis; give redis-cli its --cacert",
    ),
    (re.compile(r"SSL_connect failed|wrong version number|SSL routines"), "warn", "the TLS handshake with redis fails"),
    (
        re.compile(r"Name or service not known|Temporary failure in name resolution|Could not resolve|nodename nor servname"),
        "bad",
        "the host name of redis is not found",
    ),
)
"""It was not reached, which does not say that it is down."""
_WARNING: Final = "Warning: Using a password"
_CLUSTER: Final = re.compile(r"^cluster_state:(\w{2,10})", re.MULTILINE)
_SLOTS: Final = re.compile(r"^cluster_slots_(assigned|ok|pfail|fail):(\d{1,6})", re.MULTILINE)
_SLOTS_ALL: Final = 16_384
_WHOLE: Final = re.compile(r"(?:\(integer\) )?(\d{1,18})")
_EMPTY: Final = re.compile(r"(?:\(empty (?:list or set|array)\))?")
_DIGITS: Final = re.compile(r"\d{1,18}")
_EPOCH_DIGITS: Final = 10


def read(evidence: Evidence) -> Reading | None:
    """Only the output of redis-cli; its exit code is 0 for many refusals."""
    program = evidence.command.named("redis-cli") or evidence.command.named("valkey-cli")
    if program is None:
        return None
    head = evidence.output[:_HEAD_CHARS]
    lines = [line.strip() for line in head.split("\n") if line.strip() and not line.startswith(_WARNING)]
    for unreached, level, text in _UNREACHED:
        if unreached.search(head):
            return tell(SOURCE, [State("redis", "refusal", text)], [Clause(level, text)])
    if _REFUSED.search(head):
        why = "the connection is refused" if "refused" in head.lower() else "no connection can be made"
        return tell(SOURCE, [State("redis", "answer", "none")], [Clause("bad", f"redis is down: {why}")])
    for mark, level, text in _REFUSALS:
        if any(line.removeprefix("(error) ").startswith(mark) for line in lines[:20]):
            return tell(SOURCE, [State("redis", "refusal", mark.strip())], [Clause(level, text)])
    words = [word.lower() for word in program.words]
    text = "\n".join(line for line in evidence.output.split("\n") if not line.startswith(_WARNING)).strip()
    if found := _CLUSTER.search(head):
        return _cluster(found, head)
    if text == "PONG":
        return tell(SOURCE, [State("redis", "answer", "PONG")], [Clause("fine", "redis answers")])
    if "slowlog" in words and "get" in words:
        return _slow(evidence)
    return _number(program, words, text)


def _cluster(state: re.Match[str], head: str) -> Reading:
    """``CLUSTER INFO``: whether every slot is served."""
    slots = {name: float(count) for name, count in _SLOTS.findall(head)}
    facts: list[Fact] = [State("redis", "cluster state", state[1])]
    facts.extend(Measured("redis", f"cluster slots {name}", count, "count") for name, count in slots.items())
    served = slots.get("ok", float(_SLOTS_ALL))
    if state[1] != "ok":
        text = f"the redis cluster is down: {served:,.0f} of {_SLOTS_ALL:,} slots are served"
        return tell(SOURCE, facts, [Clause("bad", text)])
    failing = slots.get("fail", 0.0) + slots.get("pfail", 0.0)
    return tell(
        SOURCE,
        facts,
        [Clause("warn", f"{failing:,.0f} slots of the redis cluster fail")]
        if failing
        else [Clause("fine", "the redis cluster is whole")],
    )


def _number(program: Program, words: list[str], text: str) -> Reading | None:
    found = _WHOLE.fullmatch(text)
    value = number(found[1]) if found else None
    if value is None:
        return None
    if "dbsize" in words:
        base = program.value("-n") or "0"
        return tell(
            SOURCE, [Measured(f"redis db{base}", "keys", value, "count")], [] if value else [Clause("note", "redis holds no key")]
        )
    if "slowlog" in words:
        return tell(SOURCE, [Measured("redis", "slow commands", value, "count")])
    return tell(SOURCE, [Measured("redis", " ".join(words[:4]) or "number", value, "count")])


def _slow(evidence: Evidence) -> Reading | None:
    """Entries as a terminal shows them, or raw: three whole numbers (id, moment, microseconds), then the command.

    A raw entry begins where the id is one less than that of the entry before.
    """
    lines = [re.sub(r"^[\s\d)]*\d\) ", "", line).strip().removeprefix("(integer) ").strip('"') for line in evidence.lines()]
    entries: list[tuple[float, str]] = []
    last: int | None = None
    for at in range(len(lines) - 3):
        if not all(_DIGITS.fullmatch(line) for line in lines[at : at + 3]) or len(lines[at + 1]) < _EPOCH_DIGITS:
            continue
        mark = int(lines[at])
        if last is None or mark == last - 1:
            entries.append((float(lines[at + 2]) / 1_000, lines[at + 3]))
            last = mark
    if not entries:
        return (
            tell(SOURCE, [Measured("redis", "slow commands", 0.0, "count")])
            if _EMPTY.fullmatch(evidence.output.strip())
            else None
        )
    slowest = max(entries)
    facts: list[Fact] = [
        Measured("redis", "slow commands", float(len(entries)), "count"),
        Measured("redis", "slowest command", slowest[0] / 1_000, "seconds"),
    ]
    if slowest[0] < SLOW_MILLISECONDS:
        return tell(SOURCE, facts)
    slow = sum(milliseconds >= SLOW_MILLISECONDS for milliseconds, _ in entries)
    text = f"redis took {slowest[0]:,.0f} ms for one {slowest[1].upper()[:40]}, the slowest of {units.counted(slow, 'slow command')} in its log"
    return tell(SOURCE, facts, [Clause("warn", text)])
