"""What a sheet holds, said once for every format that it may be written in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import TAIPEI

CellValue: TypeAlias = str | int | Ntd | Decimal | date | None
PlainValue: TypeAlias = str | int | Decimal | date | None

WHOLE_NUMBER_MAX = 2**53
# Control characters but tab and line feed, what no XML may hold, and halves of characters.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
LINE_END = re.compile("\r\n?")


class ColumnKind(StrEnum):
    """What a column holds. Everything that is not an amount, a count or a date is TEXT.

    MONEY: whole NTD (Ntd or int). COUNT: int. SCORE: Decimal or int, shown with two decimals.
    DATE: a date, shown as 民國 year, month and day. INSTANT: an aware datetime, shown with the
    time of day in Taipei.
    """

    TEXT = "text"
    MONEY = "money"
    COUNT = "count"
    SCORE = "score"
    DATE = "date"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label, what it holds, its width in half-width characters.

    `is_summed` puts the sum of the column into the total row (MONEY and COUNT only).
    """

    label: str
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 14
    is_summed: bool = False


class Place(StrEnum):
    """Where a line stands between the left and the right edge of the table."""

    START = "start"
    CENTER = "center"
    END = "end"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text above or below the table; a heading is larger and bold."""

    text: str
    place: Place = Place.START
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """A sheet from top to bottom. `rows` is read once, row by row, so it may be a generator.

    `total_label` None: no total row. `signatures` are the names under which people sign,
    spread over the width of the table, below the footer.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[CellValue]]
    title_lines: Sequence[Line] = ()
    total_label: str | None = None
    footer_lines: Sequence[Line] = ()
    signatures: Sequence[str] = ()


def plain(value: CellValue, kind: ColumnKind) -> PlainValue:
    """The value as every format writes it: Ntd as int, instants in Taipei, text cleaned.

    A value that the column does not hold is a programme error. Refuses
    "workbook.number_too_large" at 2^53 and above, which a spreadsheet would round.
    """
    match value:
        case None:
            return None
        case str():
            assert kind is ColumnKind.TEXT, (value, kind)
            return cleaned(value) or None
        case Ntd():
            assert kind is ColumnKind.MONEY, (value, kind)
            return _exact(value.dollars)
        case bool():
            raise AssertionError((value, kind))
        case int():
            return _exact(value) if kind is not ColumnKind.TEXT else str(value)
        case Decimal():
            assert kind is ColumnKind.SCORE, (value, kind)
            return value
        case datetime():
            assert kind is ColumnKind.INSTANT, (value, kind)
            assert value.tzinfo is not None, value
            return value.astimezone(TAIPEI).replace(tzinfo=None)
        case date():
            assert kind is ColumnKind.DATE, (value, kind)
            return value


def cleaned(text: str) -> str:
    """The text without characters that no sheet can hold; line ends become line feeds."""
    if text.isprintable():
        return text
    return UNWRITABLE.sub("", LINE_END.sub("\n", text))


def _exact(number: int) -> int:
    if abs(number) >= WHOLE_NUMBER_MAX:
        raise Refused("workbook.number_too_large", number=number)
    return number
