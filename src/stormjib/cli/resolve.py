"""`stormjib incident resolve`: customers who were told of the incident are owed its end, so that is asked for."""

import shlex

from stormjib.cli import act, items
from stormjib.cli.session import Session


def resolve(session: Session) -> int:
    """Resolve it; on a terminal ask for the last update, elsewhere say how it is posted."""
    wanted, world = session.options, session.world
    if not wanted.customers and world.stdin.isatty() and world.stderr.isatty():
        wanted.customers = _asked(session)
    code = act.perform(session)
    owed = "" if wanted.customers else _owed(session)
    if owed:
        session.tell(
            f"next: stormjib status post {wanted.incident} --stage Resolved --audience customers --text {shlex.quote(owed)}"
        )
    return code


def _owed(session: Session) -> str:
    return str(items.room(session, session.options.incident).get("last_update", ""))


def _asked(session: Session) -> str:
    """The text that somebody agrees to, or writes; "" where nothing is owed or wanted."""
    owed = _owed(session)
    if not owed:
        return ""
    session.world.stderr.write(f"Customers were told of it. Post this last update? [Y/n, or your own text]\n  {owed}\n> ")
    session.world.stderr.flush()
    said = session.world.stdin.readline().strip()
    return owed if said.lower() in {"", "y", "yes"} else "" if said.lower() in {"n", "no"} else said
