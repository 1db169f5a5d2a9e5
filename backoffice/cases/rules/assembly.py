"""The rows of a workbook put together by case number, before any of them is judged."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from backoffice.cases.rules.columns import (
    CASE_SHEET,
    CASES,
    CHILD_SHEETS,
    NUMBER,
    SHEETS,
    Sheet,
)
from backoffice.cases.rules.submission import AMOUNT_MAX, Equipment
from backoffice.cases.rules.tables import (
    Detail,
    Draft,
    ErrorCode,
    SheetRows,
    Table,
    header_key,
)
from backoffice.kernel.refusal import Refused


@dataclass(frozen=True, slots=True)
class Notice:
    """Something left out of the import that is no fault of any case.

    `code` is "unknown_sheet", "unknown_column" or "rows_of_known_case": child rows of a case
    that is in already and not in this file; `count` says how many rows there are of those.
    """

    code: str
    sheet: str
    column: str | None = None
    case: str | None = None
    count: int = 0


@dataclass(slots=True)
class Candidate:
    """A case number with the rows that bear it: case rows, records of child rows, faults.

    `children` holds, by field of the submission, each readable child row with its number in
    the sheet; `errors` what is wrong with the others.
    """

    number: str
    drafts: list[Draft] = field(default_factory=list)
    children: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    errors: list[Detail] = field(default_factory=list)


@dataclass(slots=True)
class Assembly:
    """A workbook by case; `strays` are the faults of rows that belong to no case of it."""

    tables: dict[str, Table]
    candidates: dict[str, Candidate] = field(default_factory=dict)
    strays: list[Detail] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def require(self, sheet: Sheet, columns: Iterable[str]) -> None:
        """Refuse "intake.sheet_missing" (sheet) or "intake.column_missing" (sheet, columns)."""
        table = self.tables.get(sheet.name)
        if table is None:
            raise Refused("intake.sheet_missing", sheet=sheet.name)
        missing = tuple(name for name in columns if name not in table.columns)
        if missing:
            raise Refused("intake.column_missing", sheet=sheet.name, columns=missing)


def assemble(sheets: Mapping[str, SheetRows], known_numbers: Container[str]) -> Assembly:
    """The workbook's rows by case number.

    Refuses "intake.sheet_missing", "intake.sheet_twice" (sheet), "intake.column_missing" and
    "intake.column_twice" (sheet, column).
    """
    assembly = _opened(sheets)
    assembly.require(CASE_SHEET, _in_order(CASE_SHEET))
    for draft in assembly.tables[CASES].drafts():
        if draft.number is None:
            assembly.strays.append(_unnumbered(draft))
        else:
            candidate = assembly.candidates.setdefault(draft.number, Candidate(draft.number))
            candidate.drafts.append(draft)
    known_rows: dict[tuple[str, str], int] = {}
    for draft in _child_drafts(assembly):
        if draft.number is None:
            assembly.strays.append(_unnumbered(draft))
        elif draft.number in assembly.candidates:
            _take(assembly.candidates[draft.number], draft)
        elif draft.number in known_numbers:
            place = (draft.sheet.name, draft.number)
            known_rows[place] = known_rows.get(place, 0) + 1
        else:
            draft.errors.clear()
            draft.reject(ErrorCode.ORPHAN, NUMBER)
            assembly.strays.extend(draft.errors)
    assembly.notices.extend(
        Notice("rows_of_known_case", sheet, case=case, count=count)
        for (sheet, case), count in known_rows.items()
    )
    return assembly


def _opened(sheets: Mapping[str, SheetRows]) -> Assembly:
    formats = {sheet.name: sheet for sheet in SHEETS}
    assembly = Assembly({})
    for title, rows in sheets.items():
        name = header_key(title)
        if name not in formats:
            assembly.notices.append(Notice("unknown_sheet", title))
            continue
        if name in assembly.tables:
            raise Refused("intake.sheet_twice", sheet=name)
        table = Table(formats[name], rows)
        assembly.tables[name] = table
        assembly.notices.extend(
            Notice("unknown_column", name, column) for column in dict.fromkeys(table.unknown)
        )
    return assembly


def _child_drafts(assembly: Assembly) -> Iterator[Draft]:
    for sheet in CHILD_SHEETS:
        table = assembly.tables.get(sheet.name)
        if table is not None and not table.is_empty():
            assembly.require(sheet, _in_order(sheet))
            yield from table.drafts()


def _in_order(sheet: Sheet) -> tuple[str, ...]:
    return tuple(each.name for each in sheet.columns if each.name in sheet.required)


def _take(candidate: Candidate, draft: Draft) -> None:
    if draft.errors:
        candidate.errors.extend(draft.errors)
        return
    assert draft.sheet.record is not None
    record = draft.sheet.record(**draft.values)
    if isinstance(record, Equipment) and record.cost > AMOUNT_MAX:
        draft.reject(ErrorCode.TYPE, "單價", cause="cell.too_large", text=str(record.cost))
        candidate.errors.extend(draft.errors)
        return
    candidate.children.setdefault(draft.sheet.field, []).append((draft.row, record))


def _unnumbered(draft: Draft) -> Detail:
    """Why a row belongs to no case: its number is missing, or cannot be read."""
    unreadable = next((each for each in draft.errors if each.column == NUMBER), None)
    if unreadable is not None:
        return unreadable
    return Detail(draft.sheet.name, draft.row, NUMBER, None, ErrorCode.REQUIRED, {})
