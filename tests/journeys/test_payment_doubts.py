"""Payment day with a doubt: a query, its answer, and an edit that voids the checker's signature.

Four people, by the keyboard where the desk has keys; nothing is paid until everybody who must has
signed what is paid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from backoffice.disbursement.rules.lifecycles import SheetState
from backoffice.invariants import violations
from backoffice.use_case import Office
from tests import given
from tests.browser import serve
from tests.given import disbursement as world
from tests.given import sheets as desk
from tests.journeys.test_payment_day import Hands, Presses, hands, in_ledger, the_sheet

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

AMOUNTS = (2_000_000, 1_800_000, 1_600_000)
TAKEN_OUT = 3
DOUBT, ANSWER, REASON = "戶名與存摺是否相符", "已電洽業者，相符", "業者來函請緩撥"


def seen_and_checked(checker: Hands, office: Office, sheet_id: int) -> None:
    """Every line was on the screen, and she signs."""
    checker.page.goto(f"/disbursement/sheets/{sheet_id}/check")
    for _screen in AMOUNTS:
        if the_sheet(office).state is SheetState.CHECKED:
            break
        checker.press("Shift+Y")
        checker.page.wait_for_timeout(300)
    assert the_sheet(office).state is SheetState.CHECKED


def asked_and_answered(checker: Hands, maker: Hands, sheet_id: int) -> None:
    """She may not sign while her question waits for the maker."""
    url = f"/disbursement/sheets/{sheet_id}"
    checker.page.goto(f"{url}/check")
    checker.press("j")
    checker.go("n", to="**/query")
    checker.page.locator("main textarea").fill(DOUBT)
    checker.go("Control+Enter", to="**/check")
    assert "1 筆疑義待編製人員回覆" in checker.page.locator("main").inner_text()

    maker.page.goto(url)
    assert DOUBT in maker.page.locator("main").inner_text()
    maker.page.get_by_role("link", name="回覆").click()
    maker.page.locator("main textarea").fill(ANSWER)
    maker.go("Control+Enter", to=f"**{url}")


def taken_out(maker: Hands, sheet_id: int) -> None:
    """The page says beforehand whose signature goes, and afterwards whose went."""
    maker.page.goto(f"/disbursement/sheets/{sheet_id}")
    maker.page.get_by_role("link", name="剔除").nth(TAKEN_OUT - 1).click()
    assert "覆核" in maker.page.locator("main").inner_text()
    maker.page.locator("main textarea").fill(REASON)
    maker.go("Control+Enter", to=f"**/disbursement/sheets/{sheet_id}")
    told = maker.page.locator("section[aria-labelledby=changes]").inner_text()
    assert REASON in told
    assert "失效" in told
    assert "覆核" in told


def signed(person: Hands, sheet_id: int, step: str) -> None:
    person.page.goto(f"/disbursement/sheets/{sheet_id}")
    person.go("Enter", to=f"**/{step}")
    person.go("Enter", to="**/sheets/*")


def test_an_edit_voids_the_check_and_nothing_is_sent_until_it_is_signed_anew(
    app: Flask, office: Office, browser: Browser
) -> None:
    tranches = desk.verified_tranches(office, *AMOUNTS)
    desk.an_allotment(office)
    world.at(office, desk.MADE_ON)

    with serve(app) as address, hands(app, browser, address, Presses()) as of:
        assert callable(of)
        maker, checker = of(given.ACCOUNTING), of(given.ACCOUNTING_2)
        maker.press("j", "Shift+Tab", "Space")
        maker.go("Control+Enter", to="**/sheets/*")
        sheet = the_sheet(office)
        asked_and_answered(checker, maker, sheet.id)
        seen_and_checked(checker, office, sheet.id)
        checked_at = the_sheet(office).version

        taken_out(maker, sheet.id)
        assert the_sheet(office).state is SheetState.MADE
        manager = of(given.MANAGER)
        manager.page.goto(f"/disbursement/sheets/{sheet.id}/approve")
        assert manager.page.get_by_role("button", name="核准").count() == 0

        seen_and_checked(checker, office, sheet.id)
        assert the_sheet(office).version > checked_at
        signed(manager, sheet.id, "approve")
        signed(of(given.CASHIER), sheet.id, "send")

    sent, _paid = in_ledger(office, sheet.number)
    kept = tranches[: TAKEN_OUT - 1]
    assert sent.dollars == sum(desk.tranche_row(office, each).amount.dollars for each in kept)
    with Session(office.engine) as session:
        assert violations(session) == ()
