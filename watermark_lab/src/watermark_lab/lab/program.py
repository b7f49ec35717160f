"""Where a program in the lab's ``bin`` begins: which one, with which ports, and the real one if there is one."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

LOGS = ("tail", "grep", "stat")
"""The programs with which the runbook reads log files, which it has below /var/log; and with which others find them."""


def main(config: Mapping[str, Any], argv: Sequence[str]) -> int:
    """Run the program ``argv[0]`` with the rest of ``argv``; imports only what that one needs."""
    program, rest = argv[0], list(argv[1:])
    ports = {int(public): int(served) for public, served in config["ports"].get(program, {}).items()}
    real = config["real"].get(program)
    try:
        if program in LOGS and real is not None:
            from watermark_lab.lab import mapped

            return mapped.logs(real, program, rest, config["files"])
        return _run(program, rest, ports, real, config["control"])
    except BrokenPipeError:
        return 0


def _run(program: str, argv: list[str], ports: dict[int, int], real: str | None, control: str) -> int:
    if real is not None:
        from watermark_lab.lab import mapped

        wrappers = {"curl": mapped.curl, "redis-cli": mapped.redis_cli, "ss": mapped.sockets, "netstat": mapped.sockets}
        return wrappers[program](real, argv, ports)
    if program == "curl":
        from watermark_lab.lab import curl

        return curl.main(argv, ports)
    if program == "redis-cli":
        from watermark_lab.lab import redis_cli

        return redis_cli.main(argv, ports)
    from watermark_lab.lab import standin

    code = standin.main(program, argv, control)
    sys.stdout.flush()
    return code
