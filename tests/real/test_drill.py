"""`stormjib drill start`: a fault of the real lab, from its alert to a service that is well again."""

import json
import os
import subprocess
import sys

import pytest
from tests.real.site import environ

DRILL_SECONDS_MAX = 280
# One that no line of the runbook mends; where everything is tried, one that a responder mends, too.
DRILLS = [
    (["dependency-timeout", "--seed", "5"], "notary"),
    *([(["replica-sick", "--seed", "5", "--respond"], "500")] if os.environ.get("CI") == "true" else []),
]


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
