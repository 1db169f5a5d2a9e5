"""How sheets, scores and plans are drawn: badges, waterfalls, rows with their limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from backoffice.messages import shown
from backoffice.review.queries.desk import Seat
from backoffice.review.rules.explanation import Step, StepKind, written_points
from backoffice.review.rules.lifecycles import AssignmentState
from backoffice.review.rules.marks import TENTHS, Entry, written_mark
from backoffice.review.rules.scoring import weighted_total
from backoffice.scheme.rules import Criterion, Scoring
from backoffice.scheme.sentences import label
from backoffice.web.charts import Chart, Part, waterfall
from backoffice.web.filters import hundredths
from backoffice.web.language import gettext
from backoffice.web.pieces import Badge, Cell, Shape

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
