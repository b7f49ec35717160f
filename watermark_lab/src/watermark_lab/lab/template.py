"""Tables and the small part of Go templates that people use with docker: ``{{.Names}}``, ``{{json .State}}``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from watermark_lab.lab.call import Refusal

_FIELD = re.compile(r"\{\{\s*(json\s+)?\.([\w.]*)\s*\}\}")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Align columns with at least three spaces between them."""
    lines = [list(header), *[list(row) for row in rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "\n".join("   ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def render(template: str, record: dict[str, Any]) -> str:
    """Fill a template with a record; Refusal for a field that the record does not have or syntax beyond fields."""
    if template == "json":
        return json.dumps(record)

    def fill(match: re.Match[str]) -> str:
        value: Any = record
        for key in filter(None, match[2].split(".")):
            if not isinstance(value, dict) or key not in value:
                msg = f'template: :1:2: executing "" at <.{match[2]}>: can\'t evaluate field {key}'
                raise Refusal(msg)
            value = value[key]
        if match[1]:
            return json.dumps(value)
        return str(value).lower() if isinstance(value, bool) else str(value)

    filled = _FIELD.sub(fill, template.removeprefix("table "))
    if "{{" in filled:
        msg = f"template parsing error: the lab's stand-in knows only fields such as {{{{.Names}}}}, not: {template}"
        raise Refusal(msg)
    return filled.replace("\\t", "\t").replace("\\n", "\n")
