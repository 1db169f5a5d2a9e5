"""What a person does at a page of this room: keeps a form open in another tab, reads a field."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.given.web import filled_in, page, soup_of
from tests.review.policies import KEYS

WORDS = "經費與工作相符，估價齊全。"


def sheet(*points: str, reason: str = WORDS) -> dict[str, str]:
    """What is typed on the desk, mark by mark in the order of the edition."""
    marks = {f"mark_{key}": text for key, text in zip(KEYS, points, strict=True)}
    return marks | {f"reason_{key}": reason for key in KEYS}


def typed(response: TestResponse, name: str) -> str:
    """What stands in a field of the answer."""
    field = soup_of(response).select_one(f'[name="{name}"]')
    assert field is not None, f"no field {name}"
    return str(field.get("value") or field.get_text()).strip()


def ticked(response: TestResponse, name: str) -> set[str]:
    """What is chosen among the boxes or the points of this name."""
    chosen = soup_of(response).select(f'[name="{name}"][checked]')
    return {str(each["value"]) for each in chosen}


def kept_form(client: FlaskClient, url: str) -> dict[str, object]:
    """The form as another tab has it open, to be sent later."""
    form = page(client, url).select_one("main form[method=post]")
    assert form is not None
    return filled_in(form)
