"""Every answer is measured and noted: two hooks around the request, nothing inside it."""

from __future__ import annotations

import os
import re
from time import perf_counter
from typing import Final

import structlog
from flask import Flask, Response, g, request

from backoffice.web import metrics
from backoffice.web.guard import Visitor

REQUEST_ID: Final = re.compile(r"[0-9a-f]{32}")  # as nginx makes it; anything else is not ours
QUIET: Final = frozenset({"health.alive", "health.ready", "health.measures", "static"})

log = structlog.get_logger("backoffice")


def register(app: Flask) -> None:
    """Watch the application; to be called before anything else hooks in, so as to see it all."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = perf_counter()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else os.urandom(16).hex()


def _end(response: Response) -> Response:
    seconds = perf_counter() - g.began
    endpoint, status = request.endpoint or "none", response.status_code
    metrics.answered(endpoint, status, seconds)
    response.headers["X-Request-ID"] = g.request_id
    if endpoint not in QUIET or status >= 500:
        who = g.get("visitor")  # whoever was asked about; asking anew would read
        log.info(
            "request",
            endpoint=endpoint,
            method=request.method,
            status=status,
            ms=round(seconds * 1000, 2),
            role=who.actor.role.value if isinstance(who, Visitor) else "",
        )
    return response
