"""Commands that must never run by themselves, by the row of the review that found their kind."""

import json
from pathlib import Path

import pytest

from stormjib.core.risk import Risk
from stormjib.core.shell import judge, split

CASES = Path(__file__).parents[1] / "risk"


def table(name: str) -> list[tuple[str, str]]:
    rows = [line.split("\t", 1) for line in (CASES / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(first, second) for first, second in rows]


ROWS = [(row, json.loads(text)) for row, text in table("rows.tsv")]
VERBS = table("verbs.tsv")


def of(row: str) -> list[str]:
    return [text for name, text in ROWS if name == row]


@pytest.mark.parametrize("text", of("S1"))
def test_s1_a_here_document_ends_where_the_shell_ends_it(text: str) -> None:
    assert judge(text).risk is not Risk.READ


def test_s1_no_line_of_a_here_document_is_a_command_of_its_own() -> None:
    for body in ("rm is dangerous", "  rm", "rm;", "rm\t"):
        source = f"cat <<rm\n{body}\nrm -rf /x\nrm"
        assert [statement.text for statement in split(source)] == [source]


@pytest.mark.parametrize(
    "text", ["cat <<E | wc -l\none\n  e\nE", "cat <<-'E'\n\tone $(reboot)\n\tE", 'cat <<"E" | grep "a b"\n`x\nE\nls']
)
def test_s1_an_everyday_here_document_is_still_a_read(text: str) -> None:
    assert judge(text).risk is Risk.READ


@pytest.mark.parametrize("text", of("S2"))
def test_s2_a_request_that_says_more_than_get_is_no_read(text: str) -> None:
    assert judge(text).risk is not Risk.READ


@pytest.mark.parametrize("text", of("S3"))
def test_s3_what_bash_takes_as_it_is_another_shell_may_compute_with(text: str) -> None:
    assert judge(text).risk is not Risk.READ


@pytest.mark.parametrize("text", of("S8"))
def test_s8_a_secret_goes_to_no_other_place_than_its_own(text: str) -> None:
    assert judge(text).risk is not Risk.READ


@pytest.mark.parametrize("text", of("S11"))
def test_s11_a_word_is_judged_with_its_directory(text: str) -> None:
    assert judge(text).risk is not Risk.READ


@pytest.mark.parametrize("text", of("S14"))
def test_s14_what_has_no_sensible_bound_is_no_read(text: str) -> None:
    assert judge(text).risk is not Risk.READ


@pytest.mark.parametrize("text", ["nc -v host 80", "nc host 80", "ncat -v -w 2 host 80", "netcat -u host 53"])
def test_s14_a_connection_that_sends_what_it_is_given_is_no_read(text: str) -> None:
    assert judge(text).risk is Risk.UNKNOWN
    assert judge(text.replace(" ", " -z ", 1)).risk is Risk.READ


@pytest.mark.parametrize("text", of("R10"))
def test_r10_a_secret_is_not_read(text: str) -> None:
    assert judge(text).risk is not Risk.READ


@pytest.mark.parametrize(("risk", "text"), VERBS)
def test_r11_what_terminates_deletes_or_drops_destroys(risk: str, text: str) -> None:
    assert judge(text).risk is Risk(risk), judge(text).reason


PADDED = [
    "git push origin {} --delete main",
    "python3 -c 'x=\"{}\"; shutil.rmtree(1)'",
    "mysql -h {} -e 'drop table x'",
    "kubectl -n {} patch x -p '{{\"finalizers\":null}}'",
    "curl -H {} -X POST localhost/_delete_by_query",
    "dpkg {} -P",
    "frobnicate {} delete",
]


@pytest.mark.parametrize("text", PADDED)
@pytest.mark.parametrize("padding", ["a" * 90, "a" * 5_000, " ".join(["a"] * 3_000)], ids=len)
def test_a_harm_is_one_however_much_stands_in_front_of_it(text: str, padding: str) -> None:
    assert judge(text.format(padding)).risk is Risk.DESTROY, judge(text.format(padding)).reason


@pytest.mark.parametrize("text", ["frobnicate delete-{}", "./{}/drop-database.sh"])
def test_a_harm_is_one_in_a_long_name(text: str) -> None:
    assert judge(text.format("a" * 240)).risk is Risk.DESTROY


FINDINGS = {
    "F1": "an option's value is what the program takes for one",
    "F2": "a shell is not told to read its text in another way",
    "F3": "what the shell itself puts into a variable is nobody's own value",
    "F4": "a path is judged with what its variables hold",
    "F5": "what a command printed or a file holds goes nowhere else",
    "F6": "a secret is one by any of its names",
    "F7": "a short text does not ask for a flood",
}


@pytest.mark.parametrize(("row", "text"), [(row, text) for row, text in ROWS if row in FINDINGS])
def test_f_what_looked_like_a_read_is_none(row: str, text: str) -> None:
    assert judge(text).risk is not Risk.READ, FINDINGS[row]


def test_every_row_has_its_relatives() -> None:
    assert len({text for _, text in ROWS}) + len(VERBS) >= 400
