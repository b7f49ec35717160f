"""The runbook commands on the reference runbook and on files that are none."""

import hashlib
import json
import re
from pathlib import Path

import pytest

RUNBOOK = Path(__file__).parents[2] / "runbooks" / "incident-response.md"
SHA256 = "1e58955005109810ecdedad318fcc2a70202b31108394ce6bbf539e98741d716"


def test_show_names_every_command_with_its_line(cli):
    ended = cli("runbook", "show", str(RUNBOOK))
    assert ended.code == 0
    assert f"sha256 {SHA256}" in ended.out
    for text in ("c77  ", "line 77", "docker-compose restart api", "P0 ■■■■", "NOT FILLED IN", "line 263"):
        assert text in ended.out


def test_show_as_json_is_the_compiled_runbook(cli):
    book = json.loads(cli("runbook", "show", str(RUNBOOK), "--json").out)
    assert (book["schema"], book["sha256"]) == ("stormjib.runbook/1", SHA256)
    assert len(book["commands"]) == 40


def test_lint_is_a_warning_and_strict_makes_it_a_failure(cli):
    ended = cli("runbook", "lint", str(RUNBOOK))
    assert ended.code == 0
    assert f"{RUNBOOK}:224: p1-does-not-page: " in ended.out
    found = json.loads(cli("runbook", "lint", str(RUNBOOK), "--json").out)
    assert ("flushdb-no-undo", 99) in {(one["code"], one["line"]) for one in found["findings"]}
    assert cli("runbook", "lint", str(RUNBOOK), "--strict").code == 1


def test_plan_gives_each_severity_each_line_and_the_coverage(cli):
    ended = cli("runbook", "plan", str(RUNBOOK))
    assert ended.code == 0
    for severity in ("P0 ■■■■", "P1 ■■■", "P2 ■■", "P3 ■", "P4"):
        assert f"{severity}  " in ended.out
    for part in ("By itself, when an incident is declared (", "A person decides or does (", "Not understood ("):
        assert part in ended.out
    assert len(ended.out.splitlines()) <= 60
    assert "216 lines: 214 bound, 2 shown as prose, 0 unexplained." in ended.out
    more = re.search(r"A person decides or does \((\d+)\)[\s\S]*?and (\d+) more: --all shows them", ended.out)
    whole = cli("runbook", "plan", str(RUNBOOK), "--all").out
    assert more
    assert "more: --all" not in whole
    assert len(whole.splitlines()) >= len(ended.out.splitlines()) + int(more[2]) - 1
    plan = json.loads(cli("runbook", "plan", str(RUNBOOK), "--json").out)
    assert plan["coverage"]["lines"] == 216
    lines = {item["line"] for one in plan["severities"] for item in one["items"]}
    assert {25, 77, 99, 173, 215, 225} <= lines


def test_plan_of_one_severity(cli):
    plan = json.loads(cli("runbook", "plan", str(RUNBOOK), "--severity", "p1", "--json").out)
    assert [one["severity"] for one in plan["severities"]] == ["P1"]
    destroys = [item for item in plan["severities"][0]["items"] if item["line"] == 99]
    assert [item["who"] for item in destroys] == ["two people, approved"]


@pytest.mark.parametrize("verb", ["show", "lint", "plan"])
def test_reading_changes_nothing(verb, cli):
    cli("runbook", verb, str(RUNBOOK))
    assert hashlib.sha256(RUNBOOK.read_bytes()).hexdigest() == SHA256


BAD = {
    "binary": (b"\x7fELF\0\0\0", 1, "The file is binary"),
    "empty": (b"", 1, "The file is empty"),
    "blank": (b" \n\n\t\n", 1, "The file is empty"),
    "not UTF-8": (b"# Title\n\xff\xfe\xfa\n", 1, "not UTF-8"),
    "too large": (b"x" * 1_048_577, 1, "larger than 1048576 bytes"),
}


@pytest.mark.parametrize("verb", ["show", "lint", "plan"])
@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_runbook(name, verb, cli, tmp_path):
    content, code, sentence = BAD[name]
    file = tmp_path / "runbook.md"
    file.write_bytes(content)
    ended = cli("runbook", verb, str(file))
    assert (ended.code, ended.out) == (code, "")
    assert sentence in ended.err


NESTED = {
    "lists": "".join(f"{'  ' * depth}- item\n" for depth in range(1000)),
    "quotes": ">" * 1_000_000 + " deep\n",
    "brackets": "[" * 1_000_000 + "\n",
    "shell": "```bash\n" + "$(" * 300_000 + "\n```\n",
}


@pytest.mark.parametrize("name", NESTED)
def test_a_mebibyte_of_nesting_is_an_answer(name, cli, tmp_path):
    file = tmp_path / "nested.md"
    file.write_text(NESTED[name][:1_048_000], encoding="utf-8")
    ended = cli("runbook", "lint", str(file), "--json")
    assert ended.code in {0, 1}
    assert json.loads(ended.out)["schema"] in {"stormjib.lint/1", "stormjib.error/1"}


def test_a_directory(cli, tmp_path):
    ended = cli("runbook", "show", str(tmp_path))
    assert ended.code == 2
    assert "is a directory" in ended.err


def test_a_file_that_may_not_be_read(cli, tmp_path, monkeypatch):
    file = tmp_path / "runbook.md"
    file.write_bytes(b"# Title\n")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    ended = cli("runbook", "show", str(file))
    assert ended.code == 1
    assert "can't be read (Permission denied)" in ended.err


def test_standard_input(cli):
    ended = cli("runbook", "show", "-", "--json", stdin=RUNBOOK.read_bytes())
    assert json.loads(ended.out)["sha256"] == SHA256


@pytest.mark.parametrize("asked", ["P0", "sev1", "Sev-1"])
def test_plan_knows_the_team_s_level_by_either_name_and_says_what_it_is(asked, cli, tmp_path):
    file = tmp_path / "runbook.md"
    file.write_text(
        "# Shop\n\n| Sev | Meaning |\n|---|---|\n| Sev1 | Nobody can order |\n| Sev2 | Some can |\n\n- For Sev1: call Ben.\n"
    )
    ended = cli("runbook", "plan", str(file), "--severity", asked)
    assert (ended.code, "Sev1, which is P0  Nobody can order (line 5)" in ended.out, "call Ben" in ended.out) == (0, True, True)
    assert "Sev2" not in ended.out
    assert "P4" in cli("runbook", "plan", str(file), "--severity", "P4").out
    unknown = cli("runbook", "plan", str(file), "--severity", "X9")
    assert (unknown.code, "it has Sev1, which is P0, Sev2, which is P1" in unknown.err) == (3, True)


@pytest.mark.parametrize(("typed", "sent"), [("Sev1", "Sev1"), ("sev-2", "sev-2"), ("p3", "P3")])
def test_a_severity_may_be_typed_as_the_team_says_it(typed, sent, cli, player):
    answer = {
        "ask": "POST /api/v1/incidents/INC-1/severity",
        "sends": {"severity": sent, "reason": "seen"},
        "body": {"schema": "stormjib.written/1", "incident": "INC-1", "seq": 4, "entries": 1},
    }
    player.load([answer])
    ended = cli("incident", "severity", "INC-1", typed, "--reason", "seen", url=player.url)
    assert (ended.code, ended.out.startswith(f"INC-1 is {sent} "), ended.err) == (0, True, "")


SITE = {
    "people/ana.yaml": "name: ana\n",
    "people/bo.yaml": "name: bo\nfull_name: Bo Backup\n",
    "schedules/primary.yaml": "name: primary\nlayers:\n  - people: [ana]\n",
    "escalation/till.yaml": "name: till\nlevels:\n  - {page: [primary], acknowledge_minutes: {P0: 7}}\n  - {page: [bo]}\n",
    "escalation/other.yaml": "name: other\nlevels:\n  - {page: [bo]}\n",
    "services/shop.yaml": "name: shop\nescalation: till\nrunbooks: [{file: ../shop.md}]\n",
}
LEVELS = """# Laden

Das ist für den Fall, dass der Laden nicht geht und die Kunden warten.

## Schweregrade

| Stufe | Bedeutung | Reaktionszeit | Statusmeldung |
|---|---|---|---|
| Kritisch | Nichts geht | 5 Minuten | alle 15 Minuten |
| Hoch | Langsam | 15 Minuten | alle 30 Minuten |

## Eskalation

1. **Stufe 1**: ana sofort
2. **Stufe 2**: Bo Backup nach 10 Minuten

## Behebung

- [ ] Störungskanal anlegen
"""


def test_plan_by_the_catalogue_names_people_levels_and_where_the_book_says_otherwise(cli, tmp_path):
    (tmp_path / "shop.md").write_text(LEVELS)
    for name, text in SITE.items():
        (tmp_path / "cat" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "cat" / name).write_text(text)
    settings = tmp_path / "site.toml"
    settings.write_text(f'catalogue = "{tmp_path}/cat"\n[chat]\nkind = "slack"\n')
    asked = ("runbook", "plan", str(tmp_path / "shop.md"), "--settings", str(settings))
    whole = cli(*asked).out
    assert "Page by the escalation policy, level by level" in whole
    assert "Stufe 1: ana, of the catalogue" in whole
    assert "Stufe 2: bo, of the catalogue" in whole
    assert "till, level 0: primary (now ana); Kritisch 7 min, Hoch 15 min to acknowledge" in whole
    assert "other, level" not in whole, "no service that follows this book has it"
    assert [line.split("  ", 3)[-1].strip() for line in whole.splitlines() if "counts" in line] == [
        "Kritisch: acknowledged within 5 min, but level 1 is paged after 7 min: escalation/till counts",
        "Kritisch, Stufe 2: bo after 10 min, but paged after 7 min: escalation/till counts",
        "Hoch, Stufe 2: bo after 10 min, but paged after 15 min: escalation/till counts",
    ]
    assert re.search(r"stormjib  line \d+ +Störungskanal anlegen\n", whole), "the chat opens it"
    one = cli(*asked, "--severity", "Kritisch").out
    assert re.search(r"T\+5 .* Acknowledged by then", one)
    assert re.search(r"ongoing .* An update every 15 minutes", one)
    assert re.search(r"T\+7 .* Page bo \(escalation/till, level 1\)", one)
    (tmp_path / "cat/people/bo.yaml").write_text("name: bo\nnickname: b\n")
    wrong = cli(*asked)
    checked = cli("config", "check", str(tmp_path / "cat"), "--settings", str(settings))
    assert (wrong.code, checked.code, "Traceback" in wrong.err) == (1, 1, False)
    assert checked.out.splitlines()[0] in wrong.err
