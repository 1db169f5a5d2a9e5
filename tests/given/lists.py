"""A list that somebody takes out of the house: asked for as a browser does, read by calamine."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

KINDS = ("xlsx", "ods", "csv")
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
}


def taken(client: FlaskClient, url: str, **asked: str) -> bytes:
    """The file at this address, which must come as a download that nobody keeps."""
    response = client.get(url, query_string=asked)
    assert response.status_code == 200, response.status
    kind = url.rpartition(".")[2]
    assert response.content_type == TYPES[kind]
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert f".{kind}" in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "no-store"
    content: bytes = response.data
    return content


def rows_of(content: bytes, kind: str = "xlsx") -> list[list[Any]]:
    """The header and the rows; of a .csv as text."""
    if kind == "csv":
        text = content.decode("utf-8-sig")
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""))]
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def told_of(content: bytes) -> dict[str, str]:
    """What the second sheet says about the list."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_name("說明").to_python()[1:]
    return {str(name): str(value) for name, value in rows}
