"""Access logs at size: processor time of a table by minute, route and upstream, beside DuckDB's for the same table.

`python -m bench.access_log` writes a log of 500 MB, reads it as an incident does and with a
DuckDB query over its CSV reader (its fastest way found: a regular expression for each line costs it several times more), each in
a process of its own, and compares the tables. The log is in the combined format with the times and the upstream that nginx adds.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

from bench.figure import Figure, Part

BAR: Final = 2.0
MEGABYTES: Final = 500
ROUNDS: Final = 3
SEED: Final = 7
REJECTED_ONE_IN: Final = 5_000
TEMPLATES: Final = 50_000
PER_SECOND: Final = 300
START: Final = 1_795_456_800
TOLERANCE: Final = 0.008
"""How far a percentile above a second may be off, which is the width of a bucket."""

ROUTES: Final = (
    ("GET /health", 10),
    ("GET /ready", 10),
    ("POST /api/v1/watermark", 20),
    ("POST /api/v1/detect", 15),
    ("GET /api/v1/texts/{id}", 10),
    ("GET /api/v1/texts/{id}/marks", 5),
    ("GET /static/app.js?v={id}", 8),
    ("GET /docs", 2),
    ("GET /metrics", 4),
    ("DELETE /api/v1/texts/{id}", 1),
    ("GET /search?q={id}&page=2", 7),
)
STATUSES: Final = ((200, 80), (201, 5), (304, 4), (404, 4), (429, 1), (500, 1), (502, 2), (503, 3))
UPSTREAMS: Final = ("10.0.0.11:8080", "10.0.0.12:8080", "10.0.0.13:8080")
AGENTS: Final = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
    "curl/7.88.1",
    "kube-probe/1.29",
)
COLUMNS: Final = (
    "ip",
    "ident",
    "user",
    "stamp",
    "zone",
    "request",
    "status",
    "size",
    "referer",
    "agent",
    "rt",
    "uct",
    "urt",
    "ua",
)

QUERY: Final = """
SELECT minute, route, upstream, count(*), count(*) FILTER (status BETWEEN 200 AND 299), count(*) FILTER (status BETWEEN 300 AND 399),
       count(*) FILTER (status BETWEEN 400 AND 499), count(*) FILTER (status >= 500), sum(size), quantile_disc(rt, [0.5, 0.95, 0.99])
FROM (
  SELECT epoch(date_trunc('minute', strptime(stamp[2:], '%d/%b/%Y:%H:%M:%S')))::BIGINT // 60 AS minute,
         split_part(request, ' ', 1) || ' ' || regexp_replace(split_part(split_part(request, ' ', 2), '?', 1), '/[0-9]+(/|$)', '/:id\\1', 'g') AS route,
         TRY_CAST(status AS INTEGER) AS status, TRY_CAST(size AS BIGINT) AS size, TRY_CAST(rt[4:] AS DOUBLE) AS rt, ua[5:-2] AS upstream
  FROM read_csv('{path}', delim = ' ', quote = '"', escape = '\\', header = false, auto_detect = false, columns = {columns},
                ignore_errors = true, strict_mode = false))
GROUP BY ALL
"""


def measure(where: Path, *, megabytes: int, rounds: int, tell: Callable[[str], None]) -> Part:
    """Alternating rounds; the first of each warms the file cache and is not counted."""
    path = where / "access.log"
    rejected = write_log(path, megabytes * 1_000_000)
    used: dict[str, list[float]] = {"stormjib": [], "duckdb": []}
    tables: dict[str, list[list[object]]] = {}
    for number in range(rounds + 1):
        for name, measured in used.items():
            output = where / f"{name}.json"
            seconds = _run(name, path, output)
            said = json.loads(output.read_text())
            tables[name] = said["rows"]
            if name != "duckdb" and said["rejected"] != rejected:
                return Part([], missing=f"{name} rejected {said['rejected']} lines instead of {rejected}.")
            if number:
                measured.append(seconds)
                tell(f"  {name}: {seconds:.2f} s of processor time")
    differing = differences(tables["stormjib"], tables["duckdb"])
    if differing:
        return Part([], missing=f"stormjib and DuckDB do not give the same table: {differing[0]}")
    raw: dict[str, object] = {
        "bytes": path.stat().st_size,
        "rows": len(tables["stormjib"]),
        "rejected": rejected,
        "seconds": used,
    }
    return Part(
        [Figure(f"{megabytes} MB of access log", "CPU s", median(used["stormjib"]), median(used["duckdb"]), BAR)],
        raw,
    )


def write_log(path: Path, size: int) -> int:
    """A log of about so many bytes; returns how many of its lines are cut off, and so no requests."""
    rng = random.Random(SEED)
    templates = [_template(rng) for _ in range(TEMPLATES)]
    written = rejected = 0
    with path.open("w", encoding="ascii") as file:
        for second in range(sys.maxsize):
            if written >= size:
                return rejected
            stamp = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(START + second))
            lines = []
            for template in rng.choices(templates, k=PER_SECOND):
                line = template.replace("{stamp}", stamp)
                if rng.randrange(REJECTED_ONE_IN) == 0:
                    line, rejected = line[: rng.randrange(20, 40)], rejected + 1
                lines.append(line)
            text = "\n".join(lines) + "\n"
            file.write(text)
            written += len(text)
    return rejected


def _template(rng: random.Random) -> str:
    route = rng.choices([name for name, _ in ROUTES], [weight for _, weight in ROUTES])[0].replace(
        "{id}", str(rng.randrange(1 << 20))
    )
    status = rng.choices([code for code, _ in STATUSES], [weight for _, weight in STATUSES])[0]
    address = ".".join(str(rng.randrange(256)) for _ in range(4))
    seconds = f"{rng.lognormvariate(-3, 1):.3f}"
    return (
        f'{address} - - [{{stamp}}] "{route} HTTP/1.1" {status} {rng.randrange(50, 20_000)} "-" "{rng.choice(AGENTS)}" '
        f'rt={seconds} uct="0.000" urt="{seconds}" ua="{rng.choice(UPSTREAMS)}"'
    )


def _run(name: str, path: Path, output: Path) -> float:
    """User and system seconds of a process that makes the table."""
    before = os.times()
    subprocess.run([sys.executable, "-m", "bench.access_log", "--only", name, "--path", path, "--output", output], check=True)
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)


def differences(ours: list[list[object]], theirs: list[list[object]]) -> list[str]:
    """Rows that are not the same; counts exactly, percentiles to a bucket's width."""
    one, other = ({tuple(row[:3]): row[3:] for row in rows} for rows in (ours, theirs))
    found = [f"only one has {key}" for key in one.keys() ^ other.keys()]
    for key in one.keys() & other.keys():
        mine, yours = one[key], other[key]
        if mine[:6] != yours[:6] or any(abs(a - b) > TOLERANCE * max(b, 1e-9) for a, b in zip(mine[6], yours[6], strict=True)):  # type: ignore[call-overload,operator,arg-type]
            found.append(f"{key}: {mine} and {yours}")
    return found


def _own(path: Path) -> dict[str, object]:
    from stormjib.evidence.access_log.request_counts import RequestCounts
    from stormjib.integrations.logs.source import Source

    counts = RequestCounts()
    for block in Source(path).blocks():
        counts.feed(block.data)
    table = counts.table()
    rows = [
        [
            row.minute,
            row.route,
            row.upstream,
            row.requests,
            *row.statuses[1:],
            row.bytes,
            [row.p50_seconds, row.p95_seconds, row.p99_seconds],
        ]
        for row in table.rows("minute", "route", "upstream")
    ]
    return {"rows": rows, "rejected": table.rejected}


def _duckdb(path: Path) -> dict[str, object]:
    import duckdb

    columns = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS) + "}"
    connection = duckdb.connect()
    query = QUERY.replace("{path}", str(path)).replace("{columns}", columns)
    return {"rows": connection.execute(query).fetchall(), "rejected": None}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.access_log", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=MEGABYTES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--where", type=Path, default=Path("/var/tmp"))
    parser.add_argument("--only", choices=("stormjib", "duckdb"), help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--output", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        said = _duckdb(given.path) if given.only == "duckdb" else _own(given.path)
        given.output.write_text(json.dumps(said))
        return
    with tempfile.TemporaryDirectory(prefix="stormjib-bench-", dir=given.where) as name:
        part = measure(Path(name), megabytes=given.megabytes, rounds=given.rounds, tell=print)
    if part.missing:
        sys.exit(part.missing)
    for figure in part.figures:
        bar = f", the bar is {figure.bar}" if figure.bar else ""
        print(f"{figure.name}: {figure.ours:.2f} s, DuckDB {figure.theirs:.2f} s, {figure.ratio:.2f} times as much{bar}")


if __name__ == "__main__":
    main()
