"""A runbook as data: Runbook > Phase > Step > Task | Command | Checklist | Template | Contact."""

from stormjib.core.runbook.book import Runbook, item_text, to_json
from stormjib.core.runbook.parts import (
    NO_PHASE,
    Checklist,
    Command,
    Contact,
    Coverage,
    Finding,
    Item,
    Phase,
    Prose,
    Severity,
    Step,
    Task,
    Template,
)

__all__ = [
    "NO_PHASE",
    "Checklist",
    "Command",
    "Contact",
    "Coverage",
    "Finding",
    "Item",
    "Phase",
    "Prose",
    "Runbook",
    "Severity",
    "Step",
    "Task",
    "Template",
    "item_text",
    "to_json",
]
