"""Which loans may be registered: the limits of their class, and one class only. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.rules.loans.interest import (
    Movement,
    MovementKind,
    Rate,
    SubsidyTerms,
    balance_on,
    drawn,
    subsidised_through,
)
from backoffice.kernel.money import ZERO, Ntd, within
from backoffice.kernel.refusal import Refused
from backoffice.scheme.rules import Edition, LoanClass

BANK_CODE_DIGITS = 3
_PERCENT_BP = 100
_WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """A loan as the bank granted it, confirmed by the officer from the application.

    `capital` is for 資本性 spending on a plan that costs `plan_cost`, `working` for 週轉性;
    `drawn` of both together on the first day, `drawn_on`. `guarantee_bp`: 保證成數.
    """

    loan_class: str
    capital: Ntd
    working: Ntd
    plan_cost: Ntd | None
    bank_code: str
    guarantee_bp: int
    drawn: Ntd
    drawn_on: date

    @property
    def amount(self) -> Ntd:
        """What was lent."""
        return self.capital + self.working


def class_of(edition: Edition, key: str) -> LoanClass:
    """The rules of a class. Refuses "loan.class_unknown" (loan_class)."""
    variant = edition.variant_of(key, None)
    if variant is None or variant.loan is None:
        raise Refused("loan.class_unknown", loan_class=key)
    return variant.loan


def check_terms(terms: LoanTerms, edition: Edition, today: date) -> None:
    """The loan is within its class (A97), guaranteed enough, and was drawn.

    Refuses "loan.class_unknown", "loan.nothing_lent", "loan.over_limit" (amount, limit),
    "loan.working_over" (amount, limit), "loan.plan_cost_missing", "loan.over_share" (amount,
    plan_cost, percent, limit), "loan.bank_code", "loan.guarantee_low" (percent, least),
    "loan.drawn_future" (day), "loan.drawn_over" (drawn, amount), "loan.nothing_drawn".
    """
    rules = class_of(edition, terms.loan_class)
    if not terms.amount:
        raise Refused("loan.nothing_lent")
    if rules.limit is not None and terms.amount > rules.limit:
        raise Refused("loan.over_limit", amount=terms.amount, limit=rules.limit)
    limit = rules.working_capital_limit
    if limit is not None and terms.working > limit:
        raise Refused("loan.working_over", amount=terms.working, limit=limit)
    _check_share(terms, rules)
    _check_guarantee(terms, rules)
    _check_drawn(terms, today)


def _check_share(terms: LoanTerms, rules: LoanClass) -> None:
    share_bp = rules.capital_share_bp
    if share_bp is None or not terms.capital:
        return
    if not terms.plan_cost:
        raise Refused("loan.plan_cost_missing")
    if within(terms.capital, terms.plan_cost, share_bp):
        return
    raise Refused(
        "loan.over_share",
        amount=terms.capital,
        plan_cost=terms.plan_cost,
        percent=share_bp // _PERCENT_BP,
        limit=Ntd(terms.plan_cost.dollars * share_bp // _WHOLE_BP),
    )


def _check_guarantee(terms: LoanTerms, rules: LoanClass) -> None:
    full = rules.full_guarantee_up_to
    least = _WHOLE_BP if full is not None and terms.amount <= full else rules.guarantee_min_bp
    if not least <= terms.guarantee_bp <= _WHOLE_BP:
        raise Refused(
            "loan.guarantee_low",
            percent=terms.guarantee_bp // _PERCENT_BP,
            least=least // _PERCENT_BP,
        )


def _check_drawn(terms: LoanTerms, today: date) -> None:
    code = terms.bank_code
    if len(code) != BANK_CODE_DIGITS or not (code.isascii() and code.isdecimal()):
        raise Refused("loan.bank_code", text=code)
    if terms.drawn_on > today:
        raise Refused("loan.drawn_future", day=terms.drawn_on)
    if not terms.drawn:
        raise Refused("loan.nothing_drawn")
    if terms.drawn > terms.amount:
        raise Refused("loan.drawn_over", drawn=terms.drawn, amount=terms.amount)


@dataclass(frozen=True, slots=True)
class OtherLoan:
    """Another loan of the same firm that was registered."""

    case_number: str
    loan_class: str


def one_class_refusal(others: Sequence[OtherLoan], edition: Edition) -> Refused | None:
    """Why a firm gets no second loan: only one class may be chosen, once (A99)."""
    rules = edition.loans
    if rules is None or not rules.one_class_only or not others:
        return None
    return Refused("loan.second", case=others[0].case_number, loan_class=others[0].loan_class)


def registering_refusal(state: CaseState, *, registered: bool) -> Refused | None:
    """Why no loan can be registered for the case now."""
    if registered:
        return Refused("loan.registered")
    if state is not CaseState.ACCEPTED:
        return Refused("loan.not_accepted", state=state)
    return None


def subsidy_terms(edition: Edition, loan_class: str, starts_on: date) -> SubsidyTerms:
    """What is subsidised of a loan of this class that was first drawn on this day."""
    rules, loans = class_of(edition, loan_class), edition.loans
    assert loans is not None, "a class of loans stands in a scheme of loans"
    return SubsidyTerms(
        starts_on=starts_on,
        ends_on=subsidised_through(starts_on, rules.subsidised_years),
        principal_max=loans.subsidised_principal_max,
        free_up_to=rules.borrower_free_up_to or ZERO,
        borrower_ppm=rules.borrower_ppm,
        days_in_year=loans.days_in_year,
    )


def rates_of(edition: Edition, entered: Sequence[Rate]) -> tuple[Rate, ...]:
    """The edition's rates and those entered since, in order of their days; later entries win."""
    assert edition.loans is not None, "rates are of a scheme of loans"
    found = {each.since: Rate(each.since, each.rate_ppm) for each in edition.loans.reference_rates}
    found |= {each.since: each for each in entered}
    return tuple(found[day] for day in sorted(found))


# --- what moves the balance afterwards --------------------------------------------------------


def check_movement(
    movement: Movement,
    known: Sequence[Movement],
    *,
    amount: Ntd,
    claimed_through: date | None,
    today: date,
) -> None:
    """Money drawn or repaid that can be entered.

    `claimed_through` is the last day of the accepted claims, None before the first: nothing is
    drawn up to it, for the bank has claimed for the balance of those days; a repayment that it
    tells of late is reckoned back (`excesses`). Refuses "loan.movement_zero",
    "loan.movement_future" (day), "loan.movement_early" (day, first), "loan.movement_claimed" (day,
    through), "loan.drawn_over" (drawn, amount), "loan.repaid_over" (repaid, balance).
    """
    if not movement.amount:
        raise Refused("loan.movement_zero")
    if movement.on > today:
        raise Refused("loan.movement_future", day=movement.on)
    first = min(each.on for each in known)
    if movement.on < first:
        raise Refused("loan.movement_early", day=movement.on, first=first)
    every = (*known, movement)
    if movement.kind is MovementKind.DRAW:
        if claimed_through is not None and movement.on <= claimed_through:
            raise Refused("loan.movement_claimed", day=movement.on, through=claimed_through)
        if drawn(every) > amount:
            raise Refused("loan.drawn_over", drawn=drawn(every), amount=amount)
    for day in sorted({each.on for each in every if each.on >= movement.on}):
        if balance_on(every, day) < ZERO:
            before = balance_on(known, day)
            raise Refused("loan.repaid_over", repaid=movement.amount, balance=before)


# --- rates ------------------------------------------------------------------------------------

RATE_PPM_MAX = 200_000  # a fifth a year: nobody has typed a rate above it on purpose


def check_rate(rate: Rate, known: Sequence[Rate], claimed_through: date | None) -> None:
    """A new reference rate follows those known, and no accepted claim has reached its days.

    Refuses "rate.out_of_range", "rate.not_later" (since, last), "rate.days_claimed" (since,
    through): what was paid at the rate known then stays paid.
    """
    if not 0 < rate.rate_ppm <= RATE_PPM_MAX:
        raise Refused("rate.out_of_range")
    last = max(each.since for each in known)
    if rate.since <= last:
        raise Refused("rate.not_later", since=rate.since, last=last)
    if claimed_through is not None and rate.since <= claimed_through:
        raise Refused("rate.days_claimed", since=rate.since, through=claimed_through)
