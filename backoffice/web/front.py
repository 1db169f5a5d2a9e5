"""What stands before the application in its own process: static files, trusted proxies, texts."""

from __future__ import annotations

from collections.abc import Mapping
from wsgiref.headers import Headers

from flask import Flask, abort, request
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

ONE_YEAR = 31_536_000


def register(app: Flask, headers: Mapping[str, str], *, proxies: int) -> None:
    """Serve `/static` without waking the application; believe as many proxies as are ours.

    With `proxies` 0 nobody's word about an address is believed. The address of a static file
    carries the release, so that a browser may keep it for a year.
    """

    def protect(sent: Headers, _path: str, _url: str) -> None:
        for name, value in headers.items():
            sent[name] = value

    files = WhiteNoise(
        app.wsgi_app,
        root=app.static_folder,
        prefix=app.static_url_path,
        max_age=ONE_YEAR,
        allow_all_origins=False,
        add_headers_function=protect,
    )
    app.before_request(_refuse_nul)
    outermost = ProxyFix(files, x_for=proxies, x_proto=proxies) if proxies else files
    app.__dict__["wsgi_app"] = outermost  # what Flask names for it; a method may not be assigned


def _refuse_nul() -> None:
    """400 for U+0000 in an address or a form: no keyboard types it, and no database keeps it."""
    texts = (text for _name, several in request.values.lists() for text in several)
    if "\x00" in request.path or any("\x00" in text for text in texts):
        abort(400)
