"""`stormjib drill start --stack docker`: from the fault to the closed incident, by the runbook's own commands."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.usefixtures("_possible")
def test_redis_is_stopped_and_the_runbook_mends_it(tmp_path):
    argv = [sys.executable, "-m", "stormjib", "drill", "start", "redis-stopped", "--stack", "docker", "--respond", "--json"]
    done = subprocess.run([*argv, "--dir", str(tmp_path / "drill")], capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    outcome = json.loads(done.stdout)
    assert (outcome["stack"], outcome["responded"], outcome["healthy_after"]) == ("docker", True, True)
    assert any("Redis is down" in found["finding"] for found in outcome["findings"]), done.stdout
    assert "command_prefix" in (tmp_path / "drill" / "stormjib.toml").read_text()
    assert not (tmp_path / "drill" / "lab" / "ready.json").exists()
    assert str(tmp_path) not in Path("/proc/self/mountinfo").read_text()
