"""Access logs at size: requests, status shares and latency by minute, route and upstream, and what changed since a moment."""

from stormjib.integrations.access_log.reader import is_fast, read_access_log
from stormjib.integrations.access_log.table import Cell, Change, Row, Table, compare
from stormjib.integrations.access_log.told import read_change

__all__ = ["Cell", "Change", "Row", "Table", "compare", "is_fast", "read_access_log", "read_change"]
