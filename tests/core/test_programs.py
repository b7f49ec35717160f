"""The tables of programs, against commands in the manner of public runbooks that a person has judged one by one."""

from collections import defaultdict
from pathlib import Path

import pytest

from stormjib.core.risk import Risk
from stormjib.core.shell import judge
from stormjib.core.shell.programs import PROGRAMS, onward

CASES = Path(__file__).parents[1] / "risk" / "public.tsv"
ROWS = [line.split("\t", 2) for line in CASES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
READS = [(family, text) for family, verdict, text in ROWS if verdict == "read"]
OVERALL, EACH = 0.95, 0.85


def test_there_are_enough_of_them() -> None:
    assert len({text for _, _, text in ROWS}) >= 1_000
    assert len({family for family, _, _ in ROWS}) >= 35


@pytest.mark.parametrize("text", [text for _, verdict, text in ROWS if verdict == "no"])
def test_what_a_person_calls_no_read_is_none(text: str) -> None:
    assert judge(text).risk is not Risk.READ


def test_what_a_person_calls_a_read_is_one() -> None:
    found: dict[str, list[bool]] = defaultdict(list)
    for family, text in READS:
        found[family].append(judge(text).risk is Risk.READ)
    shares = {family: round(sum(verdicts) / len(verdicts), 2) for family, verdicts in found.items()}
    every = [verdict for verdicts in found.values() for verdict in verdicts]
    assert sum(every) / len(every) >= OVERALL, shares
    assert min(shares.values()) >= EACH, shares


@pytest.mark.parametrize(
    "form",
    ["{} | sh", "{} | bash -s", "{}; reboot", "{} && rm -rf /x", "{} > /etc/x", "{} $(reboot)", "{} `reboot`", "{} & reboot"],
)
def test_no_read_is_one_with_harm_beside_it(form: str) -> None:
    assert [text for _, text in READS if judge(form.format(text)).risk is Risk.READ] == []


OPEN = ("redis-cli", "docker", "podman", "nerdctl")  # what they show takes any option, or a format of many words


@pytest.mark.parametrize(
    "option",
    [
        "--delete",
        "--force",
        "--purge",
        "--yes",
        "--auto-approve",
        "--prune",
        "--exec=reboot",
        "--config=/tmp/evil",
        "--output-file=/etc/x",
        "--kubeconfig=/tmp/e",
    ],
)
def test_no_read_is_one_with_an_option_that_nobody_listed(option: str) -> None:
    texts = [
        text
        for _, text in READS
        if not text.startswith(OPEN) and not {"|", "<", "--", "exec"} & set(text.split()) and "'" not in text[-1:]
    ]
    assert len(texts) > 500
    taken = [text for text in texts if judge(f"{text} {option}").risk is Risk.READ]
    assert [text for text in taken if not text.startswith("lsblk") and not takes_any_option(text)] == []


def takes_any_option(text: str) -> bool:
    """Whether its last program, such as ``cat``, has no option that does more than to show."""
    program = PROGRAMS.get((text.rsplit("&& ", maxsplit=1)[-1].split(maxsplit=1)[0],))
    return program is not None and program.open_ended


@pytest.mark.parametrize(
    "words",
    [
        "delete",
        "rm",
        "destroy",
        "restart",
        "stop",
        "purge",
        "set",
        "reset",
        "apply",
        "exec",
        "frobnicate",
        "secrets",
        "get-credentials",
    ],
)
def test_no_group_of_commands_takes_what_nobody_listed(words: str) -> None:
    """A word that is no subcommand of a group leads to no read of it."""
    groups = {path[:end] for path in PROGRAMS for end in range(1, len(path))}
    for group in groups:
        at = onward(group, words)
        program = PROGRAMS[at] if at and at != group else PROGRAMS[group]
        if at is None or at == group:
            free = program.level == "read" and program.rest not in {
                "none",
                "asked",
                "request",
                "plain",
                "redis",
                "firewall",
                "one",
                "sql",
            }
            assert not free or group in TAKES_WORDS, (group, words)
        elif program.level == "read":
            assert words == "secrets", (group, words)


TAKES_WORDS = {
    ("ceph", "df"),
    ("flux", "get"),
    ("redis-cli", "command"),
}
