"""A real browser for the tests: Debian's Chromium, driven by Playwright, on an office of one's own.

A plugin: name it in `pytest_plugins`. It sets up the fixtures of pytest-playwright (`page`,
`browser`, `context`); `serve(app)` gives them something to look at. Nothing is downloaded: the
browser is the one that $CHROMIUM names, else `chromium` on the path.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

from tests import provide

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# As root there is no sandbox; and a browser that calls home meets only closed doors here.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class BrowserMissing(Exception):
    """There is no Chromium to drive."""


def chromium() -> str:
    """The path of the browser; says how to get one if there is none."""
    path = provide.browser()
    if path is None:
        line = provide.install_line(["chromium", "fonts-noto-cjk"])
        raise BrowserMissing(
            f"The browser tests need Chromium, on the path or named by $CHROMIUM. "
            f"On Debian, as root: apt-get update && {line}"
        )
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How Playwright starts the browser."""
    return {"executable_path": chromium(), "args": list(ARGUMENTS), "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """Who looks: an officer in Taipei at an ordinary screen."""
    return {
        "locale": "zh-TW",
        "timezone_id": "Asia/Taipei",
        "viewport": {"width": 1440, "height": 900},
    }


@contextmanager
def serve(app: WSGIApplication) -> Iterator[str]:
    """The address of `app`, served by threads of this process on a free port of the loopback."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, name="served-app", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
