"""A list with a limit never hides what is worse than what it shows."""


def test_a_p0_among_many_p4_is_first_and_what_is_not_listed_is_counted(make):
    """A P0 that nobody has, then twelve P4: with a limit of five the P0 comes first, and the answer says how many there are."""
    world = make(responders=("ana",))
    world.begin(severity="P0")
    for number in range(12):
        world.post("ana", "/incidents", 201, title=f"dust {number}", severity="P4", service=f"shelf-{number}")
    found = world.get("/incidents?order=worst&limit=5")
    assert [head["id"] for head in found["incidents"]] == ["INC-1", "INC-13", "INC-12", "INC-11", "INC-10"]
    assert (found["open"], found["total"]) == ({"P0": 1, "P4": 12}, 13)
    assert world.get("/incidents?limit=5")["incidents"][0]["id"] == "INC-13"
    assert "INC-1" in [head["id"] for head in world.get("/incidents?open=true&order=worst&limit=1")["incidents"]]
    assert world.send("GET", "/api/v1/incidents?order=oldest", "ana").status_code == 422
    world.post("ana", "/incidents/INC-1/acknowledge")


def test_the_alerts_of_the_worst_incident_stand_first(make):
    world = make(responders=("ana",))
    world.begin(severity="P1")
    for number in range(3):
        world.alert(name=f"Dust{number}", severity="P4", service=f"shelf-{number}")
    world.settle()
    found = world.get("/alerts?order=worst&limit=2")
    assert found["alerts"][0]["alert"]["name"] == "ApiDown"
    assert (found["firing"], found["total"]) == (4, 4)
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.told()
