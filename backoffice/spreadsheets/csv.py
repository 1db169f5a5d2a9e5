"""Comma-separated text that Excel opens as it should: BOM, CRLF, no formulas in texts."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from backoffice.spreadsheets.layout import CellValue, Column, PlainValue, plain

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LINES_PER_CHUNK = 500


def csv_chunks(columns: Sequence[Column], rows: Iterable[Sequence[CellValue]]) -> Iterator[bytes]:
    """The labels and the rows as UTF-8 with BOM and CRLF, in pieces of 500 lines.

    Text is always quoted, and guarded (`guarded`) where a spreadsheet would take it for a
    formula. Amounts are digits without separators, so −500 stays −500; dates are YYYY-MM-DD,
    instants YYYY-MM-DD HH:MM:SS in Taipei. Refuses "workbook.number_too_large".
    """
    kinds = [column.kind for column in columns]
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([guarded(column.label) for column in columns])
    start = BYTE_ORDER_MARK
    for count, row in enumerate(rows, 1):
        pairs = zip(row, kinds, strict=True)
        writer.writerow([_written(plain(value, kind)) for value, kind in pairs])
        if count % LINES_PER_CHUNK == 0:
            yield start + lines.getvalue().encode()
            start = b""
            lines.seek(0)
            lines.truncate()
    yield start + lines.getvalue().encode()


def csv_bytes(columns: Sequence[Column], rows: Iterable[Sequence[CellValue]]) -> bytes:
    """All of `csv_chunks` at once."""
    return b"".join(csv_chunks(columns, rows))


def guarded(text: str) -> str:
    """The text, with ' before it if it begins, after spaces and other ', like a formula.

    The rule can be undone: taking one ' off a text whose rest would be guarded gives back
    what was there. Source: OWASP, CSV injection; trust.md EX-04.
    """
    return f"'{text}" if text.lstrip(" \u3000\u00a0'").startswith(FORMULA_STARTS) else text


def _written(value: PlainValue) -> object:
    match value:
        case None:
            return ""
        case str():
            return guarded(value)
        case datetime():
            return value.isoformat(" ", "seconds")
        case _:
            return value
