"""Write anew whatever is derived from the table of actions: the command line's copy of it, and the pages of the reference.

Run it after a change of the table: ``.venv/bin/python scripts/derive.py``. A test compares what is there with the table.
"""

import importlib
from pathlib import Path
from typing import Any, Final

import msgspec

from stormjib.core.actions import SITE_TABLE, TABLE, TOKEN_TABLE, Action, Parameter, parameters_of
from stormjib.core.catalogue.schema import schema

ROOT = Path(__file__).parents[1]


def main() -> None:
    """The copy first: the page of the command line is written from it."""
    (ROOT / "src" / "stormjib" / "cli" / "actions.json").write_text(for_command_line(), encoding="utf-8")
    reference_pages = ROOT / "docs" / "reference"
    (reference_pages / "actions.md").write_text(reference(), encoding="utf-8")
    (reference_pages / "catalogue.schema.json").write_text(catalogue_schema(), encoding="utf-8")
    (reference_pages / "catalogue.md").write_text(catalogue_page(), encoding="utf-8")
    (reference_pages / "cli.md").write_text(importlib.import_module("stormjib.cli.manual").reference(), encoding="utf-8")


def for_command_line() -> str:
    """The rows as JSON, for a command line that has to start without the libraries of the core."""
    rows = [
        {
            "name": action.name,
            "help": action.summary,
            "path": action.path,
            **msgspec.to_builtins(action.words),
            "takes": [_typed(one) for one in parameters_of(action.parameters) if one.spelling.word],
        }
        for action in (*TABLE, *SITE_TABLE)
    ]
    return msgspec.json.format(msgspec.json.encode(rows), indent=1).decode() + "\n"


def _typed(one: Parameter) -> dict[str, Any]:
    spelling = one.spelling
    is_flag = one.kind == "flag" and not spelling.choices
    return {
        "wire": one.wire,
        "said": spelling.said,
        "finds": spelling.finds,
        "word": {
            "name": spelling.word,
            "help": one.help,
            "metavar": spelling.metavar,
            "kind": spelling.kind,
            "choices": spelling.choices,
            "required": spelling.word.startswith("--") and (spelling.must or one.required),
            "default": None if is_flag or not spelling.word.startswith("--") or spelling.must else spelling.default,
            "flag": is_flag,
            "repeated": one.kind == "texts",
            "optional": spelling.optional,
        },
    }


def reference() -> str:
    """The page docs/reference/actions.md."""
    parts = [
        "# What people may do",
        "",
        "Each action is one row of a table in the program; the command line, the API, the forms and this page are written from it.",
        "The API takes a body as JSON and an `Idempotency-Key`: the same key with the same request again writes nothing. With",
        "`?dry_run=true` it answers what would be written now, and writes nothing. `/openapi.json` has every limit and status.",
        "Where a line of the runbook may stand for an id, the command line looks the id up; the API takes the id alone.",
        "",
        "| Action | What it does | Command | Address of the API |",
        "|---|---|---|---|",
        *(
            f"| [{action.name}](#{action.name}) | {action.summary} | `{action.words.command}` | `POST /api/v1/{action.path}` |"
            for action in (*TABLE, *SITE_TABLE, *TOKEN_TABLE)
        ),
        "",
    ]
    for action in (*TABLE, *SITE_TABLE, *TOKEN_TABLE):
        parts += _section(action)
    return "\n".join(parts).rstrip() + "\n"


def _section(action: Action[Any]) -> list[str]:
    parts = [
        f"## {action.name}",
        "",
        f"{action.summary}. It needs the scope `{action.scope}`{', and a machine may do it' if action.machines else ' of a person'}.",
        "",
    ]
    named = parameters_of(action.parameters)
    if named:
        parts += ["| Parameter | What it is | Command line | Form |", "|---|---|---|---|"]
        parts += [
            f"| `{one.wire}`{'' if one.required else ' (optional)'} | {one.help}{_limit(one)} | {_code(one.spelling.word)} | {_code(one.spelling.form)} |"
            for one in named
        ]
        parts += ["", "```json", msgspec.json.encode(action.example).decode(), "```", ""]
    return parts


def _limit(one: Parameter) -> str:
    return f"; at most {one.chars_max} characters" if one.chars_max else ""


def _code(text: str) -> str:
    return f"`{text}`" if text else "-"


def catalogue_schema() -> str:
    """The file docs/reference/catalogue.schema.json."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"


def catalogue_page() -> str:
    """The page docs/reference/catalogue.md."""
    whole = schema()
    lines = ["# The catalogue's files", "", _INTRODUCTION, ""]
    order = ["Service", "RunbookRule", "HttpCheck", "FlowCheck", "Request", "PromqlCheck", "CommandCheck", "ErrorRateCheck"]
    order += ["TargetCheck", "Metric", "Component", "Vendor", "Team", "Person", "Schedule", "Layer", "Restriction"]
    order += ["Escalation", "Level", "Promise", "Mapping", "AlertFields", "Heartbeat"]
    for name in order:
        part = whole["$defs"][name]
        lines += [f"## {_TITLES[name]}", "", part["description"], "", "| Key | Value | What it says |", "|---|---|---|"]
        for key, value in part["properties"].items():
            must = " **needed**" if key in part["required"] else ""
            lines.append(f"| `{key}` | {_value(value)}{must} | {value.get('description', '')} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


_INTRODUCTION: Final = (
    "Written by `scripts/derive.py` from the model; how to use it is in [services](../howto/services.md). The schema for editors is "
    "[catalogue.schema.json](catalogue.schema.json), also printed by `stormjib config schema`. In the settings the same keys stand "
    "below `[[service]]`, where a list is a table of its own: `[[service.check]]` for `checks`, `[[service.check.step]]` for `steps`."
)
_TITLES: Final = {
    "Service": "A service: `services/*.yaml`",
    "RunbookRule": "One of `runbooks`",
    "HttpCheck": "A check of the kind `http`",
    "FlowCheck": "A check of the kind `flow`",
    "Request": "One of its `steps`",
    "PromqlCheck": "A check of the kind `promql`",
    "CommandCheck": "A check of the kind `command`",
    "ErrorRateCheck": "A check of the kind `error_rate`",
    "TargetCheck": "A check of the kind `target`",
    "Metric": "One of `metrics`",
    "Component": "One of `components`",
    "Vendor": "One of `vendors`",
    "Team": "A team: `teams/*.yaml`",
    "Schedule": "A schedule: `schedules/*.yaml`",
    "Layer": "One of its `layers`",
    "Restriction": "One of the `restrictions` of a layer",
    "Escalation": "An escalation policy: `escalation/*.yaml`",
    "Level": "One of its `levels`",
    "Promise": "`acknowledge_minutes` by severity",
    "Person": "A person: `people/*.yaml`",
    "Mapping": "A way in of your own: `intake/*.yaml`",
    "AlertFields": "Its `fields`",
    "Heartbeat": "A heartbeat: `heartbeats/*.yaml`",
}


def _value(value: dict[str, Any]) -> str:
    if "$ref" in value:
        return "a table"
    if "anyOf" in value:
        return " or ".join(_value(one) for one in value["anyOf"] if one.get("type") != "null")
    if "enum" in value:
        return ", ".join(f"`{one}`" for one in value["enum"])
    if "const" in value:
        return f"`{value['const']}`"
    kind = value.get("type", "")
    if kind == "array":
        inner = value.get("items", {})
        return "a list" if "$ref" in inner or "anyOf" in inner else f"a list of {_value(inner)}"
    named = {
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "object": "names with values",
    }
    return named.get(kind, "anything")


if __name__ == "__main__":
    main()
