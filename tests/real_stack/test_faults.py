"""Every fault of the real lab: Alertmanager tells of it, it is undone, and everything is well again."""

import pytest

from stormjib.drill.docker_stack import DockerStack
from stormjib.drill.faults import FAULTS
from watermark_lab.lab.settings import LabError
from watermark_lab.real.stack import RealStack

LABELS = {
    "redis-stopped": {"dependency": "redis"},
    "redis-oom": {"dependency": "redis"},
    "redis-hung": {"dependency": "redis"},
    "disk-full": {"dependency": "disk"},
    "dependency-timeout": {"dependency": "notary"},
}


def test_the_lab_has_every_fault_that_can_be_drilled(lab):
    assert {fault["name"] for fault in lab.ask("faults")} == set(DockerStack().faults()) == set(FAULTS)


def test_the_lab_is_not_well_while_one_replica_does_not_answer(lab, until):
    """nginx answers from the two others, so that asking it, however often, tells nothing."""
    stack = RealStack(lab.dir)
    until(lab.is_ready)
    assert lab.run("docker pause watermark-lab-api").returncode == 0
    try:
        with pytest.raises(LabError, match=r"not ready after 5 s: watermark-lab-api is paused"):
            stack.wait_healthy(5)
    finally:
        lab.run("docker unpause watermark-lab-api")
    stack.wait_healthy()


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(fault, lab, receiver, until):
    until(lambda: lab.is_ready() and not receiver.any_firing())
    alert = FAULTS[fault].alert
    assert lab.ask("inject", fault)["changed"] is True
    assert lab.ask("inject", fault)["changed"] is False

    until(lambda: receiver.firing(alert, LABELS.get(fault)))
    assert any(one["name"] == fault and one["active"] for one in lab.ask("faults"))

    undone = lab.ask("undo", fault)
    assert (undone["changed"], undone["active"]) == (True, False)
    assert lab.ask("undo", fault)["changed"] is False
    assert lab.is_ready()
    until(lambda: not receiver.any_firing())
    replicas = "docker ps --filter label=com.docker.compose.service=api --filter status=running -q | wc -l"
    assert lab.run(replicas).stdout.strip() == "3"


def test_alerts_come_from_a_real_alertmanager_with_the_labels_that_the_process_lab_has_too(receiver):
    told = {alert["labels"]["alertname"]: alert for body in receiver.arrived for alert in body["alerts"]}
    assert {FAULTS[fault].alert for fault in FAULTS} <= told.keys()
    assert receiver.refused == 0
    assert all(body["agent"].startswith("Alertmanager/") and body["version"] == "4" for body in receiver.arrived)
    assert {name: alert["labels"]["severity"] for name, alert in told.items()} == {
        "ApiDown": "P0", "NginxDown": "P0", "DockerDown": "P0", "ReadinessFailing": "P1", "HighErrorRate": "P1",
        "MemoryHigh": "P1", "MaintenanceModeStuck": "P1", "HighLatency": "P2",
    }  # fmt: skip
    for alert in told.values():
        extra = set(alert["labels"]) - {"alertname", "severity", "service", "env"}
        assert (alert["labels"]["service"], alert["labels"]["env"]) == ("watermark-lab-api", "lab")
        assert extra <= {"dependency", "replica"}


def test_the_memory_leak_ends_in_real_kills_by_the_kernel(lab, until):
    restarts = "docker inspect -f '{{.RestartCount}}' watermark-lab-api"
    before = int(lab.run(restarts).stdout)
    lab.ask("inject", "memory-leak", "--megabytes-per-second", "60")
    until(lambda: int(lab.run(restarts).stdout) > before)
    killed = lab.run("docker inspect -f '{{.State.OOMKilled}}' watermark-lab-api").stdout
    lab.ask("undo", "memory-leak")
    assert killed == "true\n"
