"""Whether the first suspect is the right one: drills of every fault with several seeds, each judged, as a confusion table.

`python -m bench.suspects --runs 30 --stack process`. A run is the real thing: a stack comes up, a fault breaks it, its alert
declares an incident (where the alert wakes nobody, a person does), everything is looked at, and the suspects are ranked.
With `--renamed` the lab, its settings and its runbook have other names throughout, as another team's would.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from bench import machine, renamed
from bench.confusion import Run, figures, table
from bench.renamed import RenamedSite
from stormjib.core.incident import replay
from stormjib.core.log import AnyFact, Entry, SuspectsRanked
from stormjib.core.policy import Policy
from stormjib.drill import script
from stormjib.drill.client import AnswerError
from stormjib.drill.faults import FAULTS
from stormjib.drill.run import MAINTENANCE_SECONDS_MAX
from stormjib.drill.seed import vary
from stormjib.drill.site import Site
from stormjib.drill.stack import Ready, Stack, StackError, Wanted
from stormjib.drill.stacks import make
from stormjib.evidence.suspects import rank

API: Final = "watermark-lab-api"
RIGHT: Final = {
    "redis-stopped": "redis",
    "redis-oom": "redis",
    "redis-slow": "redis",
    "redis-hung": "redis",
    "api-errors": API,
    "api-slow": API,
    "api-crashed": API,
    "bad-deployment": f"deployment of {API}",
    "memory-leak": API,
    "disk-full": "disk",
    "nginx-down": "nginx",
    "replica-sick": "the replica",
    "dependency-timeout": "notary",
    "maintenance-stuck": "maintenance mode",
    "dockerd-stopped": "docker",
}
"""What is to blame for each fault, by the name that the ranking gives it. Of a sick replica it is that replica, by its
container or by its address behind the proxy; the service as a whole does not count."""

REPLICAS: Final = 3
QUIET_SECONDS: Final = 14.0
"""So long all is well before the fault; with a scrape a second that is a short baseline."""
SCRAPE_SECONDS: Final = 1.0
WAIT_SECONDS_MAX: Final = 120.0
POLL_SECONDS: Final = 0.2


def main() -> int:
    """Drill, print, write; 1 where a bar is missed."""
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="stormjib-renamed-") as lab:
        if given.renamed:
            renamed.take(Path(lab))
        return _all(given)


def _all(given: argparse.Namespace) -> int:
    plan = _plan(given.stack, given.faults, given.runs, given.seed)
    runs: list[Run] = []
    for number, (fault, seed) in enumerate(plan, 1):
        run = _drill(given.stack, fault, seed, given.keep, RenamedSite if given.renamed else Site)
        runs.append(run)
        place = f"place {run.place}" if run.place else "NOT NAMED"
        print(
            f"{number:>3}/{len(plan)} {fault} seed {seed}: {run.error or place}, first {run.first}, "
            f"{run.seconds_to_evidence:.1f} s, {run.work_seconds:.1f} s of work",
            flush=True,
        )
    found = figures(runs)
    print(table(runs))
    print(json.dumps(found, indent=2))
    document = {
        "machine": machine.describe(Path(tempfile.gettempdir())),
        "stack": given.stack,
        "renamed": given.renamed,
        "figures": found,
        "runs": msgspec.to_builtins(runs),
    }
    given.output.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(not all(found["met"].values()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.suspects", description=__doc__)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=f"which, of {', '.join(RIGHT)}; all of them without")
    parser.add_argument("--runs", type=int, default=30, help="drills altogether, the faults in turn (default 30)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (default 0)")
    parser.add_argument("--stack", default="process", help="process or docker (default process)")
    parser.add_argument("--renamed", action="store_true", help="a lab of other names")
    parser.add_argument("--keep", type=Path, help="a directory for the log of each run, as JSON")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("suspects.json"), help="where the numbers go")
    given = parser.parse_args()
    unknown = [fault for fault in given.faults if fault not in RIGHT]
    if unknown or given.runs < 1:
        parser.error(f"there is no fault {unknown[0]}" if unknown else "--runs is at least 1")
    return given


def _plan(stack: str, faults: Sequence[str], runs: int, seed: int) -> list[tuple[str, int]]:
    """Every fault with one seed, then every fault with the next."""
    names = list(faults) or [fault for fault in RIGHT if stack in FAULTS[fault].stacks]
    return [(names[number % len(names)], seed + number // len(names)) for number in range(runs)]


def _drill(stack_name: str, fault: str, seed: int, keep: Path | None, kind: type[Site]) -> Run:
    """From nothing to nothing."""
    other = kind is RenamedSite
    right = (renamed.renamed(RIGHT[fault]), RIGHT[fault]) if other else (RIGHT[fault],)
    if RIGHT[fault] == "redis" and other:
        right = (renamed.REDIS, "redis")
    run = Run(fault, seed, RIGHT[fault], right)
    with tempfile.TemporaryDirectory(prefix="stormjib-suspects-", dir="/var/tmp") as name:
        stack = make(stack_name)
        stack.enter()
        site = kind(Path(name), lambda _page: None)
        try:
            _play(stack, site, run, keep)
        except (
            AnswerError,
            OSError,
            RuntimeError,
            TimeoutError,
            StackError,
            script.StuckError,
            subprocess.SubprocessError,
        ) as error:
            run.error = str(error)
        finally:
            site.close()
            stack.down()
    return run


def _play(stack: Stack, site: Site, run: Run, keep: Path | None) -> None:
    variation = vary(run.fault, run.seed)
    ready = stack.up(
        Wanted(
            directory=site.directory / "lab",
            alert_url=f"{site.url}/hooks/alertmanager",
            alert_token=site.tokens["watcher"],
            replicas=REPLICAS,
            requests_per_second=variation.requests_per_second,
            health_script=site.health_script(),
            maintenance_seconds_max=MAINTENANCE_SECONDS_MAX if run.fault == "maintenance-stuck" else None,
        )
    )
    site.serve(_scraped_often(ready))
    ana = site.person("ana")
    time.sleep(QUIET_SECONDS)
    if run.fault == "replica-sick":
        run.right = _replica(stack, site.directory / "lab", int(variation.options["replica"]))
    before = time.monotonic()
    stack.inject(run.fault, variation.options)
    incident = _until(lambda: script.find_incident(ana, by_hand=not FAULTS[run.fault].wakes), "an incident")
    run.seconds_to_declaration = round(time.monotonic() - before, 2)
    worked = _work(site)
    room = _until(lambda: _ranked(ana.get(f"/incidents/{incident}")["incident"]), "a ranking")
    run.work_seconds = round(_work(site) - worked, 2)
    _judge(run, room["suspects"]["ranking"])
    entries = ana.get(f"/incidents/{incident}/log?limit=10000")["entries"]
    run.rank_seconds = _rank_seconds(entries)
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{run.fault}-{run.seed}.json").write_text(json.dumps(entries, indent=1, ensure_ascii=False))
    stack.undo(run.fault)


def _scraped_often(ready: Ready) -> Ready:
    return msgspec.structs.replace(ready, settings={"scrape_seconds": SCRAPE_SECONDS, **ready.settings})


def _replica(stack: Stack, lab: Path, number: int) -> tuple[str, ...]:
    """The names of the replica with this number: its container's, and its address behind the proxy."""
    argv = [sys.executable, "-m", "watermark_lab", "status", "--stack", stack.name, "--dir", str(lab), "--json"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=30)
    containers = [one for one in json.loads(done.stdout)["status"]["containers"] if one["service"] in {"api", renamed.API}]
    one = containers[number - 1]
    address = f"{one['address']}:8080" if "address" in one else f"127.0.0.1:{one['port']}"
    return (f"replica {one['name']}", f"replica at {address}")


def _ranked(room: dict[str, Any]) -> dict[str, Any] | None:
    return room if room["suspects"] else None


def _until(found: Any, what: str) -> Any:
    end = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < end:
        answer = found()
        if answer:
            return answer
        time.sleep(POLL_SECONDS)
    raise TimeoutError(f"Waited {WAIT_SECONDS_MAX:.0f} s for {what}.")


def _work(site: Site) -> float:
    """Processor seconds of the server, its threads and the commands that it has waited for."""
    try:
        fields = Path(f"/proc/{site._server.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) / _ticks()


def _ticks() -> float:
    return float(subprocess.run(["getconf", "CLK_TCK"], capture_output=True, text=True, check=True).stdout)


def _judge(run: Run, ranking: dict[str, Any]) -> None:
    named = [one["component"] for one in ranking["suspects"]]
    run.suspects = tuple((one["component"], one["score"]) for one in ranking["suspects"])
    run.place = next((place for place, name in enumerate(named, 1) if name in run.right), 0)
    run.clear, run.seconds_to_evidence = ranking["clear"], ranking["seconds"]
    run.proposed, run.impact = ranking.get("proposed") or "", ranking.get("impact", "")
    run.missing = tuple(ranking.get("missing", ()))


def _rank_seconds(entries: list[dict[str, Any]]) -> float:
    """The ranking again, of everything before it, here and alone."""
    facts = [
        Entry(entry["incident"], entry["seq"], entry["at"], entry["by"], msgspec.convert(entry["fact"], AnyFact))
        for entry in entries
    ]
    until = next((number for number, entry in enumerate(facts) if isinstance(entry.fact, SuspectsRanked)), len(facts))
    incident = replay("INC-1", facts[:until])
    before = resource.getrusage(resource.RUSAGE_SELF)
    rank(incident, Policy(), at=facts[-1].at, missing=())
    after = resource.getrusage(resource.RUSAGE_SELF)
    return round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 4)


if __name__ == "__main__":
    sys.exit(main())
