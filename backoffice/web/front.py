"""What stands before the application in its own process: static files, and trusted proxies."""

from __future__ import annotations

from collections.abc import Mapping
from wsgiref.headers import Headers

from flask import Flask
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
    outermost = ProxyFix(files, x_for=proxies, x_proto=proxies) if proxies else files
    app.__dict__["wsgi_app"] = outermost  # what Flask names for it; a method may not be assigned
