"""The rows of a parsed sheet as records of joined text: quick to send, quick to take apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.cells import (
    EXACT_INTEGER_MAX,
    CellKind,
    column_letters,
    percent,
    text_of,
)
from backoffice.spreadsheets.limits import Limits
from backoffice.spreadsheets.parts import FORMULA, PERCENT, Mark, Marks

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

CELL_END = "\x1f"
ROW_END = "\x1e"
NEITHER = str.maketrans({CELL_END: "\ufffd", ROW_END: "\ufffd"})


@dataclass(slots=True)
class Records:
    """The rows that hold something: their numbers, and their `width` cells as joined text."""

    width: int
    numbers: list[int] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    kinds: dict[tuple[int, int], CellKind] = field(default_factory=dict)


def records_of(sheet: "CalamineSheet", name: str, marks: Marks, limits: Limits) -> Records:
    """A parsed sheet with what `marks` adds to it, blank rows left out.

    Refuses "workbook.too_many_rows", ".too_many_columns", ".too_many_cells", ".cell_too_long".
    """
    start, end = sheet.start, sheet.end
    parsed_width = end[1] + 1 if end else 0
    formula_row, formula_width = marks.last_formula
    width = max(parsed_width, formula_width)
    height = max(end[0] + 1 if end else 0, formula_row)
    _check_extent(name, height, width, limits)
    return _Builder(Records(width), name, marks, limits).build(
        _whole_rows(sheet, height),
        before=[""] * (start[1] if start else 0),
        after=[""] * (width - parsed_width),
    )


def _check_extent(name: str, height: int, width: int, limits: Limits) -> None:
    if height > limits.rows:
        raise Refused("workbook.too_many_rows", sheet=name, limit=limits.rows)
    if width > limits.columns:
        raise Refused("workbook.too_many_columns", sheet=name, limit=limits.columns)
    if height * width > limits.cells:
        raise Refused(
            "workbook.too_many_cells", sheet=name, cells=height * width, limit=limits.cells
        )


def _whole_rows(sheet: "CalamineSheet", height: int) -> Iterator[Sequence[object]]:
    count = 0
    width = 0
    for values in sheet.iter_rows():
        count += 1
        width = len(values)
        yield values
    # A formula that was never computed is no value to the parser, but its row is not blank.
    for _ in range(height - count):
        yield [""] * width


class _Builder:
    def __init__(self, records: Records, name: str, marks: Marks, limits: Limits) -> None:
        self.records = records
        self.name = name
        self.marks = marks
        self.limits = limits
        self.has_special_value = False

    def build(
        self, rows: Iterable[Sequence[object]], *, before: list[str], after: list[str]
    ) -> Records:
        text = self._text
        marked = self.marks.cells.keys()
        areas = self.marks.areas
        for number, values in enumerate(rows, 1):
            texts = [
                value if type(value) is str and not value.isspace() else text(value)
                for value in values
            ]
            if before or after:
                texts = before + texts + after
            if self.has_special_value:
                self._note_kinds(number, values, len(before))
            if number in marked:
                self._apply(number, texts)
            if areas:
                self._note_areas(number, texts)
            self._add(number, texts)
        return self.records

    def _text(self, value: object) -> str:
        if type(value) is float and value.is_integer() and abs(value) < EXACT_INTEGER_MAX:
            return str(int(value))
        text, kind = text_of(value)
        self.has_special_value = self.has_special_value or kind is not None
        return text

    def _note_kinds(self, number: int, values: Sequence[object], offset: int) -> None:
        self.has_special_value = False
        for column, value in enumerate(values, offset):
            kind = text_of(value)[1]
            if kind is not None:
                self.records.kinds[number, column] = kind

    def _apply(self, number: int, texts: list[str]) -> None:
        for mark in self.marks.cells[number]:
            if mark.column < len(texts):
                self._apply_mark(number, mark, texts)

    def _apply_mark(self, number: int, mark: Mark, texts: list[str]) -> None:
        place = number, mark.column
        if mark.what == FORMULA:
            self.records.kinds[place] = CellKind.FORMULA
        elif mark.what == PERCENT:
            texts[mark.column] = percent(texts[mark.column])
        else:
            texts[mark.column] = mark.text
            self.records.kinds.setdefault(place, CellKind.ERROR)

    def _note_areas(self, number: int, texts: Sequence[str]) -> None:
        for first_row, first_column, last_row, last_column in self.marks.areas:
            if first_row <= number <= last_row:
                for column in range(first_column, min(last_column + 1, len(texts))):
                    if texts[column]:
                        self.records.kinds[number, column] = CellKind.FORMULA

    def _add(self, number: int, texts: Sequence[str]) -> None:
        joined = CELL_END.join(texts)
        ends = len(texts) - 1
        if len(joined) == ends and number not in self.marks.cells:
            return
        if len(joined) > self.limits.cell_characters:
            self._check_lengths(number, texts)
        if joined.count(CELL_END) != ends or ROW_END in joined:
            joined = CELL_END.join(text.translate(NEITHER) for text in texts)
        self.records.numbers.append(number)
        self.records.joined.append(joined)

    def _check_lengths(self, number: int, texts: Sequence[str]) -> None:
        for column, text in enumerate(texts):
            if len(text) > self.limits.cell_characters:
                raise Refused(
                    "workbook.cell_too_long",
                    sheet=self.name,
                    row=number,
                    column=column_letters(column),
                    characters=len(text),
                    limit=self.limits.cell_characters,
                )
