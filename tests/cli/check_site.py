"""A small site: a runbook, and programs that answer truthfully about containers and units that a test renames and stops."""

import json
import shutil

RUNBOOK = """# Small

## Investigation (15-60 minutes)

### 1. Look
```bash
docker logs api --tail 100
docker ps
systemctl status web
probe-me --version
```

```bash {expect=v12}
docker inspect api
```

## Mitigation (30-120 minutes)

### 2. Fix
```bash
touch canary
systemctl restart web
docker restart api
```
"""
LINES = {"docker logs": 7, "docker ps": 8, "systemctl": 9, "inspect": 14}

DOCKER = """#!/bin/sh
here=$(dirname "$0")/..
case $1 in
  ps) echo 'CONTAINER ID   IMAGE     COMMAND   CREATED      STATUS      PORTS     NAMES'
      while read -r name; do echo "0123456789ab   api:12    \\"serve\\"   2 days ago   Up 2 days             $name"; done <"$here/containers" ;;
  logs | inspect)
    if ! grep -qx "$2" "$here/containers"; then echo "Error response from daemon: No such container: $2" >&2; exit 1; fi
    if [ "$1" = logs ]; then echo 'ready'; else echo '[{"Config": {"Image": "api:v12"}}]'; fi ;;
  *) echo "it did $1" >>"$here/did" ;;
esac
"""
SYSTEMCTL = """#!/bin/sh
here=$(dirname "$0")/..
[ "$1" = status ] || { echo "it did $1" >>"$here/did"; exit 0; }
state=$(sed -n "s/^$2 //p" "$here/units")
if [ -z "$state" ]; then echo "Unit $2.service could not be found." >&2; exit 4; fi
echo "* $2.service - A unit"
echo "     Loaded: loaded (/lib/systemd/system/$2.service; enabled)"
if [ "$state" = active ]; then echo "     Active: active (running) since Mon 2026-11-23 08:00:00 UTC; 2 days ago"; exit 0; fi
echo "     Active: inactive (dead) since Mon 2026-11-23 08:00:00 UTC; 2 days ago"
exit 3
"""


class CheckSite:
    """``run`` calls the command line; everything it knows is below ``where``, and no program of the machine is found by chance."""

    def __init__(self, where, cli):
        self.where, self.cli = where, cli
        self.bin = where / "bin"
        self.bin.mkdir()
        self.runbook = where / "runbook.md"
        self.settings = where / "stormjib.toml"
        self.state = where / "state"
        self.runbook.write_text(RUNBOOK)
        for name in ("dirname", "grep", "sed", "tail", "touch", "find", "cat", "env", "xargs", "tee", "sh"):
            (self.bin / name).symlink_to(shutil.which(name))
        self.program("docker", DOCKER)
        self.program("systemctl", SYSTEMCTL)
        self.contain("api")
        self.unit("active")
        self.configure()

    def program(self, name, text):
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def contain(self, *names):
        (self.where / "containers").write_text("".join(f"{name}\n" for name in names))

    def unit(self, state):
        (self.where / "units").write_text(f"web {state}\n")

    def configure(self, **more):
        variables = self.where / "variables"
        variables.touch(mode=0o600)
        variables.write_text(f"PATH={self.bin}\n")
        given = {
            "command_env_file": str(variables),
            "command_path": str(self.bin),
            "command_dir": str(self.where),
            "data_dir": str(self.where / "data"),
            **more,
        }
        self.settings.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in given.items()))

    def run(self, *words, verb="check", **more):
        environ = {"XDG_STATE_HOME": str(self.state), **more.pop("environ", {})}
        return self.cli("runbook", verb, str(self.runbook), "--settings", str(self.settings), *words, environ=environ, **more)

    def report(self, *words):
        return json.loads(self.run("--json", *words).out)

    def failing(self):
        return {one["line"]: one["sentence"] for one in self.report()["probes"] if not one["works"]}

    @property
    def did(self):
        """What was changed, by anything."""
        found = self.where / "did"
        return (found.read_text() if found.exists() else "") + ("canary" if (self.where / "canary").exists() else "")
