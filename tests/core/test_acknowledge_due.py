"""Until when somebody has to acknowledge: the runbook's own item decides, and the page and the log agree."""

import pytest

from stormjib.core import duties
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import Declared, Entry
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.core.view import room


@pytest.mark.parametrize(
    ("item", "severity", "minutes"),
    [
        ("- [ ] Acknowledge the alert within 10 minutes", "P1", 10),
        ("- [ ] Page the on-call engineer", "P1", 15),
        ("- [ ] Acknowledge the alert within 10 minutes", "P0", 5),
        ("- [ ] Acknowledge the alert within 10 minutes", "P3", None),
    ],
)
def test_the_runbooks_own_deadline_is_the_one_that_is_shown(item, severity, minutes):
    book = compile_runbook(f"# Book\n\n## P1 Incident Checklist\n\n{item}\n".encode())
    incident = Incident.new("INC-1")
    evolve(
        incident,
        Entry("INC-1", 1, 1_000.0, "ana", Declared("It fails", Severity(severity), "api", book.sha256, detected_at=1_000.0)),
    )
    due = None if minutes is None else 1_000.0 + minutes * 60
    assert duties.acknowledge_due_at(incident, book, Policy()) == due
    assert room(incident, book, Policy(), 1_000.0).acknowledge_due_at == due
