"""Rows on their way into XML: most are plain and go through one format string as they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI
from backoffice.spreadsheets.layout import (
    WHOLE_NUMBER_MAX,
    CellValue,
    Column,
    ColumnKind,
    cleaned,
)

BETWEEN = "|"
BLANKS = frozenset({None, ""})
EIGHT_HOURS = timedelta(hours=8)
EIGHT_HOURS_SINCE = 1980  # Taipei has known no summer time since 1979
Written: TypeAlias = str | int | float
Form: TypeAlias = tuple[bool, ...]


class _NotPlain(Exception):
    """The row needs to be looked at cell by cell."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a format writes a row.

    `cells` are what stands around a value, by kind, with one %s; `blanks` writes so many cells
    with nothing in them. `is_plain` says of the texts of a row, joined by "|", that each may be
    written as it is; any other goes, cleaned, through `written` with its row and its column's
    label. `instant` is given the time of day in Taipei, whatever its zone says.
    """

    row_start: str
    row_end: str
    cells: Mapping[ColumnKind, str]
    blanks: Callable[[int], str]
    is_plain: Callable[[str], bool]
    written: Callable[[str, int, str], str]
    day: Callable[[date], Written]
    instant: Callable[[datetime], Written]


@dataclass(frozen=True, slots=True)
class _Shape:
    """Rows with blanks in the same places: the form of them, and what is filled in there."""

    form: str
    blanks: tuple[int, ...]
    values_of: Callable[[list[Any]], tuple[Any, ...]]


def _few(places: Sequence[int]) -> Callable[[list[Any]], tuple[Any, ...]]:
    return lambda row: tuple(row[place] for place in places)


class RowWriter:
    """Writes the rows of one table, and keeps the sums of its columns.

    A whole number of 2^53 and more becomes a text, since a spreadsheet would round it. What a
    column does not hold is a programme error.
    """

    def __init__(self, columns: Sequence[Column], dialect: Dialect) -> None:
        self.columns = columns
        self.sums = {place: 0 for place, column in enumerate(columns) if column.is_summed}
        self._dialect = dialect
        self._texts = [i for i, each in enumerate(columns) if each.kind is ColumnKind.TEXT]
        self._others = [
            (place, self._value_writer(column.kind))
            for place, column in enumerate(columns)
            if column.kind is not ColumnKind.TEXT
        ]
        self._writers = dict(self._others)
        self._shapes: dict[Form, _Shape] = {}
        self._usual = self._shape_of([0] * len(columns))

    def write(self, values: Sequence[CellValue], number: int) -> str:
        """The row as XML; `number` is that of the row as a reader of the sheet sees it."""
        assert len(values) == len(self.columns), "a row has a value for every column"
        row: list[Any] = list(values)
        try:
            written = self._at_once(row)
        except _NotPlain:
            written = self._cell_by_cell(values, number)
            for place in self.sums:
                row[place] = _dollars(values[place])
        for place in self.sums:
            self.sums[place] += row[place] or 0
        return written

    def _at_once(self, row: list[Any]) -> str:
        """The row as XML if it is plain; its values are then those that stand in it."""
        blank_count = 0
        for place, write in self._others:
            if row[place] is None:
                blank_count += 1
            else:
                row[place] = write(row[place])
        texts = [row[place] or "" for place in self._texts]
        try:
            is_plain = self._dialect.is_plain(BETWEEN.join(texts))
        except TypeError as error:  # a number stands in a column of text
            raise _NotPlain from error
        if not is_plain:
            raise _NotPlain
        blank_count += texts.count("")
        usual = self._usual
        if blank_count != len(usual.blanks) or not BLANKS.issuperset(
            map(row.__getitem__, usual.blanks)
        ):
            usual = self._usual = self._shape_of(row)
        return usual.form % usual.values_of(row)

    def _shape_of(self, row: Sequence[Any]) -> _Shape:
        """How a row with blanks in these places is written; the next one is likely to be alike."""
        blank = tuple(map(BLANKS.__contains__, row))
        if blank not in self._shapes:
            filled = [place for place, is_blank in enumerate(blank) if not is_blank]
            self._shapes[blank] = _Shape(
                self._form_of(blank),
                tuple(place for place, is_blank in enumerate(blank) if is_blank),
                itemgetter(*filled) if len(filled) > 1 else _few(filled),
            )
        return self._shapes[blank]

    def _form_of(self, blank: Form) -> str:
        dialect = self._dialect
        cells = [
            dialect.blanks(len(list(group)))
            if is_blank
            else "".join(dialect.cells[column.kind] for _, column in group)
            for is_blank, group in groupby(
                zip(blank, self.columns, strict=True), key=lambda pair: pair[0]
            )
        ]
        return dialect.row_start + "".join(cells) + dialect.row_end

    def _cell_by_cell(self, values: Sequence[CellValue], number: int) -> str:
        dialect = self._dialect
        cells = []
        for column, value, place in zip(self.columns, values, range(len(values)), strict=True):
            kind, written = column.kind, self._value(value, place)
            if isinstance(written, str) and kind in (ColumnKind.TEXT, *_NUMBERS):
                is_number = kind in _NUMBERS and not isinstance(value, Decimal)
                kind = ColumnKind.TEXT if is_number else kind
                written = dialect.written(cleaned(written), number, column.label)
            is_blank = written is None or written == ""
            cells.append(dialect.blanks(1) if is_blank else dialect.cells[kind] % written)
        return dialect.row_start + "".join(cells) + dialect.row_end

    def _value(self, value: CellValue, place: int) -> Written | None:
        if value is None:
            return None
        if place not in self._writers:
            assert isinstance(value, str | int), value
            return str(value)
        try:
            return self._writers[place](value)
        except _NotPlain:
            return str(_dollars(value))

    def _value_writer(self, kind: ColumnKind) -> Callable[[Any], Written]:
        writers: dict[ColumnKind, Callable[[Any], Written]] = {
            ColumnKind.MONEY: _money,
            ColumnKind.COUNT: _count,
            ColumnKind.SCORE: _score,
            ColumnKind.DATE: self._day,
            ColumnKind.INSTANT: self._instant,
        }
        return writers[kind]

    def _day(self, value: date) -> Written:
        assert type(value) is date, value
        return self._dialect.day(value)

    def _instant(self, value: datetime) -> Written:
        assert value.tzinfo is not None, value
        if value.tzinfo is UTC and value.year >= EIGHT_HOURS_SINCE:
            local = value + EIGHT_HOURS  # a fifth of the time of looking the zone up
        else:
            local = value.astimezone(TAIPEI)
        return self._dialect.instant(local)


_NUMBERS = (ColumnKind.MONEY, ColumnKind.COUNT, ColumnKind.SCORE)


def _money(value: Ntd | int) -> int:
    dollars = value.dollars if type(value) is Ntd else value
    assert type(dollars) is int, value
    if not -WHOLE_NUMBER_MAX < dollars < WHOLE_NUMBER_MAX:
        raise _NotPlain
    return dollars


def _count(value: int) -> int:
    assert type(value) is int, value
    if not -WHOLE_NUMBER_MAX < value < WHOLE_NUMBER_MAX:
        raise _NotPlain
    return value


def _score(value: Decimal | int) -> Written:
    return f"{value:f}" if isinstance(value, Decimal) else _count(value)


def _dollars(value: CellValue) -> int:
    if value is None:
        return 0
    assert isinstance(value, Ntd | int), value
    return value.dollars if isinstance(value, Ntd) else value
