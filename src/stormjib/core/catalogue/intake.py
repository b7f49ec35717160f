"""A way in of the site's own: how the JSON of a sender that nobody here knows becomes alerts."""

from typing import Annotated, Any, Final

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError
from msgspec import Meta

from stormjib.core.catalogue.check import compiles, in_address, must

RESERVED: Final = frozenset(
    {
        "alertmanager",
        "generic",
        "grafana",
        "heartbeat",
        "oncall",
        "oncall-webhook",
        "opsgenie",
        "opsgenie-webhook",
        "pagerduty",
        "pagerduty-webhook",
        "stormjib",
        "twilio",
    }
)
"""Senders that have a way in already, and ourselves."""


class AlertFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Each field of an alert as a JMESPath expression; without one, the field is empty."""

    name: Annotated[str, Meta(min_length=1, description="What fires. The only one that has to find something.")]
    service: Annotated[str, Meta(description="What it is about.")] = ""
    severity: Annotated[str, Meta(description="How bad it is, in the sender's words.")] = ""
    status: Annotated[str, Meta(description="firing or resolved, such as state == 'OK' && 'resolved' || 'firing'.")] = ""
    summary: str = ""
    labels: Annotated[str, Meta(description="A table, such as {host: host.name, team: tags.team}.")] = ""
    starts_at: Annotated[str, Meta(description="RFC 3339 with a zone, or seconds since 1970.")] = ""
    fingerprint: Annotated[str, Meta(description="What makes two messages the same alert; else name, service and labels do.")] = (
        ""
    )
    url: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no expression."""
        for field, expression in msgspec.structs.asdict(self).items():
            compiles(expression or "@", field)


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A file of intake/: what is sent to /hooks/NAME."""

    name: Annotated[str, Meta(min_length=1, max_length=40, description="The last part of its address, /hooks/NAME.")]
    summary: Annotated[str, Meta(max_length=500, description="Who sends it, in a sentence.")] = ""
    alerts: Annotated[str, Meta(description="Where the alerts are, as a JMESPath expression: one, or a list of them.")] = "@"
    fields: Annotated[AlertFields, Meta(description="Each field of an alert, found in one of them.")]

    def __post_init__(self) -> None:
        """Refuse a name that is taken, and what is no expression."""
        compiles(self.alerts, "alerts")
        must(in_address(self.name), f"{self.name!r} is no part of an address; use small letters, digits, - and _", "name")
        must(self.name not in RESERVED, f"{self.name!r} has a way in of its own; choose another name", "name")


Found = tuple[dict[str, Any], str]
"""The fields of an alert that were found, and in a sentence each which expressions fail on it."""


def mapped(mapping: Mapping, said: Any) -> list[Found]:  # noqa: ANN401 - any JSON
    """The alerts in a message; raises ``ValueError`` with a sentence where they can't be looked for."""
    found = _search("alerts", mapping.alerts, said)
    items = found if isinstance(found, list) else [] if found is None else [found]
    return [_fields(mapping, item) for item in items]


def _fields(mapping: Mapping, item: Any) -> Found:  # noqa: ANN401
    """What can't be found is left out: an alert is not lost for a summary."""
    fields: dict[str, Any] = {}
    mistakes: list[str] = []
    for field, expression in msgspec.structs.asdict(mapping.fields).items():
        try:
            value = _search(field, expression, item) if expression else None
        except ValueError as error:
            mistakes.append(str(error))
            continue
        fields |= {} if value is None else {field: value}
    return fields, " ".join(mistakes)


def _search(field: str, expression: str, said: Any) -> Any:  # noqa: ANN401
    try:
        return jmespath.search(expression, said)
    except JMESPathError as error:
        raise ValueError(f"{field}: {expression} fails on this message ({str(error).splitlines()[0]}).") from error
