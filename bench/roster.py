"""A catalogue as a team has one: services with owners and policies, schedules in time zones, people with contact methods."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ESCALATION: Final = """name: bench
levels:
  - page: [first]
    acknowledge_minutes: {P0: 600, P1: 600}
  - page: [second, cy]
    hours: [{days: [mon, tue, wed, thu, fri], from: "08:00", to: "20:00"}]
  - page: [team bench]
repeat: 1
catch_all: [ana, cy]
time_zone: Europe/Berlin
"""
SCHEDULE: Final = """name: NAME
time_zone: Europe/Berlin
layers:
  - people: [ana, bo, cy]
    every: 1 week
    start: 2026-01-05 09:00
  - name: nights
    people: [dee, ana]
    every: 12 hours
    start: 2026-01-05
    restrictions:
      - {days: [mon, tue, wed, thu], from: "22:00", to: "06:00"}
"""
PEOPLE: Final = ("ana", "bo", "cy", "dee")


@contextmanager
def catalogue(where: Path, services: Iterable[str], pager_url: str, page: str = "first") -> Iterator[str]:
    """Its directory, below ``where``; everybody's one contact method is a webhook at ``pager_url``; ``page`` is who is paged first."""
    contact = f"contact:\n  - {{name: push, kind: webhook, to: {json.dumps(pager_url)}}}\n"
    files = {f"people/{name}": f"name: {name}\n{contact}" for name in PEOPLE}
    files |= {f"schedules/{name}": SCHEDULE.replace("NAME", name) for name in ("first", "second")}
    files |= {f"services/{name}": f"name: {name}\nowner: bench\n" for name in services}
    files["teams/bench"] = f"name: bench\nmembers: [{', '.join(PEOPLE)}]\nescalation: bench\n"
    files["escalation/bench"] = ESCALATION.replace("[first]", f"[{page}]")
    with tempfile.TemporaryDirectory(prefix="catalogue-", dir=where) as directory:
        for name, text in files.items():
            path = Path(directory, f"{name}.yaml")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        yield directory
