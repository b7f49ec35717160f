"""Whom a book names to be reached: below a numbered heading, outside of a directory, by channel, and where nothing is filled in yet."""

import pytest

from stormjib.core.markdown import compile_runbook
from stormjib.core.runbook import Contact

TABLE = "| Who | How |\n|---|---|\n| Ana | +49 170 1234567 |\n| Bo | bo@example.com |"


def _contacts(text: str) -> tuple[Contact, ...]:
    return compile_runbook(f"# Book\n\nThe team has the shop.\n\n{text}\n".encode()).contacts


@pytest.mark.parametrize(
    "title",
    [
        *(
            "Emergency contacts",
            "6. Emergency contacts",
            "6. Contactos de emergencia",
            "5. Contacts d'urgence",
            "7) Notfallkontakte",
        ),
        *("2. 連絡先", "Step 4: Escalation contacts", "4 - Contatos"),
    ],
)
def test_a_number_before_a_heading_keeps_its_contacts(title: str) -> None:
    assert [one.name for one in _contacts(f"## {title}\n\n{TABLE}")] == ["Ana", "Bo"]
    assert [one.name for one in _contacts(f"## {title}\n\n- Ana: +49 170 1234567\n- **Help**: support@example.com")] == [
        "Ana",
        "Help",
    ]


@pytest.mark.parametrize(
    "line",
    [
        *("**On-call contact:** oncall@example.com", "Kontakt: oncall@example.com", "**Contacto:** +34 600 123 456"),
        *("- **On-call**: @bo", "**連絡先：** oncall@example.com", "Escalation: #incidents"),
    ],
)
def test_a_line_that_calls_itself_a_contact_is_one_anywhere(line: str) -> None:
    assert len(_contacts(f"## Detection\n\n{line}")) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("## Fix\n\nRestart: see https://example.com/restart", "## Detection\n\nEscalation: page #incidents now"),
        *("## 4. Escalation\n\n- Notify the vendor: support@example.com", "## 4. Escalation\n\n1. Page the on-call: #oncall"),
        *("## 5. Contact the vendor\n\n- Open a ticket: https://example.com/", "## Steps\n\n- [ ] Contact: a@example.com"),
        *(
            "## Fix\n\n| Symptom | Action |\n|---|---|\n| slow | write to #shop |",
            "## Fix\n\n| Channel setting | Value |\n|---|---|\n| #a | 1 |",
        ),
    ],
)
def test_what_asks_for_something_is_no_contact(text: str) -> None:
    assert _contacts(text) == ()


@pytest.mark.parametrize("head", ["Channel", "Canal", "Kanal", "渠道", "チャンネル"])
def test_a_table_of_channels_lists_them(head: str) -> None:
    found = _contacts(f"## Communication\n\n| {head} | Use |\n|---|---|\n| #incidents | to coordinate |\n| Email | customers |")
    assert [(one.name, one.kind) for one in found] == [("#incidents", "channel"), ("Email", "channel")]


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        *((r"_\<name - fill in\>_ \| Slack: `@` · Phone:", False), ("_\\<name\\>_, 24/7", False), ("______ , CTO", False)),
        *(("+33 6 XX XX XX XX", False), ("Jane, +1-XXX-XXX", False), ("[phone]", False), ("Slack: @, Phone: TBD", False)),
        *(("Jane [SRE], +49 170 1234567", True), ("<https://example.com/help>", True), ("Slack: @bo", True), ("PagerDuty", True)),
        *(("Phone: 0170 1234567, Slack: @", True), ("—, support@example.com", True)),
    ],
)
def test_a_contact_is_filled_in_where_something_reaches_somebody(value: str, filled: bool) -> None:
    assert [one.filled for one in _contacts(f"## Contacts\n\n| Role | How |\n|---|---|\n| DBA | {value} |")] == [filled]
