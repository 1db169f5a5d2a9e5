"""Who may apply and for which variant, read from an edition's document."""

from __future__ import annotations

from backoffice.kernel.money import Ntd
from backoffice.scheme.rules.eligibility import (
    Eligibility,
    FactoryRule,
    PartnerRule,
    SmallFirm,
    Target,
)
from backoffice.scheme.rules.keys import (
    CeilingClass,
    Declaration,
    FactoryRuleKind,
    FactoryStatus,
    Metric,
    Proof,
    Registration,
)
from backoffice.scheme.rules.parts import LoanClass, Variant
from backoffice.scheme.rules.reading import Table

_WHOLE_BP = 10_000
_WHOLE_PPM = 1_000_000
_DAYS_MAX = 3_650


def eligibility(table: Table) -> Eligibility:
    """The scheme's conditions; whatever is left out is not asked."""
    has_lookback = table.has("tax_lookback_years")
    return Eligibility(
        registrations=(
            table.choices("registrations", Registration) if table.has("registrations") else ()
        ),
        industries=table.texts("industries") if table.has("industries") else (),
        headcount=table.threshold("headcount") if table.has("headcount") else None,
        headcount_waived_for=_waived(table) or (),
        sme=_sme(table),
        factory=_factory(table),
        deny=table.agreed("deny", Declaration) if table.has("deny") else (),
        tax_lookback_years=table.whole("tax_lookback_years", 1, 99) if has_lookback else None,
        requires=table.agreed("requires", Proof) if table.has("requires") else (),
        partners=_partners(table.table("partners")) if table.has("partners") else None,
        family=table.text("family") if table.has("family") else None,
        cases_per_firm_max=(
            table.whole("cases_per_firm_max", 1, 99) if table.has("cases_per_firm_max") else None
        ),
    )


def variant(row: Table) -> Variant:
    """One leaf of the scheme, with the conditions that are its own."""
    return Variant(
        key=row.key("key"),
        label_zh=row.name("label_zh"),
        label_en=row.name("label_en"),
        names=row.names("names") if row.has("names") else (),
        statuses=row.choices("statuses", FactoryStatus) if row.has("statuses") else (),
        cap=row.amount("cap", 1) if row.has("cap") else None,
        ceiling=row.choice("ceiling", CeilingClass) if row.has("ceiling") else None,
        partners_min=row.whole("partners_min", 1, 999) if row.has("partners_min") else None,
        targets=_targets(row.table("targets")) if row.has("targets") else (),
        loan=_loan_class(row.table("loan")) if row.has("loan") else None,
        registrations=(
            row.choices("registrations", Registration) if row.has("registrations") else None
        ),
        headcount=row.threshold("headcount") if row.has("headcount") else None,
        headcount_waived_for=_waived(row),
        sme=_sme(row),
        factory=_factory(row),
    )


def _waived(table: Table) -> tuple[Registration, ...] | None:
    if not table.has("headcount_waived_for"):
        return None
    return table.choices("headcount_waived_for", Registration)


def _sme(table: Table) -> SmallFirm | None:
    if not table.has("sme"):
        return None
    sme = table.table("sme")
    return SmallFirm(
        capital_max=sme.amount("capital_max", 1),
        headcount_below=sme.whole("headcount_below", 1),
    )


def _factory(table: Table) -> FactoryRule | None:
    if not table.has("factory"):
        return None
    factory = table.table("factory")
    return FactoryRule(
        kind=factory.word_of("kind", FactoryRuleKind),
        accepted=factory.choices("accepted", FactoryStatus),
        special_satisfies=factory.has("special_satisfies") and factory.flag("special_satisfies"),
    )


def _partners(table: Table) -> PartnerRule:
    return PartnerRule(
        factory_registration=table.flag("factory_registration"),
        distinct=table.flag("distinct"),
        shares_sum=table.has("shares_sum") and table.flag("shares_sum"),
        replace_days=(
            table.whole("replace_days", 1, _DAYS_MAX) if table.has("replace_days") else None
        ),
    )


def _targets(table: Table) -> tuple[Target, ...]:
    found: list[Target] = []
    for metric in Metric:
        if table.has(metric.value):
            threshold = table.threshold(metric.value)
            if threshold.value.denominator != 1:
                table.fault(metric.value, "wrong_type", "integer")
            found.append(Target(metric, threshold.op, int(threshold.value)))
    return tuple(found)


def _loan_class(table: Table) -> LoanClass:
    return LoanClass(
        limit=_limit(table, "limit"),
        working_capital_limit=_limit(table, "working_capital_limit"),
        capital_share_bp=(
            table.whole("capital_share_bp", 1, _WHOLE_BP) if table.has("capital_share_bp") else None
        ),
        conditions=table.texts("conditions") if table.has("conditions") else (),
        condition_notes=table.texts("condition_notes") if table.has("condition_notes") else (),
        subsidised_years=table.whole("subsidised_years", 0, 99),
        guarantee_min_bp=table.whole("guarantee_min_bp", 0, _WHOLE_BP),
        full_guarantee_up_to=_limit(table, "full_guarantee_up_to"),
        borrower_ppm=table.whole("borrower_ppm", 0, _WHOLE_PPM),
        borrower_free_up_to=_limit(table, "borrower_free_up_to"),
    )


def _limit(table: Table, key: str) -> Ntd | None:
    return table.amount(key, 1) if table.has(key) else None
