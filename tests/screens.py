"""Pictures of every page as every role, and one sheet that shows them all: `screens/index.html`.

Run as `python -m tests.screens` (`make screens`). Exits with 1 if a page answered with an error.
"""

from __future__ import annotations

import itertools
import shutil
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.tour import (
    CHINESE,
    ENGLISH,
    ROOT,
    Account,
    Visit,
    demonstration,
    launch,
    say,
    signed_in,
    walk,
)

FOLDER = ROOT / "screens"
SHEET = """<!doctype html>
<html lang="zh-Hant"><meta charset="utf-8"><title>畫面總覽</title>
<style>
body { font-family: system-ui, sans-serif; margin: 24px }
ol { display: grid; grid-template-columns: repeat(auto-fill, minmax(360px, 1fr)); gap: 16px }
li { list-style: none } img { width: 100%; border: 1px solid #dad7cf } .bad { color: #9c2329 }
</style>
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as one person saw it."""

    account: Account
    language: str
    visit: Visit
    title: str
    file: Path

    def as_html(self) -> str:
        href, title = escape(self.file.relative_to(FOLDER).as_posix()), escape(self.title)
        bad = f' <b class="bad">{self.visit.status}</b>' if self.visit.status >= 400 else ""
        image = f'<img src="{href}" alt="{title}" loading="lazy">'
        return f'<li><a href="{href}">{image}</a> {title}{bad}<br>{escape(self.visit.url)}</li>'


def take_pictures() -> list[Picture]:
    """Walk through the demonstration as each account, and keep what is seen."""
    taken: list[Picture] = []
    with demonstration() as office, sync_playwright() as playwright:
        browser = launch(playwright)
        for account, language in itertools.product(office.accounts, (CHINESE, ENGLISH)):
            folder = FOLDER / account.name / language
            folder.mkdir(parents=True)
            before = len(taken)
            with signed_in(browser, office.address, account, language) as context:
                for number, (page, visit) in enumerate(walk(context, office.address)):
                    file = folder / f"{number:02}.png"
                    page.screenshot(path=file, full_page=True)
                    taken.append(Picture(account, language, visit, page.title(), file))
            say(f"{account.name}, {language}: {len(taken) - before} pages")
        browser.close()
    return taken


def main() -> int:
    """Make the folder anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    pictures = take_pictures()
    lines = [SHEET]
    for (account, language), seen in itertools.groupby(
        pictures, lambda each: (each.account, each.language)
    ):
        lines.append(f"<h1>{escape(account.name)}, {language}</h1><ol>")
        lines += [picture.as_html() for picture in seen]
        lines.append("</ol>")
    index = FOLDER / "index.html"
    index.write_text("\n".join(lines), encoding="utf-8")
    bad = [picture for picture in pictures if picture.visit.status >= 400]
    for picture in bad:
        say(f"{picture.account.name}: {picture.visit.url} answered {picture.visit.status}")
    say(f"{len(pictures)} pictures: {index.relative_to(ROOT)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
