"""People and machines: a program may send, look and ask; to approve, to acknowledge and to end is for people, by every face."""

import pytest
from tests.web.faces import Faces
from tests.web.house import House
from tests.web.test_actions import prepared

from stormjib.core.actions import BY_NAME, TABLE
from stormjib.core.incident import Refused
from stormjib.web.auth import Principal

BOT = Principal("bot", frozenset({"respond"}), machine=True)
FOR_PEOPLE = [action for action in TABLE if not action.machines]


def test_s13_what_machines_may_do_is_a_short_list():
    assert {action.name for action in TABLE if action.machines} == {
        "declare", "note", "verify", "propose", "collect", "add-action-item",
    }  # fmt: skip


@pytest.mark.parametrize("action", FOR_PEOPLE, ids=lambda action: action.name)
def test_s13_what_is_for_people_no_face_does_for_a_machine(house, action):
    incident, seq, given = prepared(house, action)
    faces = Faces(house, "bot", ("read", "respond"), machine=True)
    for answer in (faces.api(action, incident, given), faces.form(action, incident, given)):
        assert answer.status_code == 403
        assert "is a machine" in answer.text
    assert faces.cli(action, incident, given)[0] in {4, 5}
    assert house.incident(incident).seq == seq


def test_s13_a_page_offers_a_machine_no_form_and_says_what_it_is(house: House):
    incident = house.declare()
    bot = house.person("bot", ("read", "respond"), machine=True)
    page = bot.page(f"/incidents/{incident}")
    assert "bot (machine)" in page
    assert 'action="/logout"' in page
    assert f'action="/incidents/{incident}' not in page


def test_s13_a_destroy_that_a_machine_asks_for_needs_two_people(house: House):
    command = house.command("redis-cli flushdb").id
    incident = house.declare()
    house.door.perform(BY_NAME["propose"], incident, {"command_id": command, "reason": "the cache is poisoned"}, BOT)
    run_id = f"{incident}-R1"
    assert house.incident(incident).runs[run_id].proposal.approvals_needed == 2
    house.act("approve", incident, "ana", run_id=run_id, reason="agreed, flush it")
    assert house.incident(incident).runs[run_id].state == "proposed"
    house.act("approve", incident, "ana", run_id=run_id, reason="agreed, flush it")
    assert house.incident(incident).runs[run_id].state == "proposed"
    house.act("approve", incident, "bo", run_id=run_id, reason="agreed, flush it")
    assert house.incident(incident).runs[run_id].state == "approved"


def test_s13_of_a_person_one_other_person_is_enough(house: House):
    command = house.command("redis-cli flushdb").id
    incident = house.declare()
    house.act("propose", incident, "ana", command_id=command, reason="the cache is poisoned")
    with pytest.raises(Refused, match="a second person"):
        house.act("approve", incident, "ana", run_id=f"{incident}-R1", reason="agreed, flush it")
    house.act("approve", incident, "bo", run_id=f"{incident}-R1", reason="agreed, flush it")
    assert house.incident(incident).runs[f"{incident}-R1"].state == "approved"


def test_whoami_says_which(house: House):
    bot = house.person("bot", ("read",), machine=True)
    answer = bot.browser.get("/api/v1/whoami", headers={"Authorization": f"Bearer {bot.token}"}).json()
    assert (answer["name"], answer["kind"], answer["expires_at"]) == ("bot", "machine", None)
