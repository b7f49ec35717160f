"""The JSON Schema of the catalogue's files, for editors; written from the model, with the lists' plurals."""

from typing import Any

import msgspec

from stormjib.core.catalogue.source import PLURALS
from stormjib.core.catalogue.whole import KINDS


def schema() -> dict[str, Any]:
    """One schema: ``$defs`` has ``Service``, ``Team``, ``Person``, ``Schedule`` and ``Escalation``, and a file has to be one of them."""
    found, parts = msgspec.json.schema_components(tuple(KINDS.values()), ref_template="#/$defs/{name}")
    for part in parts.values():
        _rename(part)
    del parts["Shift"], parts["Schedule"]["properties"]["imported"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of a stormjib catalogue",
        "anyOf": [*found],
        "$defs": dict(sorted(parts.items())),
    }


def _rename(part: dict[str, Any]) -> None:
    """Without the words for whoever reads the program."""
    properties = part.get("properties", {})
    part["properties"] = {PLURALS.get(name, name): value for name, value in properties.items()}
    part["required"] = [PLURALS.get(name, name) for name in part.get("required", ())]
    part["description"] = part.get("description", "").partition("\n")[0].replace("``", "`")
