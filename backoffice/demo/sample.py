"""A part of the sample workbook, as it stood on an earlier day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import parse_instant
from backoffice.spreadsheets.layout import Column, SheetLayout
from backoffice.spreadsheets.reader import Sheet, read_workbook
from backoffice.spreadsheets.xlsx import workbook_bytes

CASES, NUMBER, RECEIVED = "案件", "案件編號", "收件時間"


def received_until(sample: Path, instant: datetime) -> bytes:
    """The workbook with the cases received by then, and the rows that belong to them."""
    sheets = read_workbook(sample.read_bytes()).sheets
    numbers = set(_numbers(sheets[CASES], instant))
    return workbook_bytes((_part(sheet, numbers) for sheet in sheets.values()), made_at=instant)


def _numbers(cases: Sheet, instant: datetime) -> Iterator[str]:
    number, received = cases.header.index(NUMBER), cases.header.index(RECEIVED)
    for row in cases.rows:
        try:
            if parse_instant(row.values[received] or "") <= instant:
                yield row.values[number] or ""
        except Refused:
            continue  # its own row says in the next import what is wrong with it


def _part(sheet: Sheet, numbers: set[str]) -> SheetLayout:
    place = sheet.header.index(NUMBER)
    return SheetLayout(
        name=sheet.name,
        columns=tuple(Column(label) for label in sheet.header),
        rows=(row.values for row in sheet.rows if (row.values[place] or "") in numbers),
    )
