"""What is measured of a recovery: the runbook's verification tasks, and what the checks of the incident's own service prove."""

import msgspec

from stormjib.core.incident import Happened, Incident
from stormjib.core.kinds import Demand
from stormjib.core.log import Verified
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.runbook import Runbook, Step, Task

WORDS = {"functional": "the functions", "latency": "the response times", "errors": "the error rate", "health": "the health check"}
"""What a check can prove of a service, in words."""


class Measurement(msgspec.Struct, frozen=True):
    """Something that the checks of the incident's service prove: a verification task of the runbook, or what no task asks for."""

    task_id: str
    line: int
    proof: str
    name: str
    hold_minutes: float = 0.0
    """For how long it has to hold; 0 where one measurement is enough."""


def verification_steps(runbook: Runbook) -> tuple[Step, ...]:
    """The steps that verify the recovery."""
    return tuple(step for step in runbook.steps if step.verifies)


def measurements(incident: Incident, runbook: Runbook, policy: Policy) -> tuple[Measurement, ...]:
    """What is measured before the incident's service may be called restored: by its own checks, never by another's.

    First the tasks of the runbook, then whatever its checks prove that no task of the runbook asks for.
    """
    service = policy.service_of(incident.service)
    proofs = service.proofs if service else ()
    tasks = [task for step in verification_steps(runbook) for task in runbook.tasks_of(step.id)]
    asked = [
        Measurement(task.id, task.line, task.proved_by, task.label or task.text, task.hold_minutes or 0.0)
        for task in tasks
        if task.proved_by in proofs
    ]
    covered = {task.proved_by for task in tasks if task.demand is Demand.REQUIRED}
    called = incident.service or (service.name if service else "")
    rest = [Measurement(f"service-{proof}", 0, proof, f"{WORDS[proof]} of {called}") for proof in proofs if proof not in covered]
    return (*asked, *rest)


def tasks_of_recovery(incident: Incident, runbook: Runbook, policy: Policy) -> tuple[Task, ...]:
    """What has to be proven of the recovery: the runbook's verification tasks.

    Where a runbook names none, and nothing measures the service, a person's word is asked for on all that a check could prove;
    on its functions where there is a health check, which shows none of them.
    """
    found = (task for step in verification_steps(runbook) for task in runbook.tasks_of(step.id))
    tasks = [task for task in found if task.demand is Demand.REQUIRED and not runbook.is_afterwards(task)]
    measured = {one.proof for one in measurements(incident, runbook, policy)}
    if tasks or "functional" in measured or (measured and "health" not in measured):
        return tuple(tasks)
    asked = ("functional",) if measured else ("functional", "latency", "errors")
    return tuple(
        Task(f"recovery-{proof}", 0, name, f"{name[:1].upper()}{name[1:]} {verb} as usual", proved_by=proof)
        for proof, name, verb in ((proof, WORDS[proof], "is" if proof == "errors" else "are") for proof in asked)
    )


def unmeasured(incident: Incident, policy: Policy, proof: str = "") -> str:
    """A sentence on why nothing is measured of the incident's service, and what to add."""
    service = policy.service_of(incident.service)
    if service is not None and "health" in service.proofs and proof in {"functional", "latency"}:
        return not_shown(incident.service or service.name, proof)
    if service is not None:
        return f"nothing is set up to measure this of {incident.service or service.name}: add a [[service.check]] that proves it."
    if not incident.service:
        return f"nothing is set up to measure {incident.id}: it names no service, so add [[service.check]] and name the service."
    return f"nothing is set up to measure {incident.service}: add [[service.check]] to the [[service]] of this name or alias."


def not_shown(service: str, proof: str) -> str:
    """Why a health check that is well checks off no sentence that says more, and what would."""
    limit = " with latency_ms" if proof == "latency" else ""
    return f"the health check of {service or 'the service'} does not show this; a flow among its checks{limit} would."


def fresh(incident: Incident, task_id: str) -> tuple[Happened, Verified] | None:
    """The newest measurement of a task; what was measured before a reopening is none."""
    found = newest(incident, task_id)
    return None if found is None or is_stale(incident, found[0].seq) else found


def newest(incident: Incident, task_id: str) -> tuple[Happened, Verified] | None:
    """The newest measurement of a task, whenever it was."""
    return next(reversed(incident.verified.get(task_id, [])), None)


def held_seconds(incident: Incident, task_id: str) -> float:
    """For how long every measurement of a task has been good without a break; what was disrupted in between begins anew."""
    last = first = 0.0
    for when, found in reversed(incident.verified.get(task_id, [])):
        good = found.ok and found.measured and not is_stale(incident, when.seq)
        if not good or disrupted_after(incident, when.seq) or behind_the_door(incident, when.seq):
            break
        last, first = last or when.at, when.at
    return last - first


def measured_again_at(incident: Incident, wanted: Measurement) -> float | None:
    """When it is measured by itself the next time, because it is good and has not been for long enough; None where it is not.

    A tenth of the time lies between two measurements, and a minute at least.
    """
    found = fresh(incident, wanted.task_id)
    left = wanted.hold_minutes * 60 - held_seconds(incident, wanted.task_id)
    if found is None or not found[1].ok or incident.closed or left <= 0:
        return None
    return found[0].at + min(max(wanted.hold_minutes * 6, 60.0), left)


def is_stale(incident: Incident, seq: int) -> bool:
    """What was seen before a reopening tells nothing about now; 0 is what was never seen."""
    return seq <= incident.reopened_seq


def disrupted_after(incident: Incident, seq: int) -> str:
    """A run that may have broken again what was measured before it; switching maintenance mode off is none."""
    for run_id, run in incident.runs.items():
        disrupts = run.proposal.risk in {Risk.DISRUPT, Risk.DESTROY}
        if disrupts and run.ended is not None and run.ended.seq > seq and run.state in {"finished", "unknown", "settled"}:
            return run_id
    return ""


def behind_the_door(incident: Incident, seq: int) -> str:
    """Which temporary measure was in force when it was measured, or has been since; "" where there was none."""
    return next((debt for debt, off in incident.debts_repaid.items() if off.seq > seq), next(iter(incident.debts), ""))
