"""How much may be awarded: the least of its limits, and a plan that must still hold (§3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from backoffice.kernel.money import Ntd, Rounding
from backoffice.kernel.refusal import Refused
from backoffice.scheme.rules import Edition, Variant

_WHOLE_BP = 10_000


class LimitKind(StrEnum):
    """What an award may not exceed."""

    REQUESTED = "REQUESTED"
    RECOMMENDED = "RECOMMENDED"
    CAP = "CAP"
    RATIO = "RATIO"
    SELF_FUND = "SELF_FUND"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit, in whole NTD, and the clause of the edition that states it ("" for a wish)."""

    kind: LimitKind
    amount: Ntd
    clause: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the convenor is about to award.

    `planned_total` is the plan's total as applied for, `total_budget` as awarded: kept or
    shrunk, never grown. `capital` is the paid-in capital, None where it is not known.
    """

    requested: Ntd
    recommended: Ntd
    planned_total: Ntd
    total_budget: Ntd
    capital: Ntd | None


def limits(proposal: Proposal, edition: Edition, variant: Variant | None) -> tuple[Limit, ...]:
    """Everything that limits the award, in order; ratios are rounded down to a dollar."""
    found = [
        Limit(LimitKind.REQUESTED, proposal.requested, ""),
        Limit(LimitKind.RECOMMENDED, proposal.recommended, ""),
    ]
    cap = edition.cap(variant)
    if cap is not None:
        key = variant.key if variant else edition.variants[0].key
        found.append(Limit(LimitKind.CAP, cap, f"variants[{key}].cap"))
    budget = edition.budget
    if budget is not None:
        ratio = Fraction(budget.subsidy_max_bp, _WHOLE_BP)
        share = proposal.total_budget.share(ratio, Rounding.FLOOR)
        found.append(Limit(LimitKind.RATIO, share, "budget.subsidy_max_bp"))
    if budget is not None and budget.subsidy_le_self:
        half = proposal.total_budget.share(Fraction(1, 2), Rounding.FLOOR)
        found.append(Limit(LimitKind.SELF_FUND, half, "budget.subsidy_le_self"))
    return tuple(found)


def awardable(proposal: Proposal, edition: Edition, variant: Variant | None) -> Ntd:
    """The subsidy that may be awarded: the least of all limits.

    Refuses "award.nothing" for no more than zero, "award.total_grown" (total, planned) for a
    plan larger than applied for, and "award.self_over_capital" (self_fund, capital, total_max)
    where the self-fund that is left would exceed the paid-in capital (B4): then the plan must
    shrink to `total_max`, or the award stay higher. Source: domain §3.4, A37.
    """
    if proposal.total_budget > proposal.planned_total:
        raise Refused(
            "award.total_grown", total=proposal.total_budget, planned=proposal.planned_total
        )
    award = min(limit.amount for limit in limits(proposal, edition, variant))
    if award <= Ntd(0):
        raise Refused("award.nothing")
    self_fund = proposal.total_budget - award
    capital = proposal.capital
    binds = edition.budget is not None and edition.budget.self_le_capital
    if binds and capital is not None and self_fund > capital:
        raise Refused(
            "award.self_over_capital",
            self_fund=self_fund,
            capital=capital,
            total_max=award + capital,
        )
    return award


@dataclass(frozen=True, slots=True)
class Part:
    """What a partial offer would ask of the firm.

    `self_fund` is its part if the plan stays as large as it is; `total_min` … `total_max` are the
    plans with which it may accept.
    """

    amount: Ntd
    self_fund: Ntd
    total_min: Ntd
    total_max: Ntd

    @property
    def must_shrink(self) -> bool:
        """Whether the firm cannot carry the plan as it is."""
        return self.amount + self.self_fund > self.total_max


def part_of(amount: Ntd, total_budget: Ntd, capital: Ntd | None, edition: Edition) -> Part:
    """What offering `amount` of a plan of `total_budget` means for the firm (§3.4, A74).

    The self-fund may not exceed the paid-in capital where the edition says so (B4), and the amount
    not the edition's share of the plan (B2), so the plan may shrink only so far.
    """
    budget = edition.budget
    largest, smallest = total_budget, amount
    if budget is not None and budget.self_le_capital and capital is not None:
        largest = min(largest, amount + capital)
    if budget is not None:
        smallest = amount.share(Fraction(_WHOLE_BP, budget.subsidy_max_bp), Rounding.CEILING)
    if budget is not None and budget.subsidy_le_self:
        smallest = max(smallest, amount + amount)
    return Part(amount, total_budget - amount, smallest, largest)


def check_acceptance(total: Ntd, part: Part, capital: Ntd | None) -> None:
    """The firm may accept with a plan of `total`; the caps of categories are the contract's matter.

    Refuses "award.total_grown" (total, planned), "award.self_over_capital" (self_fund, capital,
    total_max) and "offer.total_too_small" (total, amount, total_min).
    """
    planned = part.amount + part.self_fund
    if total > planned:
        raise Refused("award.total_grown", total=total, planned=planned)
    if total > part.total_max:
        raise Refused(
            "award.self_over_capital",
            self_fund=total - part.amount,
            capital=capital,
            total_max=part.total_max,
        )
    if total < part.total_min:
        raise Refused(
            "offer.total_too_small", total=total, amount=part.amount, total_min=part.total_min
        )
