"""What collectors put around a line: the service, the time, the stream, the host. What a line is built like is told by what is inside."""

import re
from typing import Final

from stormjib.evidence.loglines.level import of_word
from stormjib.evidence.loglines.line import object_of
from stormjib.evidence.loglines.time_forms import FORMS
from stormjib.evidence.loglines.timestamp import Timestamp, behind

_SERVICE: Final = re.compile(rb"(?:[\w.-]{1,80} *\| |\[pod/[\w./-]+\] )")
"""What Compose and ``kubectl logs --prefix`` write first."""
_STREAM: Final = re.compile(rb"(?:stdout|stderr) [FP] ")
"""The stream in a file of a container by CRI."""
_HOST: Final = re.compile(rb"([A-Za-z0-9][\w.-]*) +(?=[A-Za-z(])")
_TAG: Final = re.compile(r"(?:[\w.-]{1,80} *\| |\[pod/[\w./-]+\] )?(?:[\w./@()-]{1,80}\[\d+\]: ?|kernel: )?")
_TAGGED: Final = re.compile(rb"[\w.-]{1,255} (?=(?:[\w./@()-]{1,80}\[\d+\]|kernel): )")
_JSON_FILE: Final = b'{"log":"'
"""What a line in Docker's own files begins with."""
_AGAIN: Final = tuple(
    form for form in FORMS if form.name in {"iso", "clf", "ctime", "syslog", "compact", "month-day-year", "day-first"}
)


def inside(line: bytes, stamp: Timestamp | None) -> bytes:
    """A line without its times, its stream and its host; the name of its service stays in front of it."""
    if line.startswith(_JSON_FILE) and (said := object_of(line.decode("utf-8", "replace"))) is not None:
        return _without_time(str(said["log"]).rstrip("\n").encode())
    head, rest = stamp.apart(line) if stamp else (b"", line)
    timed = rest is not line
    rest = rest.lstrip(b" \t") if not timed and line[:1].isspace() and stamp and stamp.cut(line, 0) is not None else rest
    before = _SERVICE.match(head or rest)
    service = before[0] if before else b""
    rest = rest if head else rest[len(service) :]
    stream = _STREAM.match(rest)
    rest = rest[stream.end() :] if stream else rest
    if stamp and timed:
        host = (_HOST if stamp.form.name in {"syslog", "month-day-name"} else _TAGGED).match(rest)
        if host and of_word(host[0].strip().decode()) is None:
            return service + rest[host.end() :]
    return service + (_without_time(rest) if timed or stream or service else rest)


def _without_time(line: bytes) -> bytes:
    """What a program wrote behind its own time, where the collector's was in front of it."""
    start = 1 if line.startswith(b"[") else 0
    for form in _AGAIN:
        if (found := form.pattern.match(line, start)) is not None:
            return line[behind(line, found, form) :].lstrip(b" \t")
    return line


def message(text: str) -> str:
    """What stands behind the service and the tag, as the program wrote it: with its indentation."""
    before = _TAG.match(text)
    return (text[before.end() :] if before else text).replace("#011", "\t")


def service(text: str) -> str:
    """What tells lines of several services apart that stand in one log."""
    before = _TAG.match(text)
    return before[0] if before else ""
