"""Uploaded comma-separated text as a sheet: every cell text, as it was sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from unicodedata import normalize

from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.archive import shown
from backoffice.spreadsheets.cells import column_letters
from backoffice.spreadsheets.limits import INTAKE_LIMITS, Limits
from backoffice.spreadsheets.reader import Rows, Sheet
from backoffice.spreadsheets.records import CELL_END, NEITHER

# As it is sent today, and as banks' older programs still write it.
ENCODINGS = ("utf-8-sig", "cp950")


def read_csv(content: bytes, *, name: str = "CSV", limits: Limits = INTAKE_LIMITS) -> Sheet:
    """Read comma-separated text, UTF-8 or Big5; `name` is what notices call the sheet.

    The first row that is not blank is the header; rows are numbered as the lines of a spreadsheet
    that opens the file. A text in the guise of a formula stays the text that it is.

    Refuses "workbook.too_large", "csv.not_text", "csv.damaged" (row), "workbook.too_many_rows",
    ".too_many_columns", ".too_many_cells", ".cell_too_long", ".duplicate_header".
    """
    if len(content) > limits.file_bytes:
        raise Refused("workbook.too_large", bytes=len(content), limit=limits.file_bytes)
    numbers: list[int] = []
    found: list[list[str]] = []
    for number, cells in _rows(_text(content), name, limits):
        if any(cell.strip() for cell in cells):
            numbers.append(number)
            found.append(cells)
    if not found:
        return Sheet(name, 0, (), Rows([], []), {})
    width = max(map(len, found))
    if width * numbers[-1] > limits.cells:
        cells_count = width * numbers[-1]
        raise Refused("workbook.too_many_cells", sheet=name, cells=cells_count, limit=limits.cells)
    header = _header(found[0] + [""] * (width - len(found[0])), name)
    joined = [CELL_END.join(cells + [""] * (width - len(cells))) for cells in found[1:]]
    return Sheet(name, numbers[0], header, Rows(numbers[1:], joined), {})


def _text(content: bytes) -> str:
    if b"\0" in content:
        raise Refused("csv.not_text")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("csv.not_text")


def _rows(text: str, name: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        try:
            cells = next(lines, None)
        except csv.Error as error:
            raise Refused("csv.damaged", row=number + 1) from error
        if cells is None:
            return
        number += 1
        if number > limits.rows:
            raise Refused("workbook.too_many_rows", sheet=name, limit=limits.rows)
        if len(cells) > limits.columns:
            raise Refused("workbook.too_many_columns", sheet=name, limit=limits.columns)
        yield number, [_cell(cell, name, number, at, limits) for at, cell in enumerate(cells)]


def _cell(cell: str, name: str, row: int, column: int, limits: Limits) -> str:
    if len(cell) > limits.cell_characters:
        raise Refused(
            "workbook.cell_too_long",
            sheet=name,
            row=row,
            column=column_letters(column),
            characters=len(cell),
            limit=limits.cell_characters,
        )
    return "" if cell.isspace() else cell.translate(NEITHER)


def _header(cells: list[str], name: str) -> tuple[str, ...]:
    header = tuple(normalize("NFKC", cell).strip() for cell in cells)
    seen: set[str] = set()
    for title in header:
        if title and title in seen:
            raise Refused("workbook.duplicate_header", sheet=name, header=shown(title))
        seen.add(title)
    return header
