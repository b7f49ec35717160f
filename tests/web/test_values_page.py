"""What lacks a value, on the page and on the command line: what it is, what it may be, and how to give it."""

import json

import pytest
from tests.web.faces import Faces
from tests.web.house import SOURCE

from stormjib.core.log import AlertReceived
from stormjib.core.markdown import compile_runbook

BLOCK = b'\n\n## Mitigation\n\n### 9. Shop\n\n```bash\nkubectl delete pod <pod> -n $NS\nkubectl logs <pod> -n $NS\ncurl -H "A: <password>" http://x/\n```\n'


@pytest.fixture
def incident(house):
    house.book = compile_runbook(SOURCE + BLOCK)
    found = house.declare()
    house.tell(found, AlertReceived("f9", "alertmanager", "Crash", "shop", "", house.at, labels={"namespace": "pay <b>"}))
    return found


def test_the_page_has_a_form_beside_the_command_with_what_is_proposed(house, incident):
    ana = house.person("ana")
    page = ana.page(f"/incidents/{incident}")
    assert f'action="/incidents/{incident}/values"' in page
    assert "Use pay &lt;b&gt;" in page
    assert "the label namespace of the alert Crash" in page
    assert "it looks like a secret, so it is given in the commands' env file only" in page
    assert f"stormjib value set {incident} pod VALUE" in page
    answer = ana.post(f"/incidents/{incident}/values", name="pod", value="web 1<script>")
    assert answer.status_code == 303
    page = ana.page(answer.headers["location"])
    assert "the value of pod is web 1&lt;script&gt;, says ana" in page
    assert "given by ana" in page
    refused = ana.post(f"/incidents/{incident}/values", name="pod", value="--all", which="x")
    assert refused.status_code == 409
    assert "begins with a dash" in refused.text
    ana.post(f"/incidents/{incident}/values", name="namespace", value="pay")
    assert "kubectl delete pod &#39;web 1&lt;script&gt;&#39; -n pay" in ana.page(f"/incidents/{incident}")


def test_who_only_reads_has_no_form(house, incident):
    assert f'action="/incidents/{incident}/values"' not in house.person("eve", ("read",)).page(f"/incidents/{incident}")


def test_the_list_of_runs_says_what_a_read_takes_by_itself_and_from_where(house):
    """It is not called missing, and only what a change still lacks is asked for."""
    house.book = compile_runbook(SOURCE + BLOCK.replace(b"kubectl delete pod <pod> -n $NS\n", b""))
    incident = house.declare()
    labels = {"pod": "web-1", "namespace": "pay"}
    house.tell(incident, AlertReceived("f9", "alertmanager", "Crash", "shop", "", house.at, labels=labels))
    code, listed, said = Faces(house).command("run", "list", incident)
    assert code == 0
    assert "is web-1 in what only reads, from the label pod of the alert Crash" in listed
    assert "proposed: web-1" not in listed
    assert f"value set {incident} pod" not in said


def test_on_the_command_line_a_missing_value_is_exit_code_4_with_the_next_command(house, incident):
    faces = Faces(house)
    delete = house.command("kubectl delete").id
    for words in (
        ("run", "start", incident, delete, "--reason", "it crashes"),
        ("run", "collect", incident, house.command("kubectl logs").id),
    ):
        code, _, said = faces.command(*words)
        assert code == 4, said
        assert f"next: stormjib value set {incident} pod VALUE" in said
        assert f"next: stormjib value set {incident} namespace 'pay <b>'" in said
    assert not house.incident(incident).runs
    code, listed, said = faces.command("run", "list", incident)
    assert code == 0
    assert "no value" in listed
    assert "proposed: pay <b> (the label namespace of the alert Crash)" in listed
    assert f"next: stormjib value set {incident} pod VALUE" in said
    code, out, _ = faces.command("value", "set", incident, "<pod>", "web-1", "--json")
    assert (code, json.loads(out)["incident"]) == (0, incident)
    assert faces.command("value", "set", incident, "NS", "pay")[0] == 0
    code, _, said = faces.command("run", "start", incident, delete, "--reason", "it crashes")
    assert code == 4
    assert "kubectl delete pod web-1 -n pay" in said
    code, _, said = faces.command("value", "set", incident, "pdo", "x")
    assert code == 3, said
    assert "It asks for: " in said
