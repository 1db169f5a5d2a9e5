"""三方核對 and 日結: sheet, ledger and bank say the same, or the day stays open. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the three says of a day or a sheet: payments and their sums."""

    paid_rows: int = 0
    paid: Ntd = ZERO
    returned_rows: int = 0
    returned: Ntd = ZERO

    def __add__(self, other: Side) -> Side:
        """Two parts of one side."""
        return Side(
            self.paid_rows + other.paid_rows,
            self.paid + other.paid,
            self.returned_rows + other.returned_rows,
            self.returned + other.returned,
        )

    @property
    def sum(self) -> Ntd:
        """Paid and returned together."""
        return self.paid + self.returned


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """清冊, 帳, 銀行 beside each other."""

    sheet: Side
    ledger: Side
    bank: Side

    def __add__(self, other: ThreeWay) -> ThreeWay:
        """Two parts of one view."""
        return ThreeWay(
            self.sheet + other.sheet, self.ledger + other.ledger, self.bank + other.bank
        )

    @property
    def agrees(self) -> bool:
        """Whether all three say the same, to the row and the dollar."""
        return self.sheet == self.ledger == self.bank

    @property
    def difference(self) -> Ntd:
        """The widest gap between two of them, of paid and of returned money, added up."""
        sides = (self.sheet, self.ledger, self.bank)
        return _gap([side.paid for side in sides]) + _gap([side.returned for side in sides])


def _gap(sums: Sequence[Ntd]) -> Ntd:
    return max(sums) - min(sums)


NOTHING = ThreeWay(Side(), Side(), Side())


@dataclass(frozen=True, slots=True)
class DayFacts:
    """A day as the closing asks about it.

    `differing`: the sheets on which the three do not agree; `open_items`: how many items dated on
    the day or before wait; `unconfirmed`: the files read and not confirmed that speak of the day.
    """

    day: date
    is_closed: bool
    whole: ThreeWay
    differing: tuple[str, ...]
    open_items: int
    unconfirmed: tuple[str, ...]


def closing_refusal(facts: DayFacts, today: date) -> Refused | None:
    """Why the day cannot be closed 日結, naming what is open; None when it can.

    "bank.day_closed" (day), "bank.day_to_come" (day), "bank.answer_waits" (files),
    "bank.items_open" (count), "bank.day_differs" (difference, sheets).
    """
    if facts.is_closed:
        return Refused("bank.day_closed", day=facts.day)
    if facts.day > today:
        return Refused("bank.day_to_come", day=facts.day)
    if facts.unconfirmed:
        return Refused("bank.answer_waits", files=facts.unconfirmed)
    if facts.open_items:
        return Refused("bank.items_open", count=facts.open_items)
    if not facts.whole.agrees or facts.differing:
        return Refused(
            "bank.day_differs", difference=facts.whole.difference, sheets=facts.differing
        )
    return None


def open_day_refusal(day: date, closed: bool) -> Refused | None:
    """A closed day takes no more settlements: "bank.day_closed" (day)."""
    return Refused("bank.day_closed", day=day) if closed else None


def day_hash(day: date, settled: Iterable[tuple[str, int, str, int]]) -> str:
    """The SHA-256 over a day's settlements: sheet, position, what became of it, whole dollars."""
    found = hashlib.sha256(day.isoformat().encode())
    for each in sorted(settled):
        found.update(repr(each).encode())
    return found.hexdigest()
