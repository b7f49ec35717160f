"""A house for the tests of the pages."""

import pytest
from tests.web.house import House


@pytest.fixture
def house(tmp_path):
    built = House(tmp_path)
    yield built
    built.close()
