"""The report of a health check: its checks, the limits they are held to, and how it is shown."""

import io
from typing import Final

import msgspec

SCHEMA: Final = "stormjib.health/1"
_WIDTH_CHARACTERS: Final = 110


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What counts as healthy, and how long a check may take."""

    request_timeout_seconds: float = 5.0
    """one request, from the connection to the last byte"""
    check_timeout_seconds: float = 30.0
    """one check, whatever it does"""
    body_bytes_max: int = 2 * 1024 * 1024
    latency_p95_seconds_max: float = 0.5
    latency_requests: int = 20
    error_share_max: float = 0.01
    watermark_z_min: float = 4.0
    disk_used_share_max: float = 0.9
    memory_used_share_max: float = 0.9
    disk_path: str = "/"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str
    """a sentence"""
    seconds: float
    """how long the check took"""
    value: float | None = None
    limit: float | None = None
    unit: str = ""
    """of value and limit: "s", "share", "z" """


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one health check; healthy when every check is."""

    healthy: bool
    checks: tuple[Check, ...]
    base_url: str
    comprehensive: bool


class _Envelope(msgspec.Struct, frozen=True):
    schema: str
    healthy: bool
    base_url: str
    comprehensive: bool
    checks: tuple[Check, ...]


def to_json(report: Report) -> str:
    """Give one JSON object with the schema "stormjib.health/1"."""
    envelope = _Envelope(SCHEMA, report.healthy, report.base_url, report.comprehensive, report.checks)
    return msgspec.json.encode(envelope).decode()


def table(report: Report) -> str:
    """Give the report as a plain text table that ends with the verdict."""
    # Only who looks at the table pays for it: the server, which examines too, does without.
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    rows = Table(box=None, pad_edge=False)
    rows.add_column("check", no_wrap=True)
    rows.add_column("result", no_wrap=True)
    rows.add_column("value", no_wrap=True, justify="right")
    rows.add_column("limit", no_wrap=True, justify="right")
    rows.add_column("detail", overflow="fold")
    for each in report.checks:
        rows.add_row(
            each.name,
            "ok" if each.ok else "FAILED",
            _quantity(each.value, each.unit),
            _quantity(each.limit, each.unit),
            each.detail,
        )
    failed = sum(1 for each in report.checks if not each.ok)
    verdict = "healthy" if report.healthy else f"UNHEALTHY: {failed} of {len(report.checks)} checks failed"
    text = io.StringIO()
    # markup off: a detail quotes what a service sent, and [brackets] in it are text
    console = Console(
        file=text,
        width=_WIDTH_CHARACTERS,
        color_system=None,
        markup=False,
        highlight=False,
        emoji=False,
    )
    console.print(rows)
    console.print(f"\n{report.base_url} is {verdict}.")
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def _quantity(number: float | None, unit: str) -> str:
    if number is None:
        return ""
    if unit == "share":
        return f"{number:.1%}"
    return f"{number:.3g} {unit}".rstrip()
