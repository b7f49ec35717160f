"""The post-mortem's performer: the log is read once more and the runbook's template is filled from it."""

from collections.abc import Callable
from hashlib import sha256

from stormjib.core import postmortem
from stormjib.core.effects import AnyEffect
from stormjib.core.incident import Incident
from stormjib.core.log import PostmortemDrafted
from stormjib.core.runbook import Runbook
from stormjib.ports import LogReader, Outcome

ENTRIES_MAX = 1_000_000


class PostmortemPerformer:
    """Performs ``DraftPostmortem``. Doing it twice gives the same document."""

    def __init__(self, log: LogReader, runbook_of: Callable[[str], Runbook]) -> None:
        """``runbook_of`` gives the runbook with a sha256."""
        self._log = log
        self._runbook_of = runbook_of

    def perform(self, effect: AnyEffect, *, effect_id: str, incident: Incident) -> Outcome:
        """Draft it; the document is stored under its sha256."""
        entries = self._log.entries(incident.id, 0, ENTRIES_MAX)
        draft = postmortem.draft(incident, entries, self._runbook_of(incident.runbook_sha256))
        body = draft.text.encode()
        fact = PostmortemDrafted(document_sha256=sha256(body).hexdigest(), fields_left=draft.fields_left)
        return Outcome(facts=(fact,), blobs=(body,))
