"""The product knows no service: what it protects by day in a demo has no name and no address in it."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "stormjib"
FILES = sorted(
    file
    for file in SOURCE.rglob("*")
    if file.suffix in {".py", ".html", ".js", ".css", ".md", ".txt", ".json"} and "drill" not in file.relative_to(SOURCE).parts
)
THEIRS = re.compile(r"(?<!high_)watermark|(?<!\bapi)/v1/|/admin/maintenance", re.IGNORECASE)
"""Its name and its routes."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_i1_no_file_of_the_product_names_the_bundled_service(file):
    found = [line.strip() for line in file.read_text("utf-8", "replace").splitlines() if THEIRS.search(line)]
    assert found == []
