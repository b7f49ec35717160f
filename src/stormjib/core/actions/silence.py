"""Silence: the alerts of a service that are expected page nobody for a time. It is a fact of the site, and ends by itself."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Name, Spelling, Text, spelled, why
from stormjib.core.catalogue.service import alike
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, SilenceEnded, SilenceMade
from stormjib.core.oncall.wall import instant, utc_minute
from stormjib.core.severity import Severity
from stormjib.core.text.meant import meant

DAYS_MAX: Final = 30
_DAY_SECONDS: Final = 86_400.0
_UNITS: Final = {"m": 60.0, "h": 3_600.0, "d": _DAY_SECONDS}
PATTERN: Final = frozenset("*?[]|")
_TIME: Final = "2026-12-24 18:00 in UTC, or with a zone: 2026-12-24T18:00+01:00"


class MakeSilence(msgspec.Struct, frozen=True):
    """What is expected, until when, and why."""

    service: Annotated[
        str,
        Meta(min_length=1, max_length=200),
        spelled("the service whose alerts are expected", Spelling("service", "service", "SERVICE")),
    ]
    end: Annotated[Name, spelled(f"for how long, 45m, 2h or 1d; or until when: {_TIME}", Spelling("end", "--for", "TIME"))]
    reason: Annotated[Text, why(must=True)]
    alert: Annotated[
        Text, spelled("only these alerts: their names, separated by commas", Spelling("alert", "--alert", "NAMES"))
    ] = ""
    up_to: Annotated[
        Severity,
        spelled(
            "the worst that it hides; what is worse breaks it",
            Spelling("up_to", "--up-to", "P0…P4", "severity", default=Severity.P1.value),
        ),
    ] = Severity.P1
    start: Annotated[Name, spelled("from when on; now where it is left out", Spelling("start", "--from", "TIME"))] = ""


class EndSilence(msgspec.Struct, frozen=True):
    """Which, and why."""

    number: Annotated[
        str,
        Meta(min_length=1, max_length=20),
        spelled("its number, as silence list has it", Spelling("number", "number", "NUMBER")),
    ]
    reason: Annotated[Text, why()] = ""


def _make(_: Incident, parameters: MakeSilence, context: Context) -> Sequence[AnyFact]:
    start = _time(parameters.start, context.at) if parameters.start.strip() else float(int(context.at))
    end = _time(parameters.end, start)
    if end <= context.at:
        raise Refused(f"This time is over already: it ends {utc_minute(end)}. Give one that ends later than now.")
    if end <= start:
        raise Refused(f"A silence has to end after it begins, and {utc_minute(end)} is not after {utc_minute(start)}.")
    if end - start > DAYS_MAX * _DAY_SECONDS:
        raise Refused(
            f"A silence is for at most {DAYS_MAX} days: what is silent for longer is a rule to be changed at its source."
        )
    if not parameters.reason.strip():
        raise Refused("Say why: whoever looks for a page that did not come reads it.")
    names = tuple(dict.fromkeys(name.strip() for name in parameters.alert.split(",") if name.strip()))
    service = _service(context, parameters.service)
    warning = _mistaken(context, service, names)
    return [SilenceMade(service, start, end, names, parameters.up_to, parameters.reason.strip(), warning)]


def _service(context: Context, name: str) -> str:
    """By the one name that the site has; one that only alerts know is taken as it is, and one that nobody knows is none."""
    found = context.policy.service_named(name)
    heard = {alike(one.service or one.name) for one in context.heard}
    known = alike(name) in heard or not context.policy.services
    near = "" if found else meant(name, (one.name for one in context.policy.services))
    if near or PATTERN & set(name) or not (found or known):
        raise Refused(f"There is no service {name!r}{near}. A silence of it would hide nothing; patterns are not understood.")
    return found.name if found else name.strip()


def _mistaken(context: Context, service: str, names: Iterable[str]) -> str:
    """A pattern is refused; a name that no alert has had may be expected, and what is nearly that of another of the service is told."""
    found = ((one, context.policy.service_named(one.service)) for one in context.heard)
    heard = {one.name for one, of in found if alike(of.name if of else one.service or one.name) == alike(service)}
    nearly = []
    for name in names:
        if PATTERN & set(name):
            raise Refused(f"{name!r} is a pattern, and patterns are not understood. Give names as alerts have them.")
        if name not in heard and (near := meant(name, heard)):
            nearly.append(f"No alert of {service} was called {name!r} so far{near}")
    return ". ".join(nearly)


def _time(text: str, start: float) -> float:
    count, unit = text.strip()[:-1], text.strip()[-1:]
    if unit in _UNITS and count.isascii() and count.isdigit():
        return start + min(int(count), 10**6) * _UNITS[unit]
    found = instant(text, ZoneInfo("UTC"))
    if found is None:
        raise Refused(f"{text!r} is no time; write 45m, 2h or 1d, or {_TIME}.")
    return found


def _end(_: Incident, parameters: EndSilence, context: Context) -> Sequence[AnyFact]:
    found = next((one for one in context.policy.silences if one.id == parameters.number.strip()), None)
    if found is None:
        raise Refused(f"There is no silence {parameters.number} in force; `stormjib silence list` shows those that are.")
    return [SilenceEnded(int(found.id), found.service, parameters.reason.strip())]


SILENCE = Action(
    name="silence",
    summary="Let expected alerts of a service page nobody for a time",
    parameters=MakeSilence,
    example=MakeSilence("shop", "2h", "the database moves to another machine", "DbDown, ReplicaLag"),
    on="site",
    decide=_make,
    button="Silence them",
    path="silences",
    form="silence",
    words=Words(
        "silence start",
        "alerts of {service} that are expected page nobody until {until} (silence {seq}); whatever is worse than {up_to} or other does",
        group="Alerts",
        incident="none",
    ),
)
END_SILENCE = Action(
    name="end-silence",
    summary="End a silence; what it hid and still fires pages now",
    parameters=EndSilence,
    example=EndSilence("17", "the move is over"),
    on="site",
    decide=_end,
    button="End it",
    path="silences/{number}/end",
    form="end-silence",
    words=Words("silence end", "silence {number} is over", group="Alerts", incident="none"),
)
