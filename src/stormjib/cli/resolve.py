"""`stormjib incident resolve`: customers who were told of the incident are owed its end, so that is asked for."""

from stormjib.cli import act, items
from stormjib.cli.session import Session


def resolve(session: Session) -> int:
    """Resolve it; on a terminal ask for the last update, elsewhere say how it is posted."""
    wanted, world = session.options, session.world
    owed = "" if wanted.customers else str(items.room(session, wanted.incident).get("last_update", ""))
    if owed and world.stdin.isatty() and world.stderr.isatty():
        world.stderr.write(f"Customers were told of it. Post this last update? [Y/n, or your own text]\n  {owed}\n> ")
        world.stderr.flush()
        said = world.stdin.readline().strip()
        wanted.customers = owed if said.lower() in {"", "y", "yes"} else "" if said.lower() in {"n", "no"} else said
    code = act.perform(session)
    if owed and not wanted.customers:
        session.tell(f"next: stormjib status post {wanted.incident} --stage Resolved --audience customers --text '{owed}'")
    return code
