"""Alerts: what the monitoring itself says is wrong, and with what."""

from collections.abc import Iterator
from typing import Final

from stormjib.core.incident import Incident
from stormjib.evidence.suspects.signal import Kind, Signal
from stormjib.evidence.suspects.texts import of_text, quoted
from stormjib.evidence.suspects.tree import Tree
from stormjib.evidence.suspects.words import CPU, DISK, MAINTENANCE, MEMORY, PROXIES, product_of

_OF_THINGS: Final = ("container", "container_name", "pod", "name", "replica", "job")
_WORDS: Final[tuple[tuple[tuple[str, ...], Kind, float], ...]] = (
    (("maintenance",), "maintenance", 0.75),
    (("disk", "filesystem", "inode", "space"), "full", 0.6),
    (("memory", "oom"), "full", 0.6),
    (("cpu", "load"), "saturated", 0.45),
    (("restart", "crash", "flapping"), "restarted", 0.55),
    (("down", "unreachable", "absent", "dead"), "down", 0.4),
    (("slow", "latency"), "slow", 0.4),
    (("error", "failing", "failed", "ready", "5xx"), "erroring", 0.35),
)
_FIXED: Final[dict[Kind, str]] = {"maintenance": MAINTENANCE}
_STRENGTH_OF_TITLE: Final = 0.6


def of_alerts(tree: Tree, incident: Incident) -> Iterator[Signal]:
    """Those that fire; without one the title that a person gave. What a label names as a dependency is blamed by the sender."""
    told = [alert for alert in incident.alerts.values() if alert.firing]
    for alert in told:
        yield from _of(tree, alert.seq, alert.name, alert.summary, labels=alert.labels, weight=1.0)
    if not told and incident.declared and incident.title:
        yield from _of(tree, incident.declared.seq, incident.title, "", labels={}, weight=_STRENGTH_OF_TITLE, teller="the title")


def _of(
    tree: Tree, seq: int, name: str, summary: str, *, labels: dict[str, str], weight: float, teller: str = "the alert"
) -> Iterator[Signal]:
    dependency = labels.get("dependency", "").strip()
    if dependency:
        component = tree.of(dependency) or dependency.lower()
        yield Signal(component, "erroring", 0.5 * weight, seq, f"the alert {name} names it", own=False)
    text = f"{name} {summary}".lower()
    kind, strength = next(
        ((kind, strength) for words, kind, strength in _WORDS if any(word in text for word in words)), (None, 0.0)
    )
    if kind is not None:
        component, thing = _whose(tree, kind, text, labels)
        yield Signal(component, kind, strength * weight, seq, f"{teller} says {quoted(summary or name)}", thing, own=True)
    yield from of_text(tree, seq, summary, writer=tree.service, weight=0.4 * weight, teller=teller)


def _whose(tree: Tree, kind: Kind, text: str, labels: dict[str, str]) -> tuple[str, str]:
    """The component that an alert is about: by its labels, then by a word in its name, then the service."""
    if kind in _FIXED:
        return _FIXED[kind], ""
    for label in _OF_THINGS:
        component = tree.of(labels[label]) if labels.get(label) else ""
        if component and component != tree.front:
            return component, labels[label] if component == tree.service and labels[label] in tree.containers else ""
    proxy = next((proxy for proxy in PROXIES if proxy in text), "")
    if proxy or "load balancer" in text:
        return tree.front or proxy or tree.service, ""
    product = product_of(text)
    if product:
        return product, ""
    if "disk" in text or "filesystem" in text or "inode" in text:
        return DISK, ""
    host = "host" in text or "node" in text
    return (MEMORY if kind == "full" else CPU) if host and kind in {"full", "saturated"} else tree.service, ""
