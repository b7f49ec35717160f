"""``docker system prune`` and ``docker system df``: what stopped containers left, and its end."""

from __future__ import annotations

from collections.abc import Sequence

from watermark_lab.lab import moment
from watermark_lab.lab.arguments import parse
from watermark_lab.lab.call import Call, Refusal
from watermark_lab.lab.child import RESTARTING
from watermark_lab.lab.parts import Parts
from watermark_lab.lab.template import table


def run(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    """Remove the records and the logs of stopped containers: what they printed is gone for good."""
    flags = {"-f": "force", "--force": "force", "-a": "all", "--all": "all", "--volumes": "volumes"}
    given = parse("docker system prune", argv, flags, {})
    if not given.has("force"):
        call.err("WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ")
        msg = "operation canceled"
        raise Refusal(msg)
    stopped = [child for child in parts.project.containers() if not child.running and child.state != RESTARTING]
    if stopped:
        call.out("Deleted Containers:")
    freed = 0
    for child in stopped:
        freed += parts.supervisor.remove(child)
        call.out(child.id)
    call.out(("\n" if stopped else "") + f"Total reclaimed space: {moment.size(freed)}")
    return 0


def disk(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    """Say how much disk the containers' logs take."""
    parse("docker system df", argv, {"-v": "verbose"}, {})
    children = parts.project.containers()
    running = [child for child in children if child.running]
    total = sum(child.capture.size_bytes() for child in children)
    stopped = sum(child.capture.size_bytes() for child in children if not child.running)
    row = ["Containers", str(len(children)), str(len(running)), moment.size(total), moment.size(stopped)]
    call.out(table(("TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE"), [row]))
    return 0
