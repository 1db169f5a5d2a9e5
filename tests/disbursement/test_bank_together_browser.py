"""Several open items of one class are ticked and worked off with the keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import expect

from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.use_case import Office
from tests import given
from tests.disbursement.test_bank_together import PARTS, states, three_parts
from tests.disbursement.test_sheet_browser import window

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_two_of_three_are_ticked_and_settled_without_a_mouse(
    app: Flask, office: Office, browser: Browser
) -> None:
    sheet_id, _found = three_parts(office)

    with window(app, browser, given.CASHIER) as page:
        page.goto(PARTS)
        for _ in range(2):
            page.keyboard.press("j")
            page.keyboard.press("Space")
        expect(page.locator("[data-sum]")).to_have_text("2,000,000")
        page.keyboard.press("1")
        page.keyboard.press("n")
        page.keyboard.type("BANK 9")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#items input[name=item]")).to_have_count(1)

    assert states(office, sheet_id) == [LineState.PAID, LineState.PAID, LineState.SENT]
