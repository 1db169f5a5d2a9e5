"""Interest that is subsidised: by daily balance, actual days over 365, in exact fractions. Pure.

A period is rounded once, half up to a dollar (domain §3.3). So each period by itself is what a bank
works out for it; several periods together may differ from their whole by half a dollar each, and
what was committed for the loan is the limit of them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from backoffice.kernel.money import ZERO, Ntd, Rounding, total
from backoffice.kernel.taiwan import add_months, period_end

_PPM = 1_000_000
_DAY = timedelta(days=1)
_DOLLAR = Ntd(1)
_MONTHS = 12


class MovementKind(StrEnum):
    """What moves a loan's balance."""

    DRAW = "DRAW"
    REPAY = "REPAY"


@dataclass(frozen=True, slots=True)
class Movement:
    """Money drawn 撥貸 or repaid 還本 on a day; it counts from the end of that day on."""

    on: date
    kind: MovementKind
    amount: Ntd

    @property
    def signed(self) -> int:
        """Its effect on the balance, in dollars."""
        return self.amount.dollars if self.kind is MovementKind.DRAW else -self.amount.dollars


@dataclass(frozen=True, slots=True)
class Rate:
    """The subsidised rate from a day on, in millionths a year: 15950 is 1.595 %."""

    since: date
    rate_ppm: int


@dataclass(frozen=True, slots=True)
class SubsidyTerms:
    """What is subsidised of one loan, and from which day through which.

    `principal_max`: interest on more than this is the borrower's own; `borrower_ppm`: what the
    borrower pays itself, nothing of it on the part up to `free_up_to`. `days_in_year`: 365.
    """

    starts_on: date
    ends_on: date
    principal_max: Ntd
    free_up_to: Ntd
    borrower_ppm: int
    days_in_year: int


def subsidised_through(first_drawn_on: date, years: int) -> date:
    """The last subsidised day: whole years from the first drawing, which is day 1 (§3.9)."""
    return period_end(first_drawn_on, _MONTHS * years)


@dataclass(frozen=True, slots=True)
class Span:
    """Days with one balance, both ends included."""

    from_on: date
    through_on: date
    balance: Ntd


def spans(movements: Iterable[Movement], from_on: date, through_on: date) -> tuple[Span, ...]:
    """The daily balance of each day from one through another, in runs of equal days."""
    by_day: dict[date, int] = {}
    for each in movements:
        day = max(each.on, from_on)
        by_day[day] = by_day.get(day, 0) + each.signed
    days = sorted({from_on, *(day for day in by_day if day <= through_on)})
    found, balance = [], 0
    for place, day in enumerate(days):
        balance += by_day.get(day, 0)
        last = days[place + 1] - _DAY if place + 1 < len(days) else through_on
        if last >= day:
            found.append(Span(day, last, Ntd(balance)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the computation: days × principal × rate; `exact` is its interest in dollars."""

    from_on: date
    through_on: date
    balance: Ntd
    principal: Ntd
    rate_ppm: int
    borrower_ppm: int
    days_in_year: int

    @property
    def days(self) -> int:
        """How many, both ends counted."""
        return (self.through_on - self.from_on).days + 1

    @property
    def exact(self) -> Fraction:
        """principal × rate × days ÷ days in the year, not rounded."""
        top = self.principal.dollars * self.rate_ppm * self.days
        return Fraction(top, _PPM * self.days_in_year)


def steps(
    terms: SubsidyTerms,
    movements: Sequence[Movement],
    rates: Sequence[Rate],
    from_on: date,
    through_on: date,
) -> tuple[Step, ...]:
    """The computation of a period, cut where the balance or the rate changes.

    Days before and after the subsidised ones have no step, nor have days without a balance, or
    before the first rate. `rates` are in order of their days. Source: domain §1.7, §0.5 L11.
    """
    first, last = max(from_on, terms.starts_on), min(through_on, terms.ends_on)
    if first > last:
        return ()
    return tuple(
        step
        for span in spans(movements, first, last)
        for low, high, rate_ppm in _rated(rates, span)
        for step in _parts(terms, span.balance, low, high, rate_ppm)
    )


def _rated(rates: Sequence[Rate], span: Span) -> Iterator[tuple[date, date, int]]:
    for place, rate in enumerate(rates):
        low = max(rate.since, span.from_on)
        high = span.through_on
        if place + 1 < len(rates):
            high = min(high, rates[place + 1].since - _DAY)
        if low <= high:
            yield low, high, rate.rate_ppm


def _parts(
    terms: SubsidyTerms, balance: Ntd, low: date, high: date, rate_ppm: int
) -> Iterator[Step]:
    """The subsidised principal: the part without a share of the borrower's own, and the rest."""
    whole = min(balance, terms.principal_max)
    free = min(whole, terms.free_up_to)
    for principal, borrower_ppm in ((free, 0), (whole - free, terms.borrower_ppm)):
        if principal > ZERO:
            yield Step(low, high, balance, principal, rate_ppm, borrower_ppm, terms.days_in_year)


def exact(found: Iterable[Step]) -> Fraction:
    """The interest of the steps together, not rounded."""
    return sum((step.exact for step in found), Fraction(0))


def rounded(interest: Fraction) -> Ntd:
    """A period's interest in whole dollars: a half becomes one (domain §3.3)."""
    return _DOLLAR.share(interest, Rounding.HALF_UP)


def interest(found: Iterable[Step]) -> Ntd:
    """The subsidy of a period, rounded once for all of it."""
    return rounded(exact(found))


def at_most(
    terms: SubsidyTerms, amount: Ntd, movements: Sequence[Movement], rates: Sequence[Rate]
) -> Ntd:
    """The most that the loan may cost: as though all of it had been drawn on the first day.

    Less what was repaid, from the day on which it was. This is what is committed for the loan.
    """
    full = Movement(terms.starts_on, MovementKind.DRAW, amount)
    repaid = [each for each in movements if each.kind is MovementKind.REPAY]
    return interest(steps(terms, (full, *repaid), rates, terms.starts_on, terms.ends_on))


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the schedule, counted from the first drawing; `due` is what it comes to."""

    from_on: date
    through_on: date
    steps: tuple[Step, ...]

    @property
    def due(self) -> Ntd:
        """The month's subsidy as though it were claimed by itself."""
        return interest(self.steps)


def schedule(
    terms: SubsidyTerms, movements: Sequence[Movement], rates: Sequence[Rate]
) -> tuple[Month, ...]:
    """The subsidised months one after another, the last one ending with the subsidy."""
    found, count, day = [], 0, terms.starts_on
    while day <= terms.ends_on:
        count += 1
        last = min(add_months(terms.starts_on, count) - _DAY, terms.ends_on)
        found.append(Month(day, last, steps(terms, movements, rates, day, last)))
        day = last + _DAY
    return tuple(found)


def drawn(movements: Iterable[Movement]) -> Ntd:
    """All that was drawn."""
    return total(each.amount for each in movements if each.kind is MovementKind.DRAW)


def balance_on(movements: Iterable[Movement], day: date) -> Ntd:
    """What is owed to the bank at the end of a day."""
    return Ntd(sum(each.signed for each in movements if each.on <= day))
