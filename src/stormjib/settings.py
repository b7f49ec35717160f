"""The site's settings: typed, read once, from STORMJIB_* variables and an optional TOML file; default secrets are refused."""

import os
import socket
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from stormjib.catalogue_files import Found, read_catalogue, together, with_variables
from stormjib.core.catalogue.reading import read_services
from stormjib.core.catalogue.service import Component, Service
from stormjib.core.place import LOCAL, place_of
from stormjib.core.policy import PEOPLE, Policy, Trusted
from stormjib.core.shell.values import given_by
from stormjib.evidence.metrics.spec import MetricSpec
from stormjib.settings_commands import OfCommands
from stormjib.settings_files import BesideFile, reject_unknown
from stormjib.settings_status_page import StatusPageTable
from stormjib.settings_tables import (
    TABLES,
    ChatTable,
    NamedComponent,
    OfAlerts,
    OwnMetric,
    metric_specs,
    strong,
)

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - they are told from others here
"""Addresses that a server listens on and nobody can call, with the one that this machine calls."""
UNNAMED = "service"
"""What the one protected service is called where nobody gives it a name; then every incident is its."""


class Settings(OfAlerts, OfCommands, BaseSettings):
    """Every limit carries its unit in its name. A value from the environment beats one from the file."""

    model_config = SettingsConfigDict(env_prefix="STORMJIB_", extra="forbid", toml_file=None)

    mode: Literal["live", "shadow"] = "live"
    """``shadow``: the same alerts and the same decisions, and nothing leaves; to be compared with what another system pages."""
    data_dir: Path = Path("stormjib-data")
    host: str = "127.0.0.1"
    port: int = Field(default=8700, ge=0, le=65535)
    base_url: str = ""
    """How people reach the server, with its path where it lies under one: https://ops.example/stormjib."""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; by default nobody's are."""
    runbook: Path | None = None
    catalogue: Path | None = None
    """A directory of YAML: services/, teams/, people/, schedules/, escalation/, intake/, audiences/ and heartbeats/. Its services come beside those of the settings."""

    responders: Annotated[tuple[str, ...], NoDecode] = ()
    immediately_minutes: float = Field(default=5.0, gt=0)
    escalate_minutes: float = Field(default=5.0, gt=0)
    approval_expires_minutes: float = Field(default=30.0, gt=0)
    break_glass: bool = True
    break_glass_never: tuple[str, ...] = ()

    webhook_url: str = ""
    webhook_token: str = ""
    chat: ChatTable = ChatTable()
    pages_max: int = Field(default=20, ge=5)
    """To one person in ten minutes; in a storm the others are summed up in one page that says how many and where."""

    target_url: str = ""
    """Where the one protected service answers, its health check or what stands above it; several services are [[service]] tables."""
    redis_url: str = ""
    service: str | tuple[Service, ...] = UNNAMED
    """[[service]] tables, the protected services with their checks; or the name of the one at ``target_url``."""
    metrics_url: Annotated[tuple[str, ...], NoDecode] = ()
    """Where the service tells its metrics, one address for each replica; without it ``/metrics`` below ``target_url``."""
    scrape_seconds: float = Field(default=10.0, ge=0.2, le=300)
    prometheus_url: str = ""
    """A Prometheus server; it is asked first, and the scrapes of the service itself only where it does not answer."""
    prometheus_match: str = ""
    """Labels that pick the service's series, such as job="api"; found out where it is empty."""
    metric: tuple[OwnMetric, ...] = ()
    """[[metric]] name, query, unit, worse, floor: the operator's own, in PromQL."""

    check_every_hours: float = Field(default=24.0, ge=0, le=24 * 31)
    """How often the runbook's proven reads are tried by day; 0: only when somebody asks."""
    reads_logs: bool = True
    """Whether the logs that the runbook names are grouped into patterns when an incident is declared."""
    log_bytes_max: int = Field(default=64 * 1024 * 1024, ge=1024 * 1024)
    """Of one log in an incident; of files it is the newest part."""

    component: tuple[NamedComponent, ...] = ()
    """[[component]] name = "api", words = ["web-1"], depends_on = ["redis"]: the parts of the service, for the suspects."""
    status_page: StatusPageTable = StatusPageTable()
    severity_words: dict[str, Literal["P0", "P1", "P2", "P3", "P4"]] = {}
    """[severity_words] "business critical" = "P0": what your alerts call it; these come before the words that are known anyway."""
    roles: dict[str, str] = {}
    """[roles] commander = "Incident manager", legal = "Legal": the roles of a response in place of the usual four."""
    role_minutes: float = Field(default=15.0, ge=0)
    """After so long in a P0 or P1 it is said which roles nobody holds; 0: never."""
    quiet_after_minutes: float = Field(default=270.0, ge=0)
    """An alert that was not heard for so long has gone quiet, which is said; 0: never."""

    log_head_minutes: float = Field(default=15.0, ge=0)
    """How often the head of all chains is written to the server's log, where there is something new; 0: never."""
    log_head_file: Path | None = None
    """A file that each head is appended to; best on another machine."""
    log_head_url: str = ""
    """An address that each head is sent to."""

    heartbeat_url: str = ""
    """An address that a sign of life is sent to while somebody could be paged; its silence is the alarm."""
    heartbeat_seconds: float = Field(default=60.0, ge=1)

    retention_days: float = Field(default=0.0, ge=0)
    """How long a closed incident stays in the log before it is exported and taken out; 0: for ever."""
    export_dir: Path | None = None
    """Where exports go; without it ``exports`` in ``data_dir``."""

    body_bytes_max: int = Field(default=1_048_576, ge=1024)
    """Of a request that is no alert."""
    alert_body_bytes_max: int = Field(default=32 * 1024 * 1024, ge=1024 * 1024, le=512 * 1024 * 1024)
    """Of a message with alerts; of a larger one an incident says that it came."""
    free_bytes_min: int = Field(default=64 * 1024 * 1024, ge=0)

    @model_validator(mode="before")
    @classmethod
    def _no_unknown_variable(cls, values: dict[str, Any]) -> dict[str, Any]:
        """A name that was mistyped would be silence."""
        reject_unknown(cls.model_fields, os.environ)
        return values

    @field_validator("responders", "metrics_url", "trusted_proxies", "targets", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        given = value.split(",") if isinstance(value, str) else value
        if not isinstance(given, (list, tuple)):
            return value
        return tuple(name for name in (one.strip() if isinstance(one, str) else one for one in given) if name != "")

    @field_validator("service", mode="before")
    @classmethod
    def _services(cls, value: object) -> object:
        return read_services(value) if isinstance(value, list) else value

    @field_validator("webhook_url", "log_head_url", "heartbeat_url", "base_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        """A page that goes nowhere is found out now and not at night."""
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("this is no address that can be reached; give one such as https://pager.example/hook")
        return value

    @field_validator("retention_days")
    @classmethod
    def _a_day_at_least(cls, value: float) -> float:
        """What was only just closed is still being told to people."""
        if 0 < value < 1:
            raise ValueError("a closed incident stays for a day at least; give 1 or more, or 0 for ever")
        return value

    @field_validator("webhook_token")
    @classmethod
    def _no_default_secret(cls, value: str) -> str:
        return strong(value) if value else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments beat the environment, which beats the file."""
        return init_settings, env_settings, BesideFile(settings_cls)

    @property
    def url(self) -> str:
        """How people reach this server."""
        return (
            self.base_url.rstrip("/")
            or f"http://{_within_url(socket.gethostname() if self.host in EVERYWHERE else self.host)}:{self.port}"
        )

    @property
    def local_url(self) -> str:
        """How this machine reaches it, whatever people use."""
        return f"http://{_within_url(EVERYWHERE.get(self.host, self.host))}:{self.port}"

    @property
    def services(self) -> tuple[Service, ...]:
        """The protected services as their files are now; raises ``ValueError`` with a sentence."""
        return self.services_with(read_catalogue(self.catalogue) if self.catalogue else Found())

    def services_with(self, found: Found) -> tuple[Service, ...]:
        """Those of the settings and of the catalogue, with the variables in their addresses filled in; raises ``ValueError``.

        ``target_url`` alone is the smallest case: one service, which has to answer there.
        """
        own = () if isinstance(self.service, str) else self.service
        if self.target_url or (self.metrics_url and isinstance(self.service, str)):
            name = self.service if isinstance(self.service, str) else UNNAMED
            own = (*own, Service(name=name, target_url=self.target_url, redis_url=self.redis_url, metrics_url=self.metrics_url))
        variables = self.variables()
        return tuple(with_variables(one, variables) for one in together(own, found))

    def variables(self) -> dict[str, str]:
        """What ``$NAME`` stands for in the services' addresses and checks: the commands' variables, then this process's own."""
        return {**os.environ, **self.command_env()}

    def own_metrics(self, service: Service | None = None) -> tuple[MetricSpec, ...]:
        """The operator's metrics of a service, as they are asked for: the site's, and those of its own."""
        return metric_specs(self.metric, service.metrics if service else ())

    def places(self, services: tuple[Service, ...] | None = None) -> dict[str, str]:
        """Every target with who has it; raises ``ValueError`` where one is none."""
        whose = dict.fromkeys((self.target, *self.targets), "")
        for service in self.services if services is None else services:
            whose.update(dict.fromkeys((service.target, *service.targets), service.name))
        for one, name in whose.items():
            try:
                place_of(one)
            except ValueError as error:
                raise ValueError(f"{error}" + (f" (service {name})" if name else "")) from error
        return {one: name for one, name in whose.items() if one not in {"", LOCAL}}

    def policy(self, found: Found | None = None) -> Policy:
        """What the core needs to know of the site, with this catalogue or what its files say now.

        Raises ``ValueError`` where it, a target, or the file of the commands' variables is no good.
        """
        found = found or (read_catalogue(self.catalogue) if self.catalogue else Found())
        services = self.services_with(found)
        self.places(services)
        return Policy(
            responders=self.responders or ("on-call",),
            immediately_minutes=self.immediately_minutes,
            escalate_minutes=self.escalate_minutes,
            approval_expires_minutes=self.approval_expires_minutes,
            break_glass=self.break_glass,
            break_glass_never=self.break_glass_never,
            services=services,
            every_incident=self.service == UNNAMED and self.catalogue is None,
            reviews_metrics=bool(self.prometheus_url or any(one.metrics_urls for one in services)),
            probe_timeout_seconds=self.probe_timeout_seconds,
            action_timeout_seconds=self.action_timeout_seconds,
            reads_logs=self.reads_logs,
            components=tuple(Component(one.name, one.words, one.depends_on) for one in self.component),
            trusted=tuple(Trusted(line.command, line.reason) for line in self.trusted),
            variables=frozenset(name for name, value in self.command_env().items() if value) | given_by(self.command_prefix),
            target=self.target,
            targets=self.targets,
            severity_words=tuple(self.severity_words.items()),
            roles=tuple(self.roles.items()),
            tells_end=True,
            role_minutes=self.role_minutes,
            sends=bool(self.webhook_url),
            status_page=self.status_page.on and any(one.status and one.status.public for one in services),
            quiet_after_minutes=self.quiet_after_minutes,
            **self.decided_of_alerts,
            **{kind: getattr(found.catalogue, kind) for kind in PEOPLE},
            chat=self.chat.connected,
            archives_channels=self.chat.at_close == "archive",
            shadow=self.mode == "shadow",
            base_url=self.url,
        )

    def walled(self) -> "Settings":
        """In shadow the same without anybody to tell: no address that something is sent to, no chat, no status page, no check by day."""
        nobody = {"webhook_url": "", "heartbeat_url": "", "log_head_url": "", "sources": {}, "check_every_hours": 0.0}
        tables = {"chat": ChatTable(), "status_page": StatusPageTable()}
        return self.model_copy(update=nobody | tables) if self.mode == "shadow" else self


def keys_of(table: str) -> tuple[str, ...]:
    """The keys of a table such as ``trusted``; "" is the file's top."""
    return tuple((TABLES[table] if table else Settings).model_fields)


def _within_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def load(file: Path | None = None, **values: Any) -> Settings:
    """Read the settings once; raises ``pydantic.ValidationError`` naming every field that is wrong."""
    if file is None:
        return Settings(**values)

    class _FromFile(Settings):
        model_config = SettingsConfigDict(env_prefix="STORMJIB_", extra="forbid", toml_file=file)

    return _FromFile(**values)
