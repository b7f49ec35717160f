"""The lab's stand-in for systemctl: docker is the lab's supervisor of containers, nginx its load balancer."""

from __future__ import annotations

from datetime import UTC, datetime

from watermark_lab.lab import moment
from watermark_lab.lab.arguments import parse
from watermark_lab.lab.call import Call, Refusal
from watermark_lab.lab.journal import DOCKER, NGINX
from watermark_lab.lab.parts import Parts
from watermark_lab.lab.project import STOPPED

NOT_ACTIVE = 3
NO_SUCH_UNIT = 4
NOT_LOADED = 5
_FLAGS = {"--no-pager": "plain", "-l": "full", "--full": "full", "-q": "quiet", "--quiet": "quiet"}
_WHAT = {DOCKER: "Container engine (the lab's supervisor)", NGINX: "Load balancer (the lab's TCP proxy)"}
_STATUS_LINES = 10


def run(call: Call, parts: Parts) -> int:
    """Answer status, is-active, restart, start or stop of docker or nginx."""
    given = parse("systemctl", call.argv, _FLAGS, {"-n": "lines", "--lines": "lines"})
    verb, units = (given.operands[0] if given.operands else ""), given.operands[1:]
    if verb not in ("status", "is-active", "restart", "start", "stop", "reload") or not units:
        msg = "Unknown command. The lab's stand-in answers: status, is-active, restart, start, stop, of docker and nginx"
        raise Refusal(msg)
    codes = []
    for text in units:
        unit = text.removesuffix(".service")
        if verb == "is-active":
            active = _active(parts, unit)
            if not given.has("quiet"):
                call.out("active" if active else "inactive")
            codes.append(0 if active else NOT_ACTIVE)
        elif unit not in _WHAT:
            known = "" if verb == "status" else f"Failed to {verb} {unit}.service: "
            raise Refusal(f"{known}Unit {unit}.service could not be found.", NO_SUCH_UNIT if not known else NOT_LOADED)
        elif verb == "status":
            codes.append(_status(call, parts, unit))
        else:
            _change(parts, verb, unit)
            codes.append(0)
    return max(codes)


def _active(parts: Parts, unit: str) -> bool:
    child = parts.unit(unit)
    return unit == DOCKER or (child is not None and child.running)


def _status(call: Call, parts: Parts, unit: str) -> int:
    child, now = parts.unit(unit), datetime.now(UTC)
    active = _active(parts, unit)
    pid = child.pid if child is not None else parts.journal.pid
    events = list(parts.journal.events(frozenset({unit})))
    since = child.started_at if child is not None else (events[0].at if events else now)
    if child is not None and not active:
        since = child.finished_at
    words = "active (running)" if active else "inactive (dead)"
    stamp = since.strftime("%a %Y-%m-%d %H:%M:%S UTC") if since else "n/a"
    call.out(f"● {unit}.service - {_WHAT[unit]}")
    call.out("     Loaded: loaded (no unit file: a process of the lab)")
    call.out(f"     Active: {words} since {stamp}; {moment.ago(since, now)} ago")
    if active:
        call.out(f"   Main PID: {pid}")
    call.out("")
    for event in events[-_STATUS_LINES:]:
        call.out(f"{event.at.strftime('%b %d %H:%M:%S')} lab {unit}[{parts.journal.pid}]: {event.message}")
    return 0 if active else NOT_ACTIVE


def _change(parts: Parts, verb: str, unit: str) -> None:
    if unit == DOCKER:
        if verb != "restart":
            msg = f"Failed to {verb} docker.service: the lab's supervisor restarts only. To end the lab: watermark-lab down"
            raise Refusal(msg)
        parts.project.restart_engine()
        return
    child = parts.unit(unit)
    if child is None:
        msg = f"Failed to {verb} {unit}.service: Unit {unit}.service not found."
        raise Refusal(msg, NOT_LOADED)
    if verb in ("restart", "stop"):
        parts.supervisor.stop(child, STOPPED)
    if verb in ("restart", "start"):
        parts.supervisor.start(child)
        parts.project.wait_healthy(child)
