"""Decisions: who is told that one waits, one confirmation where one person may decide, a person alone, and what is left after the end."""

from tests.story.test_commands import FLUSH, RESTART_REDIS

WHY = "users lose data and nobody answers the phone"


def test_i12_whoever_may_decide_is_told_reminded_and_told_no_more(world):
    """ana asks for a restart: bo is told at once and once more after half of the time; then he rejects it and hears no more."""
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    run_id = world.propose(incident, RESTART_REDIS)
    world.told()
    assert [one.split(":")[0] for one in world.decisions] == ["to bo"]
    world.forward(minutes=16)
    world.told()
    assert len(world.decisions) == 2
    assert "It expires in 15 minutes" in world.decisions[1]
    world.post("bo", f"/incidents/{incident}/runs/{run_id}/refuse", reason="not now")
    world.forward(minutes=20)
    world.told()
    assert len(world.decisions) == 2


def test_i12_one_confirmation_runs_what_one_person_may_decide(world):
    """ana asks for a restart and approves it in the same breath: it runs once, nobody is asked, the timeline has both facts."""
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/runs", command_id=world.command(RESTART_REDIS), reason="it hangs", approve=True)
    world.settle()
    assert world.ran("docker-compose restart") == ["docker-compose restart redis"]
    assert [kind for kind in world.kinds() if kind in {"RunProposed", "RunApproved"}] == ["RunProposed", "RunApproved"]
    world.told()
    assert not world.decisions


def test_o15_one_person_alone_runs_what_needs_two_and_all_others_know(world):
    """flushdb by ana alone: refused without words, then run once, its evidence first; bo and leadership are told at once; not a second time."""
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    run_id = world.propose(incident, FLUSH, reason="poisoned keys")
    path = f"/incidents/{incident}/runs/{run_id}/break-glass"
    assert "in words" in world.post("ana", path, 409, reason="x")
    world.post("ana", path, reason=WHY)
    world.settle()
    assert world.ran("redis-cli flushdb") == ["redis-cli flushdb"]
    told = world.told()
    assert [one.split(":")[0] for one in told] == ["to #leadership-alerts", "to bo"]
    assert all("BREAK-GLASS" in one and WHY in one for one in told)
    kinds = world.kinds()
    assert kinds.index("RunForced") < kinds.index("RunStarted")
    again = world.propose(incident, FLUSH, reason="poisoned keys again")
    assert "by break-glass already" in world.post("ana", f"/incidents/{incident}/runs/{again}/break-glass", 409, reason=WHY)
    assert world.ran("redis-cli flushdb") == ["redis-cli flushdb"]


def test_o15_the_operator_turns_it_off(make):
    """break_glass = false: the command still waits for its second person."""
    world = make(break_glass=False)
    incident = world.begin()
    run_id = world.propose(incident, FLUSH, reason="poisoned keys")
    said = world.post("ana", f"/incidents/{incident}/runs/{run_id}/break-glass", 409, reason=WHY)
    assert "the settings turn break-glass off" in said
    assert not world.ran("redis-cli flushdb")


def test_i6_life_goes_on_after_closing(world):
    """A closed P3: reminders after a day, checks, the post-mortem's fields and action items, none of which reopens it; then silence."""
    world.post("ana", "/incidents", 201, title="Slow uploads", severity="P3", service="watermark-lab-api")
    incident = world.incidents()[0]
    room = world.room(incident)
    for one in room["resolution"]:
        if not one["met"] and one["proof_id"]:
            world.post("ana", f"/incidents/{incident}/items/{one['proof_id']}/overrule", text="seen by hand")
    world.post("ana", f"/incidents/{incident}/resolve", text="it is fast again")
    for one in world.room(incident)["closure"]:
        if not one["met"]:
            world.post("ana", f"/incidents/{incident}/items/{one['proof_id']}/overrule", text="seen by hand")
    world.post("ana", f"/incidents/{incident}/close")
    world.told()
    world.forward(minutes=24 * 60 + 1)
    told = world.told()
    assert len(told) == 1
    assert told[0].startswith(f"to ana: {incident} (Slow uploads) was resolved 24 hours ago")
    for item in ("t173", "t175", "t176", "t177"):
        world.post("ana", f"/incidents/{incident}/items/{item}/tick", text="done")
    before = world.room(incident)["postmortem_sha256"]
    world.post("ana", f"/incidents/{incident}/postmortem/fields", field="Root Cause", text="a slow disk")
    world.settle()
    assert world.room(incident)["postmortem_sha256"] != before
    world.forward(minutes=48 * 60)
    assert world.told() == []
    assert world.room(incident)["status"] == "closed"


def test_the_second_person_is_somebody_of_the_catalogue(make, tmp_path):
    """Tokens of nobody in the catalogue, and a second one of the same person, are no second person, whichever of them asks."""
    for name in ("ana", "bo", "cy"):
        (tmp_path / "catalogue" / "people").mkdir(parents=True, exist_ok=True)
        (tmp_path / "catalogue" / "people" / f"{name}.yaml").write_text(f"name: {name}\nemail: {name}@example.org\n")
    world = make(catalogue=tmp_path / "catalogue")
    for name in ("ana@example.org", "cy"):
        world.tokens[name] = world.app.tokens.create(name, ("read", "respond"))
    incident = world.begin()
    run_id = world.propose(incident, FLUSH, reason="poisoned keys")
    path = f"/incidents/{incident}/runs/{run_id}/approve"
    refused = world.post("admin", path, 409, reason="I am ana as well")
    assert "admin is nobody of the catalogue" in refused
    assert "add people/admin.yaml" in refused
    assert "a second person has to approve it" in world.post("ana@example.org", path, 409, reason="I am ana as well")
    again = world.propose(incident, RESTART_REDIS, reason="it hangs")
    world.post("admin", f"/incidents/{incident}/runs/{again}/approve", reason="one person may")
    world.settle()
    assert (world.ran("redis-cli flushdb"), len(world.ran("docker-compose restart"))) == ([], 1)
    world.post("bo", path, reason="I saw it")
    world.settle()
    assert world.ran("redis-cli flushdb") == ["redis-cli flushdb"]
    run_id = world.propose(incident, FLUSH, who="admin", reason="poisoned again")
    path = f"/incidents/{incident}/runs/{run_id}/approve"
    for who in ("ana", "ana@example.org"):
        world.post(who, path, reason="one person")
    world.settle()
    assert world.ran("redis-cli flushdb") == ["redis-cli flushdb"]
    world.post("cy", path, reason="the second")
    world.settle()
    assert world.ran("redis-cli flushdb") == ["redis-cli flushdb"] * 2
    run_id = world.propose(incident, FLUSH, reason="poisoned for good")
    world.post("admin", f"/incidents/{incident}/runs/{run_id}/break-glass", reason=WHY)
    world.settle()
    assert world.ran("redis-cli flushdb") == ["redis-cli flushdb"] * 3
    assert any("BREAK-GLASS" in one for one in world.told())
