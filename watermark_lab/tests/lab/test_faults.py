"""Every fault is noticed, alerted, mended by the runbook's own command or undone, and reported as resolved."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

SAMPLE = json.loads((Path(__file__).parent / "cases" / "alertmanager-v4.json").read_text())["body"]
OPEN_THE_DOOR = (
    """curl -s -X POST http://localhost:8080/admin/maintenance -H "Authorization: Bearer $ADMIN_TOKEN" -d '{"enabled": false}'"""
)
STORIES = [
    ("redis-stopped", "ReadinessFailing", "P1", {"dependency": "redis"}, "docker-compose restart redis"),
    ("redis-oom", "ReadinessFailing", "P1", {"dependency": "redis"}, "redis-cli flushdb"),
    ("redis-slow", "HighErrorRate", "P1", {}, "docker-compose restart redis"),
    ("redis-hung", "ReadinessFailing", "P1", {"dependency": "redis"}, "docker-compose restart -t 1 redis"),
    ("api-errors", "HighErrorRate", "P1", {}, "docker-compose restart api"),
    ("api-slow", "HighLatency", "P2", {}, "docker-compose restart api"),
    ("api-crashed", "ApiDown", "P0", {}, "docker-compose restart api"),
    ("bad-deployment", "HighErrorRate", "P1", {}, "git revert HEAD && docker-compose pull && docker-compose up -d"),
    ("memory-leak", "MemoryHigh", "P1", {}, None),
    ("disk-full", "ReadinessFailing", "P1", {"dependency": "disk"}, None),
    ("nginx-down", "NginxDown", "P0", {}, "systemctl restart nginx"),
    ("replica-sick", "HighErrorRate", "P1", {}, "docker-compose restart api"),
    ("dependency-timeout", "ReadinessFailing", "P1", {"dependency": "notary"}, None),
    ("maintenance-stuck", "MaintenanceModeStuck", "P1", {}, OPEN_THE_DOOR),
]
OPTIONS = {"api-slow": ["--delay-seconds", "1.4"], "memory-leak": ["--megabytes-per-second", "200"]}
SHOWN = {
    "redis-stopped": ("docker ps -a", r"Exited \(137\).* redis$"),
    "redis-oom": ("redis-cli info memory", r"^maxmemory_policy:noeviction"),
    "redis-slow": ("redis-cli slowlog get 1", r"local sum = 0"),
    "redis-hung": ("docker ps", r"Up .* redis$"),
    "api-errors": ("tail -n 50 /var/log/nginx/access.log", r'HTTP/1\.1" 500 '),
    "api-slow": ("tail -n 50 /var/log/nginx/access.log", r"rt=(1\.[4-9]|[2-9])"),
    "api-crashed": ("docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' watermark-lab-api", r"^exited 137$"),
    "bad-deployment": ("docker image ls | head -2", r"seconds? ago"),
    "memory-leak": ("journalctl -u docker", r"Out of memory: Killed process \d+ \(watermark-lab-api"),
    "disk-full": ("docker logs watermark-lab-api --tail 100", r"The disk cannot be written"),
    "nginx-down": ("systemctl status nginx", r"inactive \(dead\)"),
    "replica-sick": ("tail -n 50 /var/log/nginx/access.log", r'HTTP/1\.1" 500 .* upstream="127\.0\.0\.1:\d+"$'),
    "dependency-timeout": ("docker logs watermark-lab-api --tail 100", r"The notary did not answer within 0\.8 s"),
    "maintenance-stuck": ("curl -s localhost:8080/health", r'"maintenance":true'),
}
"""A command of the runbook that shows the fault while it lasts."""
MENDED = [story for story in STORIES if story[4]]


@pytest.mark.parametrize(("fault", "alertname", "severity", "labels", "mend"), MENDED, ids=[story[0] for story in MENDED])
def test_fault(lab, receiver, until, fault, alertname, severity, labels, mend):
    if mend.startswith("git") and lab.run("git --version").returncode != 0:
        pytest.skip("no git on this machine")
    receiver.arrived.clear()
    if fault == "redis-stopped":
        receiver.refuse = 2
    assert lab.ask("inject", fault, *OPTIONS.get(fault, []))["changed"] is True
    assert lab.ask("inject", fault)["changed"] is False

    fired = until(lambda: receiver.find(alertname, "firing"))
    assert fired["agent"].startswith("watermark-lab-watcher/")
    assert receiver.refuse == 0
    alert = fired["alerts"][0]
    expected = {"alertname": alertname, "service": "watermark-lab-api", "severity": severity, "env": "lab"}
    assert alert["labels"] == {**expected, **labels}
    assert set(fired) - {"agent"} == set(SAMPLE)
    assert set(alert) == set(SAMPLE["alerts"][0])

    done = lab.run(mend)
    assert done.returncode == 0, done.stderr
    resolved = until(lambda: receiver.find(alertname, "resolved"))
    assert resolved["alerts"][0]["fingerprint"] == alert["fingerprint"]
    assert resolved["alerts"][0]["startsAt"] == alert["startsAt"]
    assert resolved["alerts"][0]["endsAt"] > alert["startsAt"]

    over = lab.fault(fault)
    assert over["active"] is False
    seen = mend.startswith(("docker", "systemctl", "git"))
    assert over["ended_by"] == (mend.rpartition("&& ")[2] if seen else "something that the lab did not see")
    assert lab.ask("undo", fault)["changed"] is False
    assert well(lab, until)


@pytest.mark.parametrize(("fault", "alertname", "severity", "labels", "_mend"), STORIES, ids=[story[0] for story in STORIES])
def test_undo(lab, receiver, until, fault, alertname, severity, labels, _mend):
    receiver.arrived.clear()
    assert lab.ask("inject", fault, *OPTIONS.get(fault, []))["active"] is True
    fired = until(lambda: receiver.find(alertname, "firing"))["alerts"][0]
    assert fired["labels"]["severity"] == severity
    assert labels.items() <= fired["labels"].items()
    command, shown = SHOWN[fault]
    until(lambda: re.search(shown, lab.run(command).stdout, re.MULTILINE))
    assert lab.ask("undo", fault)["changed"] is True
    assert lab.ask("undo", fault)["changed"] is False
    assert lab.fault(fault)["ended_by"] == "undo"
    assert well(lab, until)


def well(lab, until):
    """Wait until every container runs, no alert fires and /ready answers 200."""

    def holds():
        status = lab.ask("status")
        runs = all(child["state"] == "running" for child in status["containers"] + status["processes"])
        return runs and not status["watcher"]["firing"] and lab.run("curl -sf localhost:8080/ready").returncode == 0

    return until(holds, 60.0)


def test_prune_destroys_the_evidence_and_only_up_brings_redis_back(lab, until):
    lab.ask("inject", "redis-stopped")
    assert "137" in lab.run("docker inspect -f '{{.State.ExitCode}}' redis").stdout
    assert lab.run("docker logs redis").stdout
    assert "Deleted Containers" in lab.run("docker system prune -f").stdout
    assert "No such container: redis" in lab.run("docker logs redis").stderr
    lost = lab.run("docker-compose restart redis")
    assert (lost.returncode, "No containers to restart" in lost.stderr) == (1, True)
    assert lab.run("docker-compose up -d").returncode == 0
    until(lambda: lab.run("redis-cli ping").stdout == "PONG\n")
    assert lab.fault("redis-stopped")["active"] is False


def test_scaling_starts_a_third_replica_and_up_takes_it_away(lab, until):
    scaling = lab.start("docker-compose up --scale api=3")
    until(lambda: "watermark-lab-api-3" in lab.run("docker ps").stdout)
    scaling.kill()
    scaling.communicate()
    assert "watermark-lab-api-3" in lab.run("docker ps").stdout
    assert "Stopping and removing watermark-lab-api-3" in lab.run("docker-compose up -d").stderr
    assert "watermark-lab-api-3" not in lab.run("docker ps -a").stdout


def test_an_attached_up_that_is_interrupted_stops_what_it_runs(lab, until):
    attached = lab.start("docker-compose up")
    lines = iter(attached.stdout.readline, "")
    assert any("Attaching" in line for line in lines)
    attached.terminate()
    attached.communicate(timeout=30)
    assert lab.run("docker ps -q").stdout == ""
    lab.run("docker-compose up -d")
    until(lambda: lab.run("curl -sf localhost:8080/ready").returncode == 0)


def test_a_process_that_dies_by_itself_is_restarted(lab, until):
    before = next(child for child in lab.ask("status")["containers"] if child["name"] == "watermark-lab-api-2")
    lab.run(f"kill -9 {before['pid']}")
    until(lambda: lab.run("docker inspect -f '{{.State.Running}}' watermark-lab-api-2").stdout == "true\n")
    assert lab.run("docker inspect -f '{{.RestartCount}}' watermark-lab-api-2").stdout == f"{before['restarts'] + 1}\n"
    assert "exited with code 137" in lab.run("journalctl -u docker").stdout


@pytest.mark.parametrize("unit", ["nginx", "docker"])
def test_systemctl_restarts_for_real(lab, until, unit):
    before = set(lab.pids())
    assert lab.run(f"systemctl restart {unit}").returncode == 0
    after = set(lab.pids())
    assert len(after) == len(before)
    assert len(before - after) == (1 if unit == "nginx" else 3)
    until(lambda: lab.run("curl -sf localhost:8080/ready").returncode == 0)
