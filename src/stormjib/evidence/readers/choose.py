"""Which readers may read an output: first those of the command's programs, then those that know their source by its look."""

from collections.abc import Iterator
from typing import Final, Protocol

from stormjib.evidence.readers import (
    access_log,
    certificate,
    commits,
    compose_list,
    container_inspect,
    container_list,
    container_stats,
    disk,
    dns,
    docker_refusals,
    health_check,
    http,
    images,
    journal,
    kube,
    kube_describe,
    log_lines,
    memory,
    nginx_errors,
    own_failure,
    pipelines,
    postgres,
    processes,
    redis_info,
    redis_reply,
    sockets,
    systemd,
    text_search,
)
from stormjib.evidence.readers.reading import Evidence, Reading


class Reader(Protocol):
    """A module that reads one source."""

    SOURCE: str
    """What it is called in evidence."""

    def read(self, evidence: Evidence) -> Reading | None:
        """The reading; None where the output is of something else."""


_LOGS: Final[tuple[Reader, ...]] = (text_search, own_failure, access_log, nginx_errors, journal, log_lines)
_PROGRAMS: Final[tuple[tuple[str, tuple[Reader, ...]], ...]] = (
    ("curl|wget", (http,)),
    ("docker stats|docker compose stats", (container_stats,)),
    ("docker ps", (container_list,)),
    ("docker inspect|docker container inspect|docker image inspect", (container_inspect,)),
    ("docker compose ps", (compose_list,)),
    ("docker images", (images,)),
    ("kubectl logs", (kube, *_LOGS)),
    ("docker logs|docker compose logs", _LOGS),
    ("kubectl|helm", (kube_describe, kube)),
    ("git log", (commits,)),
    ("redis-cli|valkey-cli", (redis_info, redis_reply)),
    ("openssl", (certificate,)),
    ("dig|nslookup|host|kdig|drill", (dns,)),
    ("psql|pg_isready", (postgres,)),
    ("df", (disk,)),
    ("free", (memory,)),
    ("ss|netstat", (sockets,)),
    ("top|ps|pgrep|uptime", (processes,)),
    ("journalctl", (text_search, journal, own_failure, log_lines)),
    ("systemctl|service", (systemd,)),
    ("dmesg|tail|head|cat|zcat|less|grep|egrep|fgrep|zgrep|awk|sed", _LOGS),
)
_BY_PROGRAM: Final = {tuple(name.split()): readers for names, readers in _PROGRAMS for name in names.split("|")}
# In this order, and only those whose input cannot be mistaken for another's.
_BY_LOOK: Final[tuple[Reader, ...]] = (
    *(redis_info, container_stats, compose_list, container_list, images, disk, memory, systemd, sockets, kube),
    *(access_log, nginx_errors, journal, processes, container_inspect, http),
)


def candidates(evidence: Evidence) -> Iterator[Reader]:
    """The readers to ask, in order, each once."""
    # Docker's refusals before what docker itself prints.
    docker = "docker" in evidence.command.text or any(program.path[0] == "docker" for program in evidence.command.programs)
    named = [reader for program in evidence.command.programs for reader in _of_path(program.path)]
    yield from dict.fromkeys([pipelines, health_check, *([docker_refusals] if docker else []), *named, *_BY_LOOK, text_search])


def source_of(evidence: Evidence) -> str:
    """The source that the command names, whoever reads it in the end; "" for a command that no reader knows."""
    readers = (reader for program in evidence.command.programs for reader in _of_path(program.path))
    return next((reader.SOURCE for reader in readers), "")


def _of_path(path: tuple[str, ...]) -> Iterator[Reader]:
    """The readers of a program: those of its subcommand first."""
    for end in range(len(path), 0, -1):
        yield from _BY_PROGRAM.get(path[:end], ())
