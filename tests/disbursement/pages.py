"""What the tests of this room's pages say again and again."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backoffice.messages import SENTENCES
from tests.given.disbursement import a_pdf
from tests.given.web import soup_of, submit, words_of


def tells(response: TestResponse, code: str) -> bool:
    """Whether the page says the sentence of this refusal, whatever facts stand in it."""
    said = "".join(words_of(response).split())
    pieces = re.split(r"%\(\w+\)s", str(SENTENCES[code]).replace("%%", "%"))
    return all("".join(piece.split()) in said for piece in pieces)


def typed(response: TestResponse, name: str) -> str:
    """What stands in a field of the answered page."""
    field = soup_of(response).select_one(f"main [name='{name}']")
    assert field is not None, f"no field {name}"
    return field.get_text().strip() if field.name == "textarea" else str(field.get("value", ""))


def refused(
    client: FlaskClient, url: str, code: str, keeps: str, fields: dict[str, Any]
) -> TestResponse:
    """Send the page's form; it must come back with this refusal and what was typed in `keeps`."""
    response = submit(client, url, **fields)
    assert response.status_code == 422, f"{code}: {response.status} {words_of(response)[:400]}"
    assert tells(response, code), f"{code}: {words_of(response)[:400]}"
    assert typed(response, keeps) == fields[keeps].strip(), code
    return response


def sent(client: FlaskClient, url: str, **fields: Any) -> TestResponse:
    """Send fields to an address whose page offers no form, as somebody with an older page would."""
    token = soup_of(client.get(url)).select_one("input[name=csrf_token]")
    assert token is not None
    return client.post(url, data={"csrf_token": str(token["value"]), **fields})


def pdf(name: str = "佐證.pdf", content: bytes | None = None) -> tuple[Any, str]:
    """A file for a form."""
    return BytesIO(a_pdf().content if content is None else content), name
