"""What is not done in time stands in the log."""


def overdue(world):
    return [fact["text"] for fact in world.facts("ItemOverdue")]


def test_an_acknowledgement_that_is_late_is_said(world):
    """The P1 list asks for an acknowledgement within 15 minutes: without one the log says that it is overdue, once."""
    incident = world.begin()
    world.forward(minutes=14)
    assert "Acknowledge alert within 15 minutes" not in overdue(world)
    world.forward(minutes=2)
    assert overdue(world).count("Acknowledge alert within 15 minutes") == 1
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.forward(minutes=10)
    assert overdue(world).count("Acknowledge alert within 15 minutes") == 1
    assert [line.split(",")[0] for line in world.told()] == ["page ana"] * 2 + ["page bo"] * 3


def test_an_acknowledgement_in_time_is_never_overdue(world):
    """Acknowledged after 14 minutes: the deadline passes in silence."""
    incident = world.begin()
    world.forward(minutes=14)
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.told()
    world.forward(minutes=10)
    assert "Acknowledge alert within 15 minutes" not in overdue(world)


def test_silence_towards_the_stakeholders_is_said(world):
    """The runbook wants updates every 15-30 minutes: 30 minutes of silence are overdue, and an update starts the clock anew."""
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    late = "Incident Channel: Provide regular updates every 15-30 minutes"
    world.forward(minutes=29)
    assert late not in overdue(world)
    world.post("ana", f"/incidents/{incident}/status", stage="Investigating", audience="stakeholders", text="We look into it")
    world.forward(minutes=29)
    assert late not in overdue(world)
    world.forward(minutes=2)
    assert overdue(world).count(late) == 1
    assert world.told() == ["to stakeholders: We look into it"]
    assert [told.startswith("to ana: Overdue in INC-1 ") for told in world.overdue] == [True] * len(world.overdue)
    assert late in world.overdue[-1]
    count = len(overdue(world))
    assert len(world.overdue) <= count
