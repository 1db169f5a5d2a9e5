"""The payment desk with the keyboard alone: what is in, what failed, what is agreed or asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import expect

from backoffice.disbursement.rules.lifecycles import SheetState
from backoffice.use_case import Office
from tests import given
from tests.disbursement.test_sheet_browser import window
from tests.given import paydesk
from tests.given import sheets as desk

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

MAKE = "/disbursement/sheets?step=MAKE"


def test_space_takes_in_and_leaves_out_and_the_sum_follows(
    app: Flask, office: Office, browser: Browser
) -> None:
    desk.verified_tranches(office, 3_000_000, 2_999_999)

    with window(app, browser, given.ACCOUNTING) as page:
        page.goto(MAKE)
        page.keyboard.press("j")
        page.keyboard.press("Space")
        page.keyboard.press("j")
        page.keyboard.press("Space")
        expect(page.locator("[data-sum]")).to_have_text("2,999,999")
        page.keyboard.press("Space")
        expect(page.locator("[data-sum]")).to_have_text("1,500,000")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/disbursement/sheets/1")

    assert desk.sheet_row(office, 1).row_count == 1


def test_slash_finds_a_payee_and_enter_goes_to_it(
    app: Flask, office: Office, browser: Browser
) -> None:
    desk.verified_tranches(office, 3_000_000, 2_999_999)

    with window(app, browser, given.ACCOUNTING) as page:
        page.goto(MAKE)
        page.keyboard.press("/")
        page.keyboard.type("永昌")
        expect(page.locator("tr[data-line]:visible")).to_have_count(1)
        page.keyboard.press("Enter")
        page.keyboard.press("Space")
        expect(page.locator("[data-sum]")).to_have_text("1,499,999")


def test_c_goes_to_the_next_failed_check(app: Flask, office: Office, browser: Browser) -> None:
    desk.a_verified_tranche(office, 0)
    desk.a_changed_account(office, 1)

    with window(app, browser, given.ACCOUNTING) as page:
        page.goto(MAKE)
        page.keyboard.press("c")
        expect(page.locator("tr.here")).to_contain_text(desk.FIRMS[1][0])


def test_the_rest_is_agreed_only_after_every_line_was_on_the_screen(
    app: Flask, office: Office, browser: Browser
) -> None:
    sheet_id = desk.make(office, desk.verified_tranches(office, *[3_000_000] * 8))

    with window(app, browser, given.ACCOUNTING_2) as page:
        page.set_viewport_size({"width": 1_200, "height": 500})
        page.goto(f"/disbursement/sheets/{sheet_id}/check")
        page.keyboard.press("y")
        page.keyboard.press("Shift+Y")
        expect(page.locator("[data-desk-status]")).to_contain_text("列未看過")
        assert desk.sheet_row(office, sheet_id).state is SheetState.MADE
        while page.locator("tr[data-line]:not([data-viewed])").count():
            page.keyboard.press("j")
            page.wait_for_timeout(50)
        with page.expect_navigation():
            page.keyboard.press("Shift+Y")

    assert desk.sheet_row(office, sheet_id).state is SheetState.CHECKED


def test_n_asks_about_the_line_at_hand(app: Flask, office: Office, browser: Browser) -> None:
    sheet_id = desk.a_made_sheet(office, 3_000_000, 2_999_999)

    with window(app, browser, given.ACCOUNTING_2) as page:
        page.goto(f"/disbursement/sheets/{sheet_id}/check")
        page.keyboard.press("y")
        page.keyboard.press("n")
        page.wait_for_url("**/query")
        page.locator("textarea[name=note]").fill("領據日期早於契約日")
        with page.expect_navigation():
            page.locator("main button[type=submit]").click()
        expect(page.locator("tr[data-line]").nth(1)).to_contain_text("領據日期早於契約日")


def test_without_scripts_the_check_is_one_form(
    app: Flask, office: Office, browser: Browser
) -> None:
    sheet_id = desk.a_made_sheet(office, 3_000_000, 2_999_999)
    paydesk.ask(office, sheet_id)
    paydesk.answer(office, sheet_id)

    with window(app, browser, given.ACCOUNTING_2, scripts=False) as page:
        page.goto(f"/disbursement/sheets/{sheet_id}/check")
        with page.expect_navigation():
            page.locator("form#check button[type=submit]").click()

    assert desk.sheet_row(office, sheet_id).state is SheetState.CHECKED
