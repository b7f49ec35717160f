"""The report: a table for people, a file for everything that the table was computed from."""

import json
from collections.abc import Sequence
from pathlib import Path

from bench.figure import Figure

_HEAD = "| measured | unit | ours | Alertmanager | ratio | bar | |\n|---|---|---:|---:|---:|---:|---|"


def table(figures: Sequence[Figure]) -> str:
    """In Markdown, a line for each figure."""
    return "\n".join([_HEAD, *(_line(figure) for figure in figures)])


def _line(figure: Figure) -> str:
    theirs = _number(figure.theirs) if figure.theirs is not None else ""
    ratio = f"{figure.ratio:.2f}" if figure.ratio is not None else ""
    sign = "≥" if figure.at_least else "≤"
    bar = f"{sign} {figure.bar:g}{' ×' if figure.theirs is not None else ''}" if figure.bar is not None else ""
    verdict = {True: "met", False: "**missed**", None: ""}[figure.met]
    return f"| {figure.name} | {figure.unit} | {_number(figure.ours)} | {theirs} | {ratio} | {bar} | {verdict} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.4g}"


def write(file: Path, document: dict[str, object], figures: Sequence[Figure]) -> None:
    """The machine, the figures with their verdicts, and the raw numbers of each part."""
    rows = [
        {"name": one.name, "unit": one.unit, "ours": one.ours, "alertmanager": one.theirs, "ratio": one.ratio, "bar": one.bar}
        | {"at_least": one.at_least, "met": one.met}
        for one in figures
    ]
    file.write_text(json.dumps({**document, "figures": rows}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
