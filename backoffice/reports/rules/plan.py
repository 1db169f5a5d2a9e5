"""分配預算 by month: which months may be changed, and how spending differs from the plan. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused

MONTHS = range(1, 13)
_WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """What a month is to be allotted, as the page showed it and as it shall be."""

    month: int
    before: Ntd
    planned: Ntd


def is_open(year: int, month: int, today: date, *, is_planned: bool) -> bool:
    """Whether a month may still be planned: it has not begun, or it has and stands in no plan.

    The money of the current month, planned late, is released at once. Source: domain §3.7.
    """
    if (year, month) == (today.year, today.month):
        return not is_planned
    return (year, month) > (today.year, today.month)


def check_open(year: int, months: Sequence[int], planned: frozenset[int], today: date) -> None:
    """Refuse "plan.nothing" when no month changes, "plan.month_locked" (year, months) for begun."""
    if not months:
        raise Refused("plan.nothing")
    locked = [
        month for month in months if not is_open(year, month, today, is_planned=month in planned)
    ]
    if locked:
        raise Refused("plan.month_locked", year=year - 1911, months=[str(m) for m in locked])


def check_planned(planned: Ntd, appropriation: Ntd) -> None:
    """Refuse "plan.over" when all allotments, past and to come, exceed the appropriation."""
    if planned > appropriation:
        raise Refused(
            "plan.over",
            planned=planned,
            appropriation=appropriation,
            excess=planned - appropriation,
        )


def difference_bp(spent: Ntd, planned: Ntd) -> int | None:
    """（支用－計畫）／計畫 in basis points, a half to the greater; None without a plan."""
    if planned <= Ntd(0):
        return None
    over = spent.dollars - planned.dollars
    return (2 * over * _WHOLE_BP + planned.dollars) // (2 * planned.dollars)
