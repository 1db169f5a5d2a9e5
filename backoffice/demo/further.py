"""Workbooks brought in: the sample, and further applications where it holds too few.

The further ones are like those of the sample, of other firms; names and 統一編號 are made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import cycle
from pathlib import Path

from sqlalchemy.orm import Session

from backoffice.cases.operations.imports import (
    confirm_import,
    judged,
    preview_workbook,
    read_upload,
)
from backoffice.cases.queries.imports import import_row
from backoffice.demo.sample import CASES, NUMBER
from backoffice.demo.stage import Stage
from backoffice.documents import Upload
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import parse_ubn
from backoffice.spreadsheets.layout import Column, SheetLayout
from backoffice.spreadsheets.reader import Sheet, read_workbook
from backoffice.spreadsheets.xlsx import workbook_bytes

FIRM, UBN, MAIL = "企業名稱", "統一編號", "電子郵件"
FIRST, SECOND = "東昇華泰瑞晟", "億邦宸鋼晶揚"
TRADES = ("精機", "實業", "科技", "金屬", "塑膠")
FIRST_NUMBER = 900_001
FIRST_UBN, SERIES = 5_100_000, 100_000


def bring_in(stage: Stage, name: str, content: bytes) -> None:
    """A workbook through the real door: read, preview, confirm."""
    read = read_upload(Upload(name, content))
    with Session(stage.office.engine) as session:
        workbook = judged(session, read)
    number = stage.office.perform(preview_workbook, stage.cast.officer, workbook)
    with Session(stage.office.engine) as session:
        version = import_row(session, number).version
    stage.office.perform(confirm_import, stage.cast.officer, number, version, workbook)


def further(
    sample: Path, models: Sequence[str], count: int, instant: datetime, *, series: int
) -> bytes:
    """A workbook of so many applications, each like one of the `models` (case numbers in turn).

    No two series hold the same firm.
    """
    sheets = read_workbook(sample.read_bytes()).sheets
    made = dict(
        zip((f"{models[0][:-6]}{FIRST_NUMBER + place}" for place in range(count)), cycle(models))
    )
    firms = _firms(series)
    return workbook_bytes((_part(sheet, made, firms) for sheet in sheets.values()), made_at=instant)


def _part(sheet: Sheet, made: dict[str, str], firms: Iterator[tuple[str, str]]) -> SheetLayout:
    place = sheet.header.index(NUMBER)
    return SheetLayout(
        name=sheet.name,
        columns=tuple(Column(label) for label in sheet.header),
        rows=(
            _renamed(sheet, row.values, number, firms)
            for number, model in made.items()
            for row in sheet.rows
            if row.values[place] == model
        ),
    )


def _renamed(
    sheet: Sheet, values: Sequence[str | None], number: str, firms: Iterator[tuple[str, str]]
) -> tuple[str | None, ...]:
    """A row of another firm, or of another firm's case."""
    changed: dict[str, str] = {NUMBER: number}
    if FIRM in sheet.header:
        changed[FIRM], changed[UBN] = next(firms)
    if sheet.name == CASES:
        changed[MAIL] = f"plan{number[-6:]}@firm.example"
    return tuple(
        changed.get(label, value) for label, value in zip(sheet.header, values, strict=True)
    )


def _firms(series: int) -> Iterator[tuple[str, str]]:
    """Names and valid numbers of firms, each once."""
    names = (
        f"{first}{second}{third}{TRADES[series % len(TRADES)]}股份有限公司"
        for third in FIRST
        for second in SECOND
        for first in FIRST
    )
    return zip(names, _ubns(FIRST_UBN + series * SERIES), strict=False)


def _ubns(seed: int) -> Iterator[str]:
    while True:
        seed += 17
        for last in range(10):
            try:
                yield parse_ubn(f"{seed}{last}")
            except Refused:
                continue
            break
