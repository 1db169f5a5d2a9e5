"""The sections of an edition's document, each read into its part."""

from __future__ import annotations

from backoffice.kernel.money import Rounding
from backoffice.scheme.rules.keys import (
    ClosingCondition,
    Condition,
    Detail,
    Fund,
    Need,
    PeriodStart,
    RecusalGround,
    Release,
    SeatOrder,
    TargetBasis,
    TaxMode,
)
from backoffice.scheme.rules.parts import (
    AwardRules,
    Band,
    BarredCategory,
    Benefits,
    Bonus,
    BudgetRules,
    CategoryRule,
    Checkpoints,
    Closing,
    Criterion,
    Document,
    Extension,
    Period,
    Recusal,
    ReviewRules,
    Scoring,
    Settlement,
    Supplement,
    TrancheRule,
)
from backoffice.scheme.rules.reading import Table, Unreadable, as_text, whole_between
from backoffice.scheme.rules.services import LoanRules, ReferenceRate, Seats, Training

WHOLE_BP = 10_000
_DAYS_MAX = 3_650
_MONTHS_MAX = 120
_POINTS_MAX = 1_000
_HUNDREDTHS_MAX = 100_000
_BAND_KEYS = {"low", "high", "label_zh", "label_en"}


def budget(table: Table) -> BudgetRules:
    """Ratios, sums and the list of categories."""
    return BudgetRules(
        subsidy_max_bp=table.whole("subsidy_max_bp", 1, WHOLE_BP),
        subsidy_le_self=table.has("subsidy_le_self") and table.flag("subsidy_le_self"),
        self_le_capital=table.has("self_le_capital") and table.flag("self_le_capital"),
        lines_sum=table.has("lines_sum") and table.flag("lines_sum"),
        equipment_sum=table.has("equipment_sum") and table.flag("equipment_sum"),
        detail_sums=table.has("detail_sums") and table.flag("detail_sums"),
        categories=tuple(map(_category, table.rows("categories", by="code"))),
        barred=(
            tuple(map(_barred, table.rows("barred", by="code"))) if table.has("barred") else ()
        ),
    )


def _category(row: Table) -> CategoryRule:
    return CategoryRule(
        code=row.key("code"),
        label_zh=row.name("label_zh"),
        label_en=row.name("label_en"),
        aliases=row.names("aliases") if row.has("aliases") else (),
        fund=row.choice("fund", Fund),
        cap_bp=row.whole("cap_bp", 1, WHOLE_BP) if row.has("cap_bp") else None,
        detail=row.word_of("detail", Detail) if row.has("detail") else None,
    )


def _barred(row: Table) -> BarredCategory:
    row.flag("barred")
    return BarredCategory(
        code=row.key("code"),
        label_zh=row.name("label_zh"),
        label_en=row.name("label_en"),
        aliases=row.names("aliases") if row.has("aliases") else (),
    )


def period(table: Table) -> Period:
    """Length, anchor and extension of the execution period."""
    extension = table.table("extension")
    return Period(
        months=table.whole("months", 1, _MONTHS_MAX) if table.has("months") else None,
        start=table.choice("start", PeriodStart),
        ends_by=table.day("ends_by"),
        ends_by_notice_days=(
            table.whole("ends_by_notice_days", 1, _DAYS_MAX)
            if table.has("ends_by_notice_days")
            else None
        ),
        extension=Extension(
            times_max=extension.whole("times_max", 0, 12),
            months_max=extension.whole("months_max", 0, _MONTHS_MAX),
            notice_months=extension.whole("notice_months", 0, _MONTHS_MAX),
        ),
    )


def checkpoints(table: Table) -> Checkpoints:
    """Weights, midterm and days of grace."""
    return Checkpoints(
        sum_bp=table.whole("sum_bp", 1, WHOLE_BP),
        by_midterm_min_bp=table.whole("by_midterm_min_bp", 0, WHOLE_BP),
        midterm_months=table.whole("midterm_months", 1, _MONTHS_MAX),
        grace_days=table.whole("grace_days", 0, _DAYS_MAX),
        correction_months=table.whole("correction_months", 0, _MONTHS_MAX),
    )


def benefits(table: Table) -> Benefits:
    """How many benefits of each kind a plan must state."""
    return Benefits(
        economic_min=table.whole("economic_min", 0, 100),
        key_min=table.whole("key_min", 0, 100),
        economic_kinds=table.texts("economic_kinds") if table.has("economic_kinds") else (),
        key_kinds=table.texts("key_kinds") if table.has("key_kinds") else (),
    )


def scoring(table: Table) -> Scoring:
    """Criteria, scale, panel, pass mark and bonus."""
    return Scoring(
        criteria=tuple(map(_criterion, table.rows("criteria", by="key"))),
        scale_min=table.whole("scale_min", 0, _POINTS_MAX),
        scale_max=table.whole("scale_max", 1, _POINTS_MAX),
        score_decimals=table.whole("score_decimals", 0, 2),
        mean_decimals=table.whole("mean_decimals", 0, 2),
        mean_rounding=table.choice("mean_rounding", Rounding),
        panel_size=table.whole("panel_size", 1, 99),
        quorum=table.whole("quorum", 1, 99),
        pass_mark=table.whole("pass_mark", 0, _HUNDREDTHS_MAX),
        bonus=_bonus(table.table("bonus")) if table.has("bonus") else None,
        total_cap=table.whole("total_cap", 1, _HUNDREDTHS_MAX),
        divergence_limit=table.whole("divergence_limit", 1, _POINTS_MAX),
        comment_below=table.whole("comment_below", 0, _POINTS_MAX),
    )


def _criterion(row: Table) -> Criterion:
    return Criterion(
        key=row.key("key"),
        label_zh=row.name("label_zh"),
        label_en=row.name("label_en"),
        weight=row.whole("weight", 1, 100),
        floor=row.whole("floor", 0, _POINTS_MAX) if row.has("floor") else None,
        bands=row.listed("bands", _band),
    )


def _band(raw: object) -> Band:
    if not isinstance(raw, dict) or set(raw) != _BAND_KEYS:
        raise Unreadable("wrong_type", ", ".join(sorted(_BAND_KEYS)))
    points = whole_between(0, _POINTS_MAX)
    return Band(
        points(raw["low"]), points(raw["high"]), as_text(raw["label_zh"]), as_text(raw["label_en"])
    )


def _bonus(table: Table) -> Bonus:
    return Bonus(
        share_min_bp=table.whole("share_min_bp", 1, WHOLE_BP),
        max_points=table.whole("max_points", 1, _HUNDREDTHS_MAX),
        can_rescue=table.flag("can_rescue"),
    )


def tranche(row: Table, number: int) -> TrancheRule:
    """One share of the subsidy; its number is its place in the list."""
    return TrancheRule(
        number=number,
        share_bp=row.whole("share_bp", 1, WHOLE_BP),
        release=row.choice("release", Release),
    )


def settlement(table: Table) -> Settlement:
    """Switches of the closing settlement."""
    return Settlement(
        proportional=table.flag("proportional"),
        flow_tolerance_bp=table.whole("flow_tolerance_bp", 0, WHOLE_BP),
        change_free_bp=table.whole("change_free_bp", 0, WHOLE_BP),
        retest_category_caps=table.flag("retest_category_caps"),
        cpa_report_required=table.flag("cpa_report_required"),
        clawback_interest_bp=table.whole("clawback_interest_bp", 0, WHOLE_BP),
    )


def award(table: Table) -> AwardRules:
    """Days after an award."""
    return AwardRules(
        sign_by_days=table.whole("sign_by_days", 1, _DAYS_MAX),
        sign_extension_months=table.whole("sign_extension_months", 0, _MONTHS_MAX),
        revised_plan_days=table.whole("revised_plan_days", 1, _DAYS_MAX),
        offer_days=table.whole("offer_days", 1, _DAYS_MAX),
    )


def review(table: Table) -> ReviewRules:
    """How long a review should take."""
    return ReviewRules(
        service_days=table.whole("service_days", 1, _DAYS_MAX),
        outer_months=table.whole("outer_months", 1, _MONTHS_MAX),
        default_months=table.whole("default_months", 1, _MONTHS_MAX),
    )


def supplement(table: Table) -> Supplement:
    """How missing papers are asked for."""
    return Supplement(
        days=table.whole("days", 1, _DAYS_MAX),
        months_max=table.whole("months_max", 1, _MONTHS_MAX),
        rounds=table.whole("rounds", 0, 9),
        extra_rounds=table.whole("extra_rounds", 0, 9),
    )


def recusal(table: Table) -> Recusal:
    """Grounds for standing aside, and how far back they reach."""
    return Recusal(
        lookback_years=table.whole("lookback_years", 0, 99),
        grounds=table.choices("grounds", RecusalGround),
    )


def seats(table: Table) -> Seats:
    """Places, their order and their fee."""
    return Seats(
        total=table.whole("total", 1, 100_000),
        order=table.choice("order", SeatOrder),
        fee=table.amount("fee"),
        tax=table.choice("tax", TaxMode) if table.has("tax") else None,
        tax_bp=table.whole("tax_bp", 0, WHOLE_BP) if table.has("tax_bp") else None,
        hold_days=table.whole("hold_days", 1, _DAYS_MAX) if table.has("hold_days") else None,
        refund_days=table.whole("refund_days", 1, _DAYS_MAX),
        reoffer=table.flag("reoffer"),
        delivery_months=(
            table.whole("delivery_months", 1, _MONTHS_MAX) if table.has("delivery_months") else None
        ),
    )


def loans(table: Table) -> LoanRules:
    """What holds for every loan of the scheme."""
    return LoanRules(
        subsidised_principal_max=table.amount("subsidised_principal_max", 1),
        reference_rates=tuple(map(_reference_rate, table.rows("reference_rates", by=None))),
        days_in_year=table.whole("days_in_year", 360, 366),
        guarantee_fee_bp=table.whole("guarantee_fee_bp", 0, WHOLE_BP),
        one_class_only=table.flag("one_class_only"),
    )


def _reference_rate(row: Table) -> ReferenceRate:
    return ReferenceRate(since=row.day("since"), rate_ppm=row.whole("rate_ppm", 0, 1_000_000))


def training(table: Table) -> Training:
    """What a course costs the trainee and how it is completed."""
    return Training(
        fee=table.amount("fee"),
        attendance_min_bp=table.whole("attendance_min_bp", 0, WHOLE_BP),
        streams=table.texts("streams"),
    )


def document(row: Table) -> Document:
    """One paper the office expects."""
    has_age = row.has("max_age_months")
    return Document(
        code=row.key("code"),
        label_zh=row.name("label_zh"),
        label_en=row.name("label_en"),
        need=row.choice("need", Need),
        condition=row.choice("condition", Condition) if row.has("condition") else None,
        max_bytes=row.whole("max_bytes", 1),
        max_age_months=row.whole("max_age_months", 1, _MONTHS_MAX) if has_age else None,
        may_supplement=row.flag("may_supplement"),
    )


def closing(table: Table) -> Closing:
    """What must hold to close a case."""
    return Closing(
        conditions=table.agreed("conditions", ClosingCondition),
        targets=table.choice("targets", TargetBasis) if table.has("targets") else None,
    )
