"""The golden cases: a Markdown file and, next to it, the JSON that it must become. Run this file to write the JSON anew."""

import json
from pathlib import Path

from stormjib.core.markdown import compile_runbook
from stormjib.core.runbook import to_json

HERE = Path(__file__).parent
REFERENCE = HERE.parents[1] / "runbooks" / "incident-response.md"
CASES = (REFERENCE, *sorted((HERE / "cases").glob("*.md")))


def golden(case: Path) -> Path:
    """Where the JSON of a case stands."""
    return HERE / "cases" / f"{case.stem}.json"


def compiled(case: Path) -> str:
    """The JSON of a case as it is now."""
    return json.dumps(to_json(compile_runbook(case.read_bytes())), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for each in CASES:
        golden(each).write_text(compiled(each), encoding="utf-8")
