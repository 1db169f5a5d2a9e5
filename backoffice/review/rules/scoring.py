"""How sheets become a score: exact means, rounded once, and what is printed is compared (§2.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from backoffice.kernel.money import Rounding
from backoffice.kernel.refusal import Refused
from backoffice.review.rules.marks import TENTHS
from backoffice.scheme.rules import Criterion, Scoring

_PERCENT = 100
_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that counts: whose it is (A, B, C), and its marks in tenths of a point."""

    id: int
    letter: str
    marks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Total:
    """What one sheet comes to, in points, exactly."""

    sheet_id: int
    letter: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class Tally:
    """The result of a panel.

    `mean` is exact points; `base`, `bonus` and `score` hundredths of a point, `base` rounded
    once and `score` cut at the edition's cap. `spread` is exact points between the highest and
    the lowest sheet. `below_floor`: criteria whose mean is under the edition's floor.
    """

    totals: tuple[Total, ...]
    mean: Fraction
    base: int
    bonus: int
    score: int
    spread: Fraction
    diverges: bool
    below_floor: tuple[str, ...]
    passes: bool


def weighted_total(marks: Mapping[str, int], criteria: Sequence[Criterion]) -> Fraction:
    """The points of one sheet, exactly: each mark (tenths of a point) times its weight in percent.

    Every criterion must have its mark (KeyError): a missing one is never zero.
    """
    sum_of_products = sum(marks[criterion.key] * criterion.weight for criterion in criteria)
    return Fraction(sum_of_products, TENTHS * _PERCENT)


def tally(sheets: Sequence[Sheet], policy: Scoring, *, bonus: int = 0) -> Tally:
    """The score of the valid sheets, with a confirmed bonus in hundredths of a point.

    Refuses "panel.quorum" (valid, quorum) when too few sheets count. Source: domain §2.2.
    """
    if len(sheets) < policy.quorum:
        raise Refused("panel.quorum", valid=len(sheets), quorum=policy.quorum)
    totals = totals_of(sheets, policy.criteria)
    mean = sum((total.points for total in totals), Fraction(0)) / len(totals)
    base = _printed(mean, policy)
    score = min(policy.total_cap, base + bonus)
    below_floor = tuple(
        criterion.key
        for criterion in policy.criteria
        if criterion.floor is not None and mean_mark(sheets, criterion) < criterion.floor
    )
    return Tally(
        totals=totals,
        mean=mean,
        base=base,
        bonus=bonus,
        score=score,
        spread=spread_of(totals),
        diverges=diverges(totals, policy),
        below_floor=below_floor,
        passes=_decisive(base, score, policy) >= policy.pass_mark and not below_floor,
    )


def totals_of(sheets: Sequence[Sheet], criteria: Sequence[Criterion]) -> tuple[Total, ...]:
    """Each sheet's points, in the order of the sheets."""
    return tuple(
        Total(sheet.id, sheet.letter, weighted_total(sheet.marks, criteria)) for sheet in sheets
    )


def mean_mark(sheets: Sequence[Sheet], criterion: Criterion) -> Fraction:
    """What the sheets give one criterion on average, in points, exactly; at least one sheet."""
    return Fraction(sum(sheet.marks[criterion.key] for sheet in sheets), TENTHS * len(sheets))


def spread_of(totals: Sequence[Total]) -> Fraction:
    """The points between the highest and the lowest sheet; zero of one sheet or none."""
    points = [total.points for total in totals]
    return max(points) - min(points) if points else Fraction(0)


def diverges(totals: Sequence[Total], policy: Scoring) -> bool:
    """Whether the sheets lie so far apart that someone must deal with it; equality counts."""
    return len(totals) > 1 and spread_of(totals) >= policy.divergence_limit


def extremes(totals: Sequence[Total]) -> tuple[Total, Total]:
    """The highest and the lowest sheet, ties to the earlier; at least one sheet."""
    return max(totals, key=lambda total: total.points), min(totals, key=lambda total: total.points)


def _decisive(base: int, score: int, policy: Scoring) -> int:
    """What is compared with the pass mark: the bonus counts unless it may not rescue a case."""
    cannot_rescue = policy.bonus is not None and not policy.bonus.can_rescue
    return min(base, policy.total_cap) if cannot_rescue else score


def _printed(points: Fraction, policy: Scoring) -> int:
    """The mean in hundredths of a point as it is printed, rounded at the edition's places."""
    units = _rounded(points * 10**policy.mean_decimals, policy.mean_rounding)
    hundredths = Fraction(units * _HUNDREDTHS, 10**policy.mean_decimals)
    assert hundredths.denominator == 1, "an edition prints two places at most"
    return hundredths.numerator


def _rounded(value: Fraction, rounding: Rounding) -> int:
    match rounding:
        case Rounding.FLOOR:
            return value.numerator // value.denominator
        case Rounding.HALF_UP:
            return (2 * value.numerator + value.denominator) // (2 * value.denominator)
        case Rounding.CEILING:
            return -(-value.numerator // value.denominator)
