"""The lab's stand-in for docker: true answers about the lab's own processes, to the runbook's commands and near variants."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from watermark_lab.lab import compose, container_log, image, inspection, moment, prune, usage
from watermark_lab.lab.arguments import parse
from watermark_lab.lab.call import Call, Refusal
from watermark_lab.lab.child import STOP_SECONDS_MAX, Child
from watermark_lab.lab.parts import Parts
from watermark_lab.lab.project import STOPPED
from watermark_lab.lab.template import render, table

KNOWN = "ps, stats, logs, inspect, image ls, images, restart, stop, start, kill, system prune -f, system df, version, compose"
_STATS_SECONDS = 1.0
_FORMAT = {"--format": "format", "-f": "format"}


def run(call: Call, parts: Parts) -> int:
    """Answer one docker command; Refusal with docker's own words and exit code."""
    if not call.argv:
        msg = f"Usage:  docker [OPTIONS] COMMAND\n\nThe lab's stand-in answers: {KNOWN}"
        raise Refusal(msg, 0)
    verb, rest = call.argv[0], call.argv[1:]
    if verb in ("image", "container", "system") and rest:
        verb, rest = f"{verb} {rest[0]}", rest[1:]
    if verb == "compose":
        return compose.run(call, parts, rest, legacy=False)
    verbs: dict[str, Callable[[Call, Parts, Sequence[str]], int]] = {
        "ps": _ps, "container ls": _ps, "stats": _stats, "logs": container_log.run, "container logs": container_log.run,
        "inspect": _inspect, "container inspect": _inspect, "images": image.run, "image ls": image.run, "restart": _act,
        "stop": _act, "start": _act, "kill": _act, "system prune": prune.run, "container prune": prune.run, "system df": prune.disk,
        "version": _version, "--version": _version,
    }  # fmt: skip
    if verb not in verbs:
        msg = f"docker: '{verb}' is not a docker command.\nSee 'docker --help'. The lab's stand-in answers: {KNOWN}"
        raise Refusal(msg)
    return verbs[verb](call, parts, [verb, *rest] if verbs[verb] is _act else rest)


def _ps(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    flags = {"-a": "all", "--all": "all", "-q": "quiet", "--quiet": "quiet", "--no-trunc": "full"}
    given = parse("docker ps", argv, flags, {"--format": "format", "-f": "filter", "--filter": "filter"})
    children = [child for child in parts.project.containers() if given.has("all") or child.running]
    for text in given.options.get("filter", []):
        children = [child for child in children if _matches(child, text)]
    template = given.last("format")
    if given.has("quiet"):
        for child in children:
            call.out(child.id if given.has("full") else child.id[: inspection.ID_SHORT])
    elif template is not None:
        for child in children:
            call.out(render(template, inspection.row(child)))
    else:
        columns = ("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names")
        rows = [[str(inspection.row(child)[column]) for column in columns] for child in children]
        call.out(table(("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"), rows))
    return 0


def _matches(child: Child, text: str) -> bool:
    kind, _equals, value = text.partition("=")
    if kind == "name":
        return value.strip("^/$") in child.name
    if kind == "status":
        return value == child.state
    if kind == "label":
        return value in inspection.row(child)["Labels"].split(",")
    msg = f"invalid filter '{kind}' (the lab's stand-in filters by name, status and label)"
    raise Refusal(msg)


def _stats(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    flags = {"--no-stream": "once", "-a": "all", "--all": "all", "--no-trunc": "full"}
    given = parse("docker stats", argv, flags, _FORMAT)
    wanted = [parts.container(name) for name in given.operands]
    while True:
        children = wanted or [child for child in parts.project.containers() if child.running or given.has("all")]
        _print_stats(call, children, given.last("format"))
        if given.has("once") or call.wait(_STATS_SECONDS):
            return 0


def _print_stats(call: Call, children: list[Child], template: str | None) -> None:
    rows = []
    for child in children:
        memory = child.memory_bytes()
        total = child.spec.memory_bytes_max or usage.memory_total_bytes()
        rows.append(
            {
                "ID": child.id[: inspection.ID_SHORT],
                "Name": child.name,
                "CPUPerc": f"{child.cpu_percent():.2f}%",
                "MemUsage": f"{moment.size(memory, binary=True)} / {moment.size(total, binary=True)}",
                "MemPerc": f"{100 * memory / total:.2f}%",
                # A process without a container of its own has no network or disk counters of its own.
                "NetIO": "-- / --",
                "BlockIO": "-- / --",
                "PIDs": str(child.threads()),
            }
        )
    if template is not None:
        for row in rows:
            call.out(render(template, row))
        return
    header = ("CONTAINER ID", "NAME", "CPU %", "MEM USAGE / LIMIT", "MEM %", "NET I/O", "BLOCK I/O", "PIDS")
    call.out(table(header, [list(row.values()) for row in rows]))


def _inspect(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    given = parse("docker inspect", argv, {}, {**_FORMAT, "--type": "type"})
    if not given.operands:
        msg = '"docker inspect" requires at least 1 argument.'
        raise Refusal(msg)
    template = given.last("format")
    records: list[dict[str, Any]] = []
    missing = 0
    for name in given.operands:
        child = parts.supervisor.find(name)
        if child is None or child not in parts.project.containers():
            call.err(f"Error: No such object: {name}")
            missing = 1
        else:
            records.append(inspection.record(child))
    if template is None:
        call.out(json.dumps(records, indent=4))
    else:
        for record in records:
            call.out(render(template, record))
    return missing


def _act(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    verb = argv[0]
    valued = {"-t": "time", "--time": "time", "-s": "signal", "--signal": "signal"}
    given = parse(f"docker {verb}", argv[1:], {}, valued)
    if not given.operands:
        msg = f'"docker {verb}" requires at least 1 argument.'
        raise Refusal(msg)
    children = [parts.container(name) for name in given.operands]
    if verb == "restart":
        parts.project.restart(children, lambda _line: None, given.seconds("time", "docker restart", STOP_SECONDS_MAX))
    elif verb == "start":
        parts.project.start(children, lambda _line: None)
    elif verb == "stop":
        parts.project.stop(children, lambda _line: None)
    else:
        for child in children:
            if not child.running:
                msg = f"Error response from daemon: Cannot kill container: {child.name}: Container {child.id} is not running"
                raise Refusal(msg)
            parts.supervisor.kill(child, STOPPED)
    for name in given.operands:
        call.out(name)
    return 0


def _version(call: Call, _parts: Parts, _argv: Sequence[str]) -> int:
    call.out("The lab's stand-in for docker; there is no Docker behind it.")
    return 0
