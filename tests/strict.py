"""A pytest plugin for unattended runs: a test that would be skipped fails, and says so.

Nothing is skipped in CI. What a test needs is brought by `provide.py`; if it is not there, that is
a failure, and not a reason to look away. Expected failures (xfail) stay what they are.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest


def refuse_to_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skipped report into a failed one that keeps the reason."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"Skipped in an unattended run, where nothing may be: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Refuse what a test or its fixture skips."""
    report = yield
    refuse_to_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Refuse what a whole module skips."""
    report = yield
    refuse_to_skip(report)
    return report
