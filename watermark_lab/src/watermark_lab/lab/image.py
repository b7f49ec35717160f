"""``docker image ls``: the releases that the lab has seen, and the redis program that it runs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from watermark_lab.lab import inspection, moment
from watermark_lab.lab.arguments import parse
from watermark_lab.lab.call import Call
from watermark_lab.lab.parts import Parts
from watermark_lab.lab.template import render, table


def run(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    """List the releases, newest first, and redis."""
    flags = {"-a": "all", "--all": "all", "-q": "quiet", "--quiet": "quiet", "--no-trunc": "full"}
    """List the releases seen and the redis program."""
    given = parse("docker image ls", argv, flags, {"--format": "format"})
    rows = [_image(release.image, at, _package_bytes()) for release, at in parts.deploy.seen.values()]
    rows.reverse()
    server = parts.project.surroundings
    made = datetime.fromtimestamp(Path(server.redis_program).stat().st_mtime, UTC)
    rows.append(_image(server.redis_image, made, Path(server.redis_program).stat().st_size))
    template = given.last("format")
    if given.has("quiet"):
        template = "{{.ID}}"
    if template is not None:
        for row in rows:
            call.out(render(template, row))
    else:
        columns = ("Repository", "Tag", "ID", "CreatedSince", "Size")
        call.out(table(("REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"), [[row[name] for name in columns] for row in rows]))
    return 0


def _image(image: str, made: datetime, size_bytes: int) -> dict[str, str]:
    name, _colon, tag = image.partition(":")
    return {
        "Repository": name,
        "Tag": tag or "latest",
        "ID": hashlib.sha256(image.encode()).hexdigest()[: inspection.ID_SHORT],
        "CreatedSince": f"{moment.ago(made, datetime.now(UTC))} ago",
        "CreatedAt": made.strftime("%Y-%m-%d %H:%M:%S +0000 UTC"),
        "Size": moment.size(size_bytes),
    }


def _package_bytes() -> int:
    root = Path(__file__).parent.parent
    return sum(path.stat().st_size for path in root.rglob("*.py"))
