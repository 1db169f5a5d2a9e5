"""Checking and settling a sheet with the keyboard alone; what is ticked is added up at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import expect

from backoffice.access import Actor
from backoffice.disbursement.rules.lifecycles import LineState, SheetState
from backoffice.use_case import Office
from tests import given
from tests.browser import serve
from tests.given import sheets as desk
from tests.given.web import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SCREENS_MAX = 20


@contextmanager
def window(app: Flask, browser: Browser, who: Actor, *, scripts: bool = True) -> Iterator[Page]:
    """A window in which somebody has signed in."""
    cookie = signed_in(app, who).get_cookie("sid")
    assert cookie is not None
    with serve(app) as address:
        context = browser.new_context(base_url=address, locale="zh-TW", java_script_enabled=scripts)
        context.add_cookies([{"name": "sid", "value": cookie.value, "url": address}])
        yield context.new_page()
        context.close()


def test_what_is_ticked_is_counted_and_added_up(
    app: Flask, office: Office, browser: Browser
) -> None:
    desk.verified_tranches(office, 3_000_000, 2_999_999)

    with window(app, browser, given.ACCOUNTING) as page:
        page.goto("/disbursement/sheets")
        for box in page.locator("input[name=tranche]").all():
            box.check()
        expect(page.locator("[data-count]")).to_have_text("2")
        expect(page.locator("[data-sum]")).to_have_text("2,999,999")


def test_a_changed_account_is_ticked_and_the_sheet_checked_by_keys(
    app: Flask, office: Office, browser: Browser
) -> None:
    sheet_id = desk.make(office, [desk.a_changed_account(office)])

    with window(app, browser, given.ACCOUNTING_2) as page:
        page.goto(f"/disbursement/sheets/{sheet_id}")
        page.keyboard.press("Enter")
        page.wait_for_url("**/check")
        page.keyboard.press("y")
        for _screen in range(SCREENS_MAX):
            if desk.sheet_row(office, sheet_id).state is SheetState.CHECKED:
                break
            page.keyboard.press("Shift+Y")  # not taken before the browser has shown the line
            page.wait_for_timeout(300)

    assert desk.sheet_row(office, sheet_id).state is SheetState.CHECKED


def test_paid_and_returned_are_entered_by_keys(
    app: Flask, office: Office, browser: Browser
) -> None:
    sheet_id = desk.a_sent_sheet(office, 3_000_000, 2_999_999)

    with window(app, browser, given.CASHIER) as page:
        page.goto(f"/disbursement/sheets/{sheet_id}/settle")
        page.keyboard.press("y")
        page.keyboard.press("n")
        page.locator("select[name='lines-1-reason']").select_option("NAME_DIFFERS")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")

    states = [line.state for line in desk.line_rows(office, sheet_id)]
    assert states == [LineState.PAID, LineState.RETURNED]
