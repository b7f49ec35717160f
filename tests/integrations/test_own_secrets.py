"""The server's own secrets never stand in what a command printed, however they are written there and wherever they come from."""

import base64

import pytest

from stormjib.core.effects import Collect
from stormjib.core.incident import Incident
from stormjib.performers import command_performer
from stormjib.ports import DeliveryError
from stormjib.settings import Settings

TOKEN = "kx9-webhook-token-71"
GIVEN = {
    "webhook_token": TOKEN,
    "webhook_url": "https://pages.example/in/AbCdEf0123456789xyz",
    "redis_url": "redis://:red1s-passw0rd@127.0.0.1/0",
    "heartbeat_url": "https://beat.example/9f8e7d6c5b4a39281706",
}
VALUES = (TOKEN, "AbCdEf0123456789xyz", "red1s-passw0rd", "9f8e7d6c5b4a39281706")


def printed(text, tmp_path, secrets=()):
    performer = command_performer(Settings(data_dir=tmp_path, **GIVEN))
    effect = Collect("collect/c", "c", line=1, text=text, run_as=text, target="host", timeout_seconds=30, secrets=secrets)
    return performer.perform(effect, effect_id="INC-1/1/x", incident=Incident.new("INC-1")).blobs[0].decode()


@pytest.mark.parametrize("value", VALUES)
def test_a_value_of_the_settings_is_redacted_without_its_name(value, tmp_path):
    coded = base64.b64encode(f"x{value}y".encode()).decode()
    output = printed(f"echo one {value} two; echo three {coded} four", tmp_path)
    assert value not in output
    assert coded not in output
    assert output.startswith("one ")
    assert " four" in output


def test_a_variable_of_the_server_is_redacted_without_its_name(tmp_path, monkeypatch):
    monkeypatch.setenv("SITE_PASSWORD", "correct-horse-1")
    monkeypatch.setenv("SITE_NAME", "harbour-of-ships")
    assert printed("echo harbour-of-ships correct-horse-1", tmp_path) == "harbour-of-ships [redacted stormjib: SITE_PASSWORD]\n"


def test_no_command_gets_one_by_its_name(tmp_path):
    with pytest.raises(DeliveryError, match="not set"):
        printed('echo "<$webhook_token>"', tmp_path, ("webhook_token",))
