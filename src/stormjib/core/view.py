"""The incident as people see it at a moment: its picture, filled from the log, the runbook and the clock."""

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TypedDict

from stormjib.core import actions, closure, comms, duties, report, roles, shell, values, vendors
from stormjib.core.alert import StillFiring
from stormjib.core.checkup import History
from stormjib.core.firing import firing_names
from stormjib.core.fits import ran_since
from stormjib.core.incident import Episode, Happened, Incident
from stormjib.core.incident_view import ChangeView, IncidentView, LogsView, Look, MetricsView, PagedView, PhaseView, SuspectsView
from stormjib.core.initial_triage import initial_triage
from stormjib.core.kinds import Clock
from stormjib.core.log.messages import ROOM
from stormjib.core.log.people import who_and_how
from stormjib.core.next_step import next_step
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.core.step_view import Checks, box_view, look_view, run_view, step_view

_NOTHING: History = {}
SEE_ALSO_MAX = 20


class _Course(TypedDict):
    detected_at: float
    declared_at: float | None
    acknowledged_at: float | None
    acknowledged_by: str
    resolved_at: float | None
    closed_at: float | None
    raised_by: str
    links: tuple[tuple[str, str], ...]
    episodes: tuple[Episode, ...]


class _Seen(TypedDict):
    evidence: tuple[Look, ...]
    metrics: MetricsView | None
    logs: tuple[LogsView, ...]
    suspects: SuspectsView | None
    changes: tuple[ChangeView, ...]
    see_also: tuple[tuple[str, str], ...]


class _Told(TypedDict):
    channel: str
    channel_url: str
    paged: tuple[str, ...]
    paging: tuple[PagedView, ...]
    next_page_at: float | None
    posts: tuple[tuple[float, str, str, str, str], ...]
    failures: int


class _After(TypedDict):
    action_items: tuple[tuple[str, str, str], ...]
    action_items_done: tuple[int, ...]
    postmortem_sha256: str


def room(
    incident: Incident,
    runbook: Runbook,
    policy: Policy,
    now: float,
    history: History = _NOTHING,
    *,
    alerts: StillFiring = closure.NO_MORE,
    held_back: str = "",
    summed_up: Mapping[str, str] = MappingProxyType({}),
) -> IncidentView:
    """The whole picture at ``now`` (seconds since the epoch).

    ``history``: what the runbook's check knows of each command; ``alerts``: what the store knows of those that fire;
    ``held_back``: whom a storm of pages has kept from being told, in a sentence; ``summed_up``: what became of each of its pages.
    """
    called = runbook.called(incident.severity.value)
    if incident.gone:
        runbook = Runbook(runbook.sha256, runbook.title)
    written, runbook = runbook, values.filled(runbook, incident, policy)
    triage = initial_triage(runbook, policy)
    asks = {command.id: tuple(shell.names_in(command.text, policy.variables)) for command in written.commands}
    checks = Checks(history, now, frozenset(one.id for one in (*triage.checks, *triage.logs)), asks)
    checklist = runbook.checklist(incident.severity.value)
    sentence, verb = next_step(incident, runbook, policy=policy, alerts=alerts, held_back=held_back)
    return IncidentView(
        id=incident.id,
        title=incident.title,
        severity=incident.severity.value,
        called=called,
        service=incident.service,
        status=incident.status,
        seq=incident.seq,
        now=now,
        **_course(incident),
        acknowledge_due_at=duties.acknowledge_due_at(incident, runbook, policy) if incident.open else None,
        firing=() if incident.closed else firing_names(incident, alerts),
        clearable=tuple(_clearable(incident, alerts)),
        alerts_total=incident.alerts_total,
        next_step=sentence,
        next_action=verb,
        next_update_at=comms.next_update_at(incident, runbook),
        phases=_phases(incident, runbook, now),
        checklist_title=checklist.title if checklist else "",
        checklist=tuple(box_view(incident, item, runbook, policy) for item in (checklist.items if checklist else ())),
        **_seen(incident),
        runs=tuple(run_view(run, runbook, policy) for run in incident.runs.values()),
        steps=tuple(step_view(incident, step, runbook, policy, checks) for step in runbook.steps),
        values=values.wanted(written, incident, policy),
        resolution=closure.resolution_criteria(incident, runbook, policy=policy, alerts=alerts),
        closure=closure.closure_criteria(incident, runbook, policy=policy, alerts=alerts),
        debts=tuple(incident.debts),
        **_told(incident, summed_up),
        roles=roles.views(incident, written, policy),
        report=report.report(incident, written, policy),
        draft=report.draft(incident, written),
        support=vendors.support(incident, written, policy),
        alarm=incident.alarm or held_back,
        last_update=comms.last_update(incident, runbook),
        **_after(incident),
        runbook_sha256=incident.runbook_sha256,
        runbook_title=runbook.title,
        offers=tuple(one.name for one in actions.TABLE if one.offered(incident) and not one.walled(incident, policy)),
    )


def _clearable(incident: Incident, alerts: StillFiring) -> Iterator[tuple[str, str]]:
    """Each alert that fires by itself, and all of a name where there are several."""
    listed = {key: alert for key, alert in incident.alerts.items() if alert.firing}
    counts = Counter(alert.name for alert in listed.values())
    counts.update({name: count for name, count, _ in alerts.unlisted})
    for name, count in sorted(counts.items()):
        if count > 1:
            yield f"every {name}", f"all {count:,} of {name}"
    for key, alert in listed.items():
        labels = ", ".join(f"{name}={value}" for name, value in alert.labels.items() if name not in {"alertname", "severity"})
        yield key, f"{alert.name} ({labels})" if counts[alert.name] > 1 and labels else alert.name


def _at(when: Happened | None) -> float | None:
    return when.at if when else None


def _course(incident: Incident) -> _Course:
    return {
        "detected_at": incident.detected_at,
        "declared_at": _at(incident.declared),
        "acknowledged_at": _at(incident.acknowledged),
        "acknowledged_by": incident.acknowledged.by if incident.acknowledged else "",
        "resolved_at": _at(incident.resolved),
        "closed_at": _at(incident.closed),
        "raised_by": incident.raised_by,
        "links": incident.links,
        "episodes": (*incident.episodes, incident.episode),
    }


def _seen(incident: Incident) -> _Seen:
    return {
        "evidence": tuple(look_view(incident, when, fact) for when, fact in incident.evidence),
        "metrics": MetricsView(*_where(incident.metrics[0]), incident.metrics[1]) if incident.metrics else None,
        "logs": tuple(LogsView(*_where(when), fact) for when, fact in incident.logs),
        "suspects": _suspects(incident),
        "changes": tuple(ChangeView(when.seq, fact.reported_at, fact) for when, fact in reversed(incident.changes)),
        "see_also": tuple(dict.fromkeys(link for alert in incident.alerts.values() for link in alert.links.items()))[
            :SEE_ALSO_MAX
        ],
    }


def _told(incident: Incident, summed_up: Mapping[str, str]) -> _Told:
    return {
        "channel": incident.channel.name if incident.channel and incident.channel.integration != ROOM else "",
        "channel_url": incident.channel.url if incident.channel and incident.channel.reference else "",
        "paged": tuple(page.who for _, page in incident.pages),
        "paging": tuple(_paging(incident, summed_up)),
        "next_page_at": next_page_at(incident),
        "posts": tuple(_posts(incident)),
        "failures": len(incident.failures),
    }


def _paging(incident: Incident, summed_up: Mapping[str, str]) -> Iterator[PagedView]:
    taken = {page.who for _, page in incident.pages}
    lost = {failed.who for _, failed in incident.failures if failed.unknown}
    for when, asked in incident.requested:
        # A policy's levels have no names, and a schedule may be called secondary.
        names = () if asked.escalation else ("primary", "secondary")
        level = names[asked.level] if asked.level < len(names) else f"level {asked.level}"
        for who, how in who_and_how(asked):
            failed = "outcome unknown" if who in lost else summed_up.get(who, "not delivered")
            outcome = "delivered" if who in taken else failed
            by = f"asked for by {asked.asked_by}" if asked.asked_by else level
            yield PagedView(by, who, how, when.at, who in taken, outcome)


def next_page_at(incident: Incident) -> float | None:
    """When the next level is paged, or the same one again; None where nobody has to be woken."""
    found = (when.at + asked.next_seconds for when, asked in reversed(incident.requested) if asked.next_seconds)
    return next(found, None) if incident.owes_page else None


def _after(incident: Incident) -> _After:
    return {
        "action_items": tuple((item.text, item.owner, item.due) for item in incident.action_items),
        "action_items_done": tuple(incident.action_items_done),
        "postmortem_sha256": incident.postmortem.document_sha256 if incident.postmortem else "",
    }


def _where(when: Happened) -> tuple[int, float]:
    return when.seq, when.at


def _suspects(incident: Incident) -> SuspectsView | None:
    if incident.suspects is None:
        return None
    when, ranking = incident.suspects
    return SuspectsView(*_where(when), ranking, ran_since(incident, when.seq))


def _posts(incident: Incident) -> Iterator[tuple[float, str, str, str, str]]:
    for when, post in incident.posts:
        yield when.at, post.stage, post.audience, post.text, incident.not_delivered(when, post)


def _phases(incident: Incident, runbook: Runbook, now: float) -> tuple[PhaseView, ...]:
    minutes = (now - incident.detected_at) / 60
    after = (now - incident.resolved.at) / 60 if incident.resolved else None
    shown = []
    for phase in runbook.phases:
        window = phase.window_minutes
        clock = after if phase.clock is Clock.RESOLUTION else minutes
        inside = window is not None and clock is not None and window[0] <= clock < window[1]
        counts = phase.clock is Clock.RESOLUTION or incident.open
        current = not incident.closed and counts and (inside or phase.ongoing)
        shown.append(PhaseView(phase.title, phase.line, window, phase.ongoing, phase.mode.value, current))
    return tuple(shown)
