"""How sheets, scores and plans are drawn: badges, waterfalls, rows with their limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask_babel import gettext

from backoffice.kernel.money import Ntd, total, within
from backoffice.kernel.taiwan import period_end, roc_slashes
from backoffice.messages import shown
from backoffice.review.queries.desk import Seat
from backoffice.review.queries.facts import CaseFacts, LineFacts
from backoffice.review.rules.explanation import Step, StepKind, written_points
from backoffice.review.rules.lifecycles import AssignmentState
from backoffice.review.rules.marks import TENTHS, Entry, written_mark
from backoffice.review.rules.scoring import weighted_total
from backoffice.scheme.rules import CategoryRule, Criterion, Edition, Fund, Scoring
from backoffice.scheme.sentences import label, source_words
from backoffice.web.charts import Chart, Part, waterfall
from backoffice.web.charts.svg import share
from backoffice.web.filters import hundredths, percent_bp, roc_date, roc_datetime
from backoffice.web.pieces import Badge, Cell, Fact, Shape

_HUNDREDTHS = 100


# --- seats ------------------------------------------------------------------------------------


def seat_badge(seat: Seat) -> Badge:
    """Where a reviewer stands with one case."""
    if not seat.is_seated:
        return Badge(shown(seat.state), Shape.CLOSED)
    if seat.is_handed_in:
        return Badge(gettext("已送出"), Shape.DONE)
    if seat.is_complete:
        return Badge(gettext("已評妥，尚未送出"), Shape.PROGRESS)
    if seat.is_begun:
        return Badge(gettext("草稿"), Shape.PROGRESS)
    if seat.state is AssignmentState.ASSIGNED:
        return Badge(gettext("待聲明"), Shape.NEEDS_YOU)
    return Badge(gettext("未評"), Shape.WAITING)


def seat_cell(seat: Seat, url: str, *, current: bool) -> Cell:
    """The seat as one cell of the strip; a seat that was given up has no name and no address."""
    badge = seat_badge(seat)
    if not seat.is_seated:
        return Cell(badge.word, "barred")
    words = gettext("%(number)s，%(state)s", number=seat.number, state=badge.word)
    if seat.is_done:
        return Cell(words, "done", url, current)
    return Cell(words, "draft" if seat.is_begun else "todo", url, current)


# --- scores -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What a sheet comes to so far: `points` as printed, and what is still missing in words."""

    points: str
    rest: str
    chart: Chart


def standing_of(entry: Entry, scoring: Scoring) -> Standing:
    """The live total of one sheet, and its waterfall."""
    marks = dict(entry.marks)
    marked = [each for each in scoring.criteria if each.key in marks]
    unmarked = [each for each in scoring.criteria if each.key not in marks]
    so_far = weighted_total(marks, marked)
    parts = [_part(each, marks.get(each.key)) for each in scoring.criteria]
    whole = None if unmarked else _nearest(so_far)
    rest = gettext("、").join(
        gettext("%(criterion)s × %(weight)s%%", criterion=label(each), weight=each.weight)
        for each in unmarked
    )
    return Standing(
        points=_printed(so_far),
        rest=gettext("尚缺 %(rest)s", rest=rest) if rest else "",
        chart=waterfall("desk", parts, total=whole, pass_mark=scoring.pass_mark),
    )


def _part(criterion: Criterion, tenths: int | None) -> Part:
    if tenths is None:
        return Part(label(criterion), None)
    points = Fraction(tenths * criterion.weight, TENTHS * 100)
    working = f"{written_mark(tenths)} × {criterion.weight}%"
    return Part(label(criterion), _nearest(points), working)


def _nearest(points: Fraction) -> int:
    doubled = points * 2 * _HUNDREDTHS
    return (doubled.numerator // doubled.denominator + 1) // 2


def _printed(points: Fraction) -> str:
    """Two places, and a third where a sheet's own total has one."""
    exact = points * _HUNDREDTHS
    return hundredths(exact.numerator) if exact.denominator == 1 else written_points(points)


def result_chart(steps: Sequence[Step], score: int, scoring: Scoring) -> Chart:
    """The waterfall of a panel's result; its parts add up to the score to the last unit."""
    parts = [
        Part(step_name(step), step.printed, step_working(step), step.kind is StepKind.BONUS)
        for step in steps
    ]
    return waterfall("result", parts, total=score, pass_mark=scoring.pass_mark)


def step_name(step: Step) -> str:
    """What a step is called."""
    return label(step.criterion) if step.criterion is not None else shown(step.kind)


def step_working(step: Step) -> str:
    """A step in figures, exactly."""
    if step.criterion is None or step.mean is None:
        return ""
    return gettext(
        "平均 %(mean)s × %(weight)s%%",
        mean=written_points(step.mean),
        weight=step.criterion.weight,
    )


# --- plans ------------------------------------------------------------------------------------


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


def day_words(day: date | None) -> str:
    """A day in running text."""
    return roc_date(day)
