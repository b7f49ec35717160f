"""Servers as real processes, each ended by its process id when its test is over."""

from contextlib import ExitStack

import pytest
from tests.real.site import Site
from tests.story.receiver import Receiver


@pytest.fixture
def make(tmp_path):
    """Builds sites: ``make(**settings)``; nothing runs yet."""
    with ExitStack() as ends:
        built = []

        def build(**given):
            where = tmp_path / f"site-{len(built)}"
            site = Site(where, **given)
            built.append(site)
            ends.callback(site.close)
            return site

        yield build


@pytest.fixture
def site(make):
    """One site with the server running."""
    site = make()
    site.start()
    return site


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()
