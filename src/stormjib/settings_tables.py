"""Tables of the settings: components, commands that are trusted, metrics of one's own."""

import re
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from stormjib.core.catalogue.service import Metric
from stormjib.evidence.metrics.baseline import Floor
from stormjib.evidence.metrics.spec import MetricSpec
from stormjib.settings_status_page import StatusPageTable

_WEAK = {"changeme", "change-me", "secret", "password", "admin", "token", "default", "test", "123456", "stormjib"}
_SECRET_CHARS_MIN = 8
_VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")


def strong(secret: str) -> str:
    """The secret; raises ``ValueError`` where anybody would guess it."""
    if secret.lower() in _WEAK or len(secret) < _SECRET_CHARS_MIN:
        raise ValueError(
            f"this secret is a default or too short (at least {_SECRET_CHARS_MIN} characters); make one: openssl rand -hex 32"
        )
    return secret


class Signing(BaseModel):
    """One ``[signed.NAME]``: the secrets that a sender may sign with, two while one takes the other's place, and its headers."""

    model_config = ConfigDict(extra="forbid")

    secrets: tuple[str, ...] = Field(min_length=1)
    signature_header: str = ""
    timestamp_header: str = ""
    """What has the time of sending; "" where there is none, so that an old message can't be told from a new one."""

    @field_validator("secrets")
    @classmethod
    def _strong(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(strong, value))

    def filled(self, variables: Mapping[str, str]) -> "Signing":
        """With the values of variables such as ``${SLACK_SIGNING_SECRET}``; raises ``ValueError``, for anybody can sign with nothing."""
        names = {one: one[2:-1] for one in self.secrets if _VARIABLE.fullmatch(one)}
        for name in names.values():
            if not variables.get(name):
                raise ValueError(
                    f"${name}, which a signature is checked with, is not set; put it into the file that command_env_file names"
                )
        return self.model_copy(
            update={"secrets": tuple(strong(variables[names[one]]) if one in names else one for one in self.secrets)}
        )


class MailTable(BaseModel):
    """``[mail]``: alerts by mail, over LMTP on this machine or from a maildir, from these senders."""

    model_config = ConfigDict(extra="forbid")

    lmtp_port: int = Field(default=0, ge=0, le=65535)
    maildir: Path | None = None
    senders: tuple[str, ...] = ()
    """Addresses, with * for any text: *@example.org."""

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if (self.lmtp_port or self.maildir) and not self.senders:
            raise ValueError('name who may send, such as senders = ["*@example.org"]; anybody else is refused')
        if self.lmtp_port and find_spec("aiosmtpd") is None:
            raise ValueError("lmtp_port needs a library that is not here; install stormjib[mail]")
        return self


class SourceTable(BaseModel):
    """One ``[sources.NAME]``: where its alerts are acknowledged, and with which key."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(pattern="^https?://[^/]")
    """Such as http://alertmanager:9093, https://events.pagerduty.com or https://api.opsgenie.com."""
    key: str = ""
    """The routing key, the API key, or a bearer token for what stands before an Alertmanager."""


class OfAlerts(BaseModel):
    """What the settings say of alerts once they have come."""

    signed: dict[Literal["grafana", "pagerduty-webhook", "slack", "twilio"], Signing] = {}
    """[signed.grafana] secrets = ["…"]: what its messages are signed with; signature_header and timestamp_header as they are set there."""
    sns_topics: tuple[str, ...] = ()
    """ARNs of the topics of AWS SNS whose messages are taken, and whose subscriptions are confirmed."""
    mail: MailTable = MailTable()
    sources: dict[Literal["alertmanager", "pagerduty", "opsgenie"], SourceTable] = {}
    """[sources.alertmanager] url = "http://…", key = "…": where an alert is acknowledged with its incident; likewise pagerduty, opsgenie."""
    group_by: tuple[str, ...] = ()
    """Labels by which alerts of one service open incidents of their own: ["cluster"]."""
    reopen_minutes: float = Field(default=0.0, ge=0, le=30 * 24 * 60)
    """An alert of the same group that comes so soon after its incident was resolved or closed opens it again; 0: it opens a new one."""
    flap_turns: int = Field(default=4, ge=0, le=19)
    """An alert that begins to fire more often in flap_minutes flaps: its incident says so and is opened again by it; 0: none does."""
    flap_minutes: float = Field(default=10.0, gt=0, le=24 * 60)

    @property
    def decided_of_alerts(self) -> dict[str, Any]:
        """The same for the core, by the names that it has there."""
        numbers = {"reopen_minutes": self.reopen_minutes, "flap_turns": self.flap_turns, "flap_minutes": self.flap_minutes}
        return {"sources": tuple(self.sources), "group_by": self.group_by, **numbers}


class NamedComponent(BaseModel):
    """One ``[[component]]``: its name, other words for it in outputs and alerts, and the names of what it needs."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    words: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


class TrustedCommand(BaseModel):
    """One ``[[trusted]]``: the exact text of a command, and why it only reads."""

    model_config = ConfigDict(extra="forbid")

    command: str = Field(min_length=1)
    reason: str = ""


class OwnMetric(BaseModel):
    """A metric of the operator's; one with the name of a built-in metric takes its place."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    query: str = Field(min_length=1)
    unit: str = ""
    worse: Literal["up", "down", "both"] = "up"
    floor: float = Field(default=0.0, ge=0)
    """The least difference that means anything, in the metric's unit; 0 is 5 % of what is usual."""
    thing: str = ""
    """The component that it tells of; the service where it is empty."""


_OF_MATRIX: Final = {"url": "", "token": "${MATRIX_TOKEN}", "reaction": "📌"}
"""What ``[chat]`` has where it does not say; a homeserver's address has to be said."""


class ChatTable(BaseModel):
    """``[chat]``: which chat is connected, where it is, who we are there, and what the site calls the runbook's channels."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["none", "slack", "matrix"] = "none"
    url: str = "https://slack.com/api"
    """Where its API is; of Matrix, the homeserver."""
    token: str = "${SLACK_BOT_TOKEN}"  # noqa: S105 - the name of a variable
    """Written as the name of a variable of command_env_file, or of the server's own."""
    app_token: str = "${SLACK_APP_TOKEN}"  # noqa: S105 - the name of a variable
    """Of Slack, for Socket Mode: where it is set, what people do there comes over a connection that we open."""
    reaction: str = "pushpin"
    """The reaction that puts a message on the timeline, by its name in Slack, or as itself in Matrix."""
    channels: dict[str, str] = {}
    """[chat.channels] "#incidents" = "#ops-incidents": what the site calls a channel that the runbook names."""
    at_close: Literal["leave", "archive"] = "leave"
    """What becomes of an incident's channel when it is closed."""

    @model_validator(mode="before")
    @classmethod
    def _of_its_kind(cls, given: object) -> object:
        return _OF_MATRIX | given if isinstance(given, dict) and given.get("kind") == "matrix" else given

    @field_validator("token", "app_token")
    @classmethod
    def _not_in_clear(cls, value: str) -> str:
        if not _VARIABLE.fullmatch(value):
            raise ValueError("write the token as a variable, such as ${SLACK_BOT_TOKEN}, and its value into command_env_file")
        return value

    @field_validator("url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError(
                "this is no address that can be reached; give one such as https://slack.com/api, or that of your Matrix homeserver"
            )
        return value

    @field_validator("channels")
    @classmethod
    def _are_channels(cls, value: dict[str, str]) -> dict[str, str]:
        for name in (*value, *value.values()):
            if not name.startswith("#"):
                raise ValueError(f'{name!r} is no channel; write it with # before it, such as "#incidents" = "#ops-incidents"')
        return value

    @property
    def connected(self) -> str:
        """Its kind; "" for none."""
        return "" if self.kind == "none" else self.kind

    def token_in(self, variables: Mapping[str, str]) -> str:
        """Its value; "" where it is not set."""
        return variables.get(self.token[2:-1], "")

    def app_token_in(self, variables: Mapping[str, str]) -> str:
        """That of Slack's app, its value; "" where it is not set."""
        return variables.get(self.app_token[2:-1], "") if self.kind == "slack" else ""


TABLES: Final[dict[str, type[BaseModel]]] = {
    "component": NamedComponent,
    "metric": OwnMetric,
    "trusted": TrustedCommand,
    "signed": Signing,
    "sources": SourceTable,
    "status_page": StatusPageTable,
    "chat": ChatTable,
}
"""By their key."""


def metric_specs(metrics: Iterable[OwnMetric], of_service: Iterable[Metric]) -> tuple[MetricSpec, ...]:
    """The operator's metrics as they are asked for; those of a service take the places of the site's that have their names."""
    own = {one.name: one for one in of_service}
    wanted: list[OwnMetric | Metric] = [*(one for one in metrics if one.name not in own), *own.values()]
    return tuple(
        MetricSpec(
            one.name,
            one.unit,
            "query",
            "",
            Floor(one.floor, 0.0 if one.floor else 0.05),
            one.thing,
            query=one.query,
            worse=one.worse,
        )
        for one in wanted
    )
