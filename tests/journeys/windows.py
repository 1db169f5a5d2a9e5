"""People of the roster at their own windows of a real browser: what they type, press and read.

Every window is watched: an error on a page, on its console (a refused policy is one), or an answer
of 400 and above is a trouble, whoever was looking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import expect

from backoffice.access import Actor
from backoffice.demo.papers import paper
from tests import given
from tests.given.roster import email_of

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Download,
        Locator,
        Page,
        Response,
    )

PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)
SIGN_IN = "/sign-in"
KEY = re.compile(r"[A-Z][a-z]+|[a-z0-9/.]")


class Windows:
    """One window for each person, opened at the first need and kept open."""

    def __init__(self, browser: Browser, context_args: Mapping[str, Any], address: str) -> None:
        self._browser = browser
        self._context_args = context_args
        self._address = address
        self._open: dict[int, tuple[BrowserContext, Window]] = {}
        self.troubles: list[str] = []

    def of(self, person: Actor) -> Window:
        """The person's window."""
        if person.id not in self._open:
            context = self._browser.new_context(**self._context_args)
            context.set_default_timeout(PATIENCE_MS)
            window = Window(context.new_page(), person, self._address)
            self._watch(window.page, person)
            self._open[person.id] = (context, window)
        return self._open[person.id][1]

    @property
    def people(self) -> frozenset[int]:
        """Who has sat at a window."""
        return frozenset(self._open)

    def close(self) -> None:
        """Close every window."""
        for context, _window in self._open.values():
            context.close()

    def _watch(self, page: Page, person: Actor) -> None:
        def note(what: object) -> None:
            self.troubles.append(f"{person.name} {urlsplit(page.url).path}: {what}")

        def on_console(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                note(message.text)

        def on_response(response: Response) -> None:
            if response.status >= 400:
                note(f"{response.status} {response.url}")

        page.on("console", on_console)
        page.on("pageerror", note)
        page.on("response", on_response)


@contextmanager
def opened(browser: Browser, context_args: Mapping[str, Any], address: str) -> Iterator[Windows]:
    """Windows onto the office at this address, closed at the end."""
    windows = Windows(browser, context_args, address)
    try:
        yield windows
    finally:
        windows.close()


class Window:
    """What one person does in the browser."""

    def __init__(self, page: Page, person: Actor, address: str) -> None:
        self.page = page
        self.person = person
        self._address = address

    # --- going about ----------------------------------------------------------------------------

    def open(self, path: str) -> None:
        """Go to a page; who is not signed in (any more) signs in first, as anybody does."""
        self.page.goto(self._address + path)
        if urlsplit(self.page.url).path == SIGN_IN:
            self._sign_in()

    def _sign_in(self) -> None:
        self.reads_heading("登入")
        self.fill("電子郵件", email_of(self.person))
        self.fill("密碼", given.PASSWORD)
        self.click("登入")
        expect(self.page.locator("details.menu summary")).to_have_text(self.person.name)

    def follow(self, name: str) -> None:
        """Click the link of exactly this name in the page's main part."""
        with self.page.expect_navigation():
            self.main.get_by_role("link", name=name, exact=True).first.click()

    def click(self, name: str) -> None:
        """Click the button of exactly this name, which leads to another page."""
        with self.page.expect_navigation():
            self.main.get_by_role("button", name=name, exact=True).click()

    def press(self, key: str) -> None:
        """Press a key that leads to another page."""
        self.page.wait_for_load_state()
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def type(self, *keys: str) -> None:
        """Press keys that stay on the page: a name of a key, or text to be written."""
        self.page.wait_for_load_state()
        for key in keys:
            if KEY.fullmatch(key):
                self.page.keyboard.press(key)
            else:
                self.page.keyboard.type(key)

    def next_step(self, label: str) -> None:
        """The page's primary action, which must be this one, taken with its key."""
        primary = self.page.locator(".headline a.btn.primary")
        expect(primary).to_contain_text(label)
        self.press(".")

    def download(self, name: str) -> Download:
        """The file behind the link or the button of this name."""
        link = self.main.get_by_role("link", name=name, exact=True)
        button = self.main.get_by_role("button", name=name, exact=True)
        with self.page.expect_download() as found:
            link.or_(button).click()
        return found.value

    # --- filling in -----------------------------------------------------------------------------

    def fill(self, label: str, text: str) -> None:
        """Write into the field of this label."""
        self.labelled(label).fill(text)

    def choose(self, label: str) -> None:
        """Tick the box, or choose the option, of this label."""
        self.labelled(label).check()

    def select(self, label: str, option: str) -> None:
        """Choose from the list of this label, by value."""
        self.labelled(label).select_option(option)

    def attach(self, label: str, title: str) -> None:
        """Attach a PDF of this title."""
        upload = paper(title)
        self.labelled(label).set_input_files(
            {"name": upload.name, "mimeType": "application/pdf", "buffer": upload.content}
        )

    # --- reading --------------------------------------------------------------------------------

    def reads_heading(self, text: str) -> None:
        """The page's heading says this."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    def reads(self, *texts: str) -> None:
        """The page's main part says each of these."""
        for text in texts:
            expect(self.main).to_contain_text(text)

    def reads_told(self, text: str) -> None:
        """What was just done is told at the top of the page."""
        expect(self.page.locator(".flashes")).to_contain_text(text)

    def reads_state(self, number: str, word: str) -> None:
        """The case of this number is said to be in this state."""
        head = self.main.locator("p").filter(has=self.page.locator("strong", has_text=number))
        expect(head.locator(".s").first).to_have_text(word)

    def row(self, text: str) -> Locator:
        """The row of a table that says this."""
        return self.main.locator("tbody tr").filter(has_text=text)

    @property
    def main(self) -> Locator:
        """The page's main part."""
        return self.page.locator("main")

    def labelled(self, label: str) -> Locator:
        """The field of exactly this label; whether it is optional does not matter."""
        return self.main.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*(（選填）)?\s*$"))
