"""The runbook's check on the real lab: a healthy one has no failing command, and what is broken by day is named with its line."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.story.patience import until

RUNBOOK = (Path(__file__).parents[2] / "runbooks" / "incident-response.md").read_bytes()
NEEDED = ("git", "ss", "netstat", "free", "top", "pgrep", "df")


@contextmanager
def running_lab(directory):
    argv = [
        sys.executable,
        "-m",
        "watermark_lab",
        "up",
        "--dir",
        str(directory),
        "--base-port",
        "0",
        "--requests-per-second",
        "10",
    ]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line, "the lab did not come up"
        yield json.loads(line)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        process.stdout.close()


def command(ready, text):
    env = {**os.environ, **ready["env"], "PATH": ready["path"]}
    done = subprocess.run(
        ["/bin/sh", "-c", text], cwd=ready["cwd"], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def parts(make, tmp_path):
    """A server beside a healthy lab, whose runbook is the reference."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"the runbook uses {', '.join(missing)}, which this machine does not have")
    with running_lab(tmp_path / "lab") as ready:
        variables = tmp_path / "variables"
        variables.touch(mode=0o600)
        variables.write_text("".join(f"{name}={value}\n" for name, value in ready["env"].items()))
        site = make(
            runbook=RUNBOOK,
            command_path=ready["bin"],
            command_dir=ready["cwd"],
            command_env_file=variables,
            check_every_hours=0,
            probe_timeout_seconds=60,
        )
        site.start()
        until(lambda: _failing(site) == {}, lambda: f"no finding on a healthy lab, but {_failing(site)}")
        yield site, ready


def _failing(site):
    report = site.post("ana", "/api/v1/runbook/check")
    assert len(report["probes"]) == 28
    return {one["line"]: one["sentence"] for one in report["probes"] if not one["works"]}


def test_a_healthy_lab_has_no_failing_command_and_what_breaks_is_named(parts):
    """The unit stops, a binary goes, a container is away: each is named with its line, and only once it is so."""
    site, ready = parts
    assert all(one["works"] for one in site.get("/api/v1/runbook/checks")["checks"])

    command(ready, "systemctl stop nginx")
    failing = _failing(site)
    assert "nginx does not run" in failing[237]
    assert 238 not in failing, "the other unit runs"
    command(ready, "systemctl start nginx")
    until(lambda: _failing(site) == {}, lambda: f"nothing fails any more, but {_failing(site)}")

    program = Path(ready["bin"]) / "docker-compose"
    program.rename(program.with_name("docker-compose.away"))
    if shutil.which("docker-compose") is None:
        assert "`docker-compose` is not installed" in _failing(site)[236]
    program.with_name("docker-compose.away").rename(program)

    command(ready, "docker stop redis")
    failing = _failing(site)
    assert {41, 95, 96, 247} <= set(failing)
    assert failing[41].startswith("Redis is down")
    page = site.send("GET", "/api/v1/runbook/checks", who="reader")[2]
    known = {one["line"]: one for one in json.loads(page)["checks"]}
    assert known[41]["checked"].startswith("failing since ")
    assert known[108]["checked"] == "worked just now"


def test_the_command_line_says_the_same_beside_the_server_and_through_it(parts, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    site, _ = parts
    code, said = site.command("runbook", "check", str(site.runbook), "--settings", str(site.settings))
    assert (code, "28 of 28 proven reads work" in said) == (0, True), said
    sarif = tmp_path / "out.sarif"
    env = {"STORMJIB_TOKEN": site.tokens["ana"]}
    argv = [sys.executable, "-m", "stormjib", "runbook", "check", str(site.runbook), "--url", site.url, "--sarif", str(sarif)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env={**os.environ, **env})
    assert (done.returncode, "28 of 28 proven reads work" in done.stdout) == (0, True), done.stderr
    assert not [one for one in json.loads(sarif.read_text())["runs"][0]["results"] if one["level"] == "error"]
