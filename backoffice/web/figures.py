"""Where a figure is explained: its definition, its parts, and the entries that make it.

Every figure has one page, and every page that shows the figure leads there; what a figure is
stands in one registry (`reports.rules.figures`).
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from flask import current_app, url_for

from backoffice.access import Permission
from backoffice.web import guard

ENDPOINT: Final = "reports.entries"


def explain_url(figure: str, scheme: str, as_of: date | str | None = None) -> str:
    """The address that explains a scheme's figure, as at a day; "" for who may not read it."""
    place = {"scheme": scheme, "stage": figure} | ({"as_of": _day(as_of)} if as_of else {})
    return _address(ENDPOINT, place)


def explain_case_url(figure: str, case_id: int) -> str:
    """The address that explains a figure of one case."""
    return _address("reports.case_entries", {"figure": figure, "case_id": case_id})


def explain_sheet_url(sheet_id: int) -> str:
    """The address that explains the total of a disbursement sheet."""
    return _address("reports.sheet_entries", {"sheet_id": sheet_id})


def _day(as_of: date | str) -> str:
    return as_of if isinstance(as_of, str) else as_of.isoformat()


def _address(endpoint: str, place: dict[str, Any]) -> str:
    visitor = guard.visitor()
    required = guard.requirement(current_app, endpoint)
    if visitor is None or not visitor.actor.may(Permission(str(required))):
        return ""
    return url_for(endpoint, **place)
