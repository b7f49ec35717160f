"""Nothing that a lab started outlives it, however it ends; a slim machine is enough for one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from watermark_lab.lab import wire
from watermark_lab.lab.fault.catalogue import ENTRIES
from watermark_lab.lab.fault.disk import DiskFull
from watermark_lab.lab.fault.kind import Ground
from watermark_lab.lab.fault.sheets import Sheets
from watermark_lab.lab.project import http_status
from watermark_lab.lab.settings import LabError, StackSettings
from watermark_lab.lab.stack import Stack


def test_a_slim_machine_killed_without_warning(tmp_path, open_lab, until, has_ended):
    empty = tmp_path / "empty"
    empty.mkdir()
    lab = open_lab(tmp_path / "lab", "--api", "1", path=str(empty))
    assert "curl" in lab.ready["standins"]
    assert not {"ss", "netstat", "free", "top"} & set(lab.ready["programs"])
    bare = {**lab.ready["env"], "PATH": lab.ready["path"]}
    for command, code, out in (
        ("curl -fsS localhost:8080/ready", 0, '"redis"'),
        ("redis-cli ping", 0, "PONG"),
        ("docker ps", 0, "watermark-lab-api"),
        ("python -c 'print(1)'", 0, "1"),
        ("ss -tulpn", 127, ""),
    ):
        done = subprocess.run(["/bin/sh", "-c", command], env=bare, capture_output=True, text=True, check=False)
        assert (done.returncode, out in done.stdout) == (code, True), (command, done.stderr)
    # Without git a bad release has no history, and is undone all the same.
    assert lab.ask("inject", "bad-deployment")["active"] is True
    assert lab.ask("undo", "bad-deployment")["active"] is False

    pids = lab.pids()
    assert len(pids) == 6
    lab.process.send_signal(signal.SIGKILL)
    lab.process.communicate(timeout=120)
    until(lambda: all(has_ended(pid) for pid in pids))
    after = subprocess.run(["/bin/sh", "-c", "docker ps"], env=bare, capture_output=True, text=True, check=False)
    assert (after.returncode, "is not running" in after.stderr) == (1, True)


def test_a_stack_in_this_process(tmp_path, until, has_ended):
    settings = StackSettings(dir=tmp_path / "lab", api_count=1, base_port=0)
    with Stack(settings) as stack:
        status = stack.status()
        pids = [child["pid"] for child in status["containers"] + status["processes"]]
        assert len(pids) == 6
        assert not any(has_ended(pid) for pid in pids)
        with pytest.raises(LabError, match=r"runs in .* already"):
            Stack(settings).up()
        with pytest.raises(LabError, match="There is no fault 'api-bored'"):
            stack.inject("api-bored")
        for fault, options, said in (
            ("api-errors", {"error_share": 7.0}, "error_share must be above 0"),
            ("api-errors", {"delay_seconds": 1.0}, "does not know delay_seconds; it takes only error_share"),
            ("redis-hung", {"error_share": 0.5}, "does not know error_share; it takes no options"),
            ("replica-sick", {}, "Start the lab with --api 3"),
        ):
            with pytest.raises(LabError, match=said):
                stack.inject(fault, options)
        assert not any(fault["active"] for fault in stack.faults())
        _fills_the_disk_without_mounting(stack, until)
        down = _cli("down", tmp_path / "lab")
        assert (down.returncode, down.stdout) == (0, "The lab is down.\n")
    assert stack.stopped.is_set()
    assert all(has_ended(pid) for pid in pids)
    stack.down()
    with pytest.raises(LabError, match="is not up"):
        stack.status()
    assert _cli("status", tmp_path / "lab").returncode == 6


def _fills_the_disk_without_mounting(stack, until):
    """What disk-full does where nobody may mount."""
    project = stack._parts().project
    disk = DiskFull(Ground(project, Sheets(project)), may_mount=False)
    (port,) = (child.spec.port for child in project.replicas())
    disk.inflict({})
    assert disk.holds()
    until(lambda: http_status(port, "/ready") == 503)
    disk.mend()
    assert not disk.holds()
    until(lambda: http_status(port, "/ready") == 200)


def test_a_directory_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "precious").touch()
    with pytest.raises(LabError, match="holds something else"):
        Stack(StackSettings(dir=tmp_path, base_port=0)).up()
    assert (tmp_path / "run" / "precious").exists()


def test_a_service_that_cannot_start_is_reported_with_its_own_words(tmp_path):
    broken = (sys.executable, "-c", "raise SystemExit('no model today')")
    with pytest.raises(LabError, match="no model today"):
        Stack(StackSettings(dir=tmp_path / "lab", api_count=1, base_port=0, api_command=broken)).up()


def test_a_lab_deep_in_the_tree_has_a_control_socket(tmp_path):
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    path = str(deep / "control.sock")
    with wire.listen(path) as listener, wire.connect(path, 5.0) as here:
        there, _address = listener.accept()
        with there:
            wire.send(here, {"op": "status"})
            assert next(wire.receive(there)) == {"op": "status"}


def _cli(command: str, directory: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "watermark_lab", command, "--dir", str(directory)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)


def test_json_has_a_schema(lab):
    done = _cli("faults", lab.dir)
    assert done.returncode == 0
    words = [sys.executable, "-m", "watermark_lab", "faults", "--dir", str(lab.dir), "--json"]
    answer = json.loads(subprocess.run(words, capture_output=True, text=True, timeout=120, check=True).stdout)
    assert answer["schema"] == "watermark-lab/faults/1"
    assert {fault["name"] for fault in answer["faults"]} == set(ENTRIES)
