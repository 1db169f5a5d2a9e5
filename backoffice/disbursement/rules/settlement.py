"""Closing settlement 結案結算: which spending is recognised, and what follows for the money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.rules.lifecycles import EVER_PAID, TrancheState
from backoffice.kernel.money import ZERO, Ntd, Rounding, total
from backoffice.kernel.names import Name
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc
from backoffice.scheme.rules import CategoryRule, Edition, Fund, Variant

_WHOLE_BP = 10_000
_FINISHED = EVER_PAID | {TrancheState.VOID}


# --- spending ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Invoice:
    """One line of 經費支用明細. `amount` untaxed; `is_complete`: its evidence is all there."""

    category: str
    number: str
    invoice_on: date
    paid_on: date
    amount: Ntd
    is_complete: bool
    vendor: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What an invoice is judged against.

    `approved`: the categories of the contract. `is_twice`: the invoice stands in this case
    already. `elsewhere`: the number of another case that has claimed it, or None.
    """

    period_start: date
    period_end: date
    approved: frozenset[str]
    is_twice: bool
    elsewhere: str | None


def invoice_number(text: str) -> str:
    """One spelling of an invoice's number: AB-12345678, ａｂ12345678 → AB12345678."""
    return "".join(sign for sign in nfkc(text).upper() if sign.isalnum())


def check_invoice(invoice: Invoice, today: date) -> None:
    """The line can be entered at all, recognised or not.

    Refuses "spending.number_missing", "spending.amount_zero", "spending.in_future".
    """
    if not invoice_number(invoice.number):
        raise Refused("spending.number_missing")
    if not invoice.amount:
        raise Refused("spending.amount_zero")
    if max(invoice.invoice_on, invoice.paid_on) > today:
        raise Refused("spending.in_future", day=max(invoice.invoice_on, invoice.paid_on))


def not_recognised(invoice: Invoice, ground: Ground) -> Refused | None:
    """Why the line is entered but not recognised 不予認列; None when it is.

    "spending.claimed_elsewhere" (A71), "spending.duplicate", "spending.outside_period" (A70),
    "spending.category_not_approved", "spending.incomplete". Source: domain §3.5.
    """
    if ground.elsewhere is not None:
        return Refused("spending.claimed_elsewhere", invoice=invoice.number, case=ground.elsewhere)
    if ground.is_twice:
        return Refused("spending.duplicate", invoice=invoice.number)
    for day in (invoice.invoice_on, invoice.paid_on):
        if not ground.period_start <= day <= ground.period_end:
            return Refused(
                "spending.outside_period",
                day=day,
                start=ground.period_start,
                end=ground.period_end,
            )
    if invoice.category not in ground.approved:
        return Refused("spending.category_not_approved", category=invoice.category)
    return None if invoice.is_complete else Refused("spending.incomplete")


# --- settlement -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CategorySpent:
    """One category of the contract: what was approved, and the sum of its accepted lines."""

    category: str
    approved: Ntd
    accepted: Ntd


@dataclass(frozen=True, slots=True)
class Basis:
    """What a settlement is computed from; amounts untaxed.

    `award` 1 …, `award_total` at least as much; `paid` is what the earlier tranches paid.
    """

    award: Ntd
    award_total: Ntd
    paid: Ntd
    categories: tuple[CategorySpent, ...]


@dataclass(frozen=True, slots=True)
class CategoryRecognised:
    """One category as it is recognised; `is_grant`: the subsidy may pay for it."""

    category: str
    label: Name | str
    approved: Ntd
    accepted: Ntd
    recognised: Ntd
    is_grant: bool


class Limit(StrEnum):
    """What the final subsidy may not exceed, in the order of domain §3.5."""

    AWARD = "AWARD"
    PROPORTION = "PROPORTION"
    RATIO = "RATIO"
    SUBSIDISABLE = "SUBSIDISABLE"
    CAP = "CAP"


@dataclass(frozen=True, slots=True)
class LimitStep:
    """One limit and its amount; `binds` where it is the lowest, which decides."""

    limit: Limit
    amount: Ntd
    binds: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The settlement: every category, every limit, and what follows. All ≥ 0, whole dollars."""

    basis: Basis
    categories: tuple[CategoryRecognised, ...]
    limits: tuple[LimitStep, ...]
    recognised: Ntd
    recognised_grant: Ntd
    final: Ntd
    tranche2: Ntd
    clawback: Ntd
    lapsed: Ntd

    @property
    def released(self) -> Ntd:
        """What returns to the budget at once; money paid too much returns when recovered."""
        return self.lapsed - self.clawback


def settle(basis: Basis, edition: Edition, variant: Variant | None) -> Outcome:
    """What the firm may keep of its subsidy, and what is paid or claimed back.

    final = min(award, ⌊R × award ÷ budget⌋, ⌊R × ratio⌋, RG, cap): R is the recognised total, RG
    the part of it that may be subsidised; each share rounds down once. Source: domain §3.5.
    """
    categories = _recognised(basis, edition)
    recognised = total(each.recognised for each in categories)
    grant = total(each.recognised for each in categories if each.is_grant)
    amounts = _limits(basis, edition, variant, recognised, grant)
    final = min(amounts.values())
    outcome = Outcome(
        basis=basis,
        categories=categories,
        limits=tuple(LimitStep(key, amount, amount == final) for key, amount in amounts.items()),
        recognised=recognised,
        recognised_grant=grant,
        final=final,
        tranche2=max(ZERO, final - basis.paid),
        clawback=max(ZERO, basis.paid - final),
        lapsed=basis.award - final,
    )
    assert outcome.released >= ZERO, "never more is released than was not paid"
    return outcome


def _limits(
    basis: Basis, edition: Edition, variant: Variant | None, recognised: Ntd, grant: Ntd
) -> dict[Limit, Ntd]:
    assert edition.settlement is not None, "only grant schemes settle"
    assert edition.budget is not None, "only grant schemes settle"
    amounts = {Limit.AWARD: basis.award}
    if edition.settlement.proportional:
        ratio = Fraction(basis.award.dollars, basis.award_total.dollars)
        amounts[Limit.PROPORTION] = recognised.share(ratio, Rounding.FLOOR)
    most = Fraction(edition.budget.subsidy_max_bp, _WHOLE_BP)
    amounts[Limit.RATIO] = recognised.share(most, Rounding.FLOOR)
    amounts[Limit.SUBSIDISABLE] = grant
    cap = edition.cap(variant)
    if cap is not None:
        amounts[Limit.CAP] = cap
    return amounts


def _recognised(basis: Basis, edition: Edition) -> tuple[CategoryRecognised, ...]:
    assert edition.settlement is not None, "only grant schemes settle"
    tolerance = Fraction(_WHOLE_BP + edition.settlement.flow_tolerance_bp, _WHOLE_BP)
    found = [_category(each, edition, tolerance) for each in basis.categories]
    if edition.settlement.retest_category_caps:
        whole = total(each.recognised for each in found)
        found = [_capped(each, whole, edition) for each in found]
    return tuple(found)


def _category(spent: CategorySpent, edition: Edition, tolerance: Fraction) -> CategoryRecognised:
    rule = edition.category_named(spent.category)
    assert isinstance(rule, CategoryRule), "a contract holds allowed categories only"
    limit = spent.approved.share(tolerance, Rounding.FLOOR)
    return CategoryRecognised(
        category=spent.category,
        label=rule.name,
        approved=spent.approved,
        accepted=spent.accepted,
        recognised=min(spent.accepted, limit),
        is_grant=rule.fund is Fund.GRANT,
    )


def _capped(found: CategoryRecognised, whole: Ntd, edition: Edition) -> CategoryRecognised:
    """The category within its share of what was recognised in all, where an edition re-tests."""
    rule = edition.category_named(found.category)
    if not isinstance(rule, CategoryRule) or rule.cap_bp is None:
        return found
    limit = whole.share(Fraction(rule.cap_bp, _WHOLE_BP), Rounding.FLOOR)
    return CategoryRecognised(
        category=found.category,
        label=found.label,
        approved=found.approved,
        accepted=found.accepted,
        recognised=min(found.recognised, limit),
        is_grant=found.is_grant,
    )


@dataclass(frozen=True, slots=True)
class TranchePaid:
    """A tranche as the settlement asks about it."""

    number: int
    amount: Ntd
    state: TrancheState


def settling_refusal(earlier: Iterable[TranchePaid]) -> Refused | None:
    """Why nothing can be settled yet: an earlier tranche is neither paid nor void."""
    for each in earlier:
        if each.state not in _FINISHED:
            return Refused("closing.tranche_unpaid", number=each.number, state=each.state)
    return None


def paid(tranches: Iterable[TranchePaid]) -> Ntd:
    """What has been paid so far."""
    return total(each.amount for each in tranches if each.state in EVER_PAID)


def closing_refusal(tranches: Sequence[TranchePaid], clawback: Ntd) -> Refused | None:
    """Why the case cannot be closed: money is still to be paid, or to come back."""
    for each in tranches:
        if each.state not in _FINISHED:
            return Refused("closing.tranche_open", number=each.number, state=each.state)
    return Refused("closing.clawback_open", amount=clawback) if clawback else None


def spending_refusal(state: CaseState, *, withdrawn: bool = False) -> Refused | None:
    """Why no invoice can be entered or withdrawn: the case is not in its closing review."""
    if withdrawn:
        return Refused("spending.withdrawn")
    return None if state is CaseState.CLOSING else Refused("spending.not_closing", state=state)
