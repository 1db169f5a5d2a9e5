"""Two workbooks cell by cell: what a file that comes again says otherwise than before."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TypeAlias

from backoffice.spreadsheets.cells import CellKind, column_letters
from backoffice.spreadsheets.reader import Row, Sheet, Workbook

SHOWN_MAX = 200

Cells: TypeAlias = Sequence[str | None]
Identity: TypeAlias = tuple[str | int, int]


class Differs(StrEnum):
    """What differs: a cell, or a whole row, column or sheet that is in one workbook only."""

    CELL = "cell"
    ROW_ADDED = "row_added"
    ROW_REMOVED = "row_removed"
    COLUMN_ADDED = "column_added"
    COLUMN_REMOVED = "column_removed"
    SHEET_ADDED = "sheet_added"
    SHEET_REMOVED = "sheet_removed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where the later workbook differs from the earlier.

    `row` is that of the later workbook, of the earlier for what was removed; 0 for a sheet or a
    column. `column` is its letters, `label` its header. `formula` is set where the later cell
    holds a formula and the earlier did not, whatever it shows.
    """

    what: Differs
    sheet: str
    row: int = 0
    column: str = ""
    label: str = ""
    before: str = ""
    after: str = ""
    formula: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many places differ, and the first two hundred of them in the order of the workbook."""

    count: int
    shown: tuple[Difference, ...]


def compared(before: Workbook, after: Workbook, *, key: str | None = None) -> Comparison:
    """Where `after` differs from `before`. Neither bytes nor looks count, only what is in cells.

    With `key`, the header of a column, columns are matched by their headers and rows by what
    stands in that column, the first such row with the first, so that a row put in between moves
    nothing. Without it each cell is compared with the one at the same address.
    """
    found = _differences(before, after, key)
    shown = tuple(islice(found, SHOWN_MAX))
    return Comparison(len(shown) + sum(1 for _ in found), shown)


def _differences(before: Workbook, after: Workbook, key: str | None) -> Iterator[Difference]:
    for name, sheet in after.sheets.items():
        earlier = before.sheets.get(name)
        if earlier is None:
            yield Difference(Differs.SHEET_ADDED, name)
        elif key is None or key not in sheet.header or key not in earlier.header:
            yield from _by_address(earlier, sheet)
        else:
            yield from _by_key(earlier, sheet, key)
    for name in before.sheets:
        if name not in after.sheets:
            yield Difference(Differs.SHEET_REMOVED, name)


def _by_address(before: Sheet, after: Sheet) -> Iterator[Difference]:
    earlier, later = dict(_all_rows(before)), dict(_all_rows(after))
    for number in sorted(earlier.keys() | later.keys()):
        old, new = earlier.get(number, ()), later.get(number, ())
        places = range(max(len(old), len(new)))
        yield from _cells(
            before, after, (number, number), [(place, place) for place in places], (old, new)
        )


def _all_rows(sheet: Sheet) -> Iterator[tuple[int, Cells]]:
    if sheet.header_row:
        yield sheet.header_row, sheet.header
    for row in sheet.rows:
        yield row.number, row.values


def _by_key(before: Sheet, after: Sheet, key: str) -> Iterator[Difference]:
    yield from _columns(before, after)
    pairs = [
        (before.header.index(title), place)
        for place, title in enumerate(after.header)
        if title and title in before.header
    ]
    earlier = dict(_identified(before, key))
    for identity, row in _identified(after, key):
        old = earlier.pop(identity, None)
        if old is None:
            yield _whole_row(Differs.ROW_ADDED, after, row)
        else:
            numbers = (old.number, row.number)
            yield from _cells(before, after, numbers, pairs, (old.values, row.values))
    for row in earlier.values():
        yield _whole_row(Differs.ROW_REMOVED, before, row)


def _columns(before: Sheet, after: Sheet) -> Iterator[Difference]:
    for what, these, others in (
        (Differs.COLUMN_ADDED, after, before),
        (Differs.COLUMN_REMOVED, before, after),
    ):
        for place, title in enumerate(these.header):
            if title and title not in others.header:
                yield Difference(what, these.name, 0, column_letters(place), title)


def _identified(sheet: Sheet, key: str) -> Iterator[tuple[Identity, Row]]:
    place = sheet.header.index(key)
    seen: Counter[str] = Counter()
    for row in sheet.rows:
        name = (row.values[place] or "").strip()
        seen[name] += 1
        yield (name, seen[name]), row


def _whole_row(what: Differs, sheet: Sheet, row: Row) -> Difference:
    text = "｜".join(value for value in row.values if value)
    before, after = ("", text) if what is Differs.ROW_ADDED else (text, "")
    return Difference(what, sheet.name, row.number, before=before, after=after)


def _cells(
    before: Sheet,
    after: Sheet,
    numbers: tuple[int, int],
    pairs: Sequence[tuple[int, int]],
    values: tuple[Cells, Cells],
) -> Iterator[Difference]:
    (old_row, new_row), (old, new) = numbers, values
    for old_place, new_place in pairs:
        was, now = _at(old, old_place), _at(new, new_place)
        formula = _is_formula(after.kinds, new_row, new_place)
        formula = formula and not _is_formula(before.kinds, old_row, old_place)
        if was != now or formula:
            label = _at(after.header, new_place)
            letters = column_letters(new_place)
            yield Difference(
                Differs.CELL, after.name, new_row, letters, label, was, now, formula=formula
            )


def _at(values: Cells, place: int) -> str:
    return (values[place] or "") if place < len(values) else ""


def _is_formula(kinds: Mapping[tuple[int, int], CellKind], row: int, place: int) -> bool:
    return kinds.get((row, place)) is CellKind.FORMULA
