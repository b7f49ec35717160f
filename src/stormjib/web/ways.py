"""The ways in for alerts, one row each: where it is, who reads it, how its sender is known, and what that sender expects to hear."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec

from stormjib.core.alert import loosely
from stormjib.core.catalogue.heartbeat import Heartbeat
from stormjib.core.catalogue.intake import Mapping as OwnWay
from stormjib.core.catalogue.intake import mapped
from stormjib.core.heartbeat import NOTE_CHARS_MAX, note_of, said
from stormjib.core.heartbeat import SOURCE as HEARTBEAT
from stormjib.core.text.visible import shows
from stormjib.integrations import alertmanager, generic, incumbents, opsgenie, pagerduty, pagerduty_webhook, sns
from stormjib.ports import Delivery

Body = bytes | bytearray
BYTES_MAX: Final = 4 * 1024 * 1024
"""Of a sender that has little to say, or is known only when it was read."""


class Refusal(Exception):
    """A status and a sentence; ``alerts`` is how many were refused, None for unknown, ``counted`` whether the account has them."""

    def __init__(
        self,
        status: int,
        reason: str,
        *headers: tuple[bytes, bytes],
        alerts: int | None = None,
        counted: bool = False,
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers
        self.alerts = alerts
        self.counted = counted
        self.more = more


def refused(status: int, reason: str) -> tuple[int, dict[str, Any]]:
    """Why not, in our own words."""
    return status, {"error": reason}


class Way(NamedTuple):
    """One way in. ``read`` is given the body, and who sends it where the way is ``keyed``."""

    source: str
    """What its alerts are counted as."""
    read: Callable[..., Delivery]
    token_in: Callable[[Body], bytes] | None = None
    """The token in the body; None where it comes as a bearer, before a byte of the body is read."""
    keyed: bool = False
    """Whether ``read`` is given who sends: the same key of two senders is not the same alert."""
    mapped: bool = False
    """Whether the mapping of the catalogue that is called as its source reads what ``read`` does not know."""
    methods: frozenset[str] = frozenset({"POST"})
    signed: bool = False
    """Whether a signature does in place of a bearer."""
    bytes_max: int = 0
    """Of a body; 0: as many as the settings allow."""
    status: int = 200
    """Of an answer that all is taken."""
    answer: Callable[[Delivery], dict[str, Any]] | None = None
    """What its sender expects to hear then; None: how many were new, and in which incidents they are."""
    refuse: Callable[[int, str], tuple[int, dict[str, Any]]] = refused


_EVENTS: Final = Way(
    pagerduty.SOURCE,
    pagerduty.read,
    pagerduty.key,
    keyed=True,
    bytes_max=pagerduty.BODY_BYTES_MAX,
    status=202,
    answer=pagerduty.answer,
    refuse=pagerduty.refused,
)
_CHANGES: Final = _EVENTS._replace(read=pagerduty.read_change)
_ALERTS: Final = ("/v2/alerts", "/opsgenie/v2/alerts")
_GENIE: Final = Way(
    opsgenie.SOURCE, opsgenie.read, keyed=True, bytes_max=BYTES_MAX, status=202, answer=opsgenie.answer, refuse=opsgenie.refused
)
WAYS: Final[dict[str, Way]] = {
    **dict.fromkeys(_ALERTS, _GENIE),
    "/api/v1/alerts": Way(generic.SOURCE, generic.read),
    "/hooks/alertmanager": Way(alertmanager.SOURCE, alertmanager.read),
    "/hooks/grafana": Way(alertmanager.GRAFANA, alertmanager.read_grafana, signed=True, bytes_max=BYTES_MAX),
    "/hooks/oncall": Way(incumbents.ONCALL, partial(incumbents.read, source=incumbents.ONCALL), bytes_max=BYTES_MAX),
    "/hooks/opsgenie": Way(incumbents.OPSGENIE, partial(incumbents.read, source=incumbents.OPSGENIE), bytes_max=BYTES_MAX),
    "/hooks/pagerduty": Way(pagerduty_webhook.SOURCE, pagerduty_webhook.read, signed=True, bytes_max=BYTES_MAX),
    "/hooks/sns": Way(sns.SOURCE, sns.read, mapped=True, signed=True, bytes_max=BYTES_MAX),
    "/v2/enqueue": _EVENTS,
    "/v2/change/enqueue": _CHANGES,
    "/pagerduty/v2/enqueue": _EVENTS,
    "/pagerduty/v2/change/enqueue": _CHANGES,
}
"""By their path."""


def elsewhere(path: str, own: Callable[[str], Way | None]) -> Way | None:
    """One that has a name in its path: of the catalogue's ``own``, or of an alert."""
    if way := own(path):
        return way
    under = next((one for one in _ALERTS if path.startswith(f"{one}/")), "")
    read = opsgenie.of_path(path[len(under) + 1 :]) if under else None
    return _GENIE._replace(read=read, methods=frozenset({"POST", "PUT"})) if read else None


def reader(way: Way, sender: str, other: Way | None) -> Callable[[Body], Delivery]:
    """How a body of this sender is read; ``other`` is the catalogue's own way of this name."""
    given: dict[str, Any] = ({"holder": sender} if way.keyed else {}) | (
        {"otherwise": other.read} if way.mapped and other else {}
    )
    read = partial(way.read, **given)
    return lambda body: _named(read(body))


def _named(delivery: Delivery) -> Delivery:
    """What shows nothing as its name is refused, as what has none is; a service that shows nothing is none."""
    good = [one for one in delivery.alerts if shows(one.name) or not one.firing]
    if len(good) == len(delivery.alerts) and all(not one.service or shows(one.service) for one in good):
        return delivery
    alerts = tuple(one if shows(one.service) else msgspec.structs.replace(one, service="") for one in good)
    refused = ["The alert has no name that anybody can see"] * (len(delivery.alerts) - len(good))
    return msgspec.structs.replace(delivery, alerts=alerts, refused=(*delivery.refused, *refused))


def mapped_way(mapping: OwnWay) -> Way:
    """One of the catalogue's own."""
    return Way(mapping.name, partial(_read_mapped, mapping=mapping))


def heartbeat_way(path: str, known: Sequence[Heartbeat], whose: Callable[[Heartbeat], str] = lambda _: "") -> Way | None:
    """A check-in, or that something failed; None where the path is another. ``whose`` says which sender alone speaks for one."""
    prefix, _, name = path.removeprefix("/api/v1").removeprefix("/").partition("/")
    if prefix != HEARTBEAT:
        return None
    plain = name.removesuffix("/fail")

    def read_check_in(body: Body, holder: str) -> Delivery:
        one = next((one for one in known if one.name == plain), None)
        if one is None:
            raise Refusal(404, f"There is no heartbeat {name[:80]!r}; `stormjib heartbeat list` shows those that there are.")
        if (owner := whose(one)) not in {"", holder}:
            raise Refusal(
                403,
                f"The heartbeat {plain} is {owner}'s, so a check-in of {holder} counts for nothing. "
                f"Where {holder} is to check in, its file has to say so: sender: {holder} in heartbeats/{plain}.yaml.",
            )
        return Delivery(HEARTBEAT, 1, (said(one, note_of(body), failed=plain != name),))

    return Way(HEARTBEAT, read_check_in, keyed=True, methods=frozenset({"GET", "POST"}), bytes_max=64 * NOTE_CHARS_MAX)


def _read_mapped(body: Body, mapping: OwnWay) -> Delivery:
    """What is found is read as our own JSON is; the alerts are counted as their sender's."""
    try:
        said = loosely(body)
    except RecursionError as error:
        raise ValueError("The JSON is nested too deeply.") from error
    except ValueError as error:
        raise ValueError(f"The body is not JSON: {error}.") from error
    found = mapped(mapping, said)
    if not found:
        raise ValueError(f"{mapping.alerts} finds no alert in this message.")
    delivery = generic.read(msgspec.json.encode([fields for fields, _ in found]))
    odd = [mistakes for _, mistakes in found] if not delivery.refused else [""] * len(delivery.alerts)
    alerts = tuple(
        msgspec.structs.replace(one, source=mapping.name, annotations={"mapping": said} if said else {})
        for one, said in zip(delivery.alerts, odd, strict=True)
    )
    mended = max(delivery.mended, sum(map(bool, odd)))
    return msgspec.structs.replace(delivery, source=mapping.name, alerts=alerts, mended=mended)
