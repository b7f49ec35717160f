"""A team that calls its levels SEV1 and Critical sees and says SEV1 and Critical, everywhere."""

import pytest
from tests.story.world import World

BOOK = """# Shop

## Severity levels

| Severity | Meaning | Acknowledge | Update every |
|---|---|---|---|
| {0} | Nobody can order | 7 min | 20 min |
| {1} | Some cannot | 25 min | 40 min |

## Response

1. Call the shop's owner

## {0} checklist

- [ ] Open the other entrance
"""


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path, BOOK.format("Critical", "High").encode())
    yield made
    made.close()


def test_a_level_is_declared_shown_and_told_by_its_own_name(world):
    world.post("ana", "/incidents", 201, title="nobody can order", severity="critical", service="")
    room = world.room("INC-1")
    assert (room["severity"], room["called"]) == ("P0", "Critical")
    assert room["acknowledge_due_at"] == room["detected_at"] + 7 * 60
    assert room["next_update_at"] == pytest.approx(room["declared_at"] + 20 * 60)
    assert [box["text"] for box in room["checklist"]] == ["Open the other entrance"]
    assert world.log(kind="Declared")[0]["text"].startswith("declared Critical: nobody can order")
    listed = world.get("/incidents")
    assert (listed["incidents"][0]["severity"], listed["called"]) == ("P0", {"INC-1": "Critical"})
    assert listed["incidents"][0]["called"] == "Critical"
    world.settle()
    page = next(message for message in world.receiver.taken if "who" in message)
    assert (page["severity"], page["called"]) == ("P0", "Critical")
    assert any("Critical: nobody can order" in line for line in world.told())


def test_a_change_is_told_by_the_own_name(world):
    world.post("ana", "/incidents", 201, title="nobody can order", severity="P0", service="")
    world.post("ana", "/incidents/INC-1/severity", severity="HIGH", reason="some can")
    assert (world.room("INC-1")["severity"], world.room("INC-1")["called"]) == ("P1", "High")
    assert world.log(kind="SeverityChanged")[0]["text"] == "severity is now High: some can"
    world.told()


@pytest.mark.parametrize(
    ("first", "second", "said", "level", "called"),
    [
        ("High", "Medium", "medium", "P1", "Medium"),
        ("Critical", "High", "critical", "P0", "Critical"),
        ("SEV0", "SEV1", "sev-1", "P1", "SEV1"),
    ],
)
def test_an_alert_is_ranked_as_its_runbook_ranks_it(tmp_path, first, second, said, level, called):
    world = World(tmp_path, BOOK.format(first, second).encode())
    world.settle()
    world.alert(name="OrdersFail", service="shop", severity=said)
    room = world.room("INC-1")
    assert (room["severity"], room["called"]) == (level, called)
    assert world.get("/intake")["waiting"] == []
    assert any(f"the runbook ranks {said} as {level}" in entry["text"] for entry in world.log())
    world.told()
    world.close()


def test_another_runbook_gives_the_level_its_name_everywhere(tmp_path):
    """The room, the list and the page of the service say the same, before and after."""
    for name, levels in {"shop": ("Critical", "High"), "orders": ("SEV1", "SEV2")}.items():
        (tmp_path / "books").mkdir(exist_ok=True)
        (tmp_path / "books" / f"{name}.md").write_text(BOOK.format(*levels))
    books = [{"file": str(tmp_path / "books" / f"{name}.md")} for name in ("shop", "orders")]
    world = World(tmp_path, BOOK.format("P0", "P1").encode(), service=[{"name": "shop", "runbooks": books}])
    incident = world.post("ana", "/incidents", 201, title="nobody can order", severity="critical", service="shop")["incident"]

    def said():
        shown, listed = world.get("/services/shop"), world.get("/incidents")["incidents"][0]
        return {world.room(incident)["called"], listed["called"], shown["called"][incident]}

    assert said() == {"Critical"}
    world.post("ana", f"/incidents/{incident}/runbook", runbook="orders", reason="only orders fail")
    assert said() == {"SEV1"}
    world.told()
    world.close()


def test_the_refusal_of_an_unknown_level_names_those_of_the_runbook_first(world):
    said = world.post("ana", "/incidents", 422, title="nobody can order", severity="SEV7", service="")
    assert said.startswith("'SEV7' is no severity; the runbook has Critical (P0), High (P1)"), said


LEADERS = (
    BOOK
    + """
## Communication

- **#shop-incidents**: every incident
- **#leadership**: {0} only
"""
)


def test_leadership_is_told_at_the_levels_of_the_book_and_from_what_to_what(tmp_path):
    world = World(tmp_path, LEADERS.format("Critical", "High").encode())
    world.post("ana", "/incidents", 201, title="nobody can order", severity="high", service="")
    assert [one for one in world.told() if "leadership" in one] == []
    world.post("ana", "/incidents/INC-1/severity", severity="critical", reason="all of them")
    world.post("ana", "/incidents/INC-1/severity", severity="high", reason="some can")
    assert [one for one in world.told() if "leadership" in one] == [
        "to #leadership: INC-1 is Critical now, High before: all of them. It is: nobody can order",
        "to #leadership: INC-1 is High now, Critical before: some can. It is: nobody can order",
    ]
    world.close()


def test_an_answer_says_the_level_by_both_of_its_names(world):
    world.post("ana", "/incidents", 201, title="nobody can order", severity="critical", service="")
    found = [
        world.post("ana", "/incidents/INC-1/severity", severity=said, reason="some can") for said in ("P1", "High", "critical")
    ]
    assert [(one["severity"], one["called"], one["entries"] > 0) for one in found] == [
        ("P1", "High", True),
        ("P1", "High", False),
        ("P0", "Critical", True),
    ]
    world.told()


PROVEN = (
    BOOK
    + """
## Sofortmaßnahmen

Das ist für den Fall, dass der Laden nicht geht und die Kunden warten.

- [ ] Geschäftsleitung informieren
- [ ] Post an initial update for stakeholders
- [ ] Alarm im Monitoring quittieren
"""
)


def test_what_a_book_asks_in_its_own_words_is_checked_off_by_its_proof_and_by_nothing_else(tmp_path):
    world = World(tmp_path, PROVEN.format("Critical", "High").encode())
    world.post("ana", "/incidents", 201, title="nobody can order", severity="high", service="")
    world.post("ana", "/incidents/INC-1/acknowledge", seen="P1")
    world.post("ana", "/incidents/INC-1/status", stage="Investigating", audience="stakeholders", text="We look into it.")
    world.told()
    done = {box["text"]: bool(box["done"]) for box in world.room("INC-1")["checklist"]}
    assert done == {
        "Geschäftsleitung informieren": True,
        "Post an initial update for stakeholders": True,
        "Alarm im Monitoring quittieren": False,
    }
    world.close()
