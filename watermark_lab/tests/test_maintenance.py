"""Maintenance mode: switched as the runbook does it with curl, seen by every replica, independent of Redis."""

from collections.abc import Callable
from typing import Any

import pytest

Start = Callable[..., Any]
TEXT = {"text": "the file is open and the name of the file is known"}
TOKEN = "Bearer correct horse"
ON = b'{"enabled": true, "message": "Temporary maintenance"}'
OFF = b'{"enabled": false}'


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "application/json", "text/plain", ""])
def test_the_runbooks_curl_switches_it_on_and_off(start: Start, content_type: str) -> None:
    service = start()
    headers = {"Authorization": TOKEN} | ({"Content_Type": content_type} if content_type else {})
    on = service.post("/admin/maintenance", ON, **headers)
    assert on.status == 200
    assert on.json["enabled"] is True
    refused = service.post("/v1/detect", TEXT)
    assert (refused.status, refused.json["error"]) == (503, "Temporary maintenance")
    assert int(refused.headers["retry-after"]) > 0
    health = service.get("/health")
    assert (health.status, health.json["maintenance"]) == (200, True)
    assert "maintenance_mode 1.0" in service.get("/metrics").body.decode()
    state = service.get("/admin/maintenance").json
    assert (state["enabled"], state["message"]) == (True, "Temporary maintenance")
    assert state["since"].endswith("+00:00")
    assert service.post("/admin/maintenance", OFF, **headers).json["enabled"] is False
    assert service.post("/v1/detect", TEXT).status == 200
    assert service.get("/health").json["maintenance"] is False


def test_replicas_and_restarts_keep_it(start: Start) -> None:
    first, second = start(), start()
    first.post("/admin/maintenance", ON, Authorization=TOKEN)
    assert second.post("/v1/detect", TEXT).status == 503
    assert start().get("/health").json["maintenance"] is True
    second.post("/admin/maintenance", OFF, Authorization=TOKEN)
    assert first.post("/v1/detect", TEXT).status == 200


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "correct horse", "Basic correct horse", "Bearer cörrect"])
def test_a_wrong_token_changes_nothing(start: Start, header: str) -> None:
    service = start()
    headers = {"Authorization": header} if header else {}
    refused = service.post("/admin/maintenance", ON, **headers)
    assert refused.status == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert service.get("/admin/maintenance").json["enabled"] is False


@pytest.mark.parametrize("header", ["Bearer ", "Bearer", "Bearer correct horse", ""])
def test_a_service_without_a_token_lets_nobody_in(start: Start, header: str) -> None:
    refused = start(admin_token="").post("/admin/maintenance", ON, Authorization=header)
    assert refused.status == 503
    assert "ADMIN_TOKEN" in refused.json["error"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"enabled=true", 400), (b"{}", 422), (b'{"enabled": "true"}', 422), (b'{"enabled": true, "message": 5}', 422)],
)
def test_a_body_that_says_nothing_clear_changes_nothing(start: Start, body: bytes, status: int) -> None:
    service = start()
    assert service.post("/admin/maintenance", body, Authorization=TOKEN).status == status
    assert service.get("/admin/maintenance").json["enabled"] is False


@pytest.mark.parametrize("content", ["not json", "[]", '{"enabled": "yes"}', ""])
def test_a_damaged_state_file_does_not_take_the_service_down(start: Start, content: str) -> None:
    service = start()
    service.settings.state_dir.mkdir(parents=True)
    file = service.settings.state_dir / "maintenance.json"
    file.write_text(content)
    assert service.post("/v1/detect", TEXT).status == 200
    assert service.post("/admin/maintenance", ON, Authorization=TOKEN).status == 200
    assert service.post("/v1/detect", TEXT).status == 503


def test_a_state_that_cannot_be_stored_is_a_sentence(start: Start) -> None:
    service = start()
    service.settings.state_dir.write_text("a file where the directory should be")
    refused = service.post("/admin/maintenance", ON, Authorization=TOKEN)
    assert refused.status == 503
    assert "state directory" in refused.json["error"]
    assert service.post("/v1/detect", TEXT).status == 200
