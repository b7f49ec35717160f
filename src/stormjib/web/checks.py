"""What the runbook's check knows, as pages show it."""

from collections.abc import Mapping

from stormjib.core.checkup import Known, ProbeRecord, known, reads, settled
from stormjib.core.runbook import Runbook
from stormjib.web.site import Site


def known_of(site: Site, book: Runbook, history: Mapping[str, ProbeRecord], service: str = "") -> tuple[Known, ...]:
    """What the ``history`` has of each proven read of a runbook, as this service has it; without one as all that may follow it."""
    own = reads(settled(book, (service,), site.policy), site.policy) if service else site.reads(book)
    return known(own, history)


def failing(site: Site) -> int:
    """How many reads of the runbooks in force do not work, by the newest look at each."""
    history = site.checked()
    books = site.in_force() or (site.current_runbook(),)
    found = (history.get(one.key) for book in books for one in site.reads(book))
    return sum(1 for record in found if record is not None and not record.works)
