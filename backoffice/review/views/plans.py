"""How a plan is drawn for those who judge it: facts, budget with limits, equipment, checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from backoffice.cases.rules.equipment import EquipmentFacts
from backoffice.kernel.money import Ntd, total, within
from backoffice.kernel.taiwan import period_end, roc_slashes
from backoffice.messages import shown
from backoffice.review.queries.facts import CaseFacts, LineFacts
from backoffice.review.rules.bonuses import BonusStanding
from backoffice.review.rules.bonuses import standing as bonus_standing
from backoffice.scheme.rules import CategoryRule, Edition, Fund
from backoffice.scheme.sentences import label, source_words
from backoffice.web.charts.svg import share
from backoffice.web.filters import hundredths, percent_bp, roc_datetime
from backoffice.web.language import gettext
from backoffice.web.pieces import Badge, Fact, Shape


def plan_of(facts: CaseFacts, edition: Edition) -> dict[str, Any]:
    """The case as the committee wants to read it."""
    return {
        "facts": facts,
        "plan": plan_facts(facts),
        "budget": budget_rows(facts, edition),
        "budget_share": share(
            (facts.subsidy_requested.dollars if facts.subsidy_requested else 0),
            (facts.total_budget.dollars if facts.total_budget else 0),
        ),
        "points": planned_points(facts, edition),
        "bonus": bonus_words(facts, edition),
        "version_words": str(edition.key),
    }


def bonus_words(facts: CaseFacts, edition: Edition) -> str:
    """What the equipment table says about the bonus, with its working."""
    rules = edition.scoring.bonus if edition.scoring else None
    equipment = EquipmentFacts(facts.domestic.dollars, facts.new_equipment.dollars)
    found = bonus_standing(equipment, rules)
    if rules is None or found is BonusStanding.NOT_APPLICABLE:
        return gettext("國產設備加分：不適用")
    working = gettext(
        "國產 %(domestic)s ÷ %(whole)s = %(share)s",
        domestic=f"{equipment.domestic:,}",
        whole=f"{equipment.new_equipment:,}",
        share=share(equipment.domestic, equipment.new_equipment),
    )
    least = percent_bp(rules.share_min_bp)
    if found is BonusStanding.NOT_MET:
        return gettext("%(working)s，未達 %(least)s，不加分", working=working, least=least)
    return gettext(
        "%(working)s，達 %(least)s，可加至多 %(points)s 分，由承辦人確認；依據：%(source)s",
        working=working,
        least=least,
        points=hundredths(rules.max_points),
        source=source_of(edition, "scoring.bonus.share_min_bp"),
    )


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A category of the plan with its share of the total, and the limit it stands under."""

    name: str
    subsidy: Ntd
    self_fund: Ntd
    share: str
    limit: Badge | None
    note: str

    @property
    def total(self) -> Ntd:
        """Subsidy and self-fund together."""
        return self.subsidy + self.self_fund


def budget_rows(facts: CaseFacts, edition: Edition) -> tuple[BudgetRow, ...]:
    """The budget in the firm's order."""
    whole = total(Ntd(line.subsidy + line.self_fund) for line in facts.lines)
    return tuple(_budget_row(line, whole, edition) for line in facts.lines)


def _budget_row(line: LineFacts, whole: Ntd, edition: Edition) -> BudgetRow:
    rule = edition.category_named(line.category)
    subsidy, self_fund = Ntd(line.subsidy), Ntd(line.self_fund)
    return BudgetRow(
        name=label(rule) if rule is not None else line.category,
        subsidy=subsidy,
        self_fund=self_fund,
        share=share(line.subsidy + line.self_fund, whole.dollars),
        limit=_limit(rule, subsidy, subsidy + self_fund, whole)
        if isinstance(rule, CategoryRule)
        else None,
        note=line.note,
    )


def _limit(rule: CategoryRule, subsidy: Ntd, amount: Ntd, whole: Ntd) -> Badge | None:
    if rule.fund is Fund.SELF:
        return _kept(gettext("僅自籌"), not subsidy)
    if rule.cap_bp is None:
        return None
    words = gettext("至多 %(share)s", share=percent_bp(rule.cap_bp))
    return _kept(words, within(amount, whole, rule.cap_bp))


def _kept(words: str, holds: bool) -> Badge:
    if holds:
        return Badge(words, Shape.DONE)
    return Badge(gettext("%(limit)s，超出", limit=words), Shape.NEEDS_YOU)


@dataclass(frozen=True, slots=True)
class PointRow:
    """A planned checkpoint with the weight reached by then."""

    due_on: date
    work_item: str
    item: str
    weight_bp: int
    sum_bp: int
    reaches_midterm: bool


@dataclass(frozen=True, slots=True)
class PlannedPoints:
    """The checkpoints, and what the plan reaches by the midterm; None where none is asked."""

    rows: tuple[PointRow, ...]
    heading: str


def planned_points(facts: CaseFacts, edition: Edition) -> PlannedPoints:
    """The checkpoints by due date with their running sum."""
    rules = edition.checkpoints
    midterm = (
        period_end(facts.plan_start, rules.midterm_months) if rules and facts.plan_start else None
    )
    rows, reached, by_midterm = [], 0, 0
    for point in facts.checkpoints:
        before, reached = reached, reached + point.weight_bp
        in_time = midterm is not None and point.due_on <= midterm
        by_midterm = reached if in_time else by_midterm
        least = rules.by_midterm_min_bp if rules else 0
        rows.append(
            PointRow(
                point.due_on,
                point.work_item,
                point.item,
                point.weight_bp,
                reached,
                in_time and before < least <= reached,
            )
        )
    heading = gettext("查核點")
    if rules and midterm:
        heading = gettext(
            "查核點　期中 %(day)s 前應達 %(least)s，計畫 %(planned)s",
            day=roc_slashes(midterm),
            least=percent_bp(rules.by_midterm_min_bp),
            planned=percent_bp(by_midterm),
        )
    return PlannedPoints(tuple(rows), heading)


def plan_facts(facts: CaseFacts) -> tuple[Fact, ...]:
    """What the reviewer should know at a glance."""
    capital = facts.paid_in_capital
    period = (
        f"{roc_slashes(facts.plan_start)}–{roc_slashes(facts.plan_end)}"
        if facts.plan_start and facts.plan_end
        else "–"
    )
    shown_facts = [
        Fact(gettext("標的"), facts.target or "–"),
        Fact(gettext("收件"), roc_datetime(facts.received_at)),
        Fact(gettext("產業別"), facts.industry or "–"),
        Fact(gettext("員工數"), _people(facts.headcount)),
        Fact(gettext("實收資本額"), gettext("%(amount)s 元", amount=shown(capital))),
        Fact(gettext("執行期間"), period),
    ]
    return tuple(shown_facts)


def _people(headcount: str) -> str:
    return gettext("%(count)s 人", count=headcount) if headcount else "–"


def source_of(edition: Edition, clause: str) -> str:
    """Where a rule comes from, in words; blank where it has no source."""
    source = edition.source_of(clause) if clause else None
    return source_words(source) if source else ""
