"""Each test of this directory runs over every implementation of the store."""

import pytest
from tests.store.contract.implementations import IMPLEMENTATIONS


@pytest.fixture(params=IMPLEMENTATIONS, ids=lambda implementation: implementation.__name__.lower())
def store(request, tmp_path):
    """A log that nobody has written to yet."""
    opened = request.param(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def parts(store):
    """Its writer and its reader."""
    return store.writer(), store.reader()
