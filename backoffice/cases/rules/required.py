"""Which columns a scheme needs filled: those without which one of its rules cannot be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from backoffice.cases.rules.columns import (
    BENEFITS,
    CASE_SHEET,
    CASES,
    CHECKPOINTS,
    CHILD_SHEETS,
    EQUIPMENT,
    FIELD_COLUMNS,
    LINES,
    LOANS,
    MEMBERS,
    TRAINEES,
    VARIANT,
)
from backoffice.scheme.rules import Edition, Metric, PeriodStart, Variant


@dataclass(frozen=True, slots=True)
class RequiredColumn:
    """A column that the workbook must have if it holds a case of the scheme.

    `variants`: keys of the variants that need it filled, empty for all. `may_be_blank`: a
    blank is an answer (no factory registration, say), so only the column itself is needed.
    """

    sheet: str
    column: str
    variants: tuple[str, ...] = ()
    may_be_blank: bool = False


METRIC_FIELDS: Mapping[Metric, str] = MappingProxyType(
    {
        Metric.SERVICES: "services",
        Metric.PARTNERS: "partners",
        Metric.VISITS: "visits",
        Metric.CARBON_KG: "carbon_kg",
    }
)
"""The field of the submission in which each target is promised."""


def required_columns(edition: Edition) -> tuple[RequiredColumn, ...]:
    """Every column that cases of this edition need, by sheet; the documentation's table."""
    found = [
        *(
            RequiredColumn(CASES, each.name)
            for each in CASE_SHEET.columns
            if _is_for_all(each.name)
        ),
        *_of_the_firm(edition),
        *_of_the_plan(edition),
    ]
    needed = child_sheets(edition)
    for sheet in CHILD_SHEETS:
        if sheet.name in needed:
            found.extend(
                RequiredColumn(sheet.name, each.name)
                for each in sheet.columns
                if each.name in sheet.required
            )
    if sharing := tuple(each.key for each in edition.variants if _has_share(each)):
        found.append(RequiredColumn(LOANS, "計畫經費", sharing, may_be_blank=True))
    return tuple(dict.fromkeys(found))


def child_sheets(edition: Edition) -> frozenset[str]:
    """The sheets of child rows without which cases of this edition cannot be judged.

    Fees are none of them: a firm may pay later, or never.
    """
    budget = edition.budget
    asked = {
        LINES: budget is not None,
        EQUIPMENT: budget is not None and budget.equipment_sum,
        CHECKPOINTS: edition.checkpoints is not None,
        BENEFITS: edition.benefits is not None,
        MEMBERS: any(each.partners_min for each in edition.variants),
        LOANS: edition.loans is not None,
        TRAINEES: edition.training is not None,
    }
    return frozenset(sheet for sheet, is_asked in asked.items() if is_asked)


def is_chosen(edition: Edition) -> bool:
    """Whether the firm chooses a variant in 方案類別: not where it is derived, or a loan's."""
    derived = any(each.statuses for each in edition.variants)
    return len(edition.variants) > 1 and not derived and edition.loans is None


def _is_for_all(column: str) -> bool:
    return column in CASE_SHEET.required


def _has_share(variant: Variant) -> bool:
    return variant.loan is not None and variant.loan.capital_share_bp is not None


def _of_the_firm(edition: Edition) -> Iterator[RequiredColumn]:
    rules = edition.eligibility
    if is_chosen(edition):
        yield RequiredColumn(CASES, VARIANT)
    if rules.registrations:
        yield _case("registration")
    elif registered := tuple(each.key for each in edition.variants if each.registrations):
        yield _case("registration", registered)
    if rules.industries:
        yield _case("industry")
    if rules.headcount:
        yield _case("headcount")
    elif counting := tuple(each.key for each in edition.variants if each.headcount):
        yield _case("headcount", counting)
    if rules.factory or any(each.factory or each.statuses for each in edition.variants):
        yield RequiredColumn(CASES, FIELD_COLUMNS["factory_status"], may_be_blank=True)
    for declaration in rules.deny:
        yield _case(declaration.value)
    for proof in rules.requires:
        yield _case(proof.value)


def _of_the_plan(edition: Edition) -> Iterator[RequiredColumn]:
    budget, period = edition.budget, edition.period
    if budget:
        yield from (_case("total"), _case("subsidy"), _case("self_fund"))
        if budget.self_le_capital:
            yield _case("paid_in_capital")
    has_length = period is not None and period.months is not None
    counts_from_plan = period is not None and period.start is PeriodStart.PLAN_START
    if edition.checkpoints or (has_length and counts_from_plan):
        yield _case("starts_on")
    if has_length:
        yield _case("ends_on")
    for metric in Metric:
        asking = tuple(
            each.key
            for each in edition.variants
            if any(target.metric is metric for target in each.targets)
        )
        if asking:
            is_for_all = len(asking) == len(edition.variants)
            yield _case(METRIC_FIELDS[metric], () if is_for_all else asking)


def _case(field: str, variants: tuple[str, ...] = ()) -> RequiredColumn:
    return RequiredColumn(CASES, FIELD_COLUMNS[field], variants)
