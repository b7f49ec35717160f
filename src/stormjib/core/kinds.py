"""The kinds of things in a runbook: of a part, how it is gone through, which clock it has, what a line asks."""

from enum import Enum


class Mode(Enum):
    """How a phase or a step is gone through.

    A runbook is not one sequence: looking is done side by side, a fix is chosen, a closure is proven in order.
    """

    COLLECT = "collect"
    CHOOSE = "choose"
    SEQUENCE = "sequence"
    MENU = "menu"


class Clock(Enum):
    """What the window of a phase, and the deadlines in it, count from."""

    INCIDENT = "incident"
    RESOLUTION = "resolution"


class Kind(Enum):
    """What a part of a runbook is about; how it is gone through (its mode) follows from it."""

    RESPOND = "respond"
    INVESTIGATE = "investigate"
    MITIGATE = "mitigate"
    VERIFY = "verify"
    CLOSE = "close"
    COMMUNICATE = "communicate"
    AFTER = "after"
    REFERENCE = "reference"
    INFORM = "inform"


class Demand(Enum):
    """What a line asks of a person: to be done, to be done where its condition holds or it is chosen, or never to be done."""

    REQUIRED = "required"
    CONDITIONAL = "conditional"
    FORBIDS = "forbids"
