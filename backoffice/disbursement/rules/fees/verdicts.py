"""Each line of a statement classed by what the fee book knows (features N10). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from backoffice.disbursement.rules.fees.account import Paid, minute
from backoffice.disbursement.rules.fees.statement import StatementLine
from backoffice.kernel.money import ZERO, Ntd, total


class Verdict(StrEnum):
    """What a line of a statement means for the fee book."""

    FULL = "FULL"  # the whole fee at once
    COMPLETING = "COMPLETING"  # the instalment with which the fee is reached
    SHORT = "SHORT"
    OVER = "OVER"
    LATE = "LATE"  # after 額滿 or after the window, and the case has no place
    DOUBLE = "DOUBLE"  # the same amount at the same time for the same case again
    UNKNOWN = "UNKNOWN"
    BOOKED = "BOOKED"  # the transaction is in the book already
    CLASH = "CLASH"  # its number is in the book with another time or amount


class Why(StrEnum):
    """Why a line cannot be booked to a case by itself."""

    NOBODY = "NOBODY"
    SEVERAL = "SEVERAL"
    DIFFERS = "DIFFERS"
    ENDED = "ENDED"
    AGAIN = "AGAIN"


BOOKABLE = frozenset({Verdict.FULL, Verdict.COMPLETING, Verdict.SHORT, Verdict.OVER, Verdict.LATE})
TO_FIND = frozenset({Verdict.DOUBLE, Verdict.UNKNOWN})  # kept until somebody has found whose
NOTHING_NEW = frozenset({Verdict.BOOKED, Verdict.CLASH})


@dataclass(frozen=True, slots=True)
class Booked:
    """A transaction that is in the book."""

    value_at: datetime
    amount: Ntd


@dataclass(frozen=True, slots=True)
class FeeCase:
    """A case that may owe a fee, as it stands in the book.

    `given_back` is what was refunded. `late_from`: from when a payment no longer leads to a
    place; None while the case has one, or as long as places are given.
    """

    case_id: int
    number: str
    ubn: str
    firm_name: str
    scheme: str
    edition: str
    received_at: datetime
    fee: Ntd
    payments: tuple[Paid, ...]
    given_back: Ntd
    late_from: datetime | None
    has_ended: bool

    @property
    def held(self) -> Ntd:
        """What was received and not given back."""
        return total(paid.amount for paid in self.payments) - self.given_back


@dataclass(frozen=True, slots=True)
class Known:
    """What the book knows of a statement's numbers, cases and firms."""

    booked: Mapping[str, Booked]
    by_number: Mapping[str, FeeCase]
    by_ubn: Mapping[str, tuple[FeeCase, ...]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with what it means; `held` is what its case holds after it, `fee` what is due."""

    line: StatementLine
    verdict: Verdict
    why: Why | None = None
    case: FeeCase | None = None
    held: Ntd = field(default=ZERO)

    @property
    def short(self) -> Ntd:
        """What is missing for the fee after this line; 0 when nothing is."""
        return max(ZERO, self.case.fee - self.held) if self.case else ZERO

    @property
    def over(self) -> Ntd:
        """What is held beyond the fee after this line; 0 when nothing is."""
        return max(ZERO, self.held - self.case.fee) if self.case else ZERO


def judge(lines: Iterable[StatementLine], known: Known) -> tuple[Judged, ...]:
    """Every line with its verdict, in the order in which the money came in.

    A line counts for the lines after it, so instalments within one file add up.
    """
    book = _Book(known)
    ordered = sorted(lines, key=lambda line: (line.value_at, line.row))
    return tuple(book.judged(line) for line in ordered)


class _Book:
    def __init__(self, known: Known) -> None:
        self._known = known
        self._held: dict[int, Ntd] = {}
        self._seen: dict[int, set[tuple[datetime, Ntd]]] = {}

    def judged(self, line: StatementLine) -> Judged:
        booked = self._known.booked.get(line.number)
        if booked is not None:
            same = (booked.value_at, booked.amount) == (line.value_at, line.amount)
            return Judged(line, Verdict.BOOKED if same else Verdict.CLASH)
        case, why = whose(line, self._known)
        if case is None:
            return Judged(line, Verdict.UNKNOWN, why)
        seen = self._seen.setdefault(case.case_id, {_key(paid) for paid in case.payments})
        key = _key(Paid(line.value_at, line.amount))
        if key in seen:
            return Judged(line, Verdict.DOUBLE, Why.AGAIN, case, self._held_of(case))
        seen.add(key)
        before = self._held_of(case)
        self._held[case.case_id] = after = before + line.amount
        return Judged(line, _verdict(line, case, before, after), None, case, after)

    def _held_of(self, case: FeeCase) -> Ntd:
        return self._held.get(case.case_id, case.held)


def whose(line: StatementLine, known: Known) -> tuple[FeeCase | None, Why | None]:
    """The one case that a line names, by its number or by its firm; else why there is none."""
    numbered = {
        case.case_id: case
        for number in line.case_numbers
        if (case := known.by_number.get(number)) is not None
    }
    if line.case_number and not numbered:
        return None, Why.NOBODY
    of_firm = {case.case_id: case for ubn in line.ubns for case in known.by_ubn.get(ubn, ())}
    found = _agreed(numbered, of_firm, strict=bool(line.ubn))
    if found is None:
        return None, Why.DIFFERS
    live = [case for case in found.values() if not case.has_ended]
    if len(live) == 1:
        return live[0], None
    if live:
        return None, Why.SEVERAL
    return None, Why.ENDED if found else Why.NOBODY


def _agreed(
    numbered: dict[int, FeeCase], of_firm: dict[int, FeeCase], *, strict: bool
) -> dict[int, FeeCase] | None:
    """The cases that number and firm name together; None when they contradict each other."""
    if not numbered:
        return of_firm
    if not of_firm:
        return None if strict else numbered
    both = {case_id: case for case_id, case in numbered.items() if case_id in of_firm}
    return both or None


def _key(paid: Paid) -> tuple[datetime, Ntd]:
    return minute(paid.value_at), paid.amount


def _verdict(line: StatementLine, case: FeeCase, before: Ntd, after: Ntd) -> Verdict:
    if case.late_from is not None and line.value_at >= case.late_from:
        return Verdict.LATE
    if after < case.fee:
        return Verdict.SHORT
    if after > case.fee:
        return Verdict.OVER
    return Verdict.COMPLETING if before else Verdict.FULL
