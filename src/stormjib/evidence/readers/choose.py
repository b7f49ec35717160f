"""Which readers may read an output: first those of the command's programs, then those that know their source by its look."""

from collections.abc import Callable, Iterator
from typing import Final

from stormjib.evidence.readers import (
    access_log,
    commits,
    compose_list,
    container_inspect,
    container_list,
    container_stats,
    disk,
    docker_refusals,
    health_check,
    http,
    images,
    journal,
    log_lines,
    memory,
    nginx_errors,
    processes,
    redis_info,
    redis_reply,
    sockets,
    systemd,
    text_search,
)
from stormjib.evidence.readers.reading import Look, Reading

Reader = Callable[[Look], Reading | None]
Named = tuple[str, Reader]

_LOGS: Final[tuple[Named, ...]] = (
    (text_search.SOURCE, text_search.read),
    (access_log.SOURCE, access_log.read),
    (nginx_errors.SOURCE, nginx_errors.read),
    (journal.SOURCE, journal.read),
    (log_lines.SOURCE, log_lines.read),
)
_REDIS: Final[tuple[Named, ...]] = ((redis_info.SOURCE, redis_info.read), (redis_reply.SOURCE, redis_reply.read))
_INSPECT: Final[tuple[Named, ...]] = ((container_inspect.SOURCE, container_inspect.read),)
_PROCESSES: Final[tuple[Named, ...]] = ((processes.SOURCE, processes.read),)
_SOCKETS: Final[tuple[Named, ...]] = ((sockets.SOURCE, sockets.read),)

_BY_PROGRAM: Final[dict[tuple[str, ...], tuple[Named, ...]]] = {
    ("curl",): ((http.SOURCE, http.read),),
    ("wget",): ((http.SOURCE, http.read),),
    ("docker", "stats"): ((container_stats.SOURCE, container_stats.read),),
    ("docker", "compose", "stats"): ((container_stats.SOURCE, container_stats.read),),
    ("docker", "ps"): ((container_list.SOURCE, container_list.read),),
    ("docker", "inspect"): _INSPECT,
    ("docker", "container", "inspect"): _INSPECT,
    ("docker", "image", "inspect"): _INSPECT,
    ("docker", "compose", "ps"): ((compose_list.SOURCE, compose_list.read),),
    ("docker", "images"): ((images.SOURCE, images.read),),
    ("docker", "logs"): _LOGS,
    ("docker", "compose", "logs"): _LOGS,
    ("kubectl", "logs"): _LOGS,
    ("git", "log"): ((commits.SOURCE, commits.read),),
    ("redis-cli",): _REDIS,
    ("valkey-cli",): _REDIS,
    ("df",): ((disk.SOURCE, disk.read),),
    ("free",): ((memory.SOURCE, memory.read),),
    ("ss",): _SOCKETS,
    ("netstat",): _SOCKETS,
    ("top",): _PROCESSES,
    ("ps",): _PROCESSES,
    ("pgrep",): _PROCESSES,
    ("uptime",): _PROCESSES,
    ("journalctl",): (_LOGS[0], (journal.SOURCE, journal.read), (log_lines.SOURCE, log_lines.read)),
    ("systemctl",): ((systemd.SOURCE, systemd.read),),
    ("service",): ((systemd.SOURCE, systemd.read),),
    ("dmesg",): _LOGS,
    ("tail",): _LOGS,
    ("head",): _LOGS,
    ("cat",): _LOGS,
    ("zcat",): _LOGS,
    ("less",): _LOGS,
    ("grep",): _LOGS,
    ("egrep",): _LOGS,
    ("fgrep",): _LOGS,
    ("zgrep",): _LOGS,
    ("awk",): _LOGS,
    ("sed",): _LOGS,
}
# In this order, and only those whose input cannot be mistaken for another's.
_BY_LOOK: Final[tuple[Named, ...]] = (
    (redis_info.SOURCE, redis_info.read),
    (container_stats.SOURCE, container_stats.read),
    (compose_list.SOURCE, compose_list.read),
    (container_list.SOURCE, container_list.read),
    (images.SOURCE, images.read),
    (disk.SOURCE, disk.read),
    (memory.SOURCE, memory.read),
    (systemd.SOURCE, systemd.read),
    (sockets.SOURCE, sockets.read),
    (access_log.SOURCE, access_log.read),
    (nginx_errors.SOURCE, nginx_errors.read),
    (journal.SOURCE, journal.read),
    (processes.SOURCE, processes.read),
    (container_inspect.SOURCE, container_inspect.read),
    (http.SOURCE, http.read),
)


def candidates(look: Look) -> Iterator[Named]:
    """The readers to ask, in order, each once."""
    yield health_check.SOURCE, health_check.read
    asked: set[Reader] = {health_check.read}
    for named in (*_of_programs(look), *_BY_LOOK):
        if named[1] not in asked:
            asked.add(named[1])
            yield named


def source_of(look: Look) -> str:
    """The source that the command names, whoever reads it in the end; "" for a command that no reader knows."""
    readers = (named for program in look.command.programs for named in _of_path(program.path))
    return next((source for source, _ in readers), "")


def _of_programs(look: Look) -> Iterator[Named]:
    """The readers of the command's programs, in order; Docker's refusals before what docker itself prints."""
    containers = any(program.path[0] == "docker" for program in look.command.programs) or "docker" in look.command.text
    if containers:
        yield docker_refusals.SOURCE, docker_refusals.read
    for program in look.command.programs:
        yield from _of_path(program.path)


def _of_path(path: tuple[str, ...]) -> Iterator[Named]:
    """The readers of a program: those of its subcommand first."""
    while path:
        yield from _BY_PROGRAM.get(path, ())
        path = path[:-1]
