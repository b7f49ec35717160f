"""Another place where the status page stands: a thread that brings it there each time it changes, and tries until that is done."""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from stormjib.core.status_page.page import StatusPage
from stormjib.engine.retry import SECONDS_MAX
from stormjib.engine.rounds import Rounds
from stormjib.ports import DeliveryError

ROUND_SECONDS: Final = 15.0
"""Between two tries at the least: so long whatever had no answer may still be under way."""
Published = tuple[StatusPage, Mapping[str, bytes]]
"""The page, and its files by their paths; what is linked stands before what links to it."""
_log = logging.getLogger(__name__)


class Elsewhere(Rounds):
    """``start`` and ``stop`` are called once each; ``published`` by any thread."""

    def __init__(self, name: str, bring: Callable[[Published], None]) -> None:
        """``bring`` does nothing where all of it is there already; it raises ``DeliveryError`` and ``OSError``."""
        self._name, self._bring = name, bring
        self._newest: Published | None = None
        self.problem = ""
        super().__init__(f"status-page-{name}", self._run)

    def published(self, page: StatusPage, files: Mapping[str, bytes]) -> None:
        """This is what customers are to read."""
        is_new = self._newest is None or self._newest[1] is not files
        self._newest = (page, files)
        if is_new and not self.problem:
            self.wake()

    def _run(self) -> None:
        wait = ROUND_SECONDS
        while not self.pause(wait):
            if self._newest is None:
                continue
            try:
                self._bring(self._newest)
            except (DeliveryError, OSError) as error:
                said = error.reason if isinstance(error, DeliveryError) else str(error)
                problem = f"The status page at {self._name} is an old one, and it is tried again by itself: {said}"
                if not self.problem:
                    _log.error("%s", problem)
                self.problem, wait = problem, min(wait * 2, SECONDS_MAX)
            else:
                self.problem, wait = "", ROUND_SECONDS
