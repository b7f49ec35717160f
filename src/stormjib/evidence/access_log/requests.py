"""An access log that is handed over in blocks of lines: which routes and upstreams differ since a moment."""

from stormjib.evidence.access_log.change import read_change
from stormjib.evidence.access_log.request_counts import RequestCounts
from stormjib.evidence.readers import Reading


class Requests:
    """Counts requests as they come."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._counts = RequestCounts()

    def feed(self, lines: bytes) -> None:
        """Take whole lines in."""
        self._counts.feed(lines)

    def reading(self, at: float) -> Reading | None:
        """Since ``at`` (seconds since 1970) compared with before; None where most of the lines are no requests."""
        table = self._counts.table()
        return read_change(table, at) if table.requests > table.rejected else None
