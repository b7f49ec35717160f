"""The wheel brings the demo's lab: what it packs, what it needs, and what is said where the lab is missing all the same."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from stormjib.drill.demo import main
from stormjib.drill.processes import StartError, start_lab
from stormjib.drill.stack import Wanted

ROOT = Path(__file__).parents[2]
WITHIN = {"starlette": "fastapi"}
"""What comes with something else that is needed anyway."""


def requirements(file):
    """The requirements by name, each as it is written but for the name."""
    written = tomllib.loads((ROOT / file).read_text())["project"]["dependencies"]
    return {re.match(r"[\w-]+", line).group(): line for line in written}


def test_o9_the_wheel_brings_the_lab_and_what_it_needs():
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert "watermark_lab/src/watermark_lab" in wheel["packages"]
    ours, labs = requirements("pyproject.toml"), requirements("watermark_lab/pyproject.toml")
    for name, line in labs.items():
        assert WITHIN.get(name, name) in ours
        if name not in WITHIN:
            assert ours[name] == line
    for source in wheel["force-include"]:
        assert (ROOT / source).is_file()


def test_o9_a_lab_that_is_missing_is_said(tmp_path, monkeypatch, capsys):
    """The sentence says how to get it; the demo ends with 1, says where its folder is, and leaves nothing running."""
    monkeypatch.setitem(sys.modules, "watermark_lab", None)
    wanted = Wanted(tmp_path / "lab", alert_url="http://127.0.0.1:9/", alert_token="x", replicas=2, requests_per_second=4)
    with pytest.raises(StartError, match="is not installed for this Python"):
        start_lab(wanted, base_port=0)
    assert main(interactive=False, fault="redis-stopped", keep=False, directory=tmp_path / "demo") == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "The demo stopped: The lab of the demo" in said
    assert "Everything it wrote is kept in" in said
