"""The two stores of a server, the log and the engine's file: opened together, and whether they go together."""

import logging
import secrets
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, NoteAdded, OutcomeUnknown, RunExpired
from stormjib.engine.dispatcher import MARK
from stormjib.engine.generations import Generations
from stormjib.engine.inbox import Inbox
from stormjib.ports import Damaged, LogReader, LogStore, StoreFailed
from stormjib.store.database import LOG, RESTORED, EngineFile, OfLog, open_log, open_reader

ENGINE: Final = "engine.db"
EXPORTS: Final = "exports"
"""The directory of exported incidents, where the settings name none."""
_UNDER_WAY: Final = {"approved", "released", "started"}
_BACK: Final = (
    "The log was put back to an earlier state. What happened after its last entry before this one is not in it: check "
    "what was approved, done and announced in the meantime before you approve anything again."
)
_MAY_HAVE_RUN: Final = "The log was put back to before it was answered, so that it may have run since. Check that; if it is still needed, propose it again."

_log = logging.getLogger(__name__)


class Stores:
    """Every start of the server is a generation of its own in the log, and the engine's file remembers the last one it served.

    Where they disagree, the engine's rows are of another log or of another time. Then they are set aside, and everything
    that has no result is derived from the log again, which is right whatever has become of the engine's file.
    """

    def __init__(self, data_dir: Path, log: LogStore | None = None, reader: LogReader | None = None) -> None:
        """Open the log, create it where it is missing, and begin a generation; raises ``StoreFailed``.

        A ``log`` that can't be written to begins none.
        """
        self.engine = EngineFile(data_dir / ENGINE)
        self.log: LogStore = log or open_log(data_dir / LOG)
        self.reader: LogReader = reader or open_reader(data_dir / LOG)
        if log is not None:
            self.generations = Generations(self.reader.generations())
            return
        try:
            self._begin()
        except StoreFailed:
            self.close()
            raise

    def _begin(self) -> None:
        if not self.log.appendable():
            raise StoreFailed(
                f"Nothing can be written to the log {self.log.path} any more, because it is damaged. Restore the newest backup: "
                f"stormjib restore DIR. What can be read without one gets out: stormjib recover {self.log.path} --to DIR.",
                fatal=False,
            )
        starts = self.reader.generations()
        self._last = self.reader.last_position()
        self._found = self.engine.found()
        self._lost = self._why_lost(starts)
        name = secrets.token_hex(6)
        self.log.put_generation(name)
        self.log.commit()
        self.generations = Generations([*starts, (self._last, name)])

    def take_engine(self) -> bool:
        """Make sure that the engine's file is the log's; True where it is a new one and everything owed has to be derived again."""
        if self._lost:
            there = self.engine.set_aside()
            if there:
                _log.warning(
                    "%s It was set aside as %s, and what it held is derived from the log again.",
                    self._lost,
                    f"{self.engine.path.name}.set-aside",
                )
            self.engine.take(self.generations.name, 0)
            return True
        self.engine.take(self.generations.name, self._found.position if self._found else 0)
        return False

    def lost(self) -> str:
        """Why what is written would not be found again, as a sentence; "" where all is well."""
        return self.log.lost() or self.engine.lost()

    def remember(self, position: int) -> None:
        """The effects of all entries up to this position have their rows in the engine's file; raises ``StoreFailed``."""
        reason = self.lost()
        if reason:
            raise StoreFailed(reason, fatal=True)
        self.engine.write(self.generations.name, position)

    def settle(self, inbox: Inbox) -> None:
        """After the log went back in time: nothing that may have run since runs again, by itself or by an old request, and people are told."""
        if not (self._went_back or self.reader.setting(RESTORED)):
            return
        for head in self.reader.incidents(limit=1_000_000):
            if head.status not in {"declared", "acknowledged", "resolved"}:
                continue
            try:
                runs = self.reader.replay(head.id).runs
            except Damaged as error:
                _log.error("%s can't be told that the log was put back: %s", head.id, error)
                continue
            for run_id, run in runs.items():
                if run.state == "proposed":
                    inbox.submit(head.id, partial(_just, RunExpired(run_id, _MAY_HAVE_RUN)), by="stormjib")
                if run.state in _UNDER_WAY:
                    unknown = OutcomeUnknown(run_id, run.proposal.command_id)
                    inbox.submit(head.id, partial(_just, unknown), by="stormjib", cause=f"run/{run_id}/unknown")
            inbox.submit(head.id, partial(_just, NoteAdded(_BACK)), by="stormjib", cause=f"back/{self.generations.name}")
        inbox.write(lambda log: log.put_setting(RESTORED, ""))

    def close(self) -> None:
        """Let the next server in."""
        self.reader.close()
        self.log.close()

    def _why_lost(self, starts: list[tuple[int, str]]) -> str:
        """Why the engine's file is none for this log, as a sentence; "" where it is."""
        self._went_back = False
        if self._found is None:
            return f"{self.engine.path} is damaged, or was never the engine of this log."
        names = [name for _, name in starts]
        if self._found.generation in names[:-1] or self._older(names, self._found):
            return f"{self.engine.path} is older than the log."
        if not names or self._found.generation != names[-1] or self._found.position > self._last:
            self._went_back = self._last > 0
            return f"{self.engine.path} is the engine of another log, or of a later state of this one."
        return ""

    def _older(self, names: list[str], found: OfLog) -> bool:
        return bool(names) and found.generation == names[-1] and found.position < self.reader.mark(MARK)


def _just(fact: AnyFact, _: Incident) -> Sequence[AnyFact]:
    return (fact,)
