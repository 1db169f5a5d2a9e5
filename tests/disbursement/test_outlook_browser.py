"""The list of checkpoints by the keyboard alone, and a page of evidence as it is seen."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import expect

from backoffice.use_case import Office
from tests import given
from tests.disbursement.test_sheet_browser import window
from tests.given import disbursement as world
from tests.given.execution import Running, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.broken]


def test_the_menu_the_rows_and_a_case_are_reached_by_keys(
    app: Flask, office: Office, browser: Browser
) -> None:
    world.at(office, date(2023, 10, 2))
    running(office, Running(), Running())

    with window(app, browser, given.OFFICER) as page:
        page.goto("/cases/")
        page.keyboard.press("g")
        page.keyboard.press("k")
        page.wait_for_url("**/disbursement/checkpoints")
        page.keyboard.press("j")
        page.keyboard.press("j")
        expect(page.locator("tr.here th a")).to_have_text("S01-112-000002")
        page.keyboard.press("Enter")
        page.wait_for_url("**/disbursement/cases/*")


def test_a_page_of_evidence_is_seen_on_the_page(
    app: Flask, office: Office, browser: Browser
) -> None:
    case_id = world.a_contracted_case(office)
    point = world.points(office, case_id)[0]
    world.report_point(office, point.id, date(2023, 8, 31))

    with window(app, browser, given.OFFICER) as page:
        page.goto(f"/disbursement/checkpoints/{point.id}")
        picture = page.locator(".evidence img").first
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("naturalWidth", 1_000)
