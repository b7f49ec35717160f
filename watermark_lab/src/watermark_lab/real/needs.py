"""What the real lab needs of this machine, and what of it is missing."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from watermark_lab.real.box import CGROUPS
from watermark_lab.real.settings import cache_dir

_PROGRAMS = {
    "dockerd": "docker.io",
    "docker-compose": "docker-compose",
    "docker-registry": "docker-registry",
    "iptables": "iptables",
    "mmdebstrap": "mmdebstrap",
    "nginx": "nginx-light",
    "dbus-daemon": "dbus-daemon",
    "prometheus": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "prometheus-blackbox-exporter": "prometheus-blackbox-exporter",
    "prometheus-redis-exporter": "prometheus-redis-exporter",
    "redis-cli": "redis-tools",
    "git": "git",
    "curl": "curl",
    "ip": "iproute2",
    "nsenter": "util-linux",
    "/lib/systemd/systemd": "systemd",
    "/usr/bin/python3": "python3",
    "/usr/bin/docker": "docker.io",
}


def missing() -> str:
    """Say what is missing, in a sentence with what to do; empty when the real lab can be brought up here."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "The real lab makes namespaces and control groups, which needs root on Linux."
    lacking = sorted({package for program, package in _PROGRAMS.items() if not shutil.which(program, path=_path())})
    if lacking:
        return f"The real lab needs these Debian packages: apt-get install --no-install-recommends {' '.join(lacking)}"
    if not (CGROUPS / "memory").is_dir():
        return "The real lab needs control groups of version 1 below /sys/fs/cgroup; this machine has none for memory."
    return ""


def _path() -> str:
    return os.pathsep.join((*os.environ.get("PATH", os.defpath).split(os.pathsep), "/usr/sbin", "/sbin"))


def compose_2() -> Path | None:
    """Docker Compose 2, where this machine or the lab's cache has it."""
    places = ("/usr/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins", "/usr/local/lib/docker/cli-plugins")
    candidates = [Path(place) / "docker-compose" for place in places]
    return next((path for path in [*candidates, cache_dir() / "docker-compose"] if os.access(path, os.X_OK)), None)
