"""A new fact has three places, as docs/howto/change.md shows: with all of them it works, and the type checker finds each that lacks."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOWN = re.findall(
    r"```python\n(.*?)```",
    (ROOT / "docs" / "howto" / "change.md").read_text(encoding="utf-8").partition("## A fact:")[2].partition("\n## ")[0],
    re.DOTALL,
)


@pytest.fixture
def core(tmp_path):
    """A copy of the core, to be changed."""
    shutil.copytree(
        ROOT / "src" / "stormjib" / "core", tmp_path / "stormjib" / "core", ignore=shutil.ignore_patterns("__pycache__")
    )
    (tmp_path / "stormjib" / "__init__.py").touch()
    return tmp_path / "stormjib" / "core"


def the_fact(core):
    file = core / "log" / "people.py"
    text = re.sub(r"^(People = .*)$", lambda union: f"{SHOWN[0]}\n\n{union[1]} | Watched", file.read_text(), flags=re.MULTILINE)
    file.write_text(text)


def an_arm(file, arm, beside):
    text = file.read_text()
    assert beside in text
    file.write_text(text.replace(beside, f"{arm.rstrip()}\n{beside}", 1))


def test_with_three_places_it_is_written_read_told_and_folded(core):
    the_fact(core)
    an_arm(core / "narrate.py", SHOWN[1], "        case log.NoteAdded()")
    an_arm(core / "incident" / "fold.py", SHOWN[2], "        case log.NoteAdded()")
    script = """
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import Entry, Watched, decode_fact, encode_fact
from stormjib.core.narrate import narrate
fact = decode_fact(encode_fact(Watched("bo", "to learn it")))
incident = Incident.new("INC-1")
evolve(incident, Entry("INC-1", 1, 0.0, "ana", fact))
print(narrate(fact), incident.notes)
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=core.parents[1], env={}, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("watched by bo: to learn it 1\n", "")


def test_the_type_checker_names_the_places_that_lack(core):
    the_fact(core)
    asked = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        "stormjib/core/narrate.py",
        "stormjib/core/incident/fold.py",
    ]
    ran = subprocess.run(asked, cwd=core.parents[1], capture_output=True, text=True, check=False, timeout=240)
    places = {line.partition(":")[0] for line in ran.stdout.splitlines() if "Watched" in line}
    assert places == {"stormjib/core/narrate.py", "stormjib/core/incident/fold.py"}, ran.stdout
