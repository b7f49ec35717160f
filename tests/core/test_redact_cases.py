"""Outputs of programs with secrets in them, and without: what has to go and what has to stay stands in the cases themselves."""

import re
from pathlib import Path

import pytest

from stormjib.core.redact import redacted, shown
from stormjib.integrations.command.output import Output

CASES = Path(__file__).parent / "cases" / "redact"
DONE = re.compile(r"\[redacted [^\]]*\]")


def cases(name: str) -> list[str]:
    """The outputs of a file."""
    lines = (line for line in (CASES / name).read_text(encoding="utf-8").split("\n"))
    text = "\n".join(line for at, line in enumerate(lines) if at > 1 or line[:2] != "# ")
    return re.split(r"^%%\n", text.replace("␛", "\x1b").replace("→", "\t"), flags=re.MULTILINE)


@pytest.mark.parametrize("text", cases("secrets.txt"))
def test_a_secret_goes_and_what_stands_beside_it_stays(text: str) -> None:
    assert "hunter" in text.casefold()
    left = DONE.sub("", redacted(text))
    assert "hunter" not in left.casefold()
    assert re.findall(r"\w*keep\w*", left) == re.findall(r"\w*keep\w*", text)


@pytest.mark.parametrize("text", cases("secrets.txt"))
def test_an_output_that_comes_in_pieces_is_redacted_all_the_same(text: str) -> None:
    output = Output(1 << 20, {})
    for at in range(0, len(text.encode()), 7):
        output.feed(text.encode()[at : at + 7])
    assert output.finish().decode() == redacted(text)


@pytest.mark.parametrize("text", cases("ordinary.txt"))
def test_an_ordinary_output_stays_as_it_is(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    "command",
    [
        "curl -s -u admin:hunterCU http://app/health",
        "curl -H 'Authorization: Bearer hunterAU12345' http://app/health",
        "redis-cli -a hunterRA ping",
        "psql 'postgres://postgres:hunterURL@db/app' -c 'select 1'",
        "PGPASSWORD=hunterPG psql -c 'select 1'",
    ],
)
def test_a_command_is_shown_without_the_password_in_it(command: str) -> None:
    assert "hunter" not in DONE.sub("", shown(command))


@pytest.mark.parametrize(
    "command",
    [
        'curl -H "Authorization: Bearer $ADMIN_TOKEN" http://app/health',
        "redis-cli -a {{redis_password}} ping",
        "mysql -u root -p<password> shop",
        "kubectl get secret db-password -o name",
        "docker login -u $USER --password-stdin reg.example.com",
    ],
)
def test_a_command_without_a_password_is_shown_as_it_is(command: str) -> None:
    assert shown(command) == command
