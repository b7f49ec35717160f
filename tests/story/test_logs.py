"""Logs: what the runbook's commands read is grouped by itself when an incident is declared, and says what is new."""

import time
from datetime import UTC, datetime

from stormjib.core.initial_triage import COMPLETE_SECONDS

LOOKS = (51, 54, 57, 60)
TOKEN = "s3cret-admin-t0ken-of-the-lab"


def after_redis_stopped(world):
    """The api's own words of the last minutes: one line a second, and refused connections since a minute ago."""
    lines = []
    for second in range(-1_200, 0):
        stamp = f"{datetime.fromtimestamp(time.time() + second, UTC):%Y-%m-%dT%H:%M:%S}.000Z"
        lines.append(f"{stamp} INFO GET /api/v1/texts/{second + 1_200} answered 200 in 7 ms")
        if second >= -60:
            lines.append(
                f"{stamp} ERROR request {second + 1_200}: redis.exceptions.ConnectionError: Error 111 connecting to redis:6379 ({TOKEN})"
            )
    file = world.where / "api.log"
    file.write_text("\n".join(lines) + "\n")
    world.stand_in("docker", f'case "$1" in logs) cat {file};; esac')


def test_redis_stops_and_the_first_minute_names_what_is_new(make, tmp_path):
    """The refused connections are new, with their number, within the time of the initial triage; the room, its page, the whole report hold it, and no secret."""
    secrets = tmp_path / "command.env"
    secrets.write_text(f"ADMIN_TOKEN={TOKEN}\n")
    secrets.chmod(0o600)
    world = make(command_env_file=secrets)
    after_redis_stopped(world)
    incident = world.begin()
    read = {fact["component"]: fact for fact in world.facts("LogsRead")}
    api = read["watermark-lab-api"]
    assert api["weight"] == "bad"
    (new,) = [pattern for pattern in api["patterns"] if pattern.get("new")]
    assert (new["count"], new["level"]) == (60, "error")
    assert "redis.exceptions.ConnectionError" in new["text"]
    assert "is new since" in api["sentence"]
    declared, at = (world.log(kind=kind)[0]["at"] for kind in ("Declared", "LogsRead"))
    assert at - declared < COMPLETE_SECONDS
    assert {one["read"]["component"] for one in world.room(incident)["logs"]} == {"watermark-lab-api", "docker", "nginx", "app"}
    report = world.send("GET", f"/api/v1/incidents/{incident}/output/{api['output_sha256']}", "ana")
    assert '"pattern_count":2' in report.text
    kept = b"".join(path.read_bytes() for path in sorted((tmp_path / "data").iterdir()))
    assert TOKEN.encode() not in kept
    assert b"[redacted ADMIN_TOKEN]" in kept


def test_a_log_that_hangs_holds_nothing_up(make):
    """docker logs never answers: the other logs are read, and the fact of this one says that it was given up."""
    world = make(probe_timeout_seconds=1)
    world.stand_in("docker", 'case "$1" in logs) exec sleep 600;; esac')
    world.begin()
    read = {fact["component"]: fact for fact in world.facts("LogsRead")}
    assert set(read) == {"watermark-lab-api", "docker", "nginx", "app"}
    (problem,) = read["watermark-lab-api"]["problems"]
    assert problem == "docker logs watermark-lab-api had not ended after 1 s; what it printed until then is used."


def test_a_site_may_do_without(make):
    """reads_logs = false: no log is grouped; the checks of the runbook run all the same."""
    world = make(reads_logs=False)
    world.begin()
    assert world.facts("LogsRead") == []
    assert set(LOOKS) <= {fact["line"] for fact in world.facts("EvidenceCollected")}
