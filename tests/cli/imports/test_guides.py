"""Each guide from another system: its commands are run as they stand there, and its words are those of the product."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

HOWTO = Path(__file__).parents[3] / "docs" / "howto"
SAMPLES = Path(__file__).parent / "samples"
SYSTEMS = sorted(path.name for path in SAMPLES.iterdir() if path.is_dir())


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_command_of_a_guide_works(system, cli, tmp_path, monkeypatch):
    text = (HOWTO / f"from-{system}.md").read_text("utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    assert [shlex.split(line)[1] for line in lines] == ["import", "import", "config"]
    shutil.copytree(SAMPLES / system, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for line in lines:
        ended = cli(*shlex.split(line)[1:])
        assert ended.code == 0, (line, ended)
    assert "No problems found in" in ended.out


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_guide_names_every_file_of_the_samples(system):
    text = (HOWTO / f"from-{system}.md").read_text("utf-8")
    assert {path.name for path in (SAMPLES / system).iterdir()} <= set(re.findall(r"`([\w-]+\.json)`", text))
