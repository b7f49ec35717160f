"""The description of the API names every route, how to sign in, every body, and every status that is answered."""

import json
import re

import pytest
from tests.web.faces import Faces
from tests.web.test_actions import prepared

from stormjib.core.actions import TABLE
from stormjib.web.ways import WAYS


@pytest.fixture
def described(house):
    return house.person().get("/openapi.json").json()


def calls(described):
    return [(path, method, call) for path, methods in described["paths"].items() for method, call in methods.items()]


def test_every_call_names_the_security_scheme(described):
    """S15."""
    assert described["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    for path, method, call in calls(described):
        assert call["security"] == [{"HTTPBearer": []}], (method, path)


def test_the_ways_in_for_alerts_are_described(described):
    for path, way in WAYS.items():
        call = described["paths"][path]["post"]
        assert set(call["responses"]) >= {str(way.status), "400", "401", "403", "408", "413", "422", "503"}


def test_every_call_names_its_refusals_and_their_shape(described):
    for path, method, call in calls(described):
        assert set(call["responses"]) >= {"401", "403", "422", "503"}, (method, path)
        if method == "post":
            assert {"413"} <= set(call["responses"])
        if "{incident_id}" in path:
            assert "404" in call["responses"]
        for status, answer in call["responses"].items():
            if int(status) >= 400:
                assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/Error"), (path, status)


def test_every_reference_leads_somewhere(described):
    schemas = described["components"]["schemas"]
    for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described)):
        assert name in schemas, name


def test_every_parameter_of_a_path_is_described(described):
    for path, method, call in calls(described):
        named = [one["name"] for one in call.get("parameters", ()) if one["in"] == "path"]
        assert sorted(named) == sorted(re.findall(r"\{(\w+)\}", path)), (method, path)


@pytest.mark.parametrize("action", TABLE, ids=lambda action: action.name)
def test_whatever_an_action_answers_is_described(house, described, action):
    """A token that is none, a scope that lacks, an incident that is not there, a body that is none, what is refused, what is done."""
    call = described["paths"][f"/api/v1/{action.path}"]["post"]
    assert call["summary"] == action.summary
    incident, _, given = prepared(house, action)
    faces, reader = Faces(house), Faces(house, "eve", ("read",))
    path = "/api/v1/" + action.path.format(**{"incident_id": incident, **given})
    headers = {"Authorization": f"Bearer {faces.person.token}"}
    answers = [
        faces.http.post(path),
        reader.api(action, incident, given),
        faces.api(action, "INC-99", given),
        faces.http.post(path, content=b'{"text": 7, "command_id": [], "severity": "P9"', headers=headers),
        faces.http.post(path, content=b'{"severity": "P9", "text": 7, "command_id": [], "due": "soon"}', headers=headers),
        faces.http.post(path, content=b"[" * 100_000, headers=headers),
        faces.api(action, incident, given),
        faces.api(action, incident, given),
    ]
    for answer in answers:
        assert str(answer.status_code) in call["responses"], answer.text
        assert answer.status_code < 400 or len(answer.json()["error"].split()) > 3
    assert [answer.status_code for answer in answers[:2]] == [401, 403]
