"""What comes of the sample of every system, as a person reads it: `python -m tests.cli.imports.test_systems` writes the golden files anew."""

import io
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from stormjib.cli import run
from stormjib.cli.world import World

SAMPLES = Path(__file__).parent / "samples"
GOLDEN = Path(__file__).parent / "expected"
SYSTEMS = sorted(path.name for path in SAMPLES.iterdir() if path.is_dir())
NOW = 1_795_456_000.0


def brought(system, where):
    """The code, the report and every file that was written, in one text."""
    world = World(
        environ={}, stdin=io.StringIO(), stdout=io.StringIO(), stderr=io.StringIO(), clock=lambda: NOW, pause=lambda _: None
    )
    files = sorted(map(str, (SAMPLES / system).glob("*.json")))
    code = run(["import", system, *files, "--into", str(where)], world)
    parts = [f"{path.relative_to(where)}\n{path.read_text('utf-8')}" for path in sorted(Path(where).glob("*/*.yaml"))]
    report = [line for line in world.stdout.getvalue().replace(str(where), "DIR").splitlines() if not line.startswith("wrote")]
    return SimpleNamespace(code=code, text="\n".join([*report, "", *parts]) + world.stderr.getvalue())


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_comes_of_the_sample_is_a_sound_catalogue(system, cli, tmp_path):
    found = brought(system, tmp_path)
    assert found.text == (GOLDEN / f"{system}.txt").read_text("utf-8")
    checked = cli("config", "check", str(tmp_path))
    assert (found.code, checked.code) == (0, 0), checked


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name in SYSTEMS:
        with tempfile.TemporaryDirectory() as directory:
            (GOLDEN / f"{name}.txt").write_text(brought(name, directory).text, "utf-8")
