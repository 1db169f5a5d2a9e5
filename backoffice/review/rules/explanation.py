"""Why a score is what it is: steps that add up to it, to the last unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from backoffice.review.rules.scoring import Sheet, Tally, mean_mark
from backoffice.scheme.rules import Criterion, Scoring

_PERCENT = 100
_HUNDREDTHS = 100


class StepKind(StrEnum):
    """What a step of a score is made of."""

    CRITERION = "CRITERION"
    ROUNDING = "ROUNDING"
    BONUS = "BONUS"
    CAP = "CAP"


@dataclass(frozen=True, slots=True)
class Step:
    """One step from nothing to the score.

    `points` is exact and signed; `printed` is the same in whole hundredths of a point, cut off
    for a criterion, so that the rounding step takes up what is left. Both add up to the score.
    `mean` (exact points) and `weight` (percent) belong to a criterion; `clause` is the path of
    the edition's figure that states the rule.
    """

    kind: StepKind
    points: Fraction
    printed: int
    clause: str
    criterion: Criterion | None = None
    mean: Fraction | None = None


def steps_of(sheets: Sequence[Sheet], policy: Scoring, result: Tally) -> tuple[Step, ...]:
    """The steps of a result: a criterion each, the rounding, the bonus, the cut at the cap.

    Rounding and cap stand only where they change anything; the bonus wherever the edition has
    one. Their sum is `result.score` exactly.
    """
    parts = [_criterion_step(sheets, criterion) for criterion in policy.criteria]
    base = Fraction(result.base, _HUNDREDTHS)
    rounding = base - sum((part.points for part in parts), Fraction(0))
    cut_off = result.base - sum(part.printed for part in parts)
    if rounding or cut_off:
        parts.append(Step(StepKind.ROUNDING, rounding, cut_off, "scoring.mean_rounding"))
    if policy.bonus is not None:
        parts.append(_hundredths(StepKind.BONUS, result.bonus, "scoring.bonus.max_points"))
    above = result.score - result.base - result.bonus
    if above:
        parts.append(_hundredths(StepKind.CAP, above, "scoring.total_cap"))
    assert sum(part.printed for part in parts) == result.score, "the steps are the score"
    assert sum((part.points for part in parts), Fraction(0)) * _HUNDREDTHS == result.score
    return tuple(parts)


def _criterion_step(sheets: Sequence[Sheet], criterion: Criterion) -> Step:
    mean = mean_mark(sheets, criterion)
    points = mean * criterion.weight / _PERCENT
    return Step(
        kind=StepKind.CRITERION,
        points=points,
        printed=points.numerator * _HUNDREDTHS // points.denominator,
        clause=f"scoring.criteria[{criterion.key}].weight",
        criterion=criterion,
        mean=mean,
    )


def _hundredths(kind: StepKind, value: int, clause: str) -> Step:
    return Step(kind, Fraction(value, _HUNDREDTHS), value, clause)


def written_hundredths(value: int) -> str:
    """Hundredths of a point as they are printed: 7000 is 70.00."""
    whole, rest = divmod(abs(value), _HUNDREDTHS)
    return f"{'−' if value < 0 else ''}{whole}.{rest:02d}"


def written_points(points: Fraction) -> str:
    """Points exactly as they are: 75.5, 72, or 72 2/3 where no decimal would be exact."""
    rest = points.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    sign, size = ("−" if points < 0 else ""), abs(points)
    if rest == 1:
        places = 0
        while (size * 10**places).denominator != 1:
            places += 1
        digits = str((size * 10**places).numerator).zfill(places + 1)
        return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
    whole, over = divmod(size.numerator, size.denominator)
    part = f"{over}/{size.denominator}"
    return f"{sign}{whole} {part}" if whole else f"{sign}{part}"
