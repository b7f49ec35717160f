"""Which tests run which lines of the core: a plugin of pytest that traces each test once, and the file that it writes."""

import json
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import pytest

FILE, CORE = os.environ.get("TESTS_OF_LINES", ""), os.environ.get("TESTS_OF_LINES_CORE", "")
"""Where the plugin writes, and the directory whose lines count, with a slash at its end."""


class Seen(msgspec.Struct, dict=True):
    """``lines``: per test and file of the core the lines that it runs; ``seconds``: what each test takes while it is traced, in processor time."""

    seconds: dict[str, float]
    lines: dict[str, dict[str, list[int]]]

    @cached_property
    def _by_line(self) -> dict[tuple[str, int], list[str]]:
        found = defaultdict(list)
        for test, files in self.lines.items():
            for file, lines in files.items():
                for line in lines:
                    found[file, line].append(test)
        return found

    def of_line(self, file: str, line: int) -> list[str]:
        """The tests that run it."""
        return self._by_line.get((file, line), [])

    def of_file(self, file: str) -> list[str]:
        """The tests that run anything of it; of a file that only holds values, all."""
        return [test for test, files in self.lines.items() if file in files] or list(self.lines)


def read(files: list[Path]) -> Seen:
    """All of these files as one."""
    seen = Seen({}, {})
    for file in files:
        part = msgspec.json.decode(file.read_bytes(), type=Seen)
        seen.seconds |= part.seconds
        seen.lines |= part.lines
    return seen


class _Tracer:
    """Lines that run now go to ``current``; those of a fixture that several tests share go to each of them."""

    def __init__(self) -> None:
        self.current: set[tuple[str, int]] = set()
        self.shared: dict[str, set[tuple[str, int]]] = defaultdict(set)
        self.found = Seen({}, {})

    def called(self, frame: FrameType, _event: str, _argument: object) -> Any:
        name = frame.f_code.co_filename
        if not name.startswith(CORE):
            return None
        add, place = self.current.add, name[len(CORE) :]
        add((place, frame.f_lineno))

        def line(frame: FrameType, event: str, _argument: object) -> Any:
            if event == "line":
                add((place, frame.f_lineno))
            return line

        return line

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.current, began = set(), time.process_time()
        threading.settrace(self.called)
        sys.settrace(self.called)
        yield
        sys.settrace(None)
        lines = self.current.union(*(self.shared[name] for name in getattr(item, "fixturenames", ()) if name in self.shared))
        files = defaultdict(list)
        for file, line in sorted(lines):
            files[file].append(line)
        self.found.lines[item.nodeid] = dict(files)
        self.found.seconds[item.nodeid] = time.process_time() - began

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        outer = self.current
        if fixturedef.scope != "function":
            self.current = self.shared[fixturedef.argname]
        yield
        self.current = outer

    def pytest_sessionfinish(self) -> None:
        Path(FILE).write_text(json.dumps(msgspec.to_builtins(self.found)))


def pytest_configure(config: pytest.Config) -> None:
    """With ``-p bench.tests_of_lines``."""
    config.pluginmanager.register(_Tracer())
