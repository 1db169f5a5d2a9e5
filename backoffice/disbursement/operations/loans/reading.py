"""A bank's claim on its way in: a workbook, comma-separated text, or rows pasted into a form."""

from __future__ import annotations

import io

from backoffice.disbursement.rules.loans import COLUMNS, LINES_MAX, ClaimedLine, read_rows
from backoffice.documents import Upload
from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.csvreader import read_csv
from backoffice.spreadsheets.reader import Sheet, read_workbook

_ZIP = b"PK"
_OLE = bytes.fromhex("d0cf11e0")


def read_file(upload: Upload) -> tuple[ClaimedLine, ...]:
    """The lines of an uploaded file, .xlsx, .ods or .csv by its content; nothing is written.

    Refuses "workbook.missing", what `read_workbook` and `read_csv` do, and what `read_rows` does.
    """
    if not upload.content:
        raise Refused("workbook.missing")
    if not upload.content.startswith((_ZIP, _OLE)):
        return _lines(read_csv(upload.content))
    sheets = tuple(read_workbook(upload.content).sheets.values())
    chosen = next((each for each in sheets if set(COLUMNS) <= set(each.header)), sheets[0])
    return _lines(chosen)


def read_pasted(text: str) -> tuple[ClaimedLine, ...]:
    """The lines typed or pasted in the order of `COLUMNS`, with tabs or commas between cells.

    Amounts are written without thousands separators where commas part the cells. Refuses what
    `read_rows` does.
    """
    rows = []
    for number, line in enumerate(io.StringIO(text), start=1):
        mark = "\t" if "\t" in line else ","
        rows.append((number, [cell.strip() for cell in line.strip().split(mark)]))
    return read_rows(COLUMNS, rows[: LINES_MAX + 1])


def _lines(sheet: Sheet) -> tuple[ClaimedLine, ...]:
    return read_rows(sheet.header, ((row.number, row.values) for row in sheet.rows))
