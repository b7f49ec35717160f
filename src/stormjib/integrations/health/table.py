"""A report as a table for people, in a file of its own: the server, which examines too, does without what draws it."""

import io
from typing import Final

from rich.console import Console
from rich.table import Table

from stormjib.core.text import units
from stormjib.integrations.health.report import Report

_WIDTH_CHARACTERS: Final = 110


def table(report: Report) -> str:
    """Give the report as a plain text table that ends with the verdict."""
    rows = Table(box=None, pad_edge=False)
    rows.add_column("check", no_wrap=True)
    rows.add_column("result", no_wrap=True)
    rows.add_column("value", no_wrap=True, justify="right")
    rows.add_column("limit", no_wrap=True, justify="right")
    rows.add_column("detail", overflow="fold")
    for each in report.checks:
        result = "ok" if each.ok else "FAILED" if each.measured else "unknown"
        rows.add_row(each.name, result, _quantity(each.value, each.unit), _quantity(each.limit, each.unit), each.detail)
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
    called = f"{report.service or 'The service'}{f' at {report.base_url}' if report.base_url else ''}"
    console.print(f"\n{called} is {_verdict(report)}.")
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def _verdict(report: Report) -> str:
    measured = [each for each in report.checks if each.measured]
    failed = sum(1 for each in measured if not each.ok)
    if failed:
        return f"UNHEALTHY: {failed} of {len(measured)} checks failed"
    return "healthy" if report.measured else "not measured: nothing of the service was checked"


def _quantity(number: float | None, unit: str) -> str:
    if number is None:
        return ""
    if unit == "share":
        return f"{number:.1%}"
    return f"{units.number(number)} {unit}".rstrip()
