"""The disbursement sheet of 100,000 rows, against bare writers of the same cells."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from flask import Flask
from flask_babel import Babel
from openpyxl import Workbook

from backoffice.disbursement.operations.sheets.workbook import opendocument, workbook
from backoffice.disbursement.queries.sheets import SheetRecord
from backoffice.disbursement.rules.sheets import FrozenLine
from backoffice.kernel.money import Ntd, total
from bench.measure import Result, paired

ROWS: Final = 100_000
XLSX_GOAL: Final = 1.3
ODS_GOAL: Final = 1.5
MADE_AT: Final = datetime(2023, 12, 14, 3, 4, 5, tzinfo=UTC)
DAY: Final = date(2023, 12, 14)


def lines() -> list[FrozenLine]:
    """As many payments of first tranches."""
    return [
        FrozenLine(
            position=place,
            case_number=f"S01-112-{place:06}",
            payee=f"精密機械第{place}廠股份有限公司",
            ubn="04595252",
            project="智慧化升級與低碳轉型計畫",
            tranche=1,
            award=Ntd(3_000_000),
            final=None,
            paid_before=Ntd(0),
            amount=Ntd(1_500_000),
            bank_code="004",
            branch_code="0037",
            bank_name="臺灣銀行營業部",
            account=f"{place:012}",
            receipt_number=f"領{place:06}-1",
            receipt_on=DAY,
            approved_on=DAY,
            approval_letter=f"經企字第{112_000_000 + place}號",
            funding_source="中央政府疫後強化經濟與社會韌性特別預算",
            email=f"plan{place}@firm.example",
        )
        for place in range(1, ROWS + 1)
    ]


def record(rows: Sequence[FrozenLine]) -> SheetRecord:
    """The sheet that they stand on, approved."""
    values: dict[str, Any] = dict.fromkeys(field.name for field in fields(SheetRecord))
    values |= {
        "number": "112-S01-0001",
        "edition": "S01/1",
        "agency": "經濟部中小及新創企業署",
        "dated_on": DAY,
        "purpose": "第1期補助款",
        "row_count": len(rows),
        "total": total(line.amount for line in rows),
        "content_sha256": "0" * 64,
        "made_by_name": "主計 蔡佩珊",
        "made_at": MADE_AT,
        "checked_by_name": "主計 許家豪",
        "checked_at": MADE_AT,
        "approved_by_name": "主管 謝明達",
        "approved_at": MADE_AT,
    }
    return SheetRecord(**values)


def bare_workbook(rows: Sequence[FrozenLine]) -> int:
    """openpyxl's write-only mode, and nothing but the cells."""
    book, out = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet("撥款清冊")
    for line in rows:
        sheet.append([_plain(value) for value in line.cells()])
    book.save(out)
    return out.tell()


def bare_content(rows: Sequence[FrozenLine]) -> int:
    """One zipped part with the same cells, and nothing else."""
    out, waiting = BytesIO(), iter(rows)
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("content.xml", "w") as part,
    ):
        while some := list(itertools.islice(waiting, 500)):
            part.write("".join(map(_row, some)).encode())
    return out.tell()


def _row(line: FrozenLine) -> str:
    return f"<table:table-row>{''.join(map(_cell, line.cells()))}</table:table-row>"


def _cell(value: object) -> str:
    if isinstance(value, str):
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(value)}</text:p></table:table-cell>"
        )
    return f'<table:table-cell office:value-type="float" office:value="{_plain(value)}"/>'


def _plain(value: object) -> object:
    return value.dollars if isinstance(value, Ntd) else value


def results(_cases: int) -> Iterator[Result]:
    """The sheet as .xlsx and as .ods, twice each."""
    app, rows = Flask("sheets"), lines()
    Babel(app)
    sheet = record(rows)

    def ours_as_workbook() -> None:
        with app.test_request_context():
            workbook(sheet, rows, made_at=MADE_AT)

    def ours_as_opendocument() -> None:
        with app.test_request_context():
            opendocument(sheet, rows, made_at=MADE_AT)

    size = f"{ROWS:,} × 19"
    mine, bare, spread = paired(ours_as_workbook, lambda: bare_workbook(rows), calls=1, rounds=2)
    yield Result("sheet as .xlsx", size, "–", mine, bare, XLSX_GOAL, 2, spread)
    mine, bare, spread = paired(ours_as_opendocument, lambda: bare_content(rows), calls=1, rounds=2)
    yield Result("sheet as .ods", size, "–", mine, bare, ODS_GOAL, 2, spread)
