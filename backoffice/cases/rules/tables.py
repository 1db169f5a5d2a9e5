"""The sheets of a workbook as they come from the reader, and their rows as typed values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

from backoffice.cases.rules.columns import NUMBER, PROBLEM, Sheet
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc


class TableRow(Protocol):
    """A row as sent: its number in the sheet (the header's is 1), and the text of each cell."""

    @property
    def number(self) -> int: ...

    @property
    def values(self) -> tuple[str | None, ...]: ...


class SheetRows(Protocol):
    """A sheet as sent. `kinds` marks cells that hold no value of their own.

    A mark is "formula", "error" or "boolean", under the row's number and the column's index.
    """

    @property
    def header(self) -> tuple[str, ...]: ...

    @property
    def rows(self) -> Sequence[TableRow]: ...

    @property
    def kinds(self) -> Mapping[tuple[int, int], str]: ...


class ErrorCode(StrEnum):
    """Why a row cannot be taken in. Source: the intake workbook format."""

    REQUIRED = "E_REQUIRED"
    TYPE = "E_TYPE"
    UBN = "E_UBN"
    SCHEME = "E_SCHEME"
    NEGATIVE = "E_NEGATIVE"
    FRACTION = "E_FRACTION"
    DUPLICATE_ROW = "E_DUPLICATE_ROW"
    ORPHAN = "E_ORPHAN"
    CONFLICT = "E_CONFLICT"


_CODES: Mapping[str, ErrorCode] = {
    "amount.negative": ErrorCode.NEGATIVE,
    "amount.fraction": ErrorCode.FRACTION,
    "ubn.invalid": ErrorCode.UBN,
}


@dataclass(frozen=True, slots=True)
class Detail:
    """Something to tell about one place of the workbook: an error, or a finding.

    `column` is None where the whole row is meant; `case` where no case can be named. `facts`
    are what the sentence is worded with.
    """

    sheet: str
    row: int
    column: str | None
    case: str | None
    code: str
    facts: Mapping[str, object]


@dataclass(slots=True)
class Draft:
    """A row on its way to a record: what could be read, and what could not."""

    sheet: Sheet
    row: int
    number: str | None
    values: dict[str, Any]
    errors: list[Detail] = field(default_factory=list)

    def reject(self, code: ErrorCode, column: str | None, **facts: object) -> None:
        """Note that this row cannot be taken in."""
        self.errors.append(Detail(self.sheet.name, self.row, column, self.number, code, facts))

    def has_error_at(self, column: str) -> bool:
        """Whether the cell in this column has been rejected already."""
        return any(each.column == column for each in self.errors)


class Table:
    """A sheet of the workbook with its columns found by their headers.

    `unknown` are headers that the format does not have. Refuses "intake.column_twice" (sheet,
    column) where two columns bear the same known header.
    """

    def __init__(self, sheet: Sheet, rows: SheetRows) -> None:
        self.sheet = sheet
        self._rows = rows
        headers = [header_key(header or "") for header in rows.header]
        known = {column.name: column for column in sheet.columns}
        self.unknown = tuple(
            name for name in headers if name and name not in known and name != PROBLEM
        )
        for name in known:
            if headers.count(name) > 1:
                raise Refused("intake.column_twice", sheet=sheet.name, column=name)
        self._places = tuple(
            (column, headers.index(name) if name in headers else -1)
            for name, column in known.items()
        )
        self._required = tuple(
            column
            for column in sheet.columns
            if column.name in sheet.required and column.name != NUMBER
        )
        self.columns = frozenset(known).intersection(headers)

    def is_empty(self) -> bool:
        """Whether no row holds anything."""
        return next(self.drafts(), None) is None

    def drafts(self) -> Iterator[Draft]:
        """Every row that holds anything, read column by column."""
        kinds = self._rows.kinds
        marked = {number for number, _ in kinds}
        for row in self._rows.rows:
            draft = self._draft(row, kinds if row.number in marked else _NO_MARKS)
            if draft is not None:
                yield draft

    def _draft(self, row: TableRow, marks: Mapping[tuple[int, int], str]) -> Draft | None:
        texts, width, is_blank = row.values, len(row.values), True
        draft = Draft(self.sheet, row.number, None, {})
        for column, place in self._places:
            text = texts[place] if 0 <= place < width else None
            value: object = None
            if marks and (row.number, place) in marks:
                is_blank = False
                kind = str(marks[row.number, place])
                draft.reject(ErrorCode.TYPE, column.name, text=text or "", kind=kind)
            elif text and not text.isspace():
                is_blank = False
                try:
                    value = column.read(text)
                except Refused as refusal:
                    code = _CODES.get(refusal.code, ErrorCode.TYPE)
                    draft.reject(code, column.name, cause=refusal.code, **refusal.facts)
            draft.values[column.field] = column.blank if value is None or value == "" else value
        return None if is_blank else self._complete(draft)

    def _complete(self, draft: Draft) -> Draft:
        """The draft with its case number, on its errors too, and with what is missing in it."""
        draft.number = draft.values.pop("number")
        if draft.errors and draft.number is not None:
            draft.errors = [replace(each, case=draft.number) for each in draft.errors]
        for column in self._required:
            if draft.values[column.field] is None and not draft.has_error_at(column.name):
                draft.reject(ErrorCode.REQUIRED, column.name)
        return draft


_NO_MARKS: Mapping[tuple[int, int], str] = {}


def header_key(text: str) -> str:
    """A header or a sheet's name as it is matched: normalised, without blanks around it."""
    return nfkc(text.replace("\u200b", "").replace("\ufeff", "")).strip()
