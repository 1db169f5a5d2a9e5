"""A workbook that comes again: the same in other bytes, as .ods, or with some cells changed."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backoffice.cases.operations.imports import read_upload
from backoffice.documents import Upload
from backoffice.use_case import Office
from tests import given
from tests.cases import books
from tests.given.cases import Change, a_submitted_case, as_workbook
from tests.given.lists import rows_of, taken
from tests.given.web import page, signed_in, submit, words_of
from tests.spreadsheets.office import saved_by_libreoffice

IMPORTS = "/cases/imports/"
NUMBER = "S01-112-000001"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER)


def one_case(office: Office, **changes: Change) -> bytes:
    return as_workbook([a_submitted_case(office.clock.now(), number=NUMBER, **changes)])


def in_other_bytes(content: bytes) -> bytes:
    """The same cells, saved once more by another program."""
    again = BytesIO()
    openpyxl.load_workbook(BytesIO(content)).save(again)
    assert again.getvalue() != content
    return again.getvalue()


def upload(client: FlaskClient, content: bytes, name: str = "進件.xlsx") -> TestResponse:
    answer = submit(client, IMPORTS, workbook=(BytesIO(content), name))
    assert answer.status_code == 303, words_of(answer)
    return answer


def test_the_sample_saved_by_libreoffice_as_ods_is_the_same_intake() -> None:
    content = books.SAMPLE.read_bytes()
    saved = saved_by_libreoffice(content, "xlsx", "ods")

    as_excel = read_upload(Upload("進件.xlsx", content))
    as_open = read_upload(Upload("進件.ods", saved))

    assert (as_excel.kind, as_open.kind) == ("xlsx", "ods")
    assert as_excel.cells_sha256 == as_open.cells_sha256
    for name, sheet in as_excel.sheets.items():
        assert tuple(as_open.sheets[name].header) == tuple(sheet.header)
        assert [(row.number, row.values) for row in as_open.sheets[name].rows] == [
            (row.number, row.values) for row in sheet.rows
        ]


def test_an_equal_workbook_that_waits_already_is_told_to_be_unchanged(
    client: FlaskClient, office: Office
) -> None:
    first = upload(client, one_case(office)).location

    again = upload(client, in_other_bytes(one_case(office)), "進件 (1).xlsx").location

    assert again == first
    assert "逐格比對後，內容與先前上傳的「進件.xlsx」相同" in words_of(client.get(again))


def test_an_equal_workbook_that_was_brought_in_is_told_to_be_unchanged(
    client: FlaskClient, office: Office
) -> None:
    first = upload(client, one_case(office)).location
    submit(client, first, decision="confirm")

    again = upload(client, in_other_bytes(one_case(office)))

    assert again.location == first
    assert "相同；資料沒有變動" in words_of(client.get(first))


def test_another_edition_names_the_cells_that_differ(client: FlaskClient, office: Office) -> None:
    upload(client, one_case(office))
    second = upload(client, one_case(office, 計畫名稱="更名之計畫"), "進件 (1).xlsx").location

    preview = page(client, second)
    (link,) = preview.select('a[href$="/changes"]')
    words = words_of(client.get(str(link["href"])))

    assert "有 1 處不同。" in words
    assert "案件 2 " in words
    assert words.count("計畫名稱") == 1
    assert "更名之計畫" in words


def test_a_row_more_is_named_and_the_other_rows_are_not(
    client: FlaskClient, office: Office
) -> None:
    upload(client, one_case(office))
    both = as_workbook(
        [
            a_submitted_case(office.clock.now(), number=number)
            for number in ("S01-112-000000", NUMBER)
        ]
    )
    second = upload(client, both).location

    words = words_of(client.get(f"{second}/changes"))

    assert "新增一列" in words
    assert "少了一列" not in words
    assert "S01-112-000000" in words


def test_a_workbook_of_another_name_has_no_earlier_edition(
    client: FlaskClient, office: Office
) -> None:
    upload(client, one_case(office))
    second = upload(client, one_case(office, 計畫名稱="更名之計畫"), "別的.xlsx").location

    assert not page(client, second).select('a[href$="/changes"]')
    assert client.get(f"{second}/changes").status_code == 404


def test_the_problems_come_as_ods_too_and_can_be_sent_again(
    client: FlaskClient, office: Office
) -> None:
    url = upload(client, one_case(office, 統一編號="12345678")).location

    excel, opened = (taken(client, f"{url}/problems.{kind}") for kind in ("xlsx", "ods"))

    assert rows_of(excel) == rows_of(opened)
    again = upload(client, opened, "更正.ods").location
    assert "更正.ods" in words_of(client.get(again))
