"""The log: one line an event on standard error, for machines or for a reader, without persons.

A line names endpoints, codes, roles and numbers; never an address as it was typed, a form's value,
a name, a 統一編號 or an account. Of an exception it keeps the kind and the places in the code, not
the message, which may quote a row.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog
from flask import g, has_request_context, request

FRAMES_MAX: Final = 30

Event = MutableMapping[str, Any]


class Lines:
    """Where finished lines go: standard error, as it is at the moment of writing."""

    def msg(self, line: str) -> None:
        """Write one line, whole."""
        sys.stderr.write(line + "\n")

    debug = info = warning = error = critical = exception = msg


def configure(log_format: str) -> None:
    """Set the log up: "json", "text", or "auto", which is text at a terminal only."""
    structlog.configure(
        processors=_processors(log_format),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_names: Lines(),
        cache_logger_on_first_use=False,
    )


def _processors(log_format: str) -> list[Any]:
    shared = [
        _of_this_request,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    if log_format == "text" or (log_format == "auto" and sys.stderr.isatty()):
        return [*shared, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    return [*shared, impersonal, structlog.processors.JSONRenderer(serializer=_dumps)]


def _dumps(event: Mapping[str, Any], **_settings: Any) -> str:
    return _ENCODER.encode(event)


_ENCODER = json.JSONEncoder(default=lambda value: type(value).__name__)  # ASCII: no line is broken


def _of_this_request(_logger: Any, _method: str, event: Event) -> Event:
    if has_request_context() and "request_id" in g:
        event.setdefault("request_id", g.request_id)
        event.setdefault("endpoint", request.endpoint)
    return event


def impersonal(_logger: Any, _method: str, event: Event) -> Event:
    """Keep of an exception what it is and where it arose; its message may quote a person."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["trace"] = _places(error)
    return event


def _places(error: BaseException) -> list[str]:
    frames = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        frames.append(f"{_short(code.co_filename)}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return frames[-FRAMES_MAX:]


def _short(path: str) -> str:
    return re.split(r"site-packages/|/(?=backoffice/)", path)[-1]


class ImpersonalFormatter(logging.Formatter):
    """The same line for what libraries and the server say through the standard library.

    What is said above the level of information may be about a request: of its details only
    numbers are kept.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One JSON line."""
        event: Event = {
            "event": _said(record),
            "logger": record.name,
            "level": record.levelname.lower(),
            "exc_info": record.exc_info,
        }
        stamped = _STAMP(None, "", impersonal(None, "", event))
        return _dumps(stamped)


_STAMP = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")


def _said(record: logging.LogRecord) -> str:
    if record.levelno <= logging.INFO:
        return record.getMessage()
    details = record.args if isinstance(record.args, tuple) else ()
    kept = tuple(each if isinstance(each, (int, float)) else "…" for each in details)
    template = str(record.msg)
    return template % kept if details else template.partition(":")[0]


def standard_logging() -> dict[str, Any]:
    """How the standard library's log is set up in a process that serves."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"impersonal": {"()": "backoffice.web.journal.ImpersonalFormatter"}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "impersonal"},
        },
        "root": {"level": "WARNING", "handlers": ["console"]},
        "loggers": {
            "gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }
