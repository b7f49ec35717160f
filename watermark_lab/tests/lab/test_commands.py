"""The runbook's commands, unchanged, in a terminal of the lab: they answer with what is true of its processes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from watermark_lab.lab import wire

CASES = json.loads((Path(__file__).parent / "cases" / "commands.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["run"] for case in CASES])
def test_command(lab, case):
    done = lab.run(case["run"])
    assert done.returncode == case["exit"], done.stderr
    for stream, text in (("out", done.stdout), ("err", done.stderr)):
        if stream in case:
            assert re.search(case[stream], text, re.MULTILINE), text


def test_the_ready_record_names_what_is_not_real(lab):
    assert {"docker", "docker-compose", "systemctl", "journalctl"} <= set(lab.ready["standins"])
    assert "python" not in lab.ready["standins"]
    assert "[lab stand-in for docker]" in lab.run("docker ps").stderr
    port = lab.ready["url"].rpartition(":")[2]
    assert f"[lab stand-in] localhost:8080 is served at localhost:{port}" in lab.run("curl -s localhost:8080/health").stderr
    assert (lab.dir / "admin-token").stat().st_mode & 0o777 == 0o600


def test_memory_is_measured_from_the_first_moment(lab):
    done = lab.run("docker-compose restart redis && docker stats --no-stream --format '{{.Name}} {{.MemUsage}} {{.PIDs}}'")
    assert re.search(r"^redis [\d.]+MiB / \S+iB [1-9]", done.stdout, re.MULTILINE), done.stdout


def test_git_shows_the_releases(lab):
    if lab.run("git --version").returncode != 0:
        pytest.skip("no git on this machine")
    done = lab.run("git log --oneline -10")
    assert len(done.stdout.splitlines()) >= 3
    assert lab.run("git status --short").stdout == ""


def test_the_access_log_is_in_the_combined_format(lab, until):
    lab.run("curl -s 'localhost:8080/health?x=1'")
    log = lab.dir / "log" / "access.log"
    line = until(lambda: next((line for line in log.read_text().splitlines() if "x=1" in line), None))
    assert re.fullmatch(
        r'127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:[\d:]{8} \+0000\] "GET /health\?x=1 HTTP/1\.1" 200 \d+ "-" "\S+" '
        r'rt=0\.\d{3} uct="0\.\d{3}" urt="0\.\d{3}" upstream="127\.0\.0\.1:\d+"',
        line,
    ), line
    until(lambda: '/v1/detect HTTP/1.1" 200' in log.read_text())


def test_endless_commands_follow_and_end_when_told(lab):
    for command, wanted in (
        ("docker stats", "CONTAINER ID"),
        ("docker logs -f watermark-lab-api", "{"),
        ("journalctl -f -u docker", "docker["),
    ):
        running = lab.start(command)
        lines = iter(running.stdout.readline, "")
        assert any(wanted in line for line in lines)
        running.terminate()
        running.communicate(timeout=120)
        assert running.returncode == 128 + 15


def test_maintenance_mode_is_switched_by_the_runbooks_own_lines(lab):
    on = lab.run(
        'curl -s -X POST http://localhost:8080/admin/maintenance \\\n  -H "Authorization: Bearer $ADMIN_TOKEN" \\\n'
        """  -d '{"enabled": true, "message": "Temporary maintenance"}'"""
    )
    assert json.loads(on.stdout)["enabled"] is True
    assert json.loads(lab.run("curl -s localhost:8080/health").stdout)["maintenance"] is True
    off = lab.run(
        'curl -s -X POST http://localhost:8080/admin/maintenance -H "Authorization: Bearer $ADMIN_TOKEN" '
        """-d '{"enabled": false}'"""
    )
    assert json.loads(off.stdout)["enabled"] is False


def test_a_stand_in_that_is_told_to_end_ends_though_the_lab_hangs(tmp_path):
    socket_path = tmp_path / "control.sock"
    program = "import sys; from watermark_lab.lab import standin; standin.END_SECONDS_MAX = 1; sys.exit(standin.main('docker', ['stats'], sys.argv[1]))"
    with wire.listen(str(socket_path)) as listening:
        running = subprocess.Popen([sys.executable, "-c", program, str(socket_path)], stderr=subprocess.DEVNULL)
        connection, _ = listening.accept()
        with connection:
            assert next(wire.receive(connection))["program"] == "docker"
            running.terminate()
            assert running.wait(timeout=60) == 128 + 15
