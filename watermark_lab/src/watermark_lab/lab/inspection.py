"""Containers as docker describes them: state, health of the process, image, ports."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from watermark_lab.lab import moment
from watermark_lab.lab.child import RESTARTING, Child
from watermark_lab.lab.port import LOOPBACK

ID_SHORT = 12
SECRET_WORDS = ("TOKEN", "SECRET", "PASSWORD", "KEY")


def status(child: Child) -> str:
    """Say ``Up 5 minutes`` or ``Exited (137) 3 seconds ago``."""
    now = datetime.now(UTC)
    if child.running:
        return f"Up {moment.ago(child.started_at, now)}"
    if child.started_at is None:
        return "Created"
    if child.state == RESTARTING:
        return f"Restarting ({child.exit_code}) {moment.ago(child.finished_at, now)} ago"
    return f"Exited ({child.exit_code}) {moment.ago(child.finished_at, now)} ago"


def ports(child: Child) -> str:
    """Say where the container is published; nothing when it does not run."""
    return f"{LOOPBACK}:{child.spec.port}->{child.spec.port}/tcp" if child.running and child.spec.port else ""


def row(child: Child) -> dict[str, Any]:
    """Return the fields of ``docker ps --format json``."""
    return {
        "ID": child.id[:ID_SHORT],
        "Image": child.spec.image,
        "Command": f'"{" ".join(child.spec.argv)[:60]}"',
        "CreatedAt": child.created_at.strftime("%Y-%m-%d %H:%M:%S +0000 UTC"),
        "RunningFor": f"{moment.ago(child.created_at, datetime.now(UTC))} ago",
        "State": child.state,
        "Status": status(child),
        "Ports": ports(child),
        "Names": child.name,
        "Name": child.name,
        "Service": child.spec.service,
        "ExitCode": child.exit_code,
        "Labels": f"com.docker.compose.project=deploy,com.docker.compose.service={child.spec.service}",
    }


def record(child: Child) -> dict[str, Any]:
    """Return what ``docker inspect`` says, as far as a process has it; secrets in the environment are blanked."""
    env = [
        f"{key}={'[blanked]' if any(word in key for word in SECRET_WORDS) else value}"
        for key, value in sorted(child.spec.env.items())
        if key.startswith(("WATERMARK_LAB_", "ADMIN_"))
    ]
    return {
        "Id": child.id,
        "Name": f"/{child.name}",
        "Created": moment.rfc3339(child.created_at),
        "Path": child.spec.argv[0],
        "Args": list(child.spec.argv[1:]),
        "State": {
            "Status": child.state,
            "Running": child.running,
            "Paused": False,
            "Restarting": child.state == RESTARTING,
            "OOMKilled": child.oom_killed,
            "Dead": False,
            "Pid": child.pid,
            "ExitCode": 0 if child.running else child.exit_code,
            "Error": "",
            "StartedAt": moment.rfc3339(child.started_at),
            "FinishedAt": moment.rfc3339(child.finished_at),
        },
        "Image": child.spec.image,
        "RestartCount": child.restart_count,
        "LogPath": str(child.capture.path),
        "HostConfig": {
            "RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0},
            "Memory": child.spec.memory_bytes_max or 0,
        },
        "Config": {
            "Image": child.spec.image,
            "Env": env,
            "Labels": {"com.docker.compose.project": "deploy", "com.docker.compose.service": child.spec.service},
        },
        "NetworkSettings": {"Ports": {f"{child.spec.port}/tcp": [{"HostIp": LOOPBACK, "HostPort": str(child.spec.port)}]}},
    }
