"""`stormjib serve` and `demo`: what runs on this machine itself."""

import resource
from pathlib import Path

from stormjib.cli import offline
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.session import Session
from stormjib.core.text.units import size

ADDRESS_BYTES_MIN = 2 * 1024**3
"""The server uses a tenth of it; the rest is what its threads may take of addresses, not of memory."""


def serve(session: Session) -> int:
    """Run the server until it is told to stop."""
    wanted = session.options
    runbook = Path(wanted.runbook) if wanted.runbook else None
    if runbook is not None and not runbook.is_file():
        raise Stop(Exit.NOT_FOUND, f"There is no runbook {runbook}.")
    directory = Path(wanted.data_dir) if wanted.data_dir else None
    if lacking := addresses_lacking():
        raise Stop(Exit.FAILED, f"stormjib can't start. {lacking}")
    settings = offline.settings(session, data_dir=directory, host=wanted.host, port=wanted.port, runbook=runbook)
    from stormjib.engine import lean  # noqa: PLC0415 - other commands need nothing of the engine

    # Nobody here asks it how wide a text is on a terminal.
    lean.load("ftfy", lacking="wcwidth")
    from stormjib.serve import serve as run  # noqa: PLC0415 - its imports fail where addresses are lacking

    return run(settings, wanted.log_format)


def addresses_lacking() -> str:
    """Why the server could fail in its imports or, worse, when a thread is needed at night, as a sentence; "" where it can't."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY or limit >= ADDRESS_BYTES_MIN:
        return ""
    return (
        f"Its address space is limited to {size(limit)}, and it needs {size(ADDRESS_BYTES_MIN)}. "
        f"Raise the limit: ulimit -v {ADDRESS_BYTES_MIN // 1024}, or LimitAS of its unit. To limit its memory use MemoryMax."
    )


def demo(session: Session) -> int:
    """A real outage of a real service."""
    wanted = session.options
    if wanted.interactive and wanted.fast:
        raise Stop(Exit.USAGE, "--interactive asks and --fast does not; give one of them.")
    from stormjib.drill.demo import main  # noqa: PLC0415 - the server needs none of the drills

    return main(interactive=wanted.interactive, fault=wanted.fault, keep=wanted.keep, directory=None)
