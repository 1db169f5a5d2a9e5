"""A number under focus is explained by E; a row from a spreadsheet is pasted into the months."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import expect

from backoffice.access import Actor
from backoffice.use_case import Office
from tests import given
from tests.browser import serve
from tests.given import budget
from tests.given.web import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PASTE = """([field, text]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text", text);
  document.querySelector(field).dispatchEvent(
    new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@contextmanager
def window(app: Flask, browser: Browser, who: Actor) -> Iterator[Page]:
    """A window in which somebody has signed in."""
    cookie = signed_in(app, who).get_cookie("sid")
    assert cookie is not None
    with serve(app) as address:
        context = browser.new_context(base_url=address, locale="zh-TW")
        context.add_cookies([{"name": "sid", "value": cookie.value, "url": address}])
        yield context.new_page()
        context.close()


def test_e_explains_the_number_under_focus(app: Flask, office: Office, browser: Browser) -> None:
    budget.an_appropriation(office, 1_000)

    with window(app, browser, given.ACCOUNTING) as page:
        page.goto("/reports/budget")
        page.locator("#named a[data-explain]").nth(8).focus()
        page.keyboard.press("e")
        page.wait_for_url("**/reports/entries/S01/surplus")
        expect(page.locator(".tally .num")).to_have_text("1,000")


def test_a_pasted_row_fills_the_months_and_the_sum_is_told(
    app: Flask, office: Office, browser: Browser
) -> None:
    budget.an_appropriation(office, 1_000)

    with window(app, browser, given.ACCOUNTING) as page:
        page.goto("/reports/budget/plan/S01/2023")
        page.evaluate(PASTE, ["[name=month_5-planned]", "100\t200\t300\r\n"])
        status = page.locator("[data-plan-status]")
        expect(page.locator("[name=month_7-planned]")).to_have_value("300")
        expect(status).to_contain_text("已貼上 3 格。")
        expect(status).to_contain_text("合計 600 元，未超過可分配的 1,000 元")
        page.fill("[name=month_8-planned]", "401")
        expect(status).to_contain_text("超過可分配的 1,000 元，超出 1 元")
        page.fill("[name=month_8-planned]", "400")
        page.fill("[name=document_number]", "分字第1號")
        page.fill("[name=on]", "112/04/17")
        page.locator("main button.primary").click()
        page.wait_for_url("**/reports/budget/plan?year=2023")

    assert budget.amounts(office) == {"appropriation": 1_000, "available": 1_000}
