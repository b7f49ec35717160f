"""The runbook's file while the server runs: what is no runbook is refused and said, and the one before stays in force."""

import os

import pytest
from tests.story.foreign import RUNBOOK_BYTES, ForeignWorld

from stormjib.core.catalogue.reading import read_services


@pytest.fixture
def world(tmp_path):
    made = ForeignWorld(tmp_path, RUNBOOK_BYTES, trusted=())
    yield made
    made.close()


def gone(file):
    file.unlink()


def empty(file):
    file.write_bytes(b"")


def binary(file):
    file.write_bytes(b"\x00\xff" * 500)


def waits_for_ever(file):
    file.unlink()
    os.mkfifo(file)


def directory(file):
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (gone, "can't be read (No such file"),
        (empty, "is empty"),
        (binary, "is binary"),
        (waits_for_ever, "is no file"),
        (directory, "is no file"),
    ],
)
def test_what_is_no_runbook_is_refused_and_the_one_before_stays_in_force(harm, says, world):
    before = world.app.library.sha256()
    harm(world.runbook)
    assert not world.app.library.look()
    assert world.app.library.sha256() == before
    health = world.send("GET", "/healthz", "ana").json()
    assert health["status"] == "degraded"
    assert [one for one in health["problems"] if str(world.runbook) in one and says in one and "stays in force" in one]
    if world.runbook.is_dir():
        world.runbook.rmdir()
    world.runbook.unlink(missing_ok=True)
    world.runbook.write_bytes(RUNBOOK_BYTES + b"\nOne line more.\n")
    assert world.app.library.look()
    assert world.send("GET", "/healthz", "ana").json()["problems"] == []


OLDER = b"# Older\n\n## Investigation\n\n### 1. Look\n\n```bash\nuptime\n```\n"


def test_after_a_restart_with_a_broken_file_the_last_good_one_is_in_force_whatever_came_before_it(world):
    """Also where the last good one had been in force before, and another one in between."""
    good = world.app.library.sha256()
    for source in (OLDER, RUNBOOK_BYTES):
        world.runbook.write_bytes(source)
        assert world.app.library.look()
    world.restart(lambda _: empty(world.runbook))
    assert world.app.library.sha256() == good
    assert "stays in force" in world.app.library.problems()[0]


def test_the_last_good_one_is_known_where_a_service_has_the_same(tmp_path):
    own = tmp_path / "a-service.md"
    own.write_bytes(RUNBOOK_BYTES)
    world = ForeignWorld(tmp_path, RUNBOOK_BYTES, trusted=(), service=read_services([{"name": "shop", "runbook": str(own)}]))
    good = world.app.library.sha256()
    world.restart(lambda _: empty(world.runbook))
    assert world.app.library.sha256() == good
    world.close()
