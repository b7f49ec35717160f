"""Nobody runs what they have not seen: another value, another book, and the same change twice by two taps."""

import re

import pytest
from tests.web.faces import Faces
from tests.web.house import SOURCE
from tests.web.test_actions import BEFORE

from stormjib.core.markdown import compile_runbook

BOOK = (
    SOURCE
    + b"\n\n## Mitigation\n\n### 9. Shop\n\n```bash\n# Restart a worker (CAUTION: its orders are lost)\n./restart-worker.sh $WORKER\n```\n"
)


@pytest.fixture
def incident(house):
    house.book = compile_runbook(BOOK)
    found = house.declare()
    house.act("set-value", found, "bo", name="WORKER", value="w2")
    return found


def form_of(page, command):
    form = re.search(rf'<form[^>]* id="mitigate-propose-{command}[^"]*".*?</form>', page, re.DOTALL).group()
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def test_a_value_that_changed_since_the_page_was_shown_is_not_run(house, incident):
    ana, command = house.person("ana"), house.command("./restart-worker.sh").id
    shown = form_of(ana.page(f"/incidents/{incident}"), command)
    house.act("set-value", incident, "bo", name="WORKER", value="w9")
    answer = ana.post(f"/incidents/{incident}/propose", **shown, approve="yes")
    assert answer.status_code == 409
    assert "is another command since you saw it: ./restart-worker.sh w9" in answer.text
    assert not house.incident(incident).runs
    again = form_of(answer.text, command)
    assert ana.post(f"/incidents/{incident}/propose", **again, approve="yes").status_code == 303


def test_the_command_line_and_the_api_bind_what_was_seen(house, incident):
    faces, command = Faces(house), house.command("./restart-worker.sh").id
    seen = next(
        option.fingerprint
        for step in house.incidents.room(incident).steps
        for group in step.groups
        for option in group.options
        if option.command_id == command
    )
    house.act("set-value", incident, "bo", name="WORKER", value="w9")
    code, _, said = faces.command("run", "start", incident, command, "--fingerprint", seen[:12], "--approve")
    assert (code, "another command since you saw it" in said) == (5, True), said
    for short in ("", seen[:3]):
        code, _, said = faces.command("run", "start", incident, command, "--fingerprint", short or "0" * 64)
        assert code == 5
    assert faces.command("run", "start", incident, command)[0] == 4
    code, _, said = faces.command("approve", f"{incident}-R1", "--fingerprint", seen[:12])
    assert (code, "another command since you saw it" in said) == (5, True), said
    assert faces.command("approve", f"{incident}-R1")[0] == 0


def test_the_same_change_runs_a_second_time_only_for_who_knows_of_the_first(house, incident):
    ana, command = house.person("ana"), house.command("./restart-worker.sh").id
    shown = form_of(ana.page(f"/incidents/{incident}"), command)
    answer = ana.post(f"/incidents/{incident}/propose", **shown, approve="yes")
    assert answer.headers["location"].endswith(f"#now-{incident}-R1")
    page = ana.page(answer.headers["location"])
    assert f'id="now-{incident}-R1"' in page
    assert f"mitigate-propose-{command}" not in page, "what is under way is not offered once more"
    house.ran(incident, f"{incident}-R1")
    assert re.search(rf'id="now-{incident}-R1".*?✓ done in 2.5 s', ana.page(f"/incidents/{incident}"), re.DOTALL)
    back = ana.post(f"/incidents/{incident}/propose", **{**shown, "reason": "once more"}, approve="yes")
    assert back.status_code == 409
    assert f"{incident}-R1 has run this command already (done)" in back.text
    assert len(house.incident(incident).runs) == 1
    knows = form_of(back.text, command)
    assert knows["ran"] == f"{incident}-R1"
    assert ana.post(f"/incidents/{incident}/propose", **knows, approve="yes").status_code == 303
    house.ran(incident, f"{incident}-R2")
    house.at += 600
    page = ana.page(f"/incidents/{incident}")
    assert f'id="now-{incident}-R2"' not in page
    assert "Should it run once more?" in page


def test_the_second_person_reads_what_the_runbook_says_of_the_command(house, incident):
    house.act("propose", incident, "ana", command_id=house.command("./restart-worker.sh").id)
    sheet = house.person("bo").page(f"/incidents/{incident}").split('<article class="sheet')[1].split("</article>")[0]
    assert "Restart a worker (CAUTION: its orders are lost)" in sheet
    assert "CAUTION" in Faces(house).command("approvals")[1]


def test_the_bar_under_the_thumb_never_ends_anything(house):
    incident = house.declare()
    BEFORE["close"](house, incident)
    page = house.person("ana").page(f"/incidents/{incident}")
    bar = page.split('id="now"')[1].split("</section>")[0]
    assert 'href="#close"' in bar
    assert "<form" not in bar
    assert f'action="/incidents/{incident}/close"' in page
