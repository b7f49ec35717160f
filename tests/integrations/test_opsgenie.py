"""Opsgenie's alert API. ``cases/opsgenie`` holds what a real Alertmanager 0.25 sent."""

import json
from pathlib import Path

import pytest

from stormjib.integrations import opsgenie

CASES = Path(__file__).parent / "cases" / "opsgenie"


def sent(name):
    said = json.loads((CASES / f"opsgenie-v2.from-alertmanager.{name}.json").read_text(encoding="utf-8"))
    return said["path"], json.dumps(said["body"]).encode()


def test_what_alertmanager_creates_has_its_labels():
    (alert,) = opsgenie.read(sent("create")[1], "prod").alerts
    assert (alert.name, alert.service, alert.severity, alert.firing) == ("ApiDown", "watermark-lab-api", "P0", True)
    assert (alert.labels["instance"], alert.labels["integration"]) == ("127.0.0.1:27081", "prod")


def test_what_alertmanager_closes_is_named_by_the_path():
    path, body = sent("close")
    read = opsgenie.of_path(path.partition("?")[0].removeprefix("/opsgenie/v2/alerts/"))
    (alert,) = read(body, "prod").alerts
    assert (alert.fingerprint, alert.firing) == ("prod/3f14ed34f4784f4a066633ceb1f8c47e6257c52fbea2fd1ad53c2784b3e66fa8", False)


@pytest.mark.parametrize("path", ["", "a", "a/b", "/close", "requests/17", "a/snooze"])
def test_what_is_no_action_has_no_reader(path):
    assert opsgenie.of_path(path) is None


def test_an_alias_may_have_a_slash_and_odd_characters():
    read = opsgenie.of_path("a/b/close")
    assert read(b"", "h").key == "a/b"
    assert len(opsgenie.of_path("ä/close")(b"", "h").alerts[0].fingerprint) == len("h/") + 16


def test_without_an_alias_the_same_message_is_the_same_alert():
    first, same, other = (opsgenie.read(json.dumps({"message": one}).encode(), "h").key for one in ("a", "a", "b"))
    assert first == same != other
