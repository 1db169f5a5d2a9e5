"""The payment desk as files, and the approved sheet twice: as .xlsx and as .ods."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backoffice import documents
from backoffice.access import Actor
from backoffice.disbursement.models import Sheet
from backoffice.spreadsheets.reader import read_workbook
from backoffice.use_case import Office
from tests import given
from tests.given import sheets as desk
from tests.given.lists import KINDS, rows_of, taken, told_of
from tests.given.web import page, signed_in, submit, words_of
from tests.spreadsheets.office import saved_by_libreoffice, shown_by_libreoffice

SHEETS = "/disbursement/sheets"


def files_of(office: Office, sheet_id: int) -> tuple[bytes, bytes]:
    """The stored .xlsx and .ods."""
    sheet = desk.sheet_row(office, sheet_id)
    assert sheet.document_id is not None
    assert sheet.opendocument_id is not None
    with Session(office.engine) as session:
        first = documents.file(session, sheet.document_id)
        second = documents.file(session, sheet.opendocument_id)
    assert (first.name, second.name) == (
        f"撥款清冊_{sheet.number}.xlsx",
        f"撥款清冊_{sheet.number}.ods",
    )
    return first.content, second.content


def compare(client: FlaskClient, sheet_id: int, content: bytes, name: str) -> TestResponse:
    url = f"{SHEETS}/{sheet_id}/comparison"
    return submit(client, url, workbook=(BytesIO(content), name))


def test_the_two_files_of_an_approved_sheet_hold_the_same_cells(office: Office) -> None:
    excel_file, open_file = files_of(office, desk.an_approved_sheet(office, 3_000_000, 2_999_999))

    assert read_workbook(excel_file).digest() == read_workbook(open_file).digest()
    shown = shown_by_libreoffice(open_file, "ods")
    assert [row[0] for row in shown if row[0] == "撥款清冊"] == ["撥款清冊"]
    assert "003123458812" in {cell for row in shown for cell in row}


def test_the_ods_is_served_byte_for_byte_every_time(app: Flask, office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office)
    _, kept = files_of(office, sheet_id)

    cashier = signed_in(app, given.CASHIER)
    answers = [cashier.get(f"{SHEETS}/{sheet_id}/file.ods").data for _ in range(2)]

    assert answers == [kept, kept]


def test_there_is_no_ods_before_the_approval(app: Flask, office: Office) -> None:
    sheet_id = desk.a_checked_sheet(office)

    cashier = signed_in(app, given.CASHIER)
    assert cashier.get(f"{SHEETS}/{sheet_id}/file.ods").status_code == 404
    assert cashier.get(f"{SHEETS}/{sheet_id}/comparison").status_code == 404


@pytest.mark.parametrize("column", ["document_id", "opendocument_id"])
def test_the_files_of_a_sheet_are_made_once_and_never_exchanged(
    office: Office, column: str
) -> None:
    sheet_id = desk.an_approved_sheet(office)

    with pytest.raises(DBAPIError), office.engine.begin() as connection:
        connection.execute(update(Sheet).where(Sheet.id == sheet_id).values({column: None}))


@pytest.mark.parametrize("who", [given.MANAGER, given.AUDITOR])
def test_whole_accounts_leave_by_no_other_door(app: Flask, office: Office, who: Actor) -> None:
    sheet_id = desk.an_approved_sheet(office)
    client = signed_in(app, who)

    assert client.get(f"{SHEETS}/{sheet_id}/file.ods").status_code == 403
    assert client.get(f"{SHEETS}/{sheet_id}/comparison").status_code == 403
    for kind in KINDS:
        content = taken(client, f"{SHEETS}/{sheet_id}/lines.{kind}")
        assert "003123458812" not in str(rows_of(content, kind))


def test_the_lines_of_a_sheet_go_out_as_its_page_shows_them(app: Flask, office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office, 3_000_000, 2_999_999)
    number = desk.sheet_row(office, sheet_id).number

    cashier = signed_in(app, given.CASHIER)
    content = taken(cashier, f"{SHEETS}/{sheet_id}/lines.ods")

    header, *rows = rows_of(content)
    lines = desk.line_rows(office, sheet_id)
    place = header.index("本次應撥")
    assert [row[place] for row in rows] == [line.amount.dollars for line in lines]
    assert rows[0][header.index("統一編號")] == "04595252"
    assert rows[0][header.index("帳號")].endswith("8812")
    assert told_of(content)["清冊編號"] == number


def test_the_list_of_a_step_has_the_sheets_of_that_step(app: Flask, office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office)
    sheet = desk.sheet_row(office, sheet_id)

    cashier = signed_in(app, given.CASHIER)
    (row,) = rows_of(taken(cashier, f"{SHEETS}/list.xlsx", step="SEND"))[1:]
    none = rows_of(taken(cashier, f"{SHEETS}/list.xlsx", step="SETTLED"))[1:]

    assert row[0] == sheet.number
    assert row[1] == sheet.dated_on
    assert row[5] == sheet.total.dollars
    assert none == []


def test_the_tranches_that_wait_for_a_sheet_go_out_with_masked_accounts(
    app: Flask, office: Office
) -> None:
    desk.verified_tranches(office, 3_000_000, 2_999_999)
    client = signed_in(app, given.ACCOUNTING)

    header, *rows = rows_of(taken(client, f"{SHEETS}/list.ods", step="MAKE"))

    assert len(rows) == 2
    assert {row[header.index("期別")] for row in rows} == {"第1期"}
    assert all("····" in row[header.index("帳號")] for row in rows)


def test_the_desk_offers_its_list_at_the_step_that_is_shown(app: Flask, office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office)

    cashier = signed_in(app, given.CASHIER)
    links = page(cashier, f"{SHEETS}?step=SEND").select(".downloads a")
    lines = page(cashier, f"{SHEETS}/{sheet_id}").select(".downloads a")

    assert [link["href"] for link in links] == [f"{SHEETS}/list.{k}?step=SEND" for k in KINDS]
    assert [link["href"] for link in lines] == [f"{SHEETS}/{sheet_id}/lines.{k}" for k in KINDS]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_the_approved_file_is_told_to_be_unchanged(app: Flask, office: Office, kind: str) -> None:
    sheet_id = desk.an_approved_sheet(office)
    content = files_of(office, sheet_id)[kind == "ods"]

    cashier = signed_in(app, given.CASHIER)
    answer = compare(cashier, sheet_id, content, f"清冊.{kind}")

    assert answer.status_code == 200
    assert "逐格比對後，兩個檔案的內容完全相同。" in words_of(answer)


def test_a_copy_that_another_program_saved_is_unchanged_too(app: Flask, office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office)
    saved = saved_by_libreoffice(files_of(office, sheet_id)[0], "xlsx", "ods")

    cashier = signed_in(app, given.CASHIER)
    assert "完全相同" in words_of(compare(cashier, sheet_id, saved, "另存.ods"))


def test_a_changed_account_is_named_with_its_place(app: Flask, office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office)
    book = openpyxl.load_workbook(BytesIO(files_of(office, sheet_id)[0]))
    sheet = book.worksheets[0]
    (cell,) = (each for row in sheet.iter_rows() for each in row if each.value == "003123458812")
    cell.value = "003123458821"
    changed = BytesIO()
    book.save(changed)

    cashier = signed_in(app, given.CASHIER)
    answer = compare(cashier, sheet_id, changed.getvalue(), "清冊.xlsx")

    words = words_of(answer)
    assert "有 1 處不同。" in words
    assert f"{sheet.title} {cell.row} {cell.column_letter} 003123458812 003123458821" in words


def test_what_is_no_workbook_is_refused_in_words(app: Flask, office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office)
    cashier = signed_in(app, given.CASHIER)

    answer = compare(cashier, sheet_id, b"%PDF-1.7", "清冊.xlsx")

    assert answer.status_code == 422
    assert "不是 .xlsx 或 .ods 活頁簿" in words_of(answer)
