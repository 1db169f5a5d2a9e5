"""The parts of an edition: money, scoring, execution, places and loans. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from backoffice.kernel.money import Ntd, Rounding
from backoffice.kernel.names import Name
from backoffice.scheme.rules.eligibility import FactoryRule, SmallFirm, Target, Threshold
from backoffice.scheme.rules.keys import (
    CeilingClass,
    CloseCause,
    ClosingCondition,
    Condition,
    Detail,
    FactoryStatus,
    Fund,
    Need,
    PeriodStart,
    RecusalGround,
    Registration,
    Release,
    TargetBasis,
)


@dataclass(frozen=True, slots=True)
class Agency:
    """The agency's full name on and after `since`; None means from the beginning."""

    name: str
    since: date | None


@dataclass(frozen=True, slots=True)
class ApplicationWindow:
    """When cases are taken, before rolling: half-open, aware instants; None: no closing date."""

    opens_at: datetime
    closes_at: datetime | None
    roll_to_business_day: bool
    early_close_causes: tuple[CloseCause, ...]


@dataclass(frozen=True, slots=True)
class LoanClass:
    """What a loan of this class may be (貸款類別).

    `limit`: most that may be lent, whatever it is for; `working_capital_limit`: most for
    週轉性; `capital_share_bp`: capital spending (資本性) as a share of the plan's cost.
    `conditions`: one of these must be claimed; empty if none is asked; `condition_notes` say
    what each of them means.
    `subsidised_years`: whole years of interest that are subsidised. Rates of the guarantee
    (`guarantee_min_bp`) are basis points; `full_guarantee_up_to` is guaranteed in full.
    `borrower_ppm`: the interest that the borrower pays itself in those years, in millionths a
    year; nothing on the part up to `borrower_free_up_to`.
    """

    limit: Ntd | None
    working_capital_limit: Ntd | None
    capital_share_bp: int | None
    conditions: tuple[str, ...]
    condition_notes: tuple[str, ...]
    subsidised_years: int
    guarantee_min_bp: int
    full_guarantee_up_to: Ntd | None
    borrower_ppm: int
    borrower_free_up_to: Ntd | None


@dataclass(frozen=True, slots=True)
class Variant:
    """A leaf of the catalogue: track, class, option or category within a scheme.

    `cap`: the most subsidy one case may have, None if none is paid; `ceiling`: the law's own
    limit above it. `partners_min`: firms beside the centre factory.

    `names` are the texts of the workbook that mean it; `statuses` the factory standings it
    is derived from. The conditions from `registrations` on replace the scheme's own for this
    variant; None means as the scheme.
    """

    key: str
    label_zh: str
    label_en: str
    names: tuple[str, ...]
    statuses: tuple[FactoryStatus, ...]
    cap: Ntd | None
    ceiling: CeilingClass | None
    partners_min: int | None
    targets: tuple[Target, ...]
    loan: LoanClass | None
    registrations: tuple[Registration, ...] | None
    headcount: Threshold | None
    headcount_waived_for: tuple[Registration, ...] | None
    sme: SmallFirm | None
    factory: FactoryRule | None


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """An expense category (科目) that may be budgeted, and who pays for it.

    `cap_bp`: most of the plan's total that the category, subsidy and self-fund together,
    may take; None if nothing is stated. `detail`: the table that must foot with it.
    """

    code: str
    label_zh: str
    label_en: str
    aliases: tuple[str, ...]
    fund: Fund
    cap_bp: int | None
    detail: Detail | None

    @property
    def name(self) -> Name:
        """What it is called."""
        return Name(self.label_zh, self.label_en)


@dataclass(frozen=True, slots=True)
class BarredCategory:
    """A category that other schemes know and this one does not allow."""

    code: str
    label_zh: str
    label_en: str
    aliases: tuple[str, ...]

    @property
    def name(self) -> Name:
        """What it is called."""
        return Name(self.label_zh, self.label_en)


@dataclass(frozen=True, slots=True)
class BudgetRules:
    """How a plan's budget must add up. False or None where the edition asks nothing.

    `subsidy_max_bp`: most of the total that may be subsidy. `equipment_sum`: the equipment
    list must equal its category. `lines_sum`: the lines must equal the totals.
    """

    subsidy_max_bp: int
    subsidy_le_self: bool
    self_le_capital: bool
    lines_sum: bool
    equipment_sum: bool
    detail_sums: bool
    categories: tuple[CategoryRule, ...]
    barred: tuple[BarredCategory, ...]


@dataclass(frozen=True, slots=True)
class Extension:
    """How a period may be prolonged: how often, by how much, asked how long before its end."""

    times_max: int
    months_max: int
    notice_months: int


@dataclass(frozen=True, slots=True)
class Period:
    """The execution period; `months` None means that no length is stated.

    `ends_by`: the last day of the special budget, past which nothing may run unmarked;
    `ends_by_notice_days`: a period that ends so many days before it, or fewer, is pointed out,
    None where nothing is.
    """

    months: int | None
    start: PeriodStart
    ends_by: date
    ends_by_notice_days: int | None
    extension: Extension


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """How the work is checked: weights in basis points, the midterm in months from the start."""

    sum_bp: int
    by_midterm_min_bp: int
    midterm_months: int
    grace_days: int
    correction_months: int


@dataclass(frozen=True, slots=True)
class Benefits:
    """How many expected benefits a plan must state, by kind; `kinds` are offered, not closed."""

    economic_min: int
    key_min: int
    economic_kinds: tuple[str, ...]
    key_kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """What scores from `low` to `high` points, both included, mean in words."""

    low: int
    high: int
    label_zh: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that reviewers score; `weight` in percent. `floor`: points below which the
    case fails whatever its total; None if there is no such floor."""

    key: str
    label_zh: str
    label_en: str
    weight: int
    floor: int | None
    bands: tuple[Band, ...]

    @property
    def name(self) -> Name:
        """What it is called."""
        return Name(self.label_zh, self.label_en)

    def band_at(self, points: Fraction | int) -> Band:
        """The band a score falls in; 59.5 is still in the band that ends at 59."""
        reached = [band for band in self.bands if band.low <= points]
        return reached[-1] if reached else self.bands[0]


@dataclass(frozen=True, slots=True)
class Bonus:
    """Points for domestic equipment (國產設備加分): share in basis points, points in hundredths."""

    share_min_bp: int
    max_points: int
    can_rescue: bool


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a panel scores a case.

    Whole points: `scale_min`, `scale_max`, `divergence_limit`, `comment_below`.
    Hundredths of a point: `pass_mark`, `total_cap`, `bonus.max_points`.
    `score_decimals`: places a reviewer may type; `mean_decimals`, `mean_rounding`: the mean
    is rounded once, and what is printed is compared (§2.2).
    """

    criteria: tuple[Criterion, ...]
    scale_min: int
    scale_max: int
    score_decimals: int
    mean_decimals: int
    mean_rounding: Rounding
    panel_size: int
    quorum: int
    pass_mark: int
    bonus: Bonus | None
    total_cap: int
    divergence_limit: int
    comment_below: int


@dataclass(frozen=True, slots=True)
class TrancheRule:
    """A share of the subsidy, in basis points, and what releases it; the last takes the rest."""

    number: int
    share_bp: int
    release: Release


@dataclass(frozen=True, slots=True)
class PlannedTranche:
    """A tranche of one award, in whole dollars."""

    number: int
    amount: Ntd
    release: Release


@dataclass(frozen=True, slots=True)
class Settlement:
    """Switches of the closing settlement (§3.5).

    `flow_tolerance_bp`: how far a category may be overspent before it is cut to what was
    approved. `change_free_bp`: flow into a category that needs no approval.
    """

    proportional: bool
    flow_tolerance_bp: int
    change_free_bp: int
    retest_category_caps: bool
    cpa_report_required: bool
    clawback_interest_bp: int


@dataclass(frozen=True, slots=True)
class AwardRules:
    """How long the firm has after an award, in days; extension of the signing in months."""

    sign_by_days: int
    sign_extension_months: int
    revised_plan_days: int
    offer_days: int


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """Thresholds of reporting, not of law: days aimed at, months at the outside."""

    service_days: int
    outer_months: int
    default_months: int


@dataclass(frozen=True, slots=True)
class Supplement:
    """How missing papers are asked for: calendar days, and how often."""

    days: int
    months_max: int
    rounds: int
    extra_rounds: int


@dataclass(frozen=True, slots=True)
class Recusal:
    """When a reviewer must stand aside; years looked back for employment and mandates."""

    lookback_years: int
    grounds: tuple[RecusalGround, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A paper the office expects, as PDF; sizes in bytes, ages in months before submission."""

    code: str
    label_zh: str
    label_en: str
    need: Need
    condition: Condition | None
    max_bytes: int
    max_age_months: int | None
    may_supplement: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """What must hold to close a case.

    `targets`: what achieved values are measured against; None where no target is asked.
    """

    conditions: tuple[ClosingCondition, ...]
    targets: TargetBasis | None
