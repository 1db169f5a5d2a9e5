"""Hostile and careless statement files: answered with row and column, and nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.disbursement.operations.fees.reading import ReadStatement, read_upload
from backoffice.documents import Upload
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.csvreader import read_csv
from backoffice.spreadsheets.layout import Column, SheetLayout
from backoffice.spreadsheets.limits import Limits
from backoffice.spreadsheets.xlsx import workbook_bytes
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import pdf, refused, tells
from tests.given import fees, seats
from tests.given.seats import number_of
from tests.given.web import signed_in, submit
from tests.spreadsheets.books import excel

NOW = datetime(2023, 6, 1, tzinfo=UTC)
HEADER = "入帳時間,金額,付款人,統一編號,案件編號,備註,交易序號"


def read(content: bytes | str, name: str = "a.csv") -> ReadStatement:
    data = content if isinstance(content, bytes) else content.encode()
    return read_upload(Upload(name, data), "S09", NOW)


def problems(*rows: str) -> list[tuple[int, str, str]]:
    found = read("\n".join([HEADER, *rows])).reading
    return [(each.row, each.column, each.refusal.code) for each in found.problems]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("112/05/08 10:20,1.5,a,,,,T1", (2, "金額", "amount.fraction")),
        ("112/05/08 10:20,-5,a,,,,T1", (2, "金額", "amount.negative")),
        ("112/05/08 10:20,0,a,,,,T1", (2, "金額", "fee.amount_zero")),
        ("112/05/08 10:20,=1+1,a,,,,T1", (2, "金額", "amount.unreadable")),
        ("112/05/08 10:20,1E6,a,,,,T1", (2, "金額", "amount.unreadable")),
        ("112/13/08,5,a,,,,T1", (2, "入帳時間", "date.unreadable")),
        ("=NOW(),5,a,,,,T1", (2, "入帳時間", "date.unreadable")),
        ("113/05/08,5,a,,,,T1", (2, "入帳時間", "fee.value_future")),
        (",5,a,,,,T1", (2, "入帳時間", "fee.cell_blank")),
        ("112/05/08,,a,,,,T1", (2, "金額", "fee.cell_blank")),
        ("112/05/08,5,a,,,,", (2, "交易序號", "fee.cell_blank")),
        (f"112/05/08,5,{'長' * 201},,,,T1", (2, "付款人", "cell.too_long")),
        (f"112/05/08,5,a,,,,{'9' * 65}", (2, "交易序號", "cell.too_long")),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_by_row_and_column(
    row: str, problem: tuple[int, str, str]
) -> None:
    assert problems(row) == [problem]


def test_every_bad_cell_of_a_row_is_told_and_the_other_rows_are_read() -> None:
    found = read("\n".join([HEADER, "x,y,a,,,,", "112/05/08,5,a,,,,T2"])).reading

    assert [(each.row, each.column) for each in found.problems] == [
        (2, "入帳時間"),
        (2, "金額"),
        (2, "交易序號"),
    ]
    assert [line.number for line in found.lines] == ["T2"]


def test_a_row_said_twice_counts_once_and_is_told() -> None:
    found = read("\n".join([HEADER, "112/05/08,5,a,,,,T1", "112/05/08,5,a,,,,T1"])).reading

    assert (len(found.lines), found.repeated) == (1, (3,))


def test_one_number_for_two_amounts_is_told_with_both_rows() -> None:
    found = read("\n".join([HEADER, "112/05/08,5,a,,,,T1", "112/05/08,6,a,,,,Ｔ１"])).reading

    assert [(p.row, p.refusal.code, p.refusal.facts["row"]) for p in found.problems] == [
        (3, "fee.number_twice", 2)
    ]


def test_a_text_like_a_formula_stays_a_text() -> None:
    [line] = read("\n".join([HEADER, '112/05/08,5,"=HYPERLINK(""x"")",,,@SUM,T1'])).reading.lines

    assert (line.payer, line.note) == ('=HYPERLINK("x")', "@SUM")


def test_a_formula_of_a_workbook_is_not_trusted() -> None:
    content = excel({"入帳明細": [HEADER.split(","), ["112/05/08", "=2*3", "", "", "", "", "T1"]]})

    found = read(content).reading

    assert [(each.column, each.refusal.code) for each in found.problems] == [
        ("金額", "fee.cell_formula")
    ]


def test_a_workbook_is_read_from_the_sheet_that_has_the_columns() -> None:
    sheets = [
        SheetLayout("說明", [Column("說明")], [["x"]]),
        SheetLayout(
            "明細",
            [Column(name) for name in HEADER.split(",")],
            [["112/05/08 10:20", "300,000", "甲", "", "", "", "T1"]],
        ),
    ]

    [line] = read(workbook_bytes(sheets, made_at=NOW)).reading.lines

    assert (line.number, line.amount.dollars) == ("T1", 300_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"])
def test_a_file_of_an_older_program_is_read(encoding: str) -> None:
    content = f"{HEADER}\r\n112/05/08,5,王小明,,,,T1\r\n".encode(encoding)

    [line] = read(content).reading.lines

    assert line.payer == "王小明"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "workbook.missing"),
        (b"\xff\xfe\x00", "csv.not_text"),
        (b"\x81", "csv.not_text"),
        (f'{HEADER}\n"a"b,1'.encode(), "csv.damaged"),
        ("時間,金額,交易序號\n1,2,3".encode(), "fee.column_missing"),
        (HEADER.encode(), "fee.no_lines"),
        ("金額,金額\n1,2".encode(), "workbook.duplicate_header"),
        (b"PK\x03\x04garbage", "workbook.damaged"),
        (("\n".join([HEADER, *("1" for _ in range(5_001))])).encode(), "fee.too_many_lines"),
    ],
)
def test_a_file_that_is_no_statement_says_why(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(content)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(file_bytes=3), "workbook.too_large"),
        (Limits(rows=1), "workbook.too_many_rows"),
        (Limits(columns=1), "workbook.too_many_columns"),
        (Limits(cells=2), "workbook.too_many_cells"),
        (Limits(cell_characters=1), "workbook.cell_too_long"),
    ],
)
def test_a_csv_has_the_limits_of_a_workbook(limits: Limits, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_csv(b"ab,cd\n1,2\n", limits=limits)

    assert refusal.value.code == code


def test_blank_rows_keep_the_numbers_of_the_others() -> None:
    sheet = read_csv("\n\nа,b\n\n1,2,3\n,,\n4\n".encode())

    assert (sheet.header_row, sheet.header) == (3, ("а", "b", ""))
    assert [(row.number, row.values) for row in sheet.rows] == [
        (5, ("1", "2", "3")),
        (7, ("4", None, None)),
    ]


# --- over HTTP --------------------------------------------------------------------------------


@pytest.fixture
def cashier(app: Flask, clock: FixedClock) -> FlaskClient:
    clock.advance(days=40)
    return signed_in(app, given.CASHIER)


NO_STATEMENTS = {
    "csv.not_text": b"\x81",
    "csv.damaged": f'{HEADER}\n"a"b,1'.encode(),
    "fee.column_missing": "時間,金額\n1,2".encode(),
    "fee.no_lines": HEADER.encode(),
    "fee.too_many_lines": ("\n".join([HEADER, *("1" for _ in range(5_001))])).encode(),
}


@pytest.mark.parametrize("code", NO_STATEMENTS)
def test_the_page_says_why_a_file_is_no_statement(
    office: Office, cashier: FlaskClient, code: str
) -> None:
    answer = submit(
        cashier,
        "/disbursement/fees/statements",
        scheme="S09",
        file=(BytesIO(NO_STATEMENTS[code]), "a.csv"),
    )

    assert answer.status_code == 422
    assert tells(answer, code)


def test_a_statement_cannot_be_booked_twice_over_http(office: Office, cashier: FlaskClient) -> None:
    seats.a_firm(office, 1)
    number = fees.a_preview(
        office, fees.a_line("T1", "05-12 10:00", 300_000, 案件編號=number_of(1))
    )
    url = f"/disbursement/fees/statements/{number}"
    document = cashier.get(url).text
    token = document.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "version": "1", "decision": "confirm"}
    first = cashier.post(url, data={**sent, "act_key": "one"})

    second = cashier.post(url, data={**sent, "act_key": "two"})

    assert (first.status_code, second.status_code) == (303, 422)
    assert tells(second, "fee.statement_settled")
    assert len(fees.lines(office)) == 1


def test_a_slip_that_is_known_is_refused_with_what_was_typed(
    office: Office, cashier: FlaskClient
) -> None:
    case_id = seats.a_firm(office, 1)
    fees.enter(office, case_id, seats.at("05-12 10:00"), 5, "H-1")
    fields = {"value_at": "112/05/13 10:00", "amount": "5", "receipt_number": "h-1"}
    refused(
        cashier,
        f"/disbursement/fees/cases/{case_id}/payment",
        "fee.receipt_taken",
        "receipt_number",
        {**fields, "slip": pdf()},
    )
