"""The status page for programs: in the shapes in which Atlassian Statuspage answers below ``/api/v2``, so that readers of those read this.

Source of the shapes: https://confluence.status.atlassian.com/api
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from stormjib.core.status_page.page import MAINTENANCE, UNKNOWN, Component, PublicIncident, StatusPage, public_id
from stormjib.core.status_page.record import Maintenance
from stormjib.core.status_page.words import OPERATIONAL

MEDIA_TYPES: Final = {
    "html": "text/html",
    "json": "application/json",
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
}
"""Of the page's files, by how their names end."""
CACHED: Final = "public, max-age=15"
STATUSES: Final = {
    OPERATIONAL: OPERATIONAL,
    "degraded": "degraded_performance",
    "partial outage": "partial_outage",
    "major outage": "major_outage",
    MAINTENANCE: "under_maintenance",
}
SENTENCES: Final = {
    OPERATIONAL: ("none", "All systems operational"),
    "incident": ("minor", "There is a problem"),
    "degraded": ("minor", "Degraded performance"),
    "partial outage": ("major", "Partial outage"),
    "major outage": ("critical", "Major outage"),
    MAINTENANCE: ("maintenance", "Maintenance in progress"),
    UNKNOWN: ("none", "This page tells of no component yet"),
}
"""For each state of the whole: how bad it is, and a headline."""
Json = dict[str, Any]


def documents(page: StatusPage, title: str, url: str) -> dict[str, Json]:
    """Every answer by its path below ``api/v2``."""
    own = public_id(url)
    about = {"id": own, "name": title, "url": url, "time_zone": "Etc/UTC", "updated_at": moment(page.updated_at)}
    indicator, description = SENTENCES[page.status]
    components = _components(page, own)
    known = {one["name"]: one for one in components if not one["group"]}
    parts: Json = {
        "status": {"indicator": indicator, "description": description},
        "components": components,
        "incidents": [_incident(one, known, own, url) for one in page.incidents],
        "scheduled_maintenances": [_maintenance(one, known, own, url, page.at) for one in page.maintenance],
    }
    unresolved = [one for one in parts["incidents"] if one["status"] != "resolved"]
    work: dict[str, list[Json]] = {"scheduled": [], "in_progress": [], "completed": []}
    for one in parts["scheduled_maintenances"]:
        work[one["status"]].append(one)
    pending = {"incidents": unresolved, "scheduled_maintenances": work["in_progress"] + work["scheduled"]}
    found = {
        "summary": {**parts, **pending},
        "status": {"status": parts["status"]},
        "components": {"components": parts["components"]},
        "incidents": {"incidents": parts["incidents"]},
        "incidents/unresolved": {"incidents": unresolved},
        "scheduled-maintenances": {"scheduled_maintenances": parts["scheduled_maintenances"]},
        "scheduled-maintenances/upcoming": {"scheduled_maintenances": work["scheduled"]},
        "scheduled-maintenances/active": {"scheduled_maintenances": work["in_progress"]},
    }
    return {f"api/v2/{name}.json": {"page": about, **what} for name, what in found.items()}


def moment(at: float) -> str:
    """As in ``2026-01-05T08:00:00.000Z``."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _components(page: StatusPage, page_id: str) -> list[Json]:
    """Each below its group, which is one of them."""
    found: list[Json] = []
    for group, members in groupby(page.components, lambda one: one.group):
        above = _component(group, page, page_id, len(found) + 1) if group else None
        found += [above] if above else []
        own = [_component(one.name, page, page_id, len(found) + number, one) for number, one in enumerate(members, 1)]
        if above:
            worst = max((one["status"] for one in own), key=list(STATUSES.values()).index)
            above |= {"id": public_id("group", group), "group": True, "components": [one["id"] for one in own], "status": worst}
        found += [one | {"group_id": above["id"] if above else None} for one in own]
    return found


def _component(name: str, page: StatusPage, page_id: str, position: int, one: Component | None = None) -> Json:
    since = (one and one.since) or page.updated_at
    return {
        "id": public_id("component", name),
        "name": name,
        "status": STATUSES[one.status if one else OPERATIONAL],
        "position": position,
        "description": None,
        "showcase": True,
        "start_date": None,
        "group_id": None,
        "page_id": page_id,
        "group": False,
        "only_show_if_degraded": False,
    } | _times(since, max(since, page.updated_at))


def _incident(one: PublicIncident, known: Mapping[str, Json], page_id: str, url: str) -> Json:
    updates = [
        {
            "id": update.id,
            "status": update.status,
            "body": update.text,
            "incident_id": one.id,
            "affected_components": [
                {"code": public_id("component", name), "name": name, "old_status": STATUSES[old], "new_status": STATUSES[new]}
                for name, old, new in update.changes
            ]
            or None,
        }
        | _times(update.at, update.at)
        | {"display_at": moment(update.at)}
        for update in reversed(one.updates)
    ]
    at = {update.status: moment(update.at) for update in one.updates}
    return {
        "id": one.id,
        "name": one.title,
        "status": one.updates[-1].status,
        "impact": {"partial outage": "major", "major outage": "critical", "degraded": "minor"}.get(one.worst, "none"),
        "started_at": moment(one.updates[0].at),
        "monitoring_at": at.get("monitoring"),
        "resolved_at": None if one.open else at["resolved"],
        "shortlink": f"{url}/incidents/{one.id}.html",
        "page_id": page_id,
        "incident_updates": updates,
        "components": [known[name] for name in one.affected],
    } | _times(one.updates[0].at, one.updates[-1].at)


def _maintenance(one: Maintenance, known: Mapping[str, Json], page_id: str, url: str, now: float) -> Json:
    state, planned = one.state(now), one.planned
    said = [(one.planned_at, "scheduled", planned.text)]
    said += [(planned.start, "in_progress", "The maintenance has begun.")] if planned.start <= now else []
    said += [(one.over_at, "completed", one.ended or "The maintenance is over.")] if state == "completed" else []
    updates = [
        {"id": public_id(one.id, status), "status": status, "body": text, "incident_id": one.id, "affected_components": None}
        | _times(at, at)
        | {"display_at": moment(at)}
        for at, status, text in reversed(said)
    ]
    return {
        "id": one.id,
        "name": planned.title,
        "status": state,
        "impact": "maintenance",
        "started_at": moment(planned.start),
        "monitoring_at": None,
        "resolved_at": moment(one.over_at) if state == "completed" else None,
        "scheduled_for": moment(planned.start),
        "scheduled_until": moment(planned.end),
        "shortlink": f"{url}/index.html",
        "page_id": page_id,
        "incident_updates": updates,
        "components": [known[name] for name in planned.components],
    } | _times(one.planned_at, max(at for at, _, _ in said))


def _times(created: float, updated: float) -> Json:
    return {"created_at": moment(created), "updated_at": moment(updated)}
