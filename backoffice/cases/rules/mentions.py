"""Whom and what a workbook names, so that the office looks up no more than it must."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from backoffice.cases.rules import cells
from backoffice.cases.rules.columns import NUMBER, SHEETS
from backoffice.cases.rules.tables import SheetRows, header_key
from backoffice.kernel.refusal import Refused

_UBN = "統一編號"


@dataclass(frozen=True, slots=True)
class Mentions:
    """The case numbers and the 統一編號 of applicants and partners that a workbook names."""

    numbers: frozenset[str]
    ubns: frozenset[str]


def mentioned(sheets: Mapping[str, SheetRows]) -> Mentions:
    """What a workbook names, as `Known` must be filled for it; unreadable cells name nothing."""
    formats = {sheet.name for sheet in SHEETS}
    known = [rows for title, rows in sheets.items() if header_key(title) in formats]
    return Mentions(
        frozenset(each for rows in known for each in _named(rows, NUMBER, cells.key)),
        frozenset(each for rows in known for each in _named(rows, _UBN, cells.ubn)),
    )


def _named(rows: SheetRows, column: str, read: Callable[[str], str]) -> Iterator[str]:
    headers = [header_key(header or "") for header in rows.header]
    if column not in headers:
        return
    place = headers.index(column)
    texts = {row.values[place] for row in rows.rows if place < len(row.values)} - {None, ""}
    for text in texts:
        try:
            yield read(text or "")
        except Refused:
            continue
