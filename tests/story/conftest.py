"""A world for each story. What reaches the webhook and was not expected by the story fails it."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.story.world import World

REFERENCE = (Path(__file__).parents[2] / "runbooks" / "incident-response.md").read_bytes()


@pytest.fixture
def make(tmp_path):
    """Builds worlds: ``make(**settings)``, with another runbook by ``runbook=``."""
    with ExitStack() as ends:
        worlds = []

        def build(reference=REFERENCE, **settings):
            world = World(tmp_path, reference, **settings)
            ends.callback(world.close)
            worlds.append(world)
            return world

        yield build
        for world in worlds:
            assert world.told() == [], "the webhook received what nobody expected"


@pytest.fixture
def world(make):
    return make()
