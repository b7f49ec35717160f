"""`stormjib config`: each kind of broken catalogue is told with its file, line and column, and what would be right."""

import json
from pathlib import Path

import pytest
import yaml

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "broken_catalogues.yaml").read_text(encoding="utf-8"))
SOUND = {
    "services/shop.yaml": "name: shop\naliases: [till]\nowner: till\nlabels: {app: shop}\n",
    "teams/till.yaml": "name: till\nmembers: [ana]\n",
    "people/ana.yaml": "name: ana\nphone: +49 30 1234567\ntime_zone: Europe/Berlin\n",
}


def written(where, files):
    for name, text in files.items():
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_broken_catalogue_is_told_with_its_place_and_what_would_be_right(case, cli, tmp_path):
    written(
        tmp_path,
        {**SOUND, **case.get("files", {}), **{name: bytes.fromhex(text) for name, text in case.get("bytes", {}).items()}},
    )
    for name, to in case.get("links", {}).items():
        (tmp_path / name).symlink_to(to)
    place, words = case["said"]
    ended = cli("config", "check", str(tmp_path))
    told = [line for line in ended.out.splitlines() if words in line]
    assert (ended.code, len(told)) == (1, 1), ended.out
    assert told[0].startswith(f"{tmp_path}/{place}: "), told
    assert (
        ended.out.splitlines()[-1]
        == f"{len(ended.out.splitlines()) - 1} problems: a server that is given this keeps what it has."
    )


def test_there_are_enough_kinds():
    assert len(CASES) >= 40


def test_a_sound_catalogue_has_no_problems(cli, tmp_path):
    written(tmp_path, SOUND)
    assert cli("config", "check", str(tmp_path)) == (0, "No problems found in 1 services, 1 teams, 1 people.\n", "")
    found = json.loads(cli("config", "check", str(tmp_path), "--json").out)
    assert (found["schema"], found["services"], found["problems"]) == ("stormjib.catalogue/1", 1, [])


def test_nothing_to_read_is_a_problem(cli, tmp_path):
    assert "has no services/NAME.yaml" in cli("config", "check", str(tmp_path)).out
    assert cli("config", "check", str(tmp_path / "none")).code == 3


def test_all_problems_are_told_at_once(cli, tmp_path):
    text = "name: shop\nteir: 1\ntier: x\nlinks:\n  a: b\nchecks:\n  - kind: http\n    name: door\n    url: http://a\n    latency_ms: -1\n    stauts: 2\n"
    written(tmp_path, {"services/shop.yaml": text})
    lines = [line.split(":")[1] for line in cli("config", "check", str(tmp_path)).out.splitlines()[:-1]]
    assert lines == ["2", "3", "5", "10", "11"]


def test_the_schema_is_one_that_editors_read(cli):
    found = json.loads(cli("config", "schema").out)
    service = found["$defs"]["Service"]
    assert service["additionalProperties"] is False
    assert {"checks", "labels", "runbooks"} <= service["properties"].keys()
