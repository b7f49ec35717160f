"""nginx' error log: what went wrong towards which upstream, counted."""

import re
from collections import Counter
from typing import Final

from stormjib.core.text import units
from stormjib.evidence.loglines.level import of_word
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Level, Measured, Reading, State, tell

SOURCE = "nginx error log"
_LINE: Final = re.compile(
    r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(debug|info|notice|warn|error|crit|alert|emerg)\] (?:\d+#\d+: )?(?:\*\d+ )?(.*)"
)
_UPSTREAM: Final = re.compile(r'upstream: "(?:\w+://)?([^/"]{1,100})')
_KINDS: Final[tuple[tuple[str, Level, str], ...]] = (
    ("Connection refused", "bad", "{count} found the upstream {upstream} refusing the connection"),
    ("upstream timed out", "bad", "{count} got no answer in time from the upstream {upstream}"),
    ("no live upstreams", "bad", "{count} found no live upstream"),
    ("upstream prematurely closed", "bad", "{count} lost the connection to the upstream {upstream} before its answer"),
    ("Connection reset by peer", "bad", "{count} had the connection to the upstream {upstream} reset"),
    ("No route to host", "bad", "{count} found no route to the upstream {upstream}"),
    ("host not found in upstream", "bad", "nginx does not find the name of an upstream"),
    ("upstream sent too big header", "warn", "{count} got too long a header from the upstream {upstream}"),
    ("Too many open files", "bad", "nginx has too many open files"),
    ("worker_connections are not enough", "bad", "nginx has too few worker connections"),
    ("No space left on device", "bad", "nginx finds no space left on its disk"),
    ("client intended to send too large body", "note", "{count} sent too large a body"),
    ("SSL_do_handshake() failed", "note", "{count} failed in the TLS handshake"),
    ("limiting requests", "note", "{count} went beyond the rate limit"),
    ("No such file or directory", "note", "{count} asked for a file that is not there"),
)
_LINE_CHARS_MAX: Final = 8_000
_UNDERSTOOD_SHARE: Final = 0.5


def read(evidence: Evidence) -> Reading | None:
    """At least half of the lines have to be nginx' own."""
    lines = evidence.lines()
    found = [match for line in lines if len(line) <= _LINE_CHARS_MAX and (match := _LINE.fullmatch(line))]
    if not found or len(found) < _UNDERSTOOD_SHARE * len(lines):
        return None
    kinds: Counter[tuple[int, str]] = Counter()
    others: list[str] = []
    for match in found:
        upstream = _UPSTREAM.search(match[2])
        kind = next((at for at, (mark, _, _) in enumerate(_KINDS) if mark in match[2]), None)
        if kind is not None:
            kinds[kind, upstream[1] if upstream else "?"] += 1
        elif of_word(match[1]) == "error":
            others.append(match[2])
    facts: list[Fact] = [
        Measured("nginx", "lines", float(len(found)), "count"),
        Measured("nginx", "other errors", float(len(others)), "count"),
    ]
    clauses = []
    for (kind, name), count in kinds.most_common(20):
        mark, level, text = _KINDS[kind]
        facts.append(Measured(name if name != "?" else "nginx", mark, float(count), "count"))
        clauses.append(Clause(level, text.format(count=units.counted(count, "request"), upstream=name)))
    if others:
        facts.append(State("nginx", "last other error", others[-1][:300]))
        clauses.append(
            Clause("warn", f"nginx reports {units.counted(len(others), 'other error')}, the last: {others[-1][:120].rstrip('.')}")
        )
    return tell(SOURCE, facts, clauses)
