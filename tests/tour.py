"""A walk through the demonstration as each of its people, for the tools that look at every page.

Starts `backoffice serve` on a database of its own, signs in with the accounts that it prints, and
follows the links. Used by `screens.py` and `accessibility.py`; no test imports it.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright

from tests import provide

ROOT = Path(__file__).resolve().parent.parent
CONSOLE_SCRIPT = ROOT / ".venv" / "bin" / "backoffice"
ACCOUNT = re.compile(r"(?P<email>[\w.+-]+@[\w.-]+\w)\s+(?P<password>\S+)")
FILE = re.compile(r"\.(?:xlsx|ods|csv|pdf|txt|json|zip)$")
READY_SECONDS_MAX = 600
PAGES_MAX = 150
CHINESE, ENGLISH = "zh-Hant-TW", "en"
# What a browser sends when this button of a form is pressed, wherever the menu hides it.
FIELDS = "button => Object.fromEntries(new FormData(button.form, button))"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the demonstration."""

    email: str
    password: str

    @property
    def name(self) -> str:
        """What stands before the at sign: the role."""
        return self.email.partition("@")[0]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A served demonstration: where it is, and who may sign in."""

    address: str
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """One page that was opened, and the HTTP status that it answered with."""

    url: str
    status: int


class TourFailed(Exception):
    """The demonstration did not start, or nobody could sign in."""


@contextmanager
def demonstration() -> Iterator[Demonstration]:
    """Serve the demonstration from an empty folder until it is no longer needed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="backoffice-tour-") as folder:
        log = Path(folder) / "log"
        settings = {**os.environ, "BACKOFFICE_INSTANCE": folder, "PORT": str(port)}
        settings.pop("DATABASE_URL", None)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(CONSOLE_SCRIPT), "serve"],
                cwd=ROOT,
                env=settings,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_until_ready(address, process, log)
            yield Demonstration(address, accounts_in(log.read_text(encoding="utf-8")))
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when /readyz says yes; the demonstration takes its time to be carried."""
    for _ in range(READY_SECONDS_MAX):
        if process.poll() is not None:
            break
        if answers(address):
            return
        time.sleep(1)
    said = log.read_text(encoding="utf-8", errors="replace")[-4000:]
    raise TourFailed(f"the demonstration did not become ready:\n{said}")


def answers(address: str) -> bool:
    """Whether the office says that it is ready to serve."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def accounts_in(printed: str) -> tuple[Account, ...]:
    """The accounts that `serve` printed: an address, space, a password."""
    found = [Account(match["email"], match["password"]) for match in ACCOUNT.finditer(printed)]
    if not found:
        raise TourFailed(f"`backoffice serve` printed no account:\n{printed[-4000:]}")
    return tuple(dict.fromkeys(found))


def launch(playwright: Playwright) -> Browser:
    """The Chromium of the tests."""
    return playwright.chromium.launch(executable_path=provide.browser(), args=ARGUMENTS)


@contextmanager
def signed_in(
    browser: Browser, address: str, account: Account, language: str = CHINESE
) -> Iterator[BrowserContext]:
    """A window of the browser in which the account has signed in, and reads this language."""
    context = browser.new_context(
        locale="zh-TW", timezone_id="Asia/Taipei", viewport={"width": 1440, "height": 900}
    )
    try:
        page = context.new_page()
        page.goto(address)
        password = page.locator("input[type=password]")
        form = page.locator("form").filter(has=password)
        form.locator("input[type=email], input[name=email]").fill(account.email)
        password.fill(account.password)
        form.locator("button[type=submit]").click()
        page.wait_for_load_state()
        if page.locator("input[type=password]").count():
            raise TourFailed(f"{account.email} could not sign in")
        choice = page.locator(f"button[name=locale][value='{language}']")
        if choice.count():  # only the other language is offered
            url = urljoin(address, "/language")
            answer = context.request.post(url, form=choice.first.evaluate(FIELDS), max_redirects=0)
            if answer.status != 303:
                raise TourFailed(f"{account.email} could not choose {language}: {answer.status}")
        yield context
    finally:
        context.close()


def walk(context: BrowserContext, address: str) -> Iterator[tuple[Page, Visit]]:
    """Open every kind of page that the links lead to, the landing page first.

    Addresses that differ only in a number are one kind. At most PAGES_MAX pages.
    """
    page = context.new_page()
    waiting = [urljoin(address, "/")]
    seen: set[str] = set()
    while waiting and len(seen) < PAGES_MAX:
        url = waiting.pop(0)
        if kind(url) in seen:
            continue
        seen.add(kind(url))
        try:
            answer = page.goto(url)
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            continue  # a file and no page
        page.wait_for_load_state("networkidle")
        links = page.eval_on_selector_all("a[href]:not([download])", "all => all.map(a => a.href)")
        waiting += [link for link in links if belongs(link, address)]
        yield page, Visit(page.url, answer.status if answer else 0)


def belongs(link: str, address: str) -> bool:
    """Whether a link leads to a page of the office, and not to a file or elsewhere."""
    parts = urlsplit(link)
    return f"{parts.scheme}://{parts.netloc}" == address and not FILE.search(parts.path)


def kind(url: str) -> str:
    """The address without what tells one case, sheet or page of a list from another."""
    path = urlsplit(urldefrag(url).url).path
    return "/".join("*" if re.search(r"\d", part) else part for part in path.split("/"))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
