"""The workbook of problems: rows as sent, and beside each what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from backoffice.cases.models import ImportPile
from backoffice.cases.operations.imports import JudgedWorkbook, pile_of, told_details
from backoffice.cases.rules import PROBLEM, SHEETS, Outcome, SheetRows
from backoffice.cases.rules.columns import NUMBER
from backoffice.cases.sentences import detail_sentence
from backoffice.kernel.taiwan import nfkc
from backoffice.spreadsheets.layout import Column, SheetLayout

_WIDTH = 16
_PROBLEM_WIDTH = 60

Told = Mapping[tuple[str, int], Sequence[str]]


def problem_sheets(workbook: JudgedWorkbook) -> list[SheetLayout]:
    """The sheets with every row that cannot enter, to be corrected and imported again.

    A case goes in whole or not at all, so a rejected case has all its rows here. The sheets
    and headers are those that were sent; 問題 comes last and is passed over by an import.
    """
    told: dict[tuple[str, int], list[str]] = {}
    for detail in told_details(workbook.result):
        if pile_of(detail) is ImportPile.CANNOT_ENTER:
            told.setdefault((detail.sheet, detail.row), []).append(detail_sentence(detail))
    rejected = {
        number for number, case in workbook.result.cases.items() if case.outcome is Outcome.REJECTED
    }
    return [
        _layout(sheet.name, workbook.read.sheets[sheet.name], told, rejected)
        for sheet in SHEETS
        if sheet.name in workbook.read.sheets
    ]


def _layout(name: str, sent: SheetRows, told: Told, rejected: set[str]) -> SheetLayout:
    kept = [place for place, header in enumerate(sent.header) if header and header != PROBLEM]
    columns = [Column(sent.header[place], width=_WIDTH) for place in kept]
    columns.append(Column(PROBLEM, width=_PROBLEM_WIDTH))
    return SheetLayout(name, columns, _rows(name, sent, kept, told, rejected))


def _rows(
    name: str, sent: SheetRows, kept: Sequence[int], told: Told, rejected: set[str]
) -> Iterator[list[str | None]]:
    numbered = sent.header.index(NUMBER) if NUMBER in sent.header else None
    for row in sent.rows:
        number = row.values[numbered] if numbered is not None else None
        problems = told.get((name, row.number), ())
        if problems or nfkc(number or "").strip() in rejected:
            yield [*(row.values[place] for place in kept), "\n".join(problems)]
