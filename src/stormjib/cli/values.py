"""What the words of a command line may be: incidents, runs, severities, names, dates."""

import re
from argparse import ArgumentTypeError
from datetime import date

_INCIDENT = re.compile(r"(?:INC-)?([0-9]{1,12})", re.IGNORECASE)
_RUN = re.compile(r"(?:INC-)?([0-9]{1,12})-R([0-9]{1,9})", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,99}")
_SPAN = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_LIFE_SECONDS_MAX = 3_650 * 86_400
_SPAN_SECONDS_MIN, _SPAN_SECONDS_MAX = 10, 31 * 86_400
COUNT_MAX = 1_000
LEVEL_CHARS_MAX = 60
WAIT_SECONDS_MAX = 3_600
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PORT_MAX = 65_535


def incident(text: str) -> str:
    """An incident's id; ``7`` and ``inc-7`` are ``INC-7``."""
    found = _INCIDENT.fullmatch(text.strip())
    if found is None:
        raise ArgumentTypeError(f"{text!r} is no incident; write it as INC-7")
    return f"INC-{int(found[1])}"


def run(text: str) -> str:
    """A run's id; ``7-R1`` is ``INC-7-R1``."""
    found = _RUN.fullmatch(text.strip())
    if found is None:
        raise ArgumentTypeError(f"{text!r} is no run; write it as INC-7-R1")
    return f"INC-{int(found[1])}-R{int(found[2])}"


def incident_of(run_id: str) -> str:
    """The incident that a run belongs to."""
    return run_id.rpartition("-R")[0]


def severity(text: str) -> str:
    """A level as the team calls it, which the server reads as the runbook does; P0 to P4 in any case of letters."""
    name = level(text)
    if re.fullmatch(r"[pP][0-9]+", name) and name[1:] not in {"0", "1", "2", "3", "4"}:
        raise ArgumentTypeError(f"{text!r} is no severity; there are P0 (the worst) to P4, or what the runbook calls them")
    return name.upper() if re.fullmatch(r"[pP][0-4]", name) else name


def level(text: str) -> str:
    """A severity as a runbook names it, such as P1, SEV2 or Critical."""
    name = text.strip()
    if not name or len(name) > LEVEL_CHARS_MAX:
        raise ArgumentTypeError(f"{text!r} is no severity; write P0 to P4, or what the runbook calls it")
    return name.upper() if re.fullmatch(r"[pP][0-9]", name) else name


def name(text: str) -> str:
    """The name of a token, which is also the name of a file."""
    if not _NAME.fullmatch(text):
        raise ArgumentTypeError(f"{text!r} can't be a name; use letters, digits and . _ @ - (100 at most, no . or - in front)")
    return text


def seed(text: str) -> int:
    """A whole number from 0 on."""
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ArgumentTypeError(f"{text!r} is no seed; use a whole number from 0 to 999999999")
    return int(text)


def day(text: str) -> str:
    """A day, YYYY-MM-DD."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise ArgumentTypeError(f"{text!r} is no day; write it as YYYY-MM-DD")


def pair(text: str) -> tuple[str, str]:
    """``field=value``."""
    field, equals, value = text.partition("=")
    if not equals or not field.strip():
        raise ArgumentTypeError(f"{text!r} is not field=value")
    return field.strip().strip("[]").strip(), value


def port(text: str) -> int:
    """A TCP port; 0 takes a free one."""
    if not text.isdecimal() or int(text) > PORT_MAX:
        raise ArgumentTypeError(f"{text!r} is no port; give a number from 0 to {PORT_MAX}")
    return int(text)


def count(text: str) -> int:
    """How many, from 1 to 1000."""
    if not text.isdecimal() or not 1 <= int(text) <= COUNT_MAX:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to 1000")
    return int(text)


def seconds(text: str) -> float:
    """A time to wait, at most an hour."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number <= WAIT_SECONDS_MAX:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds above 0 and up to 3600")
    return number


def life(text: str) -> float:
    """How long a token is good, in seconds: ``12h``, ``90d``; at most ten years."""
    found = _SPAN.fullmatch(text.strip())
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < seconds <= _LIFE_SECONDS_MAX:
        raise ArgumentTypeError(f"{text!r} is no time that a token may live; write it as 12h or 90d (3650d at most)")
    return float(seconds)


def span(text: str) -> float:
    """A time between two rounds, in seconds: ``30m``, ``24h``, ``7d``; at least 10 seconds and at most 31 days."""
    found = _SPAN.fullmatch(text.strip())
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not _SPAN_SECONDS_MIN <= seconds <= _SPAN_SECONDS_MAX:
        raise ArgumentTypeError(f"{text!r} is no time between two rounds; write it as 30m, 24h or 7d (10s to 31d)")
    return float(seconds)
