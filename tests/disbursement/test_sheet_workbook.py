"""The workbook of an approved sheet, opened by another program and compared with the ledger."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from backoffice import documents
from backoffice.access import Actor
from backoffice.disbursement.operations.sheets import WORKBOOK_TYPE
from backoffice.disbursement.rules.sheets import FORM
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import parse_words
from backoffice.ledger.queries import budget_line, history
from backoffice.ledger.rules import Stage
from backoffice.use_case import Office
from tests import given
from tests.given import sheets as desk
from tests.given.web import signed_in

SECONDS_MAX = 120
# Comma, quotes, UTF-8, every sheet, cells as values and not as they are formatted.
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


def rows_of(content: bytes, folder: Path) -> list[list[str]]:
    """The cells of the workbook's first sheet, as LibreOffice reads them."""
    book = folder / "sheet.xlsx"
    book.write_bytes(content)
    profile = (folder / "profile").as_uri()
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            AS_CSV,
            "--outdir",
            str(folder),
            str(book),
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS_MAX,
    )
    (written,) = folder.glob("sheet-*.csv")
    with written.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def content_of(office: Office, sheet_id: int) -> bytes:
    document_id = desk.sheet_row(office, sheet_id).document_id
    assert document_id is not None
    with Session(office.engine) as session:
        return documents.file(session, document_id).content


@pytest.mark.scenario("A86")
def test_another_program_reads_the_amounts_of_the_ledger(office: Office, tmp_path: Path) -> None:
    sheet_id = desk.a_sent_sheet(office, 3_000_000, 2_999_999, 1_428_572)

    rows = rows_of(content_of(office, sheet_id), tmp_path)

    head = next(place for place, row in enumerate(rows) if row[0] == FORM[0].label)
    assert rows[head] == [column.label for column in FORM]
    body = rows[head + 1 : head + 4]
    with Session(office.engine) as session:
        sent = [
            entry.quantity
            for line in desk.line_rows(office, sheet_id)
            for entry in history(session, case_id=line.case_id)
            if entry.act == "sheet.send"
        ]
        in_transit = budget_line(session, "S01").amount(Stage.IN_TRANSIT)
    amounts = [int(row[8]) for row in body]
    assert amounts == [int(row[10]) for row in body] == sent
    assert [int(row[9]) for row in body] == [0, 0, 0]
    total = rows[head + 4]
    assert (total[0], int(total[8]), int(total[10])) == ("合計", sum(sent), sum(sent))
    footer = next(row[0] for row in rows if row[0].startswith("合計："))
    digits, words = footer.removeprefix("合計：").split(" 元　")
    assert Ntd(int(digits.replace(",", ""))) == parse_words(words) == in_transit


def test_numbers_that_are_names_keep_their_zeros(office: Office, tmp_path: Path) -> None:
    sheet_id = desk.an_approved_sheet(office)

    rows = rows_of(content_of(office, sheet_id), tmp_path)

    head = next(place for place, row in enumerate(rows) if row[0] == FORM[0].label)
    line = rows[head + 1]
    assert (line[3], line[12], line[13]) == (
        "04595252",
        "0040037 臺灣銀行營業部",
        "003123458812",
    )


def test_the_head_and_the_foot_say_who_what_and_when(office: Office, tmp_path: Path) -> None:
    sheet_id = desk.an_approved_sheet(office)

    rows = rows_of(content_of(office, sheet_id), tmp_path)

    texts = [cell for row in rows for cell in row if cell]
    sheet = desk.sheet_row(office, sheet_id)
    assert texts[:2] == ["經濟部中小及新創企業署", "撥款清冊"]
    assert "清冊編號：112-S01-0001　　日期：112年11月20日" in texts
    assert "用途：第1期款" in texts
    assert "單位：新臺幣元" in texts
    assert "筆數：1 筆" in texts
    assert f"控制碼（SHA-256）：{sheet.content_sha256}" in texts
    assert [
        text for text in texts if text.startswith(("承辦人", "覆核", "主（會）計", "機關"))
    ] == [
        "承辦人：主計 蔡佩珊　112年11月20日 10:00",
        "覆核：主計 許家豪　112年11月20日 10:00",
        "主（會）計：",
        "機關長官（或授權代簽人）：主管 謝明達　112年11月20日 10:00",
    ]


def test_the_file_is_served_as_it_was_stored(app: Flask, office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office)
    client = signed_in(app, given.CASHIER)

    answers = [client.get(f"/disbursement/sheets/{sheet_id}/file") for _ in range(2)]

    assert [answer.data for answer in answers] == [content_of(office, sheet_id)] * 2
    assert answers[0].mimetype == WORKBOOK_TYPE
    assert answers[0].headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("who", [given.OFFICER, given.MANAGER, given.AUDITOR])
def test_whole_account_numbers_go_to_accounting_and_the_cashier_only(
    app: Flask, office: Office, who: Actor
) -> None:
    sheet_id = desk.an_approved_sheet(office)
    client = signed_in(app, who)

    assert client.get(f"/disbursement/sheets/{sheet_id}/file").status_code == 403
    shown = client.get(f"/disbursement/sheets/{sheet_id}").text
    assert "檔案含完整帳號，限主計及出納人員下載。" in shown


def test_a_sheet_not_yet_approved_has_no_file(app: Flask, office: Office) -> None:
    sheet_id = desk.a_checked_sheet(office)

    answer = signed_in(app, given.ACCOUNTING).get(f"/disbursement/sheets/{sheet_id}/file")

    assert answer.status_code == 404
