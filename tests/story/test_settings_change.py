"""Settings that change while an incident is open: what has been decided stays decided, and the log says when they changed."""


def test_who_is_on_call_changes_in_the_middle(make):
    """Ana and Bo are on call and Ana is paged; the server starts again with Cy on call; the log says so, and Cy is paged next."""
    world = make(responders=("ana", "bo"))
    world.begin(severity="P1")
    assert world.facts("Declared")[0]["policy"]["responders"] == ["ana", "bo"]
    world.settings = world.settings.model_copy(update={"responders": ("cy",)})
    world.restart()
    assert world.told() == [], "what has been sent is not decided anew"
    assert "PolicyChanged" not in world.kinds()
    world.forward(5)
    changed = world.log(kind="PolicyChanged")
    assert [(entry["by"], entry["fact"]["policy"]["responders"]) for entry in changed] == [("stormjib", ["cy"])]
    assert [told for told in world.told() if "cy" not in told] == []
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.restart()
    world.post("ana", "/incidents/INC-1/notes", text="the same settings as before")
    assert len(world.log(kind="PolicyChanged")) == 1
    world.told()
