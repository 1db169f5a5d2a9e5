"""The sheet that was sent, uploaded again: 500 changed cells, and each of them is named."""

from __future__ import annotations

import random
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Flask
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter
from sqlalchemy.orm import Session

from backoffice import documents
from backoffice.spreadsheets.comparison import Differs, compared
from backoffice.spreadsheets.reader import Workbook, read_workbook
from backoffice.use_case import Office
from tests import given
from tests.given import sheets as desk
from tests.given.web import signed_in, submit, words_of

LINES = 8
FILES = 5
CHANGES = 100


@dataclass(frozen=True, slots=True)
class Changed:
    """A cell that somebody wrote over, and what it says since."""

    row: int
    column: str
    after: str


def the_file(office: Office, sheet_id: int) -> bytes:
    document_id = desk.sheet_row(office, sheet_id).document_id
    assert document_id is not None
    with Session(office.engine) as session:
        return documents.file(session, document_id).content


def tampered(content: bytes, count: int, chance: random.Random) -> tuple[bytes, set[Changed]]:
    """The workbook with so many of its cells written over, and which."""
    book = load_workbook(BytesIO(content))
    sheet: Any = book.worksheets[0]
    cells = [
        cell
        for row in sheet.iter_rows()
        for cell in row
        if not isinstance(cell, MergedCell) and cell.value is not None
    ]
    changed = set()
    for cell in chance.sample(cells, count):
        number = isinstance(cell.value, int | float)
        cell.value = cell.value + 1 if number else f"{cell.value}改"
        letters = get_column_letter(cell.column)
        changed.add(Changed(cell.row, letters, str(cell.value)))
    written = BytesIO()
    book.save(written)
    return written.getvalue(), changed


def named(before: Workbook, content: bytes) -> set[Changed]:
    """The cells that the comparison names, as it names them."""
    found = compared(before, read_workbook(content))
    assert {each.what for each in found.shown} <= {Differs.CELL}
    assert found.count == len(found.shown)
    return {Changed(each.row, each.column, each.after) for each in found.shown}


def test_five_hundred_changed_cells_are_each_named(office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office, *([3_000_000] * LINES))
    content = the_file(office, sheet_id)
    before = read_workbook(content)
    chance = random.Random(20231120)

    for _file in range(FILES):
        written, changed = tampered(content, CHANGES, chance)

        assert len(changed) == CHANGES
        assert named(before, written) == changed


def test_a_file_saved_again_by_another_program_is_unchanged(office: Office) -> None:
    content = the_file(office, desk.an_approved_sheet(office, 3_000_000))
    again, changed = tampered(content, 0, random.Random(1))

    assert changed == set()
    assert again != content
    assert named(read_workbook(content), again) == set()


def test_the_page_names_the_one_cell_that_was_changed(app: Flask, office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office, 3_000_000, 2_999_999)
    written, (changed,) = tampered(the_file(office, sheet_id), 1, random.Random(7))
    client = signed_in(app, given.CASHIER)

    answer = submit(
        client,
        f"/disbursement/sheets/{sheet_id}/comparison",
        workbook=(BytesIO(written), "sheet.xlsx"),
    )

    words = words_of(answer)
    assert "有 1 處不同" in words
    assert changed.after in words
