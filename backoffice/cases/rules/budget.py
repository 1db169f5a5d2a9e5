"""The budget of a plan, checked as domain §3.2 numbers the rules: B1 … B11.

The same checks serve the application, the revised plan after a smaller award, and changes. All
amounts are whole NTD without business tax. Equality passes everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from backoffice.cases.rules.submission import BudgetLine, Submission
from backoffice.cases.rules.verdicts import Verdict, percent
from backoffice.kernel.money import Ntd, Rounding, within
from backoffice.kernel.names import Name
from backoffice.scheme.rules import (
    BarredCategory,
    BudgetRules,
    CategoryRule,
    Detail,
    Edition,
    Fund,
    Variant,
)

_WHOLE_BP = 10_000
_SALES_TAX = Fraction(105, 100)


@dataclass(frozen=True, slots=True)
class Spending:
    """What a plan spends in one category: subsidy, self-fund, and the rule of the category.

    `label` is the rule's name, or else the plan's own text. `rule` is a BarredCategory where the
    edition names the category and does not allow it, and None where no scheme knows it.
    """

    label: Name | str
    subsidy: int
    self_fund: int
    rule: CategoryRule | BarredCategory | None

    @property
    def total(self) -> int:
        """Subsidy and self-fund together."""
        return self.subsidy + self.self_fund


@dataclass(frozen=True, slots=True)
class Plan:
    """A budget to be checked: totals as declared, spending by category, new equipment as listed.

    `paid_in_capital` is None where it is not known.
    """

    total: int
    subsidy: int
    self_fund: int
    paid_in_capital: int | None
    spending: tuple[Spending, ...]
    new_equipment: int

    @property
    def spent(self) -> int:
        """All lines together."""
        return sum(each.total for each in self.spending)


Categories = Callable[[str], CategoryRule | BarredCategory | None]
"""Recognises a category by any of its spellings, as `Edition.category_named` does."""


def plan_of(submission: Submission, category_named: Categories) -> Plan:
    """The budget that a submission asks for; a total that was not given counts as 0."""
    return Plan(
        total=submission.total or 0,
        subsidy=submission.subsidy or 0,
        self_fund=submission.self_fund or 0,
        paid_in_capital=submission.paid_in_capital,
        spending=spending_of(submission.lines, category_named),
        new_equipment=sum(each.cost for each in submission.equipment),
    )


def spending_of(lines: Iterable[BudgetLine], category_named: Categories) -> tuple[Spending, ...]:
    """The lines summed by category, in order of first appearance, every spelling recognised."""
    found: dict[str, Spending] = {}
    for line in lines:
        rule = category_named(line.category)
        mark = rule.code if rule else line.category
        label = rule.name if rule else line.category
        before = found.get(mark) or Spending(label, 0, 0, rule)
        found[mark] = Spending(
            label, before.subsidy + line.subsidy, before.self_fund + line.self_fund, rule
        )
    return tuple(found.values())


def budget_verdicts(plan: Plan, edition: Edition, variant: Variant | None) -> Iterator[Verdict]:
    """Every budget rule of the edition, judged; none if it has no budget."""
    rules = edition.budget
    if rules is None:
        return
    yield not_zero(plan)
    if variant is not None and variant.cap is not None:
        yield cap(plan, variant.cap, f"variants[{variant.key}].cap")
    yield ratio(plan, rules.subsidy_max_bp)
    if rules.subsidy_le_self:
        yield subsidy_within_self_fund(plan)
    if rules.self_le_capital:
        yield self_fund_within_capital(plan)
    yield from self_fund_only(plan)
    yield from within_subsidisable(plan)
    yield from allowed(plan)
    yield from category_caps(plan)
    if rules.lines_sum:
        yield lines_foot(plan)
    if rules.equipment_sum:
        yield from equipment_foots(plan, rules)


def cap(plan: Plan, limit: Ntd, clause: str) -> Verdict:
    """B1: the subsidy is at most the cap per case."""
    return _at_most("SUBSIDY_OVER_CAP", clause, plan.subsidy, limit.dollars)


def ratio(plan: Plan, subsidy_max_bp: int) -> Verdict:
    """B2: the subsidy is at most its share of the total; the limit is rounded down."""
    return Verdict(
        "SUBSIDY_OVER_RATIO",
        "budget.subsidy_max_bp",
        within(Ntd(plan.subsidy), Ntd(plan.total), subsidy_max_bp),
        {"cause": "total", **_share_facts(plan.subsidy, plan.total, subsidy_max_bp)},
    )


def subsidy_within_self_fund(plan: Plan) -> Verdict:
    """B3: the subsidy is at most what the firm pays itself."""
    clause = "budget.subsidy_le_self"
    return _at_most("SUBSIDY_OVER_RATIO", clause, plan.subsidy, plan.self_fund, cause="self_fund")


def self_fund_within_capital(plan: Plan) -> Verdict:
    """B4: the firm's part is at most its paid-in capital, so the total at most twice that."""
    capital = plan.paid_in_capital
    code, clause = "SELF_FUND_OVER_CAPITAL", "budget.self_le_capital"
    if capital is None:
        return Verdict(code, clause, None, {"value": plan.self_fund})
    return _at_most(
        code, clause, plan.self_fund, capital, subsidy_max=capital, total_max=2 * capital
    )


def self_fund_only(plan: Plan) -> Iterator[Verdict]:
    """B5: no subsidy in a category that the firm must pay alone."""
    for each in plan.spending:
        if isinstance(each.rule, CategoryRule) and each.rule.fund is Fund.SELF:
            clause = f"budget.categories[{each.rule.code}].fund"
            yield _at_most("CATEGORY_SELF_FUND_ONLY", clause, each.subsidy, 0, category=each.label)


def within_subsidisable(plan: Plan) -> Iterator[Verdict]:
    """B6: the subsidy is at most what is spent in categories that may be subsidised.

    Judged once the lines add up to the total: before that, nobody knows what is missing.
    """
    if plan.spent != plan.total:
        return
    subsidisable = sum(each.total for each in plan.spending if _is_subsidisable(each))
    yield _at_most("SUBSIDY_OVER_SUBSIDISABLE", "budget.subsidy_max_bp", plan.subsidy, subsidisable)


def allowed(plan: Plan) -> Iterator[Verdict]:
    """B7: nothing is spent in a category that the scheme does not know."""
    for each in plan.spending:
        if not isinstance(each.rule, CategoryRule):
            clause = f"budget.barred[{each.rule.code}].barred" if each.rule else "budget.lines_sum"
            cause = "barred" if each.rule else "unknown"
            yield _at_most(
                "CATEGORY_NOT_ALLOWED", clause, each.total, 0, cause=cause, category=each.label
            )


def category_caps(plan: Plan) -> Iterator[Verdict]:
    """B8: a category, subsidy and self-fund together, takes at most its share of the total."""
    for each in plan.spending:
        if isinstance(each.rule, CategoryRule) and each.rule.cap_bp is not None:
            yield Verdict(
                "CATEGORY_OVER_CAP",
                f"budget.categories[{each.rule.code}].cap_bp",
                within(Ntd(each.total), Ntd(plan.total), each.rule.cap_bp),
                {
                    "category": each.label,
                    **_share_facts(each.total, plan.total, each.rule.cap_bp),
                },
            )


def not_zero(plan: Plan) -> Verdict:
    """B9: there is something to spend and something to ask for."""
    return Verdict(
        "AMOUNT_ZERO",
        "budget.subsidy_max_bp",
        plan.total > 0 and plan.subsidy > 0,
        {"value": plan.subsidy, "limit": 1, "total": plan.total},
    )


def lines_foot(plan: Plan) -> Verdict:
    """B10 for the totals: the lines add up to subsidy, self-fund and total as declared."""
    subsidy = sum(each.subsidy for each in plan.spending)
    self_fund = sum(each.self_fund for each in plan.spending)
    declared = (plan.subsidy, plan.self_fund, plan.total)
    return Verdict(
        "BUDGET_SUM",
        "budget.lines_sum",
        (subsidy, self_fund, subsidy + self_fund) == declared,
        {
            "value": subsidy + self_fund,
            "limit": plan.total,
            "subsidy": subsidy,
            "subsidy_declared": plan.subsidy,
            "self_fund": self_fund,
            "self_fund_declared": plan.self_fund,
        },
    )


def equipment_foots(plan: Plan, rules: BudgetRules) -> Iterator[Verdict]:
    """B10 for new equipment: the list adds up to its category; the other lists are not sent in."""
    footing = [each for each in rules.categories if each.detail is Detail.EQUIPMENT]
    for category in footing:
        budgeted = sum(each.total for each in plan.spending if each.rule == category)
        yield Verdict(
            "EQUIPMENT_SUM",
            "budget.equipment_sum",
            plan.new_equipment == budgeted,
            {"category": category.name, "value": plan.new_equipment, "limit": budgeted},
        )


@dataclass(frozen=True, slots=True)
class Untaxed:
    """A price without business tax, and the tax that was in it."""

    net: Ntd
    tax: Ntd


def untaxed(gross: Ntd) -> Untaxed:
    """B11: the price without business tax of 5 %, half-up to a dollar, as a budget counts it.

    `gross` is 0 or more, else ValueError.
    """
    if gross < Ntd(0):
        raise ValueError(f"{gross} is no price")
    net = gross.share(1 / _SALES_TAX, Rounding.HALF_UP)
    return Untaxed(net, gross - net)


def _is_subsidisable(spending: Spending) -> bool:
    return isinstance(spending.rule, CategoryRule) and spending.rule.fund is Fund.GRANT


def _at_most(code: str, clause: str, value: int, limit: int, **facts: object) -> Verdict:
    return Verdict(
        code,
        clause,
        value <= limit,
        {**facts, "value": value, "limit": limit, "excess": max(0, value - limit)},
    )


def _share_facts(value: int, total: int, limit_bp: int) -> dict[str, object]:
    limit = total * limit_bp // _WHOLE_BP
    return {
        "value": value,
        "total": total,
        "percent": percent(limit_bp),
        "limit": limit,
        "excess": max(0, value - limit),
    }
