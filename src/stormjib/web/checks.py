"""What the runbook's check knows, as pages show it."""

from stormjib.core import guard
from stormjib.core.checkup import ProbeRecord, key_of
from stormjib.core.runbook import Command, Runbook
from stormjib.web.site import Site


def known_of(site: Site, book: Runbook) -> list[tuple[Command, ProbeRecord | None]]:
    """What is known of each proven read of a runbook; None where nobody has looked yet."""
    history = site.checked()
    commands = guard.placed(book, site.policy, "").commands
    reads = [command for command in commands if guard.guard(command, site.policy).unattended]
    return [(command, history.get(key_of(command.text, command.on))) for command in reads]


def failing(site: Site) -> int:
    """How many lines of the runbooks in force hold a read that does not work, by the newest look at each."""
    books = site.in_force() or (site.current_runbook(),)
    return sum(1 for book in books for _, known in known_of(site, book) if known is not None and not known.works)
