"""The desk under real hands: keyboard only, a page closed in mid-sentence, two tabs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from backoffice.review.rules.lifecycles import ScoreSheetState
from backoffice.use_case import Office
from tests import given
from tests.browser import serve
from tests.given import review as world
from tests.given.web import signed_in
from tests.review import urls
from tests.review.policies import KEYS
from tests.review.scenes import PLAIN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
SOUND, FEASIBLE, USEFUL = KEYS


@pytest.fixture
def window(app: Flask, browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A window of the browser in which the reviewer has signed in."""
    cookie = signed_in(app, given.REVIEWER).get_cookie("sid")
    assert cookie is not None
    with serve(app) as address:
        context = browser.new_context(base_url=address, **browser_context_args)
        context.add_cookies([{"name": "sid", "value": cookie.value, "url": address}])
        yield context.new_page()
        context.close()


def at_the_desk(window: Page) -> None:
    """Wait until the first mark has the focus: what is typed sooner is typed into nothing."""
    window.locator(f"[name=mark_{SOUND}]:focus").wait_for()


def says(window: Page, words: str) -> None:
    """Wait until the page says so of what was typed."""
    window.locator("[data-autosave-status]", has_text=words).wait_for()


def test_two_cases_are_scored_and_handed_in_without_a_mouse(office: Office, window: Page) -> None:
    cases = [
        world.a_case_with_panel(office, world.Applied(number=number, equipment=()))
        for number in ("S01-112-000001", "S01-112-000002")
    ]
    window.goto(urls.HOME)
    pressed = 0
    for marks in (("82", "74", "80"), ("65", "70", "90.5")):
        with window.expect_navigation():
            window.keyboard.press("Enter")  # home or the declaration: the primary action
        if "/declare/" in window.url:
            with window.expect_navigation():
                window.keyboard.press("Enter")
        at_the_desk(window)
        for place, mark in enumerate(marks):
            window.keyboard.type(mark)
            if place < 2:
                window.keyboard.press("Tab")
                window.keyboard.press("Tab")
                pressed += 2
        if marks[0] == "82":
            with window.expect_navigation():
                window.keyboard.press("Enter")
        pressed += 1
    with window.expect_navigation():
        window.keyboard.press("Enter")
    with window.expect_navigation():
        window.keyboard.press("Enter")

    assert window.url.endswith(urls.HOME)
    for case_id, total in zip(cases, ((820, 740, 800), (650, 700, 905)), strict=True):
        sheet = world.sheet_row(office, case_id, given.REVIEWER)
        assert sheet.state is ScoreSheetState.SUBMITTED
        assert tuple(sheet.marks.values()) == total
    assert pressed <= 6 * len(cases)


def test_a_page_left_in_mid_sentence_comes_back_to_the_same_word(
    office: Office, window: Page
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    window.goto(urls.desk(office, case_id, given.REVIEWER))
    window.fill(f"[name=reason_{FEASIBLE}]", "期程偏緊，建議")

    window.reload()
    says(window, "已儲存")

    assert window.input_value(f"[name=reason_{FEASIBLE}]") == "期程偏緊，建議"
    assert world.sheet_row(office, case_id, given.REVIEWER).reasons[FEASIBLE] == "期程偏緊，建議"


def test_the_total_follows_what_is_saved(office: Office, window: Page) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    window.goto(urls.desk(office, case_id, given.REVIEWER))
    at_the_desk(window)

    window.keyboard.type("82")
    says(window, "已儲存")

    assert "32.80" in window.inner_text("#total")
    assert window.inner_text(f"#bands-{SOUND} .on b") == "80–89"
    assert window.evaluate("document.activeElement.name") == f"mark_{SOUND}"


def test_what_is_missing_has_the_focus(office: Office, window: Page) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    window.goto(urls.desk(office, case_id, given.REVIEWER))
    at_the_desk(window)
    window.keyboard.type("82")

    with window.expect_navigation():
        window.keyboard.press("Enter")

    assert "「可行性」尚未評分" in window.inner_text("[role=alert]")
    window.locator(f"[name=mark_{FEASIBLE}]:focus").wait_for()


def test_of_two_tabs_the_slower_one_chooses(office: Office, window: Page) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    url = urls.desk(office, case_id, given.REVIEWER)
    window.goto(url)
    other = window.context.new_page()
    other.goto(url)
    other.fill(f"[name=reason_{SOUND}]", "另一頁的理由")
    says(other, "已儲存")

    for key, mark in zip(KEYS, ("82", "74", "80"), strict=True):
        window.fill(f"[name=mark_{key}]", mark)
    window.fill(f"[name=reason_{SOUND}]", "這一頁的理由")
    says(window, "他處更新")
    window.focus(f"[name=mark_{USEFUL}]")
    with window.expect_navigation():
        window.keyboard.press("Enter")
    assert "另一頁的理由" in window.inner_text("#score-sheet")
    with window.expect_navigation():
        window.locator(f"[name=mark_{USEFUL}]").press("Enter")

    assert window.url.endswith(urls.SUBMIT)
    assert world.sheet_row(office, case_id, given.REVIEWER).reasons[SOUND] == "這一頁的理由"
