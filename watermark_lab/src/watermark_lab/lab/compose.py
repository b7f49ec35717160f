"""The lab's stand-in for docker-compose (and ``docker compose``): it really restarts, scales and rolls the services."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from watermark_lab.lab import container_log, inspection
from watermark_lab.lab.arguments import Arguments, parse
from watermark_lab.lab.call import Call, Refusal
from watermark_lab.lab.child import STOP_SECONDS_MAX, Child
from watermark_lab.lab.parts import Parts
from watermark_lab.lab.project import API, SERVICES
from watermark_lab.lab.settings import LabError
from watermark_lab.lab.template import render, table

KNOWN = "ps, up, restart, stop, start, pull, logs, version"
_GLOBAL = {"-f": "file", "--file": "file", "-p": "project", "--project-name": "project", "--ansi": "ansi"}


def run(call: Call, parts: Parts, argv: Sequence[str], *, legacy: bool = True) -> int:
    """Answer one command; ``legacy`` tells docker-compose from ``docker compose``."""
    program = "docker-compose" if legacy else "docker compose"
    words = list(argv)
    while words and words[0].partition("=")[0] in _GLOBAL:
        words = words[1:] if "=" in words[0] else words[2:]
    if not words:
        msg = f"Usage:  {program} [OPTIONS] COMMAND\n\nThe lab's stand-in answers: {KNOWN}"
        raise Refusal(msg, 1 if legacy else 0)
    verb, rest = words[0], words[1:]
    if verb == "ps":
        return _ps(call, parts, rest, everything=legacy)
    verbs: dict[str, Callable[[Call, Parts, Sequence[str]], int]] = {
        "up": _up, "restart": _restart, "stop": _stop, "start": _start, "pull": _pull, "logs": _logs,
        "version": _version, "--version": _version,
    }  # fmt: skip
    if verb not in verbs:
        msg = f"No such command: {verb}. The lab's stand-in for {program} answers: {KNOWN}"
        raise Refusal(msg)
    return verbs[verb](call, parts, rest)


def _chosen(parts: Parts, given: Arguments) -> list[Child]:
    try:
        chosen = [child for name in given.operands or SERVICES for child in parts.project.service(name)]
    except LabError as err:
        msg = f"ERROR: {str(err)[0].upper()}{str(err)[1:]}"
        raise Refusal(msg) from err
    return chosen


def _ps(call: Call, parts: Parts, argv: Sequence[str], *, everything: bool) -> int:
    flags = {"-a": "all", "--all": "all", "-q": "quiet", "--quiet": "quiet", "--services": "services"}
    given = parse("docker-compose ps", argv, flags, {"--format": "format"})
    children = [child for child in _chosen(parts, given) if everything or given.has("all") or child.running]
    template = given.last("format")
    if given.has("services"):
        call.out("\n".join(SERVICES))
    elif given.has("quiet"):
        for child in children:
            call.out(child.id)
    elif template == "json":
        for child in children:
            call.out(json.dumps(inspection.row(child)))
    elif template is not None and template != "table":
        for child in children:
            call.out(render(template, inspection.row(child)))
    else:
        columns = ("Name", "Image", "Command", "Service", "RunningFor", "Status", "Ports")
        rows = [[str(inspection.row(child)[column]) for column in columns] for child in children]
        call.out(table(("NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS"), rows))
    return 0


def _up(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    flags = {"-d": "detach", "--detach": "detach", "--build": "build", "--no-build": "build", "--wait": "detach",
             "--no-recreate": "plain", "--remove-orphans": "plain", "--no-color": "plain", "--quiet-pull": "plain"}  # fmt: skip
    given = parse("docker-compose up", argv, flags, {"--scale": "scale"})
    scale = None
    for text in given.options.get("scale", []):
        service, _equals, number = text.partition("=")
        if service != API or not number.isdecimal():
            msg = f"ERROR: invalid --scale {text!r}: the lab scales api only, as in --scale api=3"
            raise Refusal(msg)
        scale = int(number)
    chosen = _chosen(parts, given)
    try:
        parts.project.up(scale, call.err)
    except LabError as err:
        msg = f"ERROR: {err}"
        raise Refusal(msg) from err
    if given.has("detach"):
        return 0
    parts.faults.settle(call.line)
    call.err("Attaching to the output of all services")
    container_log.show(call, chosen or parts.project.containers(), Arguments({"follow": [""], "tail": ["0"]}), call.program)
    if call.interrupted:
        # As the real one: whoever ends an attached `up` in order ends what it runs; kill -9 only detaches.
        parts.project.stop(_chosen(parts, given), call.err)
    return 0


def _restart(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    given = parse("docker-compose restart", argv, {}, {"-t": "time", "--timeout": "time"})
    children = _chosen(parts, given)
    if not children:
        msg = "ERROR: No containers to restart"
        raise Refusal(msg)
    parts.project.restart(children, call.err, given.seconds("time", "docker-compose restart", STOP_SECONDS_MAX))
    return 0


def _stop(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    given = parse("docker-compose stop", argv, {}, {"-t": "time", "--timeout": "time"})
    parts.project.stop(_chosen(parts, given), call.err)
    return 0


def _start(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    given = parse("docker-compose start", argv, {}, {})
    children = _chosen(parts, given)
    if not children:
        msg = "ERROR: No containers to start"
        raise Refusal(msg)
    parts.project.start([child for child in children if not child.running], call.err)
    return 0


def _pull(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    given = parse("docker-compose pull", argv, {"-q": "quiet", "--quiet": "quiet"}, {})
    _chosen(parts, given)
    for name in given.operands or SERVICES:
        call.err(f"{name} Skipped - No image to be pulled: the lab runs programs of this machine")
    return 0


def _logs(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    given = parse("docker-compose logs", argv, container_log.FLAGS, container_log.VALUED)
    container_log.show(call, _chosen(parts, given), given, "docker-compose logs")
    return 0


def _version(call: Call, _parts: Parts, _argv: Sequence[str]) -> int:
    call.out("The lab's stand-in for docker-compose; there is no Docker behind it.")
    return 0
