"""The lab and its runbook as another team would have named them: every service, container, path, metric and alert (`renamed.tsv`)."""

import importlib
import importlib.util
import os
import re
import sys
from pathlib import Path
from typing import Final

from stormjib.drill.site import Site, reference_runbook

_ROWS: Final = [
    row.split("\t")
    for row in Path(__file__).with_name("renamed.tsv").read_text(encoding="utf-8").splitlines()
    if row and not row.startswith("# ")
]
_WORDS: Final = [(re.compile(old, re.MULTILINE), new) for old, new in _ROWS]
API: Final = "frontdoor"
REDIS: Final = "sessions"
_TEXTS: Final = (".py", ".toml")


def renamed(text: str) -> str:
    """The same with the other names."""
    for old, new in _WORDS:
        text = old.sub(new, text)
    return text


def take(directory: Path) -> None:
    """Write the lab anew below a directory; this process, and whatever it starts, takes that one from now on."""
    spec = importlib.util.find_spec("watermark_lab")
    if spec is None or spec.origin is None:
        raise SystemExit("The lab is not installed for this Python; run: make install")
    source = Path(spec.origin).parent
    for file in sorted(source.rglob("*")):
        if file.suffix in _TEXTS and "__pycache__" not in file.parts:
            to = directory / source.name / renamed(str(file.relative_to(source)))
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_text(renamed(file.read_text(encoding="utf-8")), encoding="utf-8")
    sys.path.insert(0, str(directory))
    importlib.invalidate_caches()
    sys.modules.pop("watermark_lab", None)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(directory), os.environ.get("PYTHONPATH"))))


class RenamedSite(Site):
    """A site whose runbook has the other names as well."""

    def runbook_bytes(self) -> bytes:
        """The reference runbook with them."""
        return renamed(reference_runbook().decode()).encode()
