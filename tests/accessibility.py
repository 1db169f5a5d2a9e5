"""Judges every page of the demonstration by the Taiwanese web accessibility guidelines, level AA.

Run by `make accessibility` in an environment of its own, because a11y-moda holds back other tools.
Takes about half a minute a page. Exits with 1 on a finding that `accessibility.toml` does not
accept, and on an acceptance that is no longer needed: a11y-moda itself exits with 0 either way.
"""

from __future__ import annotations

import importlib
import os
import sys
import tomllib
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, StorageState, sync_playwright

from tests.tour import ROOT, demonstration, kind, launch, say, signed_in, walk

SPECIFICATION = "115.11"
LIST = ROOT / "tests" / "accessibility.toml"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a kind of page does not keep."""

    rule: str
    page: str
    says: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A finding that was looked at; `page` "*" stands for every page."""

    rule: str
    page: str
    why: str

    def covers(self, finding: Finding) -> bool:
        return self.rule == finding.rule and self.page in ("*", finding.page)


@dataclass(frozen=True, slots=True)
class SignedInBrowser:
    """A browser whose every new window is already signed in; all that the scanner asks for."""

    browser: Browser
    cookies: StorageState

    def new_context(self, **options: Any) -> BrowserContext:
        return self.browser.new_context(storage_state=self.cookies, **options)


def scan(url: str, page: str, browser: SignedInBrowser) -> list[Finding]:
    """What a11y-moda finds wrong with one page, which its findings are told of as `page`.

    A page that cannot be read is a finding too.
    """
    scanner = importlib.import_module("a11y_moda.scanner")
    report = scanner.scan_page(url, render=True, browser=browser)
    if report.fetch_error:
        return [Finding("unreadable", page, report.fetch_error)]
    wrong = [
        issue
        for issue in report.issues
        if issue.status == "fail" and issue.spec in (SPECIFICATION, "local")
    ]
    return [Finding(issue.rule_id, page, issue.message or issue.desc) for issue in wrong]


def scan_everything() -> list[Finding]:
    """Scan each kind of page once, as the first account that may open it."""
    found: list[Finding] = []
    scanned: set[str] = set()
    with demonstration() as office, sync_playwright() as playwright:
        browser = launch(playwright)
        found += scan(office.address, "sign-in", SignedInBrowser(browser, {}))
        for account in office.accounts:
            with signed_in(browser, office.address, account) as context:
                urls = [visit.url for _, visit in walk(context, office.address)]
                visitor = SignedInBrowser(browser, context.storage_state())
                for url in urls:
                    page = kind(url)
                    if page not in scanned:
                        scanned.add(page)
                        say(f"{account.name}: {page}")
                        found += scan(url, page, visitor)
        browser.close()
    return found


def acceptances() -> list[Acceptance]:
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))["accepted"]
    return [Acceptance(**each) for each in listed]


def main() -> int:
    """Scan, and compare with what was accepted."""
    os.environ["A11Y_ALLOW_PRIVATE_HOSTS"] = "1"
    found = list(dict.fromkeys(scan_everything()))
    accepted = acceptances()
    wrong = [each for each in found if not any(one.covers(each) for one in accepted)]
    idle = [one for one in accepted if not any(one.covers(each) for each in found)]
    for finding in wrong:
        say(f"{finding.page}: {finding.rule} {finding.says}")
    for one in idle:
        say(f"{LIST.name}: {one.rule} on {one.page} is no longer found; take it off the list")
    say(f"{len(wrong)} found, {len(found) - len(wrong)} accepted")
    return 1 if wrong or idle else 0


if __name__ == "__main__":
    sys.exit(main())
