"""What is never used is not loaded, and is there for whoever asks for it afterwards."""

import subprocess
import sys
from importlib import import_module

import pytest

from stormjib.engine.lean import without


def test_the_engine_loads_no_driver_of_a_database_that_it_does_not_use():
    program = (
        "import sys\n"
        "import stormjib.engine.dbos\n"
        "print([name for name in sys.modules if name.startswith(('psycopg', 'sqlalchemy.orm', 'sqlalchemy.ext.asyncio'))])\n"
        "import psycopg\n"
        "import sqlalchemy.ext.asyncio\n"
        "from sqlalchemy.orm import Session\n"
        "print(psycopg.connect.__name__, Session.__module__)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == ["[]", "connect sqlalchemy.orm.session"]


def test_its_errors_are_classes_that_nothing_is_an_instance_of():
    with without("a_driver"):
        a_driver = import_module("a_driver")
    assert not isinstance(OSError(), a_driver.OperationalError)
    assert a_driver.OperationalError is a_driver.OperationalError
    assert issubclass(a_driver.errors.LockNotAvailable, Exception)
    assert "a_driver" not in sys.modules


def test_what_is_loaded_already_stays():
    with without("json"):
        json = import_module("json")
    assert json.loads("1") == 1
    assert sys.modules["json"] is json


def test_what_python_asks_a_module_for_is_not_made_up():
    with without("a_driver"):
        a_driver = import_module("a_driver")
    with pytest.raises(AttributeError):
        a_driver.__wrapped__  # noqa: B018 - asking is the test


def test_text_is_mended_without_the_widths_of_characters():
    program = (
        "import sys\n"
        "from stormjib.engine.lean import load\n"
        "load('ftfy', lacking='wcwidth')\n"
        "import ftfy\n"
        "print([name for name in sys.modules if name.startswith('wcwidth')], ftfy.fix_encoding('schÃ¶n'))\n"
        "import wcwidth\n"
        "print(wcwidth.wcswidth('ab'))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == ["[] schön", "2"]
