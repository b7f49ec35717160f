"""Where a command runs, made ready: a connection, or the variables by which docker and kubectl are led elsewhere."""

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, assert_never

import msgspec
import yaml

from stormjib import owned
from stormjib.core.place import DockerContext, Kube, Local, Ssh, place_of
from stormjib.integrations.command.run import Away
from stormjib.integrations.command.ssh import Connections, environment
from stormjib.ports import DeliveryError

_CONTEXT: Final = "stormjib"
_FILE_BYTES_MAX: Final = 4 << 20
_OF_KUBE: Final = re.compile(
    r"\b(?:kubectl|oc|helm)\b(?:(?!\s--\s)[^|;&\n])*?\s(--(?:(?:kube-)?context|kubeconfig|cluster|server|user|token|kube-apiserver|kube-token)"
    r"(?=[=\s])|-s\s+https?:)|(\bKUBECONFIG=|\bHELM_KUBE\w*=|\bconfig\s+(?:use|set)-context\b)"
)
_OF_DOCKER: Final = re.compile(
    r"\bdocker(?:-compose)?\s+(?:-\S+\s+(?:[^-\s]\S*\s+)?)*?(--context|-c|--host|-H)(?=[=\s])|(\bDOCKER_(?:HOST|CONTEXT)=|\bcontext\s+use\b)"
)
"""Only words of the program's own: what it hands on to another, as behind ``--`` or a subcommand, is that one's."""


class Target(msgspec.Struct, frozen=True):
    """What commands on this machine get: a directory, a search path and variables.

    ``prefix`` are words before the shell, such as ``nsenter`` with its options; what they start must stay in its process group.
    ``away`` leads to another machine.
    """

    cwd: str = ""
    path: str = ""
    env: dict[str, str] = {}
    prefix: tuple[str, ...] = ()
    away: Away | None = None


class Places:
    """Any thread may ask."""

    def __init__(self, directory: Path, ssh_config: Path | None = None) -> None:
        """``directory`` is for what is needed meanwhile, and for nobody else's eyes: sockets, and which context counts."""
        self._directory = directory
        self.connections = Connections(directory, ssh_config)

    def target(self, name: str, here: Target, text: str, timeout_seconds: float) -> Target:
        """What ``text`` needs to run at the place ``name``; raises ``DeliveryError`` where it can't be reached."""
        try:
            place = place_of(name)
        except ValueError as error:
            raise DeliveryError("command", f"It was not run, because {error}.", permanent=True) from error
        match place:
            case Local():
                return here
            case Ssh():
                words = self.connections.argv(place, name, timeout_seconds)
                return Target(cwd=place.directory, env=here.env, away=Away(name, tuple(words), environment()))
            case DockerContext():
                _must_not_name(_OF_DOCKER, text, name)
                env = {name: value for name, value in here.env.items() if name != "DOCKER_HOST"}
                return msgspec.structs.replace(here, env={**env, "DOCKER_CONTEXT": place.name})
            case Kube():
                _must_not_name(_OF_KUBE, text, name)
                return msgspec.structs.replace(here, env={**here.env, "KUBECONFIG": self._kubeconfig(place, here.env)})
            case _:
                assert_never(place)

    def _kubeconfig(self, place: Kube, env: Mapping[str, str]) -> str:
        """The operator's files behind one of ours that says which context counts; no credential is copied."""
        given = env.get("KUBECONFIG") or os.environ.get("KUBECONFIG") or str(Path.home() / ".kube" / "config")
        found = _context(given, place.context)
        if found is None:
            reason = f"It was not run, because there is no context {place.context!r} in {given}. Correct the target, or give KUBECONFIG in command_env_file."
            raise DeliveryError("command", reason, permanent=True)
        context = {"name": _CONTEXT, "context": {**found, "namespace": place.namespace}}
        text = yaml.safe_dump({"apiVersion": "v1", "kind": "Config", "current-context": _CONTEXT, "contexts": [context]})
        file = self._directory / f"kube-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        try:
            self._write(file, text)
        except OSError as error:
            reason = f"It was not run, because {file} can't be written: {error.strerror}."
            raise DeliveryError("command", reason, permanent=False) from error
        return f"{file}{os.pathsep}{given}"

    def _write(self, file: Path, text: str) -> None:
        if file.exists():
            return
        owned.directory(self._directory)
        owned.write(file, text.encode())


def _must_not_name(pattern: re.Pattern[str], text: str, name: str) -> None:
    if found := pattern.search(text):
        reason = f"It was not run, because it runs at {name} and itself says {(found[1] or found[2]).strip()!r}. Take that out of the runbook, or give it another target."
        raise DeliveryError("command", reason, permanent=True)


def _context(files: str, name: str) -> dict[str, Any] | None:
    """Which cluster and user belong to a context, in the first file that knows it; None where none does."""
    for file in filter(None, files.split(os.pathsep)):
        try:
            with Path(file).open("rb") as opened:
                known = yaml.safe_load(opened.read(_FILE_BYTES_MAX))
        except (OSError, yaml.YAMLError):
            continue
        listed = known.get("contexts") if isinstance(known, dict) else None
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict) and one.get("name") == name and isinstance(one.get("context"), dict):
                return {key: one["context"][key] for key in ("cluster", "user") if key in one["context"]}
    return None
