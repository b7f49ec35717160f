"""After years: what was closed long ago is a file, and every list, page, link and number of the server stays true."""

from starlette.testclient import TestClient
from tests.story.world import confirm_recovery

from stormjib.store import verify_export
from stormjib.store.database import LOG, verify

BOOK = b"# Small\n\n## Mitigation\n\n### 1. Fix\n\n```bash\nuname\n```\n"
MONTH_MINUTES = 31 * 24 * 60


def test_an_incident_of_last_year_is_a_file_and_all_else_goes_on(make):
    world = make(BOOK, retention_days=30)
    world.post("ana", "/incidents", 201, title="Orders fail", severity="P3", service="shop")
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.post("ana", "/incidents/INC-1/notes", text="it began at noon")
    confirm_recovery(world, "INC-1")
    world.post("ana", "/incidents/INC-1/resolve", text="mended", unmeasured=True)
    world.post("ana", "/incidents/INC-1/close")
    world.settle()
    world.told()
    assert world.app.upkeep.retention.run() == []
    world.forward(MONTH_MINUTES)
    world.settle()
    world.told()
    assert world.app.upkeep.retention.run() == ["INC-1"]
    directory = world.where / "data" / "exports"
    assert verify_export.main([str(directory)]) == 0
    assert "it began at noon" in next(directory.glob("INC-1-*")).read_text()
    world.restart()
    world.post("ana", "/incidents", 201, title="Orders fail again", severity="P3", service="shop")
    assert world.incidents() == ["INC-1", "INC-2"]
    room = world.room("INC-1")
    assert (room["title"], room["severity"], room["status"]) == ("Orders fail", "P3", "closed")
    assert "kept in the export INC-1-" in room["next_step"]
    assert "kept in the export" in world.post("ana", "/incidents/INC-1/reopen", 409, reason="again")
    assert [entry["fact"]["fact"] for entry in world.log("INC-1")] == ["Exported"]
    assert world.send("GET", "/api/v1/incidents/INC-1/postmortem", "ana").status_code == 404
    with TestClient(world.app.asgi) as browser:
        browser.post("/login", data={"token": world.tokens["ana"], "next": "/"})
        for path in ("/", "/incidents/INC-1", "/incidents/INC-2", "/intake"):
            assert browser.get(path).status_code == 200, path
        assert "kept in the export INC-1-" in browser.get("/incidents/INC-1").text
    assert verify(world.where / "data" / LOG)[1] is None
    world.settle()
    world.told()
