"""The page that lists the 100 scenarios says the truth about the tests."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (A\d+) \| .+ \| (完成|待辦)", re.MULTILINE)
MARK = re.compile(r"scenario\(\s*((?:\"A\d+\",?\s*)+)\)")


def marked() -> set[str]:
    """The scenarios that a test names."""
    found: set[str] = set()
    for file in (ROOT / "tests").rglob("test_*.py"):
        for mark in MARK.finditer(file.read_text(encoding="utf-8")):
            found |= set(re.findall(r"A\d+", mark.group(1)))
    return found


def test_every_scenario_stands_on_the_page_once_and_done_means_tested() -> None:
    page = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    rows = ROW.findall(page)

    assert [number for number, _state in rows] == [f"A{number:02}" for number in range(1, 101)]
    assert {number for number, state in rows if state == "完成"} == marked()
