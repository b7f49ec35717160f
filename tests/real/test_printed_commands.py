"""A command that is printed to be copied does what was asked for, as it is printed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TEXT = 'It\'s slow; <we> look into "$HOME" and `that`…'


def shell(site, line):
    """As somebody types it: exit code, what is said on stdout, and on stderr."""
    env = {
        "STORMJIB_TOKEN": site.tokens["ana"],
        "URL": site.url,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    ended = subprocess.run(["bash", "-c", line], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout, ended.stderr


def printed(said):
    return [line.removeprefix("next: ") for line in said.splitlines() if line.startswith("next: ")]


@pytest.mark.parametrize("more", ["", " --title 'Pay is slow'"])
def test_the_post_that_waits_for_a_yes_is_printed_whole(site, more, tmp_path):
    site.alert(severity="P1")
    (tmp_path / "text").write_text(TEXT)
    asked = f'stormjib status post INC-1 --stage Investigating --audience customers --text "$(cat {tmp_path / "text"})"{more} --url $URL'
    code, _, said = shell(site, asked)
    assert (code, len(printed(said))) == (4, 1), said
    code, _, said = shell(site, printed(said)[0])
    assert code == 0, said
    assert site.wait_for("StatusPosted")["text"] == TEXT


def test_what_stands_for_words_of_a_person_is_no_text(site):
    site.alert(severity="P1")
    for line in (
        "stormjib status post INC-1 --stage Investigating --audience customers --text '…' --yes",
        "stormjib incident note INC-1 '…'",
        "stormjib incident severity INC-1 P0 --reason '…'",
    ):
        code, _, said = shell(site, f"{line} --url $URL")
        assert code not in {0, 4}, line
        assert "stands for words of yours" in said, line
    for text in ("\u200b", "\u3164", "......", "[…]", "\u0301"):
        said = site.post("ana", "/api/v1/incidents/INC-1/notes", 422, text=text)
        assert "holds no word" in str(said), text
    assert not {"StatusPosted", "NoteAdded", "SeverityChanged"} & {*site.kinds()}
