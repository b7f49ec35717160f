"""One item of ``kubectl -o json`` → the row that kubectl would print of it, and the conditions that press it."""

from collections.abc import Iterator
from typing import Any, Final

_PRESSURES: Final = {"MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"}


def row_of(item: dict[str, Any]) -> Iterator[tuple[dict[str, str], tuple[str, ...]]]:
    """By its kind; nothing of what has no name."""
    about, status = _dict(item.get("metadata")), _dict(item.get("status"))
    name = about.get("name")
    if not isinstance(name, str) or not name:
        return
    kind = str(item.get("kind") or "").lower()
    conditions = [one for one in _list(status.get("conditions")) if isinstance(one, dict)]
    pressed = tuple(str(one.get("type")) for one in conditions if one.get("type") in _PRESSURES and one.get("status") == "True")
    row = {"NAME": f"{kind}/{name}"}
    match kind:
        case "pod":
            row |= _pod(status)
        case "node":
            ready = any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)
            closed = ",SchedulingDisabled" if _dict(item.get("spec")).get("unschedulable") else ""
            row["STATUS"] = ("Ready" if ready else "NotReady") + closed
        case "event":
            row = _event(item)
        case "deployment" | "statefulset" | "replicaset":
            wanted = _dict(item.get("spec")).get("replicas", 1)
            row["READY"] = f"{status.get('readyReplicas') or 0}/{wanted}"
        case "daemonset":
            row["READY"] = f"{status.get('numberReady') or 0}/{status.get('desiredNumberScheduled') or 0}"
        case _:
            row["STATUS"] = str(status.get("phase") or "")
    yield row, pressed


def _pod(status: dict[str, Any]) -> dict[str, str]:
    """What kubectl makes of a pod: the reason of the container that waits or has ended, else the pod's phase."""
    containers = [one for one in _list(status.get("containerStatuses")) if isinstance(one, dict)]
    starting = [one for one in _list(status.get("initContainerStatuses")) if isinstance(one, dict)]
    said = str(status.get("reason") or status.get("phase") or "")
    for prefix, one in (*(("Init:", one) for one in starting), *(("", one) for one in containers)):
        state = _dict(one.get("state"))
        why = _dict(state.get("waiting")).get("reason") or _dict(state.get("terminated")).get("reason")
        if isinstance(why, str) and not (prefix and why in {"Completed", "PodInitializing"}):
            said = prefix + why
    ready = sum(one.get("ready") is True for one in containers)
    restarts = sum(count for one in containers if isinstance(count := one.get("restartCount"), int))
    return {"STATUS": said, "READY": f"{ready}/{len(containers)}", "RESTARTS": str(restarts)}


def _event(item: dict[str, Any]) -> dict[str, str]:
    about = _dict(item.get("involvedObject")) or _dict(item.get("regarding"))
    return {
        "NAME": "event",
        "TYPE": str(item.get("type") or ""),
        "REASON": str(item.get("reason") or ""),
        "OBJECT": f"{about.get('kind')}/{about.get('name')}",
        "MESSAGE": str(item.get("message") or item.get("note") or ""),
        "COUNT": str(item.get("count") or ""),
    }


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
