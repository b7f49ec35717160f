"""A skipped test is a failure where everything can be had: under CI=true nothing may be skipped. No example has a time limit."""

import os

import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is.
settings.register_profile("without-deadlines", settings(settings.default, deadline=None))
settings.load_profile("without-deadlines")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"skipped under CI, where everything it needs can be had: {reason}"
