"""What the runbook's check knows, as pages show it."""

from collections.abc import Sequence

from stormjib.core.checkup import Known, known, settled
from stormjib.core.runbook import Runbook
from stormjib.web.site import Site


def known_of(site: Site, book: Runbook, services: Sequence[str] = ()) -> tuple[Known, ...]:
    """What is known of each proven read of a runbook, as these services have it; without any all that may follow it."""
    books = settled(book, services or site.followers(book.sha256), site.policy)
    return known(books, site.policy, site.checked())


def failing(site: Site) -> int:
    """How many reads of the runbooks in force do not work, by the newest look at each."""
    books = site.in_force() or (site.current_runbook(),)
    return sum(1 for book in books for one in known_of(site, book) if one.record is not None and not one.record.works)
