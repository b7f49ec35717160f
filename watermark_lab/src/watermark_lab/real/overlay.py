"""The files that the box has instead of this machine's: units, configuration, secrets."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import sys
from pathlib import Path

from watermark_lab.real import needs
from watermark_lab.real.settings import RealLayout, RealSettings

# Of no use in a box, or not possible there: the clock, the devices, the kernel's settings are the machine's.
_MASKED = (
    "systemd-timesyncd.service", "systemd-udevd.service", "systemd-udev-trigger.service", "systemd-udevd-kernel.socket",
    "systemd-udevd-control.socket", "sys-kernel-debug.mount", "sys-kernel-tracing.mount", "sys-kernel-config.mount",
    "sys-fs-fuse-connections.mount", "dev-hugepages.mount", "dev-mqueue.mount", "proc-sys-fs-binfmt_misc.automount",
    "systemd-remount-fs.service", "systemd-sysctl.service", "systemd-modules-load.service", "systemd-binfmt.service",
    "systemd-tmpfiles-setup-dev.service", "podman.socket", "systemd-networkd-wait-online.service",
)  # fmt: skip
_PACKAGED = Path(__file__).with_name("tree")


def lay(layout: RealLayout, settings: RealSettings, name: str) -> None:
    """Write ``layout.tree`` anew: what is packaged, and what depends on this lab."""
    shutil.rmtree(layout.tree, ignore_errors=True)
    shutil.copytree(_PACKAGED, layout.tree)
    units = layout.tree / "etc/systemd/system"
    for unit in _MASKED:
        (units / unit).symlink_to("/dev/null")
    files = {
        "etc/fstab": "",
        "etc/hostname": f"{name}\n",
        "etc/hosts": f"127.0.0.1 localhost {name}\n",
        "etc/docker/daemon.json": json.dumps(_engine(name), indent=2) + "\n",
        "etc/prometheus/alertmanager.yml": json.dumps(_alertmanager(settings), indent=2) + "\n",
        "etc/gitconfig": "[safe]\n\tdirectory = *\n",
    }
    for path, text in files.items():
        (layout.tree / path).parent.mkdir(parents=True, exist_ok=True)
        (layout.tree / path).write_text(text, encoding="utf-8")
    rules = layout.tree / "etc/prometheus/rules.yml"
    held = f"{settings.maintenance_seconds_max:g}s"
    rules.write_text(rules.read_text("utf-8").replace("MAINTENANCE_SECONDS_MAX", held), encoding="utf-8")
    # The runbook says "python", which Debian does not have; it is the interpreter that runs the lab.
    python = layout.tree / "usr/local/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    # Debian's client speaks to Debian's engine, whatever other client this machine has in /usr/local/bin.
    (layout.tree / "usr/local/bin/docker").symlink_to("/usr/bin/docker")
    plugin = needs.compose_2()
    if plugin is not None:
        plugins = layout.tree / "usr/local/lib/docker/cli-plugins"
        plugins.mkdir(parents=True)
        (plugins / "docker-compose").symlink_to(plugin)


def own(path: Path, user: str, mode: int = 0o750) -> Path:
    """Make a directory that a system user of the box can write, with all that is in it."""
    path.mkdir(parents=True, exist_ok=True)
    entry = pwd.getpwnam(user)
    for one in (path, *path.rglob("*")):
        os.chown(one, entry.pw_uid, entry.pw_gid)
    path.chmod(mode)
    return path


def _engine(name: str) -> dict[str, object]:
    return {
        "data-root": "/srv/lab/docker",
        # Without it the containers of all boxes would share one control group at the top.
        "cgroup-parent": f"/{name}/docker",
        "metrics-addr": "127.0.0.1:9323",
        "experimental": True,  # Docker 20 has its metrics behind this
        "shutdown-timeout": 5,
    }


def _alertmanager(settings: RealSettings) -> dict[str, object]:
    receiver: dict[str, object] = {"name": "hook"}
    if settings.alert_url is not None:
        hook: dict[str, object] = {"url": settings.alert_url, "send_resolved": True}
        if settings.alert_token_file is not None:
            hook["http_config"] = {"authorization": {"credentials_file": "/srv/lab/alert-token"}}
        receiver["webhook_configs"] = [hook]
    route = {"receiver": "hook", "group_by": ["alertname", "severity"]}
    return {"route": {**route, "group_wait": "1s", "group_interval": "1s", "repeat_interval": "4h"}, "receivers": [receiver]}
