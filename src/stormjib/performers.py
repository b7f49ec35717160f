"""Who looks and who acts, as the settings say: the runbook's commands, the logs that they read, the metrics."""

import logging
import os
import re
import shlex
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from stormjib.core.catalogue.check import CommandCheck
from stormjib.core.catalogue.service import Service
from stormjib.core.catalogue.source import Place
from stormjib.core.effects import (
    AnswerSource,
    AnyEffect,
    CheckUsers,
    Collect,
    DraftPostmortem,
    Measure,
    Notification,
    ReadLogs,
    Receipt,
    ReviewMetrics,
    RunCommand,
)
from stormjib.core.guard import conclude
from stormjib.core.incident import Incident
from stormjib.core.log import EvidenceCollected
from stormjib.core.log.fact import ITSELF
from stormjib.core.log.messages import TEST
from stormjib.core.policy import Policy
from stormjib.core.redact import holds_secret, is_secret
from stormjib.core.redact.names import is_value
from stormjib.core.risk import Risk
from stormjib.core.shadow import SAID
from stormjib.core.shell import judge
from stormjib.evidence.access_log.request_counts import RequestCounts
from stormjib.evidence.readers import Reading, read
from stormjib.integrations.command import CommandPerformer, Places, Target
from stormjib.integrations.docker_log import DockerLog, engine_socket
from stormjib.integrations.health.check import Ended, Tools
from stormjib.integrations.health.probe import UnhealthyError
from stormjib.integrations.logs.performer import Ended as LogEnded
from stormjib.integrations.logs.performer import LogsPerformer
from stormjib.ports import Clock, DeliveryError, Notifier, Outcome, Performer
from stormjib.settings import Settings

_log = logging.getLogger(__name__)

_KEY = re.compile(r"(?<![\w-])(?=[\w-]{0,60}\d)[\w-]{16,255}(?![\w-])")
"""A part of an address that lets whoever knows it in."""
_OWN_CHARS_MIN = 8
"""A shorter value of the server's own may be an ordinary word."""


def performers(
    command: CommandPerformer,
    *,
    logs: Performer,
    recovery: Performer,
    metrics: Performer,
    postmortem: Performer,
    opinion: Performer,
    answers: Performer,
) -> dict[type[AnyEffect], Performer]:
    """Who does which kind of effect; people are reached by the notifiers."""
    return {
        Collect: command,
        ReadLogs: logs,
        RunCommand: command,
        Measure: recovery,
        CheckUsers: opinion,
        ReviewMetrics: metrics,
        DraftPostmortem: postmortem,
        AnswerSource: answers,
    }


class Wall:
    """``Performer`` of a server in shadow."""

    def perform(self, *_: object, **__: object) -> Outcome:
        """Nothing is done; raises ``DeliveryError``."""
        raise DeliveryError(ITSELF, f"{SAID} No command runs.", permanent=True)


class TestsOnly:
    """``Notifier`` of a server in shadow: tests of contact methods leave, and nothing else."""

    def __init__(self, methods: Notifier) -> None:
        self._methods = methods

    def begin(self, _: Notification) -> None:
        """Nothing leaves before its turn."""

    def send(self, notification: Notification) -> Receipt:
        """Raises ``DeliveryError`` where it is no test."""
        if f"/{TEST}" not in notification.key:
            raise DeliveryError(ITSELF, SAID, permanent=True)
        return self._methods.send(notification)

    def close(self) -> None:
        """Its methods are closed by whom they belong to."""


def command_performer(settings: Settings, clock: Clock | None = None, *, path: str | None = None) -> CommandPerformer:
    """Who runs the runbook's commands: the same for an incident and for a check; raises ``ValueError`` with a sentence.

    Without a ``clock`` nothing is said of how long a certificate is still valid; ``path`` is in place of the server's own.
    """

    def read_now(text: str, exit_code: int | None, output: str, parts: tuple[int, ...]) -> Reading:
        return read(text, exit_code, output, parts, at=clock() if clock else 0.0)

    given = settings.command_env()
    plain = {name: value for name, value in given.items() if not is_secret(name)}
    cwd = str(settings.command_dir or Path.cwd())
    if not Path(cwd).is_dir():
        _log.warning("no command of the runbook can be started: command_dir %s is no directory. Correct it in the settings.", cwd)
    here = Target(cwd=cwd, path=_search_path(settings) if path is None else path, env=plain, prefix=settings.command_prefix)
    places = Places(settings.data_dir.absolute() / "targets", settings.ssh_config and settings.ssh_config.absolute())
    return CommandPerformer(here=here, secrets=secrets_of(settings), conclude=conclude, read=read_now, places=places)


def logs_performer(settings: Settings, command: CommandPerformer, clock: Clock) -> LogsPerformer:
    """Logs are read the way commands run; only where those run on this very host, its Docker Engine is asked itself."""
    here = None if settings.command_path or settings.command_prefix else engine_socket(os.environ.get("DOCKER_HOST", ""))
    return LogsPerformer(
        run=lambda *asked: LogEnded(*command.stream(*asked)),
        engine=DockerLog(here).read if here else None,
        requests=RequestCounts,
        secrets=secrets_of(settings),
        bytes_max=settings.log_bytes_max,
        clock=clock,
    )


def only_reads(policy: Policy) -> None:
    """Raise ``ValueError`` with a sentence where a check of a service would run a command that may change something."""
    for service in policy.services:
        for _, sentence in unproven(service, policy.trusts):
            raise ValueError(f"{sentence}.")


def unproven(service: Service, trusts: Callable[[str], object]) -> Iterator[tuple[Place, str]]:
    """The commands of its checks that may change something: where in its file, and a sentence without its full stop."""
    for number, check in enumerate(service.check):
        command = check.command if isinstance(check, CommandCheck) else ""
        if command and judge(command).risk is not Risk.READ and trusts(command) is None:
            sentence = (
                f"The check {check.name!r} of {service.name} would run {command!r}, which is not proven to only read: "
                f"{judge(command).reason} Use a command that reads, or write it as argv = […] to vouch for it"
            )
            yield ("check", number, "command"), sentence


def check_tools(settings: Settings, command: Performer, clock: Clock, policy: Policy | None = None) -> Tools:
    """What the services' checks need: variables, commands where the runbook's run, the Prometheus server.

    Raises ``ValueError`` with a sentence where a check would run a command that may change something.
    """
    policy = policy or settings.policy()
    only_reads(policy)
    return Tools(
        environ=settings.variables(),
        run=lambda check, service: _ran(command, check, policy.place_for(service, "")[0], settings.probe_timeout_seconds),
        query=_query(settings, clock) if settings.prometheus_url else None,
    )


def _ran(command: Performer, check: CommandCheck, place: str, timeout_seconds: float) -> Ended:
    text = check.command or shlex.join(check.argv)
    verdict = judge(text)
    wanted = Collect(
        f"check/{check.name}",
        command_id="",
        line=0,
        text=text,
        run_as=(verdict.bounded if check.command else None) or text,
        target="",
        timeout_seconds=check.timeout_seconds or timeout_seconds,
        secrets=verdict.secrets if check.command else (),
        place=place,
    )
    try:
        done = command.perform(wanted, effect_id="", incident=Incident.new(""))
    except DeliveryError as error:
        raise UnhealthyError(f"{text}: {error.reason}") from error
    fact = done.facts[0]
    assert isinstance(fact, EvidenceCollected)
    return Ended(None if fact.timed_out else fact.exit_code, done.blobs[0].decode("utf-8", "replace"))


def _query(settings: Settings, clock: Clock) -> Callable[[str], dict[str, float]]:
    from stormjib.integrations.prometheus.client import Client, PrometheusFailed  # noqa: PLC0415 - memory of those who use it

    client = Client(settings.prometheus_url, time.monotonic)

    def query(text: str) -> dict[str, float]:
        try:
            found = client.query(text, clock(), settings.probe_timeout_seconds)
        except PrometheusFailed as error:
            raise UnhealthyError(str(error)) from error
        return {_labels(one.metric): one.points[-1][1] for one in found if one.points}

    return query


def _labels(metric: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(metric.items()) if name != "__name__")


def secrets_of(settings: Settings) -> dict[str, str]:
    """What is redacted in every output; of these a command gets those that it names, and any whose name does not say what it holds."""
    given = {name: value for name, value in settings.command_env().items() if is_secret(name) or holds_secret(value)}
    return {**_own_secrets(settings), **given}


def _own_secrets(settings: Settings) -> dict[str, str]:
    """The server's own: its settings' and its environment's. No command can name one, for their names are no variables'."""
    words: dict[str, str] = {}
    for name, value in settings.model_dump(mode="python", exclude={"service"}).items():
        texts = [text for text in (value if isinstance(value, tuple) else (value,)) if isinstance(text, str)]
        words |= {f"{name} {at}".removesuffix(" 0"): text for at, text in enumerate(texts) if is_secret(name)}
        for url in (urlsplit(text) for text in texts if "://" in text):
            words |= {f"{name} {at}": found for at, found in enumerate(_KEY.findall(f"{url.path}?{url.query}"))}
            words |= {f"{name} password": unquote(url.password)} if url.password else {}
    words |= {f"signed {name} {at}": text for name, one in settings.signed.items() for at, text in enumerate(one.secrets)}
    words |= {f"sources {name} key": one.key for name, one in settings.sources.items()}
    words |= {name: value for name, value in os.environ.items() if is_secret(name) and is_value(name, value)}
    return {f"stormjib: {name}": value for name, value in words.items() if len(value) >= _OWN_CHARS_MIN}


def _search_path(settings: Settings) -> str:
    """The site's directories, then the server's own; "" leaves the choice to the command's runner."""
    own = os.environ.get("PATH", os.defpath)
    return f"{settings.command_path}{os.pathsep}{own}" if settings.command_path else own
