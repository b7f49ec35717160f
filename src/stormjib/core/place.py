"""Where a command runs: this machine, another one over ssh, or this one with its eyes on a Docker context or a Kubernetes namespace."""

import re
from typing import Final

import msgspec

LOCAL: Final = "local"
KNOWN: Final = "local, ssh:USER@HOST, ssh:USER@HOST:PORT, docker-context:NAME or kube:CONTEXT/NAMESPACE"
_SSH: Final = re.compile(
    r"ssh:(?:([A-Za-z_][\w.-]{0,63})@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?(/[^\0\n]{0,500})?",
    re.ASCII,
)
_DOCKER: Final = re.compile(r"docker-context:([A-Za-z0-9][\w.+-]{0,127})", re.ASCII)
_KUBE: Final = re.compile(r"kube:([^\s/\0][^\s\0]{0,250})/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)", re.ASCII)
_KINDS: Final = ("local", "ssh:", "docker-context:", "kube:")
PORT_MAX: Final = 65_535


class Local(msgspec.Struct, frozen=True):
    """This machine."""


class Ssh(msgspec.Struct, frozen=True):
    """Another machine. What is "" or 0 the ssh configuration says; ``directory`` is where its commands start."""

    host: str
    user: str = ""
    port: int = 0
    directory: str = ""


class DockerContext(msgspec.Struct, frozen=True):
    """The Docker Engine of this context, asked from here."""

    name: str


class Kube(msgspec.Struct, frozen=True):
    """The cluster of this context, asked from here, in this namespace where the command names none."""

    context: str
    namespace: str


Place = Local | Ssh | DockerContext | Kube


def is_place(text: str) -> bool:
    """Whether this is meant to say where something runs, and not what it acts on (``compose:api``)."""
    return text.startswith(_KINDS[1:]) or text == LOCAL


def valid(text: str) -> bool:
    """Whether this is a target."""
    try:
        place_of(text)
    except ValueError:
        return False
    return True


def on(target: str, place: str) -> str:
    """What something acts on, with where that is, where it is not on this machine."""
    return f"{target or 'host'} at {place}" if place else target


def elsewhere(target: str, place: str) -> str:
    """Why a command that acts on ``target`` is not run from this machine, as a sentence; "" where it is, or where it runs at ``place``."""
    if place or not target.startswith("ssh:"):
        return ""
    return (
        f"It goes to another machine by itself ({target}), where it would ask for passwords and leave nothing to stop it by. List {target} as "
        f"a target of the service, and write the command as it is typed there, in a fence with {{target={target}}}."
    )


def place_of(text: str) -> Place:
    """What a target says; "" is this machine. Raises ``ValueError`` with a sentence."""
    if text in {"", LOCAL}:
        return Local()
    if found := _SSH.fullmatch(text):
        port = int(found[3] or 0)
        if found[3] is None or 0 < port <= PORT_MAX:
            return Ssh(found[2].strip("[]"), found[1] or "", port, found[4] or "")
    if found := _DOCKER.fullmatch(text):
        return DockerContext(found[1])
    if found := _KUBE.fullmatch(text):
        return Kube(found[1], found[2])
    raise ValueError(f"{text!r} is no target; give {KNOWN}")
