"""保留: what is owed of contracts and loans after the year, or the special budget. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from backoffice.disbursement.rules.stages import Letter, check_letter
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused


def year_end(today: date) -> date:
    """The last day of the budget year that `today` belongs to."""
    return date(today.year, 12, 31)


@dataclass(frozen=True, slots=True)
class Obligation:
    """What a case may still be paid 未撥餘額, and whether this year carries it over."""

    unpaid: Ntd
    in_transit: Ntd
    carried_years: frozenset[int]


def carrying_refusal(obligation: Obligation, today: date) -> Refused | None:
    """Why the obligation is not carried over now.

    "carryover.nothing": all of it is paid or on its way; "carryover.entered" (year): this year's
    approval is entered already. Source: domain §3.7 rule 7, P28 §72.
    """
    if not obligation.unpaid:
        return Refused("carryover.nothing")
    if today.year in obligation.carried_years:
        return Refused("carryover.entered", year=today.year - 1911)
    return None


def check_approval(approval: Letter, today: date) -> None:
    """The approval 保留核准函 is of this budget year, so it is entered before the year ends (A62).

    Refuses "letter.missing", "letter.in_future", "carryover.other_year" (day, year).
    """
    check_letter(approval, today)
    if approval.on.year != today.year:
        raise Refused("carryover.other_year", day=approval.on, year=today.year - 1911)


def sending_refusal(
    cases: Collection[str], today: date, ends_by: date, carried: Collection[str]
) -> Refused | None:
    """Why a sheet cannot be sent: after the special budget, money needs to be carried over.

    `cases` are the numbers on the sheet; `carried` those of them that were carried over at the
    end of the year before `today`. "sheet.not_carried_over" (cases, ends_by). Source: A62.
    """
    missing = sorted(set(cases) - set(carried)) if today > ends_by else []
    if not missing:
        return None
    return Refused("sheet.not_carried_over", cases=missing, ends_by=ends_by)


def candidates_after(today: date, notice_days: int) -> date:
    """A case whose plan or subsidy ends after this day is hardly paid within the year."""
    return year_end(today) - timedelta(days=notice_days)
