"""The log of the site as it was written so far, for whoever keeps something of it in memory."""

import logging
from collections.abc import Callable, Sequence

from stormjib.core.access import SITE
from stormjib.core.log import Entry
from stormjib.ports import Damaged, LogReader

_log = logging.getLogger(__name__)


def read(reader: LogReader, heard: Callable[[Sequence[Entry]], object], lacking: str) -> None:
    """Give it to ``heard``. Where it can't be read the server starts all the same; ``lacking`` says what does not count then."""
    seq = 0
    try:
        while entries := reader.entries(SITE, seq):
            seq = entries[-1].seq
            heard(entries)
    except Damaged as damage:
        _log.error("the log of the site can't be read, so %s: %s", lacking, damage)
