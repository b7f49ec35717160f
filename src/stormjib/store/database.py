"""The installation's database: which implementation stands behind the port. Only here is it chosen, and nothing outside names it."""

from stormjib.store.sqlite.backup import LOG, RESTORED, back_up, backed_up_at, backup_in, restore
from stormjib.store.sqlite.engine_file import EngineFile, OfLog
from stormjib.store.sqlite.engine_rows import EngineRows
from stormjib.store.sqlite.memory import READ_ONLY, open_in_memory
from stormjib.store.sqlite.opening import open_log
from stormjib.store.sqlite.raw import verify
from stormjib.store.sqlite.reader import open_reader
from stormjib.store.sqlite.recover import recover
from stormjib.store.sqlite.timer_rows import TimerRows
from stormjib.store.sqlite.version import DATABASE, lacking

__all__ = [
    "DATABASE",
    "LOG",
    "READ_ONLY",
    "RESTORED",
    "EngineFile",
    "EngineRows",
    "OfLog",
    "TimerRows",
    "back_up",
    "backed_up_at",
    "backup_in",
    "lacking",
    "open_in_memory",
    "open_log",
    "open_reader",
    "recover",
    "restore",
    "verify",
]
