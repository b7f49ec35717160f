"""What a seasoned engineer reads out of an output, one sentence each."""

import pytest

from stormjib.evidence.readers import finding_of, read


@pytest.mark.parametrize(
    ("text", "exit_code", "output", "finding"),
    [
        (
            "redis-cli ping",
            1,
            "Could not connect to Redis at 127.0.0.1:6379: Connection refused",
            "Redis is down: the connection is refused.",
        ),
        ("redis-cli ping", 0, "PONG\n", "Redis answers."),
        ("free -h", 127, "bash: line 1: free: command not found", "`free` is not installed here, so this check cannot run."),
        ("docker stats", None, "", "It did not end in time; what it checks may hang."),
        (
            "curl -f http://localhost:8080/ready",
            22,
            "curl: (22) The requested URL returned error: 503",
            "The service answers 503.",
        ),
        ("curl -f http://localhost:8080/health", 7, "curl: (7) Failed to connect", "Nothing answers at this address."),
        (
            "curl http://x/ready",
            0,
            '{"status":"not ready","dependencies":{"redis":"down","model":"ok"}}',
            "The service is not ready; it names redis.",
        ),
        ("df -h", 0, "Filesystem Size Used Avail Use% Mounted on\n/dev/vda 10G 9.7G 0.3G 97% /\n", "/ is 97 % full."),
        ("df -h", 0, "Filesystem Size Used Avail Use% Mounted on\n/dev/vda 10G 1G 9G 10% /\n", ""),
        (
            "python scripts/health_check.py",
            1,
            "check  result\nready  FAILED  x\nredis  FAILED  y\ndisk ok\n\nhttp://x is UNHEALTHY: 2",
            "The health check fails: ready, redis.",
        ),
        ("git log --oneline -10", 128, "fatal: not a git repository", "It failed with exit code 128."),
        ("git log --oneline -10", 0, "a1b2c3 deploy", ""),
    ],
)
def test_reading(text, exit_code, output, finding):
    assert finding_of(read(text, exit_code, output), exit_code) == finding


def test_log_lines_are_counted_and_the_last_error_is_shown():
    output = "ok\nERROR redis: Connection refused\nok\nERROR redis timed out\n"
    assert (
        finding_of(read("docker logs x --tail 100", 0, output), 0)
        == "2 error lines, 2 of them about Redis; the last: ERROR redis timed out"
    )
