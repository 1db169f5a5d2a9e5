"""Checkpoints over time: what is owed in which week, and how planned and accepted weight grow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from backoffice.disbursement.rules.checkpoints import PointFacts, state_on
from backoffice.disbursement.rules.lifecycles import CheckpointState

WHOLE_BP: Final = 10_000


class Due(StrEnum):
    """Under which head of the calendar a checkpoint stands."""

    DECIDE = "DECIDE"  # the report is in: the officer owes the decision
    LATE = "LATE"  # the firm owes the report, and its days of grace have passed
    WEEK = "WEEK"  # the firm owes the report in that week


@dataclass(frozen=True, slots=True)
class Slot:
    """A head of the calendar: a week from its Monday, or what stands before all weeks."""

    due: Due
    monday: date | None = None

    @property
    def sunday(self) -> date | None:
        """The last day of the week."""
        return None if self.monday is None else self.monday + timedelta(days=6)


def slot_of(point: PointFacts, today: date, grace_days: int) -> Slot:
    """Where an open checkpoint stands in the calendar.

    Within its days of grace it stands in the present week, since it is owed now.
    """
    state = state_on(point, today, grace_days)
    if state is CheckpointState.REPORTED:
        return Slot(Due.DECIDE)
    if state is CheckpointState.OVERDUE:
        return Slot(Due.LATE)
    return Slot(Due.WEEK, monday_of(max(point.correct_by or point.due_on, today)))


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Growth:
    """The share of all weight that was planned and accepted up to the end of a day.

    Basis points, cut; `accepted_bp` is None of days that are still to come.
    """

    on: date
    planned_bp: int
    accepted_bp: int | None


def growth(
    planned: Iterable[tuple[date, int]], accepted: Iterable[tuple[date, int]], today: date
) -> tuple[Growth, ...]:
    """Planned and accepted weight at the end of each month, and today; () without any plan.

    Both are (day, weight) in any order and unit; the whole is all that is planned. From the end
    of the month before the first day to the end of the month of the last one.
    """
    plan, done = sorted(planned), sorted(accepted)
    whole = sum(weight for _, weight in plan)
    if whole == 0:
        return ()
    days = [day for day, _ in (*plan, *done)]
    ends = [*month_ends(min(days), max(days)), today]
    return tuple(
        Growth(
            on=end,
            planned_bp=_share(plan, end, whole),
            accepted_bp=_share(done, end, whole) if end <= today else None,
        )
        for end in sorted(set(ends))
    )


def month_ends(first: date, last: date) -> Sequence[date]:
    """The last days of the months from the one before `first` to the one of `last`."""
    day = first.replace(day=1) - timedelta(days=1)
    ends = [day]
    while day < last:
        day = _next_month_end(day)
        ends.append(day)
    return ends


def _next_month_end(month_end: date) -> date:
    start = month_end + timedelta(days=1)
    return (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _share(weights: Iterable[tuple[date, int]], end: date, whole: int) -> int:
    return sum(weight for day, weight in weights if day <= end) * WHOLE_BP // whole
