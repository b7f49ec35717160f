"""Write anew whatever is derived from the table of actions: the command line's copy of it, and the pages of the reference."""

import importlib
from pathlib import Path

from stormjib.core.actions import derived

ROOT = Path(__file__).parents[1]


def main() -> None:
    """The copy first: the page of the command line is written from it."""
    (ROOT / "src" / "stormjib" / "cli" / "actions.json").write_text(derived.for_command_line(), encoding="utf-8")
    reference = ROOT / "docs" / "reference"
    (reference / "actions.md").write_text(derived.reference(), encoding="utf-8")
    (reference / "cli.md").write_text(importlib.import_module("stormjib.cli.manual").reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
