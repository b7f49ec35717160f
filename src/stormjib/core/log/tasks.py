"""The runbook's tasks and checklists, timers, debts."""

from stormjib.core.log.fact import Fact


class ItemTicked(Fact, frozen=True):
    """A task or checklist item is done: the log proves it (``proof_seq``) or a person says so (``who``)."""

    item_id: str
    line: int
    text: str
    proof_seq: int = 0
    who: str = ""
    note: str = ""
    also: tuple[str, ...] = ()
    """What else is done with it, for it is the same line: a box of a checklist and the task that it stands for."""


class ItemUnticked(Fact, frozen=True):
    """A person takes a tick back."""

    item_id: str
    who: str
    reason: str


class ItemOverdue(Fact, frozen=True):
    """The deadline passed and nothing proved the item."""

    item_id: str
    line: int
    text: str
    deadline_minutes: float
    told: tuple[str, ...] = ()
    """Who is asked for it, where that is not whoever has the incident: for an update who communicates, and later the next."""


class TimerDue(Fact, frozen=True):
    """A delayed effect fired. The core ignores it where the matter is settled."""

    key: str


class DebtTaken(Fact, frozen=True):
    """A temporary measure is in force and blocks resolving and closing until it is repaid."""

    debt: str
    run_id: str
    repaid_by: str = ""
    """The command of the runbook that ends it."""


class DebtRepaid(Fact, frozen=True):
    """The temporary measure is gone."""

    debt: str
    run_id: str


Tasks = ItemTicked | ItemUnticked | ItemOverdue | TimerDue | DebtTaken | DebtRepaid
