"""`stormjib drill start`: a fault of the real lab, from its alert to a service that is well again."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.real.site import environ
from tests.story.patience import until

DRILL_SECONDS_MAX = 1_200
# One that no line of the runbook mends; where everything is tried, one that a responder mends, too.
DRILLS = [
    (["dependency-timeout", "--seed", "5"], "notary"),
    *([(["replica-sick", "--seed", "5", "--respond"], "500")] if os.environ.get("CI") == "true" else []),
]


@pytest.mark.timeout(DRILL_SECONDS_MAX + 60)
@pytest.mark.parametrize(("words", "named"), DRILLS, ids=[words[0] for words, _ in DRILLS])
def test_a_drill_ends_with_the_evidence_and_a_service_that_is_well(words, named, tmp_path):
    argv = [sys.executable, "-m", "stormjib", "drill", "start", *words, "--json"]
    done = subprocess.run(
        argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=DRILL_SECONDS_MAX,
        env={**environ(), "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    outcome = json.loads(done.stdout)
    assert (outcome["schema"], outcome["stack"], outcome["fault"]) == ("stormjib/drill/1", "process", words[0])
    assert (outcome["seed"], outcome["passed"], outcome["healthy_after"], outcome["error"]) == (5, True, True, "")
    assert outcome["alert"] in outcome["alerts"]
    assert outcome["seconds_to_declaration"] is not None
    assert outcome["evidence"] >= 10
    assert any(named in finding["finding"] for finding in outcome["findings"]), outcome["findings"]
    assert outcome["responded"] is (True if "--respond" in words else None)
    assert list(tmp_path.iterdir()) == [], "what a drill that passed wrote is removed"


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def has_ended(pid):
    """A process that only waits to be reaped has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


@pytest.mark.timeout(DRILL_SECONDS_MAX)
def test_a_killed_drill_takes_its_server_and_its_lab_along(tmp_path):
    """Nobody can clean up after kill -9 but the kernel; a server left behind would page for a service that is gone."""
    argv = [sys.executable, "-m", "stormjib", "drill", "start", "redis-stopped"]
    output = tmp_path / "said"
    with output.open("wb") as said:
        drill = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env={**environ(), "TMPDIR": str(tmp_path)}
        )
    try:
        until(lambda: "injecting" in output.read_text() or drill.poll() is not None, output.read_text)
        started = children(drill.pid)
        # The third may be the command that injects.
        assert len(started) >= 2, output.read_text()
        started += [below for one in started for below in children(one)]
    finally:
        drill.send_signal(signal.SIGKILL)
        drill.wait()
    until(lambda: all(has_ended(pid) for pid in started), lambda: f"the end of {[p for p in started if not has_ended(p)]}")
