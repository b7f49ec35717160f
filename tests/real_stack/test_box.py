"""The box: what runs in it ends when its time is up, when its keeper is killed, and leaves nothing behind."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stormjib.integrations.command import run

_KEEPER = """
import sys, threading
from pathlib import Path
from watermark_lab.real import overlay
from watermark_lab.real.box import Box
from watermark_lab.real.settings import RealLayout, RealSettings
settings = RealSettings(Path(sys.argv[1]))
layout = RealLayout(settings.dir)
layout.claim()
for name in ("nginx", "app"):
    (layout.log / name).mkdir(parents=True)
box = Box(settings.dir)
box.start(lambda name: overlay.lay(layout, settings, name))
print(box.pid, flush=True)
threading.Event().wait()
"""
CGROUPS = Path("/sys/fs/cgroup")


@pytest.mark.parametrize(
    "text",
    ["sleep 4242", "trap '' TERM; while :; do sleep 4242; done", "(trap '' TERM HUP INT; sleep 4242) & sleep 4242"],
)
def test_what_takes_too_long_in_the_box_is_stopped_with_all_its_children(text, lab):
    ran = run(f"echo begun; {text}", timeout_seconds=2.0, prefix=lab.ready["command_prefix"], path=lab.ready["path"])
    assert ran.timed_out
    assert ran.output == b"begun\n"
    assert lab.run("pgrep -f 'sleep 424[2]'").stdout == ""


def test_a_command_in_the_box_has_its_environment_its_files_and_its_network(lab):
    secret = lab.ready["env"]["ADMIN_TOKEN"]
    ran = run(
        'pwd; cat /proc/1/comm; ls -d /var/log/app/*.log; echo "$ADMIN_TOKEN"; hostname; no-such-program',
        timeout_seconds=30,
        prefix=lab.ready["command_prefix"],
        path=lab.ready["path"],
        env={"ADMIN_TOKEN": secret},
        secrets=("ADMIN_TOKEN",),
    )
    lines = ran.output.decode().splitlines()
    assert lines[:4] == ["/srv/lab/deploy", "systemd", "/var/log/app/watermark-lab-api.log", "[redacted ADMIN_TOKEN]"]
    assert lines[4].startswith("watermark-lab-")
    assert (ran.exit_code, ran.missing_program) == (127, "no-such-program")


def test_both_generations_of_compose_see_the_same_containers(lab):
    if not lab.ready["compose_2"]:
        pytest.skip("Docker Compose 2 is not to be had here")
    assert lab.run("docker compose version").stdout.startswith("Docker Compose version v2.")
    one = lab.run("docker-compose ps -q").stdout.split()
    two = lab.run("docker compose ps -q").stdout.split()
    assert len(one) == 6
    assert sorted(one) == sorted(two)


@pytest.mark.usefixtures("_possible")
def test_nothing_of_a_box_outlives_the_process_that_keeps_it(tmp_path, until):
    keeper = subprocess.Popen([sys.executable, "-c", _KEEPER, str(tmp_path / "box")], stdout=subprocess.PIPE, text=True)
    assert keeper.stdout is not None
    pid = int(keeper.stdout.readline())
    name = (tmp_path / "box" / "name").read_text()
    assert f"/{name}" in Path(f"/proc/{pid}/cgroup").read_text()
    inside = [int(line) for path in (CGROUPS / "pids" / name).rglob("cgroup.procs") for line in path.read_text().split()]
    keeper.send_signal(signal.SIGKILL)
    keeper.wait()
    keeper.stdout.close()
    assert pid in inside
    until(lambda: not any(Path(f"/proc/{one}").exists() for one in inside))
    mounts = Path("/proc/self/mountinfo").read_text()
    assert str(tmp_path) not in mounts
    down = [sys.executable, "-m", "watermark_lab", "down", "--dir", str(tmp_path / "box")]
    for _ in range(2):
        done = subprocess.run(down, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert not list(CGROUPS.glob(f"*/{name}"))
    assert not (tmp_path / "box" / "disk").exists()
