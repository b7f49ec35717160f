"""What the book calls temporary blocks the end until it is taken back, and may be taken back at any time."""

import pytest
from tests.core.story import START, Story

from stormjib.core.incident import Refused
from stormjib.core.log import AlertCleared, Closed, Resolved, RunFinished, RunProposed
from stormjib.core.markdown import compile_runbook
from stormjib.core.shell.opposites import undoes

BOOK = """# Book

## Mitigate

### Throttle (temporary)

```sh
bookctl throttle --rate 50
```

Undo it after the incident:

```sh
bookctl throttle --off
```
"""
OTHERS = {
    "heading": ("### Drosseln (vorübergehend)\n\n```sh\na --rate 5\n```\n\nNach dem Vorfall zurücknehmen:\n\n```sh\na --off\n```\n", "a --off"),
    "label": ("1. Temporarily block it: `iptables -I INPUT -s 10.0.0.1 -j DROP`\n2. Later: `iptables -D INPUT -s 10.0.0.1 -j DROP`\n", "iptables -D INPUT -s 10.0.0.1 -j DROP"),
    "fence": ("### Search off (temporary)\n\n```sh\nflag disable search\nflag enable search\n```\n", "flag enable search"),
    "french": ("### Limiter (temporaire)\n\n```sh\nlimite set 5\n```\n\nAprès l'incident, annuler :\n\n```sh\nlimite set 0\n```\n", "limite set 0"),
    "elsewhere": ("### Search off (temporary)\n\n```sh\nflag disable search\n```\n\n### Search on\n\n```sh\nflag enable search\n```\n", "flag enable search"),
    "alone": ("### Workaround (temporary)\n\n```sh\nhotfix apply x\n```\n", ""),
}  # fmt: skip
NONE = (
    "Delete temporary files:\n\n```sh\nrm -rf /tmp/x\n```\n",
    "### Temporary tables\n\n```sh\nmysql -e 'drop table tmp_x'\n```\n",
    "### Restart\n\n```sh\nsystemctl restart x\n```\n",
)


def ran(story, text):
    command = next(command for command in story.runbook.commands if command.text == text)
    run_id = f"INC-1-R{len(story.incident.runs) + 1}"
    asked = RunProposed(
        run_id, command.id, command.line, text, command.fingerprint, story.runbook.sha256, command.risk, "", 1, START + 9e5, 9.0
    )
    story.tell(asked, RunFinished(run_id, command.id, True, 0, 1.0, "0" * 64, 2, "out"), by="stormjib")


def opened(book=BOOK):
    story = Story(runbook=compile_runbook(book.encode()))
    story.declare()
    story.tell(AlertCleared("f1", "ReadinessFailing", story.at, source="alertmanager"), by="stormjib")
    return story


def test_i8_a_temporary_measure_blocks_the_end_until_it_is_taken_back():
    story = opened()
    ran(story, "bookctl throttle --rate 50")
    with pytest.raises(
        Refused, match=r"Throttle \(temporary\) is off \(line 14\): it is still on; switch it off: stormjib run start INC-1 c14"
    ):
        story.decided("resolve", reason="it works")
    ran(story, "bookctl throttle --off")
    assert not story.incident.debts


@pytest.mark.parametrize("end", [(Resolved("ana"),), (Resolved("ana"), Closed("ana"))])
def test_i8_it_may_be_taken_back_at_any_time(end):
    story = opened()
    ran(story, "bookctl throttle --rate 50")
    story.tell(*end)
    (asked,) = story.decided("propose", command_id="c14", reason="it is over")
    story.tell(asked)
    assert story.decided("approve", "bo", run_id=asked.run_id)
    with pytest.raises(Refused):
        story.decided("propose", command_id="c8", reason="once more")


@pytest.mark.parametrize(("part", "undo"), OTHERS.values(), ids=OTHERS)
def test_i8_however_it_is_written(part, undo):
    book = compile_runbook(f"# Book\n\n## Mitigate\n\n{part}".encode())
    texts = {command.id: command.text for command in book.commands}
    assert [texts.get(command.undone_by, "") for command in book.commands if command.temporary] == [undo]


@pytest.mark.parametrize("part", NONE)
def test_i8_what_deals_with_temporary_things_is_none(part):
    assert not any(command.temporary for command in compile_runbook(f"# Book\n\n## Mitigate\n\n{part}".encode()).commands)


@pytest.mark.parametrize(
    ("text", "before", "exactly"),
    [
        ("kubectl uncordon n1", "kubectl cordon n1", True),
        ("systemctl start x", "systemctl stop x", True),
        ("systemctl start y", "systemctl stop x", False),
        ("a --off", "a --rate 5", False),
    ],
)
def test_i8_the_opposite_of_a_command(text, before, exactly):
    assert undoes(text, before, exactly=exactly) is True
    assert undoes(before, before) is False


def test_i8_another_program_or_another_thing_is_no_opposite():
    assert not undoes("b start x", "a stop x")
    assert not undoes("systemctl start y", "systemctl stop x", exactly=True)
