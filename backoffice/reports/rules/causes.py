"""Why a forecast moved since a week ago: the parts of its shift, in exact fractions of a week.

Pure. The plainest forecast divides what is left by what an average week takes. Its shift between
two days falls apart into what the week between them did otherwise than the average one (more cases,
larger ones, money released, money given), and into what it changed about the average itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from backoffice.reports.rules.forecast import Weeks, is_too_early

SHOWN: Final = 2
LARGE: Final = 2  # times the average amount
_LEAST: Final = Fraction(1, 20)  # of a week: less is not worth saying


class CauseKind(StrEnum):
    """What can move the day on which a budget ends."""

    MORE_OR_FEWER = "count"
    LARGER_OR_SMALLER = "size"
    RELEASED = "released"
    GIVEN = "given"
    PACE = "pace"
    AVERAGE = "average"
    RELEASE_PACE = "release_pace"


@dataclass(frozen=True, slots=True)
class Cause:
    """A part of the shift: in weeks, later where positive."""

    kind: CauseKind
    shift: Fraction

    @property
    def tenths(self) -> int:
        """The shift in tenths of a week, a half away from nothing."""
        whole = (2 * abs(self.shift) * 10 + 1) // 2
        return int(whole if self.shift > 0 else -whole)


@dataclass(frozen=True, slots=True)
class Standing:
    """What was left on a day, in whole NTD or places, and the weeks before it."""

    left: int
    weeks: Weeks

    @property
    def pace(self) -> Fraction:
        """Commitments in an average week."""
        return Fraction(sum(map(len, self.weeks.committed)), len(self.weeks))

    @property
    def average(self) -> Fraction:
        """What one commitment takes on average; there is at least one."""
        taken = sum(map(len, self.weeks.committed))
        return Fraction(sum(map(sum, self.weeks.committed)), taken)

    @property
    def freed(self) -> Fraction:
        """What is released in an average week."""
        return Fraction(sum(map(sum, self.weeks.released)), len(self.weeks))


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the plainest forecast moved within a week, in weeks, and by what; all of it."""

    weeks: Fraction
    causes: tuple[Cause, ...]
    large_count: int

    @property
    def largest(self) -> tuple[Cause, ...]:
        """The two parts that moved it most, the larger first; none that is not worth saying."""
        told = [cause for cause in self.causes if abs(cause.shift) >= _LEAST]
        return tuple(sorted(told, key=lambda cause: (-abs(cause.shift), cause.kind))[:SHOWN])


def shift_between(before: Standing, after: Standing) -> Shift | None:
    """What moved between two standings, one week apart; the last week of `after` lies between.

    None where one of the two is too early to say, or an average week takes nothing.
    """
    if is_too_early(before.weeks) or is_too_early(after.weeks):
        return None
    pace, average, freed = before.pace, before.average, before.freed
    # From the average week of then to that of now, one part at a time.
    takes = (
        pace * average - freed,
        after.pace * average - freed,
        after.pace * after.average - freed,
        after.pace * after.average - after.freed,
    )
    if min(takes) <= 0:
        return None
    week, back = after.weeks.committed[-1], sum(after.weeks.released[-1])
    given = after.left - before.left - back + sum(week)
    lasts = [after.left / take for take in takes]
    parts = {
        CauseKind.MORE_OR_FEWER: (pace - len(week)) * average / takes[0],
        CauseKind.LARGER_OR_SMALLER: (len(week) * average - sum(week)) / takes[0],
        CauseKind.RELEASED: (back - freed) / takes[0],
        CauseKind.GIVEN: given / takes[0],
        CauseKind.PACE: lasts[1] - lasts[0],
        CauseKind.AVERAGE: lasts[2] - lasts[1],
        CauseKind.RELEASE_PACE: lasts[3] - lasts[2],
    }
    return Shift(
        weeks=lasts[3] + 1 - before.left / takes[0],
        causes=tuple(Cause(kind, shift) for kind, shift in parts.items() if shift),
        large_count=sum(amount > LARGE * average for amount in week),
    )
