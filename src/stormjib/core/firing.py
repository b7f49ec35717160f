"""Which alerts still fire, in words."""

from stormjib.core.alert import StillFiring
from stormjib.core.incident import Incident

NAMED_MAX = 10
"""Alerts that a sentence names one by one."""


def firing_names(incident: Incident, alerts: StillFiring) -> tuple[str, ...]:
    """The names of the alerts that still fire, each once."""
    return tuple(dict.fromkeys((*incident.firing, *(name for name, _, _ in alerts.unlisted))))


def firing_words(incident: Incident, alerts: StillFiring) -> str:
    """Which alerts still fire, ten of them by name, and how to say that one is over; "" where none does."""
    heard: dict[str, tuple[int, float]] = {}
    listed = {key: alert for key, alert in incident.alerts.items() if alert.firing}
    for name, count, at in (*((alert.name, 1, alerts.heard.get(key, 0.0)) for key, alert in listed.items()), *alerts.unlisted):
        before, last = heard.get(name, (0, 0.0))
        heard[name] = (before + count, max(last, at))
    total = len(listed) + alerts.unlisted_total
    if not total:
        return ""
    named = sorted(heard)[:NAMED_MAX]
    words = ", ".join(_firing_name(name, *heard[name], alerts) for name in named)
    more = total - sum(heard[name][0] for name in named)
    rest = f" and {more:,} more" if more else ""
    return f"still firing: {words}{rest}; if one is over, say so: stormjib alert clear {incident.id} NAME --reason WHY"


def _firing_name(name: str, count: int, heard_at: float, alerts: StillFiring) -> str:
    quiet = alerts.quiet(heard_at)
    notes = [f"{count:,} times"] if count > 1 else []
    if quiet:
        notes.append(f"not heard for {quiet / 3600:.1f} hours")
    return f"{name} ({', '.join(notes)})" if notes else name
