"""What `stormjib logs` costs, beside grep and Drain3: `python -m bench.logs [--megabytes 1000] [--file LOG]`.

Processor time (user and system) of whole processes, from the start of the interpreter to its end, in alternating rounds; memory is the
highest that the kernel saw. Python keeps its bytecode, as it does where stormjib is installed. The log is made up, of a service with
ids in hex, addresses, durations and stack traces, unless one is given.
"""

import argparse
import os
import random
import resource
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

BLOCK_LINES: Final = 2_000
SMALL_BYTES: Final = 10_000_000
DRAIN_LINES: Final = 20_000
BARS: Final = {"grep": 4.0, "memory": 1.25, "drain": 50.0}
_DRAIN: Final = """
import sys, time
from drain3 import TemplateMiner
from drain3.template_miner_config import TemplateMinerConfig
from drain3.masking import MaskingInstruction
config = TemplateMinerConfig()
config.masking_instructions = [MaskingInstruction(pattern, name) for pattern, name in (
    (r"((?<=[^A-Za-z0-9])|^)(([0-9a-f]{2,}:){3,}([0-9a-f]{2,}))((?=[^A-Za-z0-9])|$)", "ID"),
    (r"((?<=[^A-Za-z0-9])|^)(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})((?=[^A-Za-z0-9])|$)", "IP"),
    (r"((?<=[^A-Za-z0-9])|^)([0-9a-f]{6,} ?){3,}((?=[^A-Za-z0-9])|$)", "SEQ"),
    (r"((?<=[^A-Za-z0-9])|^)([0-9A-F]{4} ?){4,}((?=[^A-Za-z0-9])|$)", "SEQ"),
    (r"((?<=[^A-Za-z0-9])|^)(0x[a-f0-9A-F]+)((?=[^A-Za-z0-9])|$)", "HEX"),
    (r"((?<=[^A-Za-z0-9])|^)([\\-\\+]?\\d+)((?=[^A-Za-z0-9])|$)", "NUM"),
    (r"(?<=executed cmd )(\\".+?\\")", "CMD"),
)]
miner = TemplateMiner(config=config)
with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
    lines = [line.rstrip() for line, _ in zip(file, range(int(sys.argv[2])))]
began = time.process_time()
for line in lines:
    miner.add_log_message(line)
print(sum(len(line.encode()) + 1 for line in lines) / (time.process_time() - began))
"""


class Cost(NamedTuple):
    """Of one process."""

    cpu_seconds: float
    memory_mib: float
    output: str


def make(file: Path, size: int) -> None:
    """A service's log of so many bytes: the same on every machine."""
    chance = random.Random(1)
    at, written = datetime(2026, 3, 1, 8, tzinfo=UTC), 0
    with file.open("w", encoding="ascii") as opened:
        while written < size:
            lines = []
            for _ in range(BLOCK_LINES):
                at += timedelta(microseconds=chance.randrange(400, 4_000))
                lines.append(f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1_000:03}Z {_message(chance)}")
            written += opened.write("\n".join(lines) + "\n")


def _message(chance: random.Random) -> str:
    kind, number = chance.random(), chance.randrange
    if kind < 0.5:
        method, status = chance.choice(("GET", "POST", "PUT")), chance.choice((200, 200, 200, 201, 404, 500))
        client = f"10.{number(9)}.{number(255)}.{number(255)}"
        return (
            f"INFO  [http-{number(64)}] c.a.RequestLog request_id={chance.getrandbits(128):032x} method={method} "
            f"path=/api/v1/orders/{number(10**6)} status={status} bytes={number(9_999)} took={number(900)}ms client={client}"
        )
    if kind < 0.7:
        return f"DEBUG [pool-{number(8)}] c.a.Cache lookup key=user:{number(10**7)} hit={chance.choice(('true', 'false'))} age={number(3_600)}s"
    if kind < 0.85:
        job = f"{chance.getrandbits(64):016x} finished in {chance.random() * 10:.3f} s"
        return f"INFO  [worker-{number(16)}] c.a.Jobs job {job}, {number(500)} items, queue depth {number(100)}"
    if kind < 0.95:
        return f"WARN  [http-{number(64)}] c.a.Pool connection to 10.1.{number(4)}.{number(250)}:5432 slow: {number(100, 900)} ms (limit 100 ms)"
    if kind < 0.97:
        return f"ERROR [http-{number(64)}] c.a.Handler request {chance.getrandbits(64):016x} failed: Connection refused to redis-{number(3)}:6379"
    if kind < 0.972:
        return (
            f"ERROR [http-{number(64)}] c.a.Handler unhandled exception for order {number(10**6)}\n"
            f"java.lang.IllegalStateException: order {number(10**6)} is in a wrong state\n"
            f"\tat com.acme.Orders.check(Orders.java:{number(500)})\n\tat com.acme.Http.handle(Http.java:77)"
        )
    return f"INFO  [auth-{number(4)}] c.a.Auth user u{number(5_000)} logged in from 192.168.{number(255)}.{number(255)}"


def run(*command: str) -> Cost:
    """Run a process to its end and see what it used."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        os.close(reading)
        os.dup2(writing, 1)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.execvp(command[0], command)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        output = pipe.read()
    _, status, used = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 1}:
        raise SystemExit(f"{command[0]} failed")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1_024, output)


def ours(file: Path) -> Cost:
    """The command itself."""
    return run(sys.executable, "-m", "stormjib", "logs", str(file), "--top", "5")


def main() -> int:
    """Measure, print; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.logs", description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--file", type=Path, help="a log of your own instead of one that is made up")
    parser.add_argument("--where", type=Path, default=Path("/var/tmp"))
    given = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="stormjib-bench-", dir=given.where) as name:
        large = given.file or Path(name) / "large.log"
        if given.file is None:
            print(f"making {given.megabytes} MB …", file=sys.stderr, flush=True)
            make(large, given.megabytes * 10**6)
        small = Path(name) / "small.log"
        with large.open("rb") as source:
            small.write_bytes(source.read(SMALL_BYTES).rpartition(b"\n")[0] + b"\n")
        return _report(large, small, given.rounds)


def _report(large: Path, small: Path, rounds: int) -> int:
    gigabytes = large.stat().st_size / 1e9
    grep, own = list[Cost](), list[Cost]()
    for number in range(rounds + 1):  # the first warms the page cache
        some = run("grep", "-c", "-i", "error", str(large)), ours(large)
        if number:
            grep.append(some[0])
            own.append(some[1])
    cpu = {name: median(one.cpu_seconds for one in costs) / gigabytes for name, costs in (("grep", grep), ("own", own))}
    ratio = median(one.cpu_seconds / other.cpu_seconds for one, other in zip(own, grep, strict=True))
    little, all_of_it = ours(small).memory_mib, median(cost.memory_mib for cost in own)
    print(
        f"\n{gigabytes:.2f} GB, median of {rounds} rounds\n\n| | CPU s/GB | × grep | bar | MiB at {small.stat().st_size / 1e6:.0f} MB | MiB at all |\n|---|---:|---:|---:|---:|---:|"
    )
    print(f"| grep -c -i error | {cpu['grep']:.2f} | 1 | | | {grep[0].memory_mib:.0f} |")
    print(f"| stormjib logs | {cpu['own']:.2f} | {ratio:.2f} | ≤ {BARS['grep']:g} | {little:.0f} | {all_of_it:.0f} |")
    drain = float(run(sys.executable, "-c", _DRAIN, str(large), str(DRAIN_LINES)).output)
    speed = 1e9 / cpu["own"]
    print(
        f"\n{speed / 1e6:,.0f} MB/s of processor time, Drain3 with its masks {drain / 1e6:.2f} MB/s: {speed / drain:,.0f} × (bar ≥ {BARS['drain']:g})"
    )
    missed = ratio > BARS["grep"] or all_of_it > BARS["memory"] * little or speed / drain < BARS["drain"]
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
