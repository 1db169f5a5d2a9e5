"""The conditions of the contract: whose scheme, who may apply, how much, what for, when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.scheme.rules.clauses import Book, Section
from backoffice.scheme.rules.keys import Declaration, FactoryRuleKind
from backoffice.scheme.rules.parts import Variant

if TYPE_CHECKING:
    from backoffice.scheme.rules.edition import Edition
    from backoffice.scheme.rules.eligibility import (
        FactoryRule,
        PartnerRule,
        SmallFirm,
        Threshold,
    )


def about(edition: Edition, book: Book) -> None:
    """Whose scheme it is, and out of which budget."""
    for place, agency in enumerate(edition.agencies, 1):
        path = f"agencies[{place}].name"
        if agency.since is None:
            book.say(Section.ABOUT, "about.agency", path, name=agency.name)
        else:
            facts = {"name": agency.name, "since": agency.since}
            book.say(Section.ABOUT, "about.agency_since", path, **facts)
    if edition.executing_body:
        name = edition.executing_body
        book.say(Section.ABOUT, "about.executing_body", "executing_body", name=name)
    book.say(Section.ABOUT, "about.funding", "funding_source", name=edition.funding_source)


def who(edition: Edition, book: Book) -> None:
    """Who may apply, for the scheme and for each variant."""
    rules = edition.eligibility
    if rules.registrations:
        _registrations(book, "eligibility", None, rules.registrations)
    if rules.industries:
        book.say(Section.WHO, "who.industries", "eligibility.industries", trades=rules.industries)
    _standing(book, "eligibility", None, rules.headcount, rules.sme, rules.factory)
    for proof in rules.requires:
        book.say(Section.WHO, "who.proof", f"eligibility.requires.{proof.value}", proof=proof)
    for declaration in rules.deny:
        path = f"eligibility.deny.{declaration.value}"
        years = rules.tax_lookback_years
        if declaration is Declaration.TAX_ARREARS and years:
            book.say(Section.WHO, "who.denied_years", path, declaration=declaration, years=years)
        else:
            book.say(Section.WHO, "who.denied", path, declaration=declaration)
    if rules.family:
        book.say(Section.WHO, "who.family", "eligibility.family", family=rules.family)
    if rules.cases_per_firm_max:
        path = "eligibility.cases_per_firm_max"
        book.say(Section.WHO, "who.cases_per_firm", path, count=rules.cases_per_firm_max)
    for variant in edition.variants:
        _variant(book, variant)
    if rules.partners:
        _partners(book, rules.partners)


def _partners(book: Book, partners: PartnerRule) -> None:
    path = "eligibility.partners"
    if partners.factory_registration:
        book.say(Section.WHO, "who.partners_registered", f"{path}.factory_registration")
    if partners.distinct:
        book.say(Section.WHO, "who.partners_distinct", f"{path}.distinct")
    if partners.replace_days is not None:
        path_of_days = f"{path}.replace_days"
        book.say(Section.WHO, "who.partners_replaced", path_of_days, days=partners.replace_days)


def _registrations(
    book: Book, path: str, variant: Variant | None, kinds: tuple[object, ...]
) -> None:
    book.say(
        Section.WHO, "who.registrations", f"{path}.registrations", variant=variant, kinds=kinds
    )


def _standing(
    book: Book,
    path: str,
    variant: Variant | None,
    headcount: Threshold | None,
    sme: SmallFirm | None,
    factory: FactoryRule | None,
) -> None:
    if headcount:
        book.say(
            Section.WHO, "who.headcount", f"{path}.headcount",
            variant=variant, op=headcount.op, value=headcount.value,
        )  # fmt: skip
    if sme:
        book.say(
            Section.WHO, "who.sme", f"{path}.sme", variant=variant,
            capital_max=sme.capital_max, headcount_below=sme.headcount_below,
        )  # fmt: skip
    if factory:
        registered = factory.kind is FactoryRuleKind.REGISTRATION
        code = "who.factory_registration" if registered else "who.factory_status"
        book.say(
            Section.WHO, code, f"{path}.factory.accepted",
            variant=variant, statuses=factory.accepted,
        )  # fmt: skip
        if factory.special_satisfies:
            path = f"{path}.factory.special_satisfies"
            book.say(Section.WHO, "who.special_factory", path, variant=variant)


def _variant(book: Book, variant: Variant) -> None:
    path = f"variants[{variant.key}]"
    if variant.statuses:
        book.say(
            Section.WHO, "who.track", f"{path}.statuses", variant=variant, statuses=variant.statuses
        )
    if variant.registrations:
        _registrations(book, path, variant, variant.registrations)
    _standing(book, path, variant, variant.headcount, variant.sme, variant.factory)
    if variant.headcount_waived_for:
        book.say(
            Section.WHO, "who.headcount_waived", f"{path}.headcount_waived_for",
            variant=variant, kinds=variant.headcount_waived_for,
        )  # fmt: skip
    if variant.partners_min:
        book.say(
            Section.WHO, "who.partners", f"{path}.partners_min",
            variant=variant, count=variant.partners_min,
        )  # fmt: skip
    for target in variant.targets:
        book.say(
            Section.WHO, "who.target", f"{path}.targets.{target.metric.value}",
            variant=variant, metric=target.metric, op=target.op, value=target.value,
        )  # fmt: skip


def how_much(edition: Edition, book: Book) -> None:
    """Caps, ratios and sums."""
    for variant in edition.variants:
        if variant.cap:
            book.say(
                Section.HOW_MUCH, "money.cap", f"variants[{variant.key}].cap",
                variant=variant if len(edition.variants) > 1 else None, cap=variant.cap,
            )  # fmt: skip
    budget = edition.budget
    if budget is None:
        return
    path = "budget.subsidy_max_bp"
    book.say(Section.HOW_MUCH, "money.ratio", path, max_bp=budget.subsidy_max_bp)
    for key, asked in (
        ("subsidy_le_self", budget.subsidy_le_self),
        ("self_le_capital", budget.self_le_capital),
        ("lines_sum", budget.lines_sum),
        ("equipment_sum", budget.equipment_sum),
        ("detail_sums", budget.detail_sums),
    ):
        if asked:
            book.say(Section.HOW_MUCH, f"money.{key}", f"budget.{key}")
    partners = edition.eligibility.partners
    if partners and partners.shares_sum:
        book.say(Section.HOW_MUCH, "money.shares_sum", "eligibility.partners.shares_sum")


def what_for(edition: Edition, book: Book) -> None:
    """Purposes and expense categories."""
    if edition.purposes:
        book.say(Section.WHAT_FOR, "spend.purposes", "purposes", purposes=edition.purposes)
    if edition.budget is None:
        return
    for category in edition.budget.categories:
        path = f"budget.categories[{category.code}]"
        code = f"spend.category_{category.fund.value}"
        book.say(Section.WHAT_FOR, code, f"{path}.fund", category=category)
        if category.cap_bp is not None:
            book.say(
                Section.WHAT_FOR, "spend.category_cap", f"{path}.cap_bp",
                category=category, cap_bp=category.cap_bp,
            )  # fmt: skip
    for barred in edition.budget.barred:
        path = f"budget.barred[{barred.code}].barred"
        book.say(Section.WHAT_FOR, "spend.barred", path, category=barred)


def when(edition: Edition, book: Book) -> None:
    """The application window and the execution period."""
    window = edition.application
    book.say(Section.WHEN, "when.opens", "window.opens_at", at=window.opens_at)
    if window.closes_at:
        book.say(Section.WHEN, "when.closes", "window.closes_at", at=window.closes_at)
    if window.roll_to_business_day:
        book.say(Section.WHEN, "when.rolls", "window.roll_to_business_day")
    for cause in window.early_close_causes:
        path = f"window.early_close_causes.{cause.value}"
        book.say(Section.WHEN, "when.closes_early", path, cause=cause)
    period = edition.period
    if period is None:
        return
    if period.months is not None:
        book.say(Section.WHEN, "period.months", "period.months", months=period.months)
    book.say(Section.WHEN, "period.start", "period.start", start=period.start)
    book.say(Section.WHEN, "period.ends_by", "period.ends_by", day=period.ends_by)
    if period.ends_by_notice_days is not None:
        path = "period.ends_by_notice_days"
        book.say(Section.WHEN, "period.ends_by_notice", path, days=period.ends_by_notice_days)
    extension = period.extension
    book.say(
        Section.WHEN, "period.extension", "period.extension", times=extension.times_max,
        months=extension.months_max, notice_months=extension.notice_months,
    )  # fmt: skip


TELL = (about, who, how_much, what_for, when)
