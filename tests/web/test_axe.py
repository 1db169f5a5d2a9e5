"""Every page that can be opened, by whoever may open it, has no serious accessibility fault.

The addresses come from the URL map; a page that takes a number gets the numbers that the
demonstration has, until it opens for somebody. None is left out: an address that nobody can open
in the demonstration fails, and so does a serious finding.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask

from tests.browser import serve
from tests.given.addresses import Found, addresses
from tests.given.web import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WCAG = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
SERIOUS = {"serious", "critical"}


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # files that the browser leaves half read
def test_every_page_is_free_of_serious_faults(
    shown: Flask, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    found, closed = addresses(shown)
    assert closed == [], "nobody can open these in the demonstration"
    pages = [one for one in found if one.is_page]

    faults = list(_faults(shown, browser, pages))

    with capsys.disabled():
        sys.stdout.write(f"\naxe: {len(pages)} pages of {len(found)} GET addresses\n")
    assert faults == []


def _faults(world: Flask, browser: Browser, pages: list[Found]) -> Iterator[str]:
    axe = Axe()
    with serve(world) as address:
        for person, group in itertools.groupby(pages, key=lambda one: one.person):
            context = browser.new_context(locale="zh-TW")
            if person is not None:
                token = signed_in(world, person).get_cookie("sid")
                assert token is not None
                context.add_cookies([{"name": "sid", "value": token.value, "url": address}])
            sheet = context.new_page()
            for one in group:
                sheet.goto(address + one.url)
                answer = axe.run(sheet, options={"runOnly": WCAG})
                for violation in answer.response["violations"]:
                    if violation["impact"] in SERIOUS:
                        where = violation["nodes"][0]["target"]
                        yield f"{one.endpoint} {one.url}: {violation['id']} at {where}"
            context.close()
