"""The bank's statement of fees received 入帳明細: its columns, and what stands in each line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeVar

from backoffice.kernel.money import ZERO, Ntd, parse_amount, total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc, parse_instant

VALUE_AT: Final = "入帳時間"
AMOUNT: Final = "金額"
PAYER: Final = "付款人"
UBN: Final = "統一編號"
CASE_NUMBER: Final = "案件編號"
NOTE: Final = "備註"
NUMBER: Final = "交易序號"
COLUMNS: Final = (VALUE_AT, AMOUNT, PAYER, UBN, CASE_NUMBER, NOTE, NUMBER)
REQUIRED: Final = (VALUE_AT, AMOUNT, NUMBER)
LENGTHS: Final[Mapping[str, int]] = {
    PAYER: 200,
    UBN: 20,
    CASE_NUMBER: 64,
    NOTE: 400,
    NUMBER: 64,
}
LINES_MAX: Final = 5_000
SHEET: Final = "入帳明細"

_UBN = re.compile("[0-9]{8}")
_WORDS = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-]*")
_SHOWN = 40

T = TypeVar("T")


class Cells(Protocol):
    """A row of a sheet: its number as a spreadsheet shows it, and its cells as text."""

    @property
    def number(self) -> int: ...
    @property
    def values(self) -> tuple[str | None, ...]: ...


@dataclass(frozen=True, slots=True)
class StatementLine:
    """Money that came in, as the bank wrote it. `number` tells one from another for ever."""

    row: int
    number: str
    value_at: datetime
    amount: Ntd
    payer: str = ""
    ubn: str = ""
    case_number: str = ""
    note: str = ""

    @property
    def case_numbers(self) -> frozenset[str]:
        """What may be case numbers in it: that of its column, else any word of the note."""
        if self.case_number:
            return frozenset({self.case_number})
        return frozenset(word.upper() for word in _WORDS.findall(nfkc(self.note)) if "-" in word)

    @property
    def ubns(self) -> frozenset[str]:
        """What may be the payer's 統一編號: that of its column, else eight digits of the note."""
        if self.ubn:
            return frozenset({self.ubn})
        return frozenset(word for word in _WORDS.findall(nfkc(self.note)) if _UBN.fullmatch(word))

    def is_the_same(self, other: StatementLine) -> bool:
        """Whether both speak of the same money: one number, one time, one amount."""
        return (self.number, self.value_at, self.amount) == (
            other.number,
            other.value_at,
            other.amount,
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that cannot be read: its row, its column's name, and why, as a refusal."""

    row: int
    column: str
    refusal: Refused


@dataclass(frozen=True, slots=True)
class Reading:
    """What a statement says: the lines that can be read, those that cannot, and repetitions.

    `repeated` are rows that say again what an earlier row of the same file says.
    """

    lines: tuple[StatementLine, ...]
    problems: tuple[Problem, ...]
    repeated: tuple[int, ...]

    @property
    def total(self) -> Ntd:
        """The sum of the lines that can be read."""
        return total(line.amount for line in self.lines)


def read(
    header: Sequence[str],
    rows: Sequence[Cells],
    formulas: Iterable[tuple[int, int]],
    now: datetime,
) -> Reading:
    """The lines of a statement; `formulas` are cells (row number, column from 0) to be distrusted.

    A row with a cell that cannot be read is told and left out; the others are read. Refuses
    "fee.column_missing" (column), "fee.no_lines", "fee.too_many_lines" (limit).
    """
    for name in REQUIRED:
        if name not in header:
            raise Refused("fee.column_missing", column=name)
    if not rows:
        raise Refused("fee.no_lines")
    if len(rows) > LINES_MAX:
        raise Refused("fee.too_many_lines", limit=LINES_MAX)
    places = {name: header.index(name) for name in COLUMNS if name in header}
    reader = _Reader(places, frozenset(formulas), now)
    problems: list[Problem] = []
    lines: dict[str, StatementLine] = {}
    repeated: list[int] = []
    for row in rows:
        line = reader.line(row, problems)
        if line is None:
            continue
        earlier = lines.setdefault(line.number, line)
        if earlier is line:
            continue
        if earlier.is_the_same(line):
            repeated.append(line.row)
        else:
            refusal = Refused("fee.number_twice", number=line.number, row=earlier.row)
            problems.append(Problem(line.row, NUMBER, refusal))
    return Reading(tuple(lines.values()), tuple(problems), tuple(repeated))


class _Reader:
    def __init__(
        self, places: Mapping[str, int], formulas: frozenset[tuple[int, int]], now: datetime
    ) -> None:
        self._places = places
        self._formulas = formulas
        self._now = now

    def line(self, row: Cells, problems: list[Problem]) -> StatementLine | None:
        """The row's line; None when a cell cannot be read, which is added to `problems`."""
        before = len(problems)
        value_at = self._cell(row, VALUE_AT, self._instant, problems)
        amount = self._cell(row, AMOUNT, _amount, problems)
        texts = {name: self._text(row, name, problems) for name in LENGTHS}
        if len(problems) > before or value_at is None or amount is None:
            return None
        return StatementLine(
            row=row.number,
            number=_joined(texts[NUMBER]),
            value_at=value_at,
            amount=amount,
            payer=texts[PAYER],
            ubn=_joined(texts[UBN]),
            case_number=_joined(texts[CASE_NUMBER]),
            note=texts[NOTE],
        )

    def _cell(
        self, row: Cells, name: str, reads: Callable[[str], T], problems: list[Problem]
    ) -> T | None:
        place = self._places.get(name)
        text = "" if place is None else (row.values[place] or "").strip()
        try:
            if place is not None and (row.number, place) in self._formulas:
                raise Refused("fee.cell_formula")
            if not text and name in REQUIRED:
                raise Refused("fee.cell_blank")
            return reads(text)
        except Refused as refusal:
            problems.append(Problem(row.number, name, _shortened(refusal)))
            return None

    def _text(self, row: Cells, name: str, problems: list[Problem]) -> str:
        def within(text: str) -> str:
            if len(text) > LENGTHS[name]:
                raise Refused("cell.too_long", text=text, limit=LENGTHS[name])
            return "".join(letter for letter in text if letter.isprintable())

        return self._cell(row, name, within, problems) or ""

    def _instant(self, text: str) -> datetime:
        found = parse_instant(text)
        if found > self._now:
            raise Refused("fee.value_future", at=found)
        return found


def _amount(text: str) -> Ntd:
    found = Ntd(parse_amount(text))
    if found <= ZERO:
        raise Refused("fee.amount_zero")
    return found


def _joined(text: str) -> str:
    return "".join(nfkc(text).upper().split())


def _shortened(refusal: Refused) -> Refused:
    """A cell may hold a page of text; a sentence about it need not."""
    text = refusal.facts.get("text")
    if not isinstance(text, str) or len(text) <= _SHOWN:
        return refusal
    return Refused(refusal.code, **{**refusal.facts, "text": f"{text[:_SHOWN]}…"})


def template_rows() -> Iterator[tuple[str, ...]]:
    """Two lines as an example of the format."""
    yield ("112/05/08 10:20", "300000", "範例企業有限公司", "", "案件編號", "", "20230508000001")
    yield (
        "112/05/09",
        "285714",
        "示範股份有限公司",
        "04595257",
        "",
        "企業分攤款",
        "20230509000002",
    )
