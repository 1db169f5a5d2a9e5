"""The contract 簽約: its period, its budget and its checkpoints against the award."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backoffice.cases.rules.budget import Plan, Spending, budget_verdicts
from backoffice.cases.rules.lifecycle import CASE, CaseEvent, CaseState
from backoffice.cases.rules.verdicts import Verdict
from backoffice.disbursement.rules.checkpoints import PlannedPoint, check_weights
from backoffice.disbursement.rules.consortium import (
    Firm,
    Share,
    check_shares,
    divided,
    rule_of,
    with_centre,
)
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import add_months, period_end
from backoffice.scheme.rules import Edition, PeriodStart, Variant


@dataclass(frozen=True, slots=True)
class ApprovedCategory:
    """What may be spent in one category (C1 …), untaxed: the subsidy's part and the firm's."""

    category: str
    subsidy: Ntd
    self_fund: Ntd

    @property
    def total(self) -> Ntd:
        """Both parts together."""
        return self.subsidy + self.self_fund


@dataclass(frozen=True, slots=True)
class Terms:
    """A contract as the officer enters it from the paper.

    `period_end` and `midterm_on` None: the latest days that the edition allows. `new_equipment`
    is the sum of the (revised) list of new equipment, which must equal its category. `shares`
    divide the budget among the members of a consortium; empty: as the plan divides it.
    """

    number: str
    signed_on: date
    lines: tuple[ApprovedCategory, ...]
    points: tuple[PlannedPoint, ...]
    new_equipment: Ntd
    letter_number: str = ""
    letter_on: date | None = None
    period_end: date | None = None
    midterm_on: date | None = None
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Award:
    """What was awarded 核定, and what the rules ask about the firm.

    `total` is the budget that the award was given for, `requested` the subsidy applied for;
    `sign_by` is the last day to sign, None where the edition sets none.
    """

    state: CaseState
    subsidy: Ntd
    total: Ntd
    requested: Ntd
    paid_in_capital: Ntd | None
    decided_on: date
    received_on: date
    plan_start: date | None
    sign_by: date | None


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a contract may name: its first day, and the latest end and mid-term.

    `last_end` None: the edition states no length. `budget_end`: the last day of the special
    budget; a period that ends on or after `notice_from` is pointed out, None where none is.
    """

    start: date
    last_end: date | None
    last_midterm: date
    budget_end: date
    notice_from: date | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A contract that holds: its days, and its budget."""

    start: date
    end: date
    midterm_on: date
    total: Ntd
    members: tuple[Firm, ...]


def sign_by(decided_on: date, edition: Edition) -> date | None:
    """The last day to sign after an award, itself included. Source: the edition's award rules."""
    return decided_on + timedelta(days=edition.award.sign_by_days) if edition.award else None


def signing_refusal(award: Award, on: date) -> Refused | None:
    """Why no contract can be signed on this day: not awarded, or the award has lapsed 失效."""
    try:
        CASE.after(award.state, CaseEvent.SIGN_CONTRACT)
    except Refused as refusal:
        return refusal
    if award.sign_by is not None and on > award.sign_by:
        return Refused("contract.sign_by_passed", sign_by=award.sign_by, signed_on=on)
    return None


def lapsing_refusal(award: Award, today: date) -> Refused | None:
    """Why the award does not lapse 核准失效: it is signed, or may still be signed."""
    try:
        CASE.after(award.state, CaseEvent.LAPSE)
    except Refused as refusal:
        return refusal
    if award.sign_by is None or today <= award.sign_by:
        return Refused("contract.not_lapsed", sign_by=award.sign_by)
    return None


def last_extension(award: Award, edition: Edition) -> date | None:
    """The last day to which signing may be put off; None where the edition sets no day at all."""
    first = sign_by(award.decided_on, edition)
    if first is None or edition.award is None:
        return None
    return add_months(first, edition.award.sign_extension_months)


def check_extension(award: Award, edition: Edition, until: date, today: date) -> None:
    """Signing is put off before it is too late, to a later day within the edition's limit.

    Refuses what `signing_refusal` does, "contract.extension_not_later" (sign_by), and
    "contract.extension_too_long" (limit). Source: 辦法 §15, at most a month.
    """
    if refusal := signing_refusal(award, today):
        raise refusal
    limit = last_extension(award, edition)
    if limit is None or award.sign_by is None or until <= award.sign_by:
        raise Refused("contract.extension_not_later", until=until, sign_by=award.sign_by)
    if until > limit:
        raise Refused("contract.extension_too_long", until=until, limit=limit)


def span(edition: Edition, award: Award, signed_on: date) -> Span:
    """Where the period begins, and the latest days it may have, counted by §3.9.

    From the day of receipt or from the plan's own start, as the edition says; from the signature
    where the plan names no start. Never past the end of the special budget.
    """
    period, checkpoints = edition.period, edition.checkpoints
    assert period is not None, "only schemes with a period have contracts"
    assert checkpoints is not None, "only schemes with checkpoints have contracts"
    from_receipt = period.start is PeriodStart.RECEIVED
    start = award.received_on if from_receipt else award.plan_start or signed_on
    last_end = None
    if period.months is not None:
        last_end = min(period_end(start, period.months), period.ends_by)
    return Span(
        start=start,
        last_end=last_end,
        last_midterm=period_end(start, checkpoints.midterm_months),
        budget_end=period.ends_by,
        notice_from=notice_from(edition),
    )


def notice_from(edition: Edition) -> date | None:
    """The first last day of a period that is too near to the special budget's end (L1)."""
    period = edition.period
    if period is None or period.ends_by_notice_days is None:
        return None
    return period.ends_by - timedelta(days=period.ends_by_notice_days)


def days_before_budget_end(end: date, edition: Edition) -> int | None:
    """How many days are left between the plan and the special budget; None if that is enough."""
    since = notice_from(edition)
    if since is None or end < since:
        return None
    assert edition.period is not None
    return (edition.period.ends_by - end).days


def agree(
    terms: Terms,
    award: Award,
    edition: Edition,
    variant: Variant | None,
    today: date,
    *,
    consortium: tuple[Firm, ...] = (),
) -> Agreement:
    """The contract, if everything in it holds.

    Refuses "contract.…" for its number, days and totals, "plan.…" for a budget rule of the edition
    (B1 … B10, among them 自籌款 ≤ 實收資本額 after a smaller award), "checkpoint.…" for weights,
    "consortium.…" for the shares of its members: `consortium` is who applied, the centre first.
    """
    _check_signature(terms, award, today)
    days = _days(terms, span(edition, award, terms.signed_on))
    budget = _check_totals(terms, award)
    _check_plan(terms, award, edition, variant)
    for point in terms.points:
        if not days.start <= point.due_on <= days.end:
            raise Refused(
                "contract.checkpoint_outside_period",
                item=point.item,
                due_on=point.due_on,
                start=days.start,
                end=days.end,
            )
    assert edition.checkpoints is not None
    check_weights(terms.points, edition.checkpoints, days.midterm_on)
    members = _members(terms, award.subsidy, budget, edition, variant, consortium)
    return Agreement(days.start, days.end, days.midterm_on, budget, members)


def _members(
    terms: Terms,
    subsidy: Ntd,
    budget: Ntd,
    edition: Edition,
    variant: Variant | None,
    consortium: tuple[Firm, ...],
) -> tuple[Firm, ...]:
    rule = rule_of(edition, variant)
    if rule is None:
        return ()
    assert consortium, "a scheme of consortia has at least its centre"
    centre, *partners = consortium
    planned = with_centre(centre, partners, subsidy, budget - subsidy)
    members = divided(planned, terms.shares)
    check_shares(members, rule, subsidy, budget - subsidy)
    return members


def _check_signature(terms: Terms, award: Award, today: date) -> None:
    if refusal := signing_refusal(award, terms.signed_on):
        raise refusal
    if not terms.number.strip():
        raise Refused("contract.number_missing")
    if terms.signed_on > today:
        raise Refused("contract.signed_in_future", signed_on=terms.signed_on)
    if terms.signed_on < award.decided_on:
        raise Refused(
            "contract.signed_before_award", signed_on=terms.signed_on, decided_on=award.decided_on
        )


@dataclass(frozen=True, slots=True)
class _Days:
    start: date
    end: date
    midterm_on: date


def _days(terms: Terms, allowed: Span) -> _Days:
    end = terms.period_end or allowed.last_end
    if end is None:
        raise Refused("contract.end_missing")
    if end < allowed.start:
        raise Refused("contract.end_before_start", end=end, start=allowed.start)
    if end > allowed.budget_end:
        raise Refused("contract.end_after_budget", end=end, limit=allowed.budget_end)
    if allowed.last_end is not None and end > allowed.last_end:
        raise Refused("contract.end_too_late", end=end, limit=allowed.last_end, start=allowed.start)
    latest = min(allowed.last_midterm, end)
    midterm_on = terms.midterm_on or latest
    if not allowed.start <= midterm_on <= latest:
        raise Refused(
            "contract.midterm_outside", midterm_on=midterm_on, start=allowed.start, limit=latest
        )
    return _Days(allowed.start, end, midterm_on)


def _check_totals(terms: Terms, award: Award) -> Ntd:
    """The subsidy is the award's to the dollar; the budget too, unless the award was a smaller one.

    A firm that was awarded less than it asked for keeps its budget or shrinks it (domain §3.4).
    """
    subsidy = total(line.subsidy for line in terms.lines)
    budget = total(line.total for line in terms.lines)
    if subsidy != award.subsidy:
        raise Refused("contract.subsidy_differs", value=subsidy, limit=award.subsidy)
    may_shrink = award.subsidy < award.requested
    if budget > award.total or (budget < award.total and not may_shrink):
        raise Refused("contract.total_differs", value=budget, limit=award.total)
    return budget


# What the award itself and the sums before have settled: its subsidy is more than nothing and
# within the cap, and the total is that of the lines.
_SETTLED: Final = frozenset({"AMOUNT_ZERO", "SUBSIDY_OVER_CAP", "BUDGET_SUM"})


def _check_plan(terms: Terms, award: Award, edition: Edition, variant: Variant | None) -> None:
    for verdict in budget_verdicts(_plan(terms, award, edition), edition, variant):
        if verdict.has_passed is False:
            assert verdict.code not in _SETTLED, f"{verdict.code} of what was awarded"
            raise Refused(f"plan.{verdict.code.lower()}", **_facts(verdict, award))


def _facts(verdict: Verdict, award: Award) -> Mapping[str, object]:
    if verdict.code != "SELF_FUND_OVER_CAPITAL":
        return verdict.facts
    # With this award, the firm's own part fits its capital up to this budget (A37).
    assert award.paid_in_capital is not None, "a capital that is not known refuses nothing"
    return {**verdict.facts, "total_limit": award.subsidy + award.paid_in_capital}


def _plan(terms: Terms, award: Award, edition: Edition) -> Plan:
    lines = [line for line in terms.lines if line.total]
    return Plan(
        total=total(line.total for line in lines).dollars,
        subsidy=total(line.subsidy for line in lines).dollars,
        self_fund=total(line.self_fund for line in lines).dollars,
        paid_in_capital=None if (capital := award.paid_in_capital) is None else capital.dollars,
        spending=tuple(_spending(line, edition) for line in lines),
        new_equipment=terms.new_equipment.dollars,
    )


def _spending(line: ApprovedCategory, edition: Edition) -> Spending:
    rule = edition.category_named(line.category)
    label = rule.name if rule else line.category
    return Spending(label, line.subsidy.dollars, line.self_fund.dollars, rule)
