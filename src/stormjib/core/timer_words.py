"""What each timer is for, in words; whether anything follows, the next entries tell."""

from typing import Final

WORDS: Final = {
    "escalate": "checked whether it is acknowledged, before level {first} is paged",
    "reach": "checked whether it is acknowledged, before another contact method is used",
    "summary-step": "checked whether what was summed up still waits, before another contact method is used",
    "item": "checked the deadline of item {name}",
    "cadence": "checked whether an update is due",
    "impact": "checked whether the impact has changed",
    "hold": "checked whether {name} still holds",
    "joined": "checked which alerts have joined since",
    "survey": "the first look at what runs by itself is over; what has answered is ranked",
    "expire": "checked whether {name} still waits for an approval",
    "decide": "checked whether {name} still waits for an approval, half of whose time is over",
    "release": "checked whether everything that {name} has to wait for is stored",
    "action": "checked whether action item {first} is done",
    "after": "checked what is left to do after the incident",
    "roles": "checked which roles nobody holds",
    "opinion": "the round is over that the alert of entry {first} has waited for its users",
    "silence": "the time of silence {first} is over",
    "storm": "checked which pages to {name} were held back",
}
"""By the first part of a timer's key."""


def checked(timer: str) -> str:
    """Of the timer with this key."""
    kind, _, name = timer.partition("/")
    return WORDS[kind].format(name=name, first=name.partition("/")[0]) if kind in WORDS else f"timer {timer}"
