"""Checkpoints 查核點: weights and dates as agreed, how far they have come, what may pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.verdicts import percent
from backoffice.disbursement.rules.lifecycles import CHECKPOINT, CheckpointEvent, CheckpointState
from backoffice.kernel.refusal import Refused
from backoffice.scheme.rules import Checkpoints

# A firm reports, and the officer decides, from the contract to the closing review.
EXECUTING = frozenset({CaseState.ACTIVE, CaseState.ACTIVE_2, CaseState.CLOSING})
_OUT_OF_PLAN = frozenset({CheckpointState.REMOVED, CheckpointState.FROZEN})
OUTSTANDING = frozenset({CheckpointState.PLANNED, CheckpointState.DUE, CheckpointState.OVERDUE})


@dataclass(frozen=True, slots=True)
class PlannedPoint:
    """A checkpoint as it is agreed in the contract; `weight_bp` 1 … 10000, all or nothing."""

    item: str
    due_on: date
    weight_bp: int
    subproject: str = ""
    work_item: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class PointFacts:
    """A checkpoint as it stands; `correct_by` is the day set when a report was rejected."""

    id: int
    item: str
    due_on: date
    weight_bp: int
    state: CheckpointState
    correct_by: date | None = None


def check_weights(points: Sequence[PlannedPoint], rules: Checkpoints, midterm_on: date) -> None:
    """All weights make 100.00 %, and enough of them fall due by the mid-term date.

    The date itself counts. Refuses "checkpoint.sum_short", "checkpoint.sum_over" and
    "checkpoint.by_midterm". Source: domain §2.6, A52 … A54.
    """
    whole = sum(point.weight_bp for point in points)
    facts = {"value": percent(whole), "limit": percent(rules.sum_bp)}
    if whole < rules.sum_bp:
        raise Refused("checkpoint.sum_short", **facts, missing=percent(rules.sum_bp - whole))
    if whole > rules.sum_bp:
        raise Refused("checkpoint.sum_over", **facts, excess=percent(whole - rules.sum_bp))
    early = sum(point.weight_bp for point in points if point.due_on <= midterm_on)
    if early < rules.by_midterm_min_bp:
        raise Refused(
            "checkpoint.by_midterm",
            value=percent(early),
            limit=percent(rules.by_midterm_min_bp),
            missing=percent(rules.by_midterm_min_bp - early),
            midterm_on=midterm_on,
        )


def reporting_refusal(state: CheckpointState, case_state: CaseState) -> Refused | None:
    """Why no report can be entered: in already, accepted, or the case is not being carried out."""
    return _refusal(state, CheckpointEvent.REPORT, case_state)


def deciding_refusal(state: CheckpointState, case_state: CaseState) -> Refused | None:
    """Why there is nothing to accept or reject."""
    return _refusal(state, CheckpointEvent.ACCEPT, case_state)


def _refusal(
    state: CheckpointState, event: CheckpointEvent, case_state: CaseState
) -> Refused | None:
    try:
        CHECKPOINT.after(state, event)
    except Refused as refusal:
        return refusal
    if case_state not in EXECUTING:
        return Refused("checkpoint.not_executing", state=case_state)
    return None


def state_on(point: PointFacts, today: date, grace_days: int) -> CheckpointState:
    """The state that the calendar gives on `today`, whether or not the nightly job has run.

    Due on its day; overdue when `grace_days` more have passed (domain §4.3). A rejected report
    is overdue after the day set for its correction, without grace.
    """
    state = point.state
    if state is CheckpointState.PLANNED and point.due_on <= today:
        state = CHECKPOINT.after(state, CheckpointEvent.COME_DUE)
    if state is CheckpointState.DUE and last_day(point, grace_days) < today:
        state = CHECKPOINT.after(state, CheckpointEvent.PASS_GRACE)
    return state


def last_day(point: PointFacts, grace_days: int) -> date:
    """The last day on which a report is not yet overdue."""
    return point.correct_by or point.due_on + timedelta(days=grace_days)


def next_due(points: Iterable[PointFacts]) -> date | None:
    """The nearest day on which the firm owes a report; None when all are in."""
    days = (each.correct_by or each.due_on for each in points if each.state in OUTSTANDING)
    return min(days, default=None)


def accepted_bp(points: Iterable[PointFacts]) -> int:
    """The weight reached, in basis points: accepted checkpoints count whole, others not at all."""
    return sum(each.weight_bp for each in points if each.state is CheckpointState.ACCEPTED)


def is_in_plan(point: PointFacts) -> bool:
    """Whether its weight is part of the plan as it is now."""
    return point.state not in _OUT_OF_PLAN


class Outlook(StrEnum):
    """Whether the mid-term mark can be met; the worst first, as lists are sorted."""

    OUT_OF_REACH = "OUT_OF_REACH"
    AT_RISK = "AT_RISK"
    ON_COURSE = "ON_COURSE"
    REACHED = "REACHED"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a case has come towards the mid-term mark, in basis points.

    `missing` is the smallest set of checkpoints whose acceptance would reach the mark; empty when
    it is reached, and also when all that is left would not do. `earliest_on` is the first day on
    which the mark can be met if every report comes on its day; None when it is met, or cannot be.
    """

    accepted_bp: int
    reported_bp: int
    planned_bp: int
    required_bp: int
    outlook: Outlook
    missing: tuple[PointFacts, ...]
    earliest_on: date | None


def progress(
    points: Sequence[PointFacts], rules: Checkpoints, *, midterm_on: date, today: date
) -> Progress:
    """The weights reached, reported and planned by the mid-term date, and the outlook."""
    live = [each for each in points if is_in_plan(each)]
    reached = accepted_bp(live)
    required = rules.by_midterm_min_bp
    return Progress(
        accepted_bp=reached,
        reported_bp=sum(e.weight_bp for e in live if e.state is CheckpointState.REPORTED),
        planned_bp=sum(e.weight_bp for e in live if e.due_on <= midterm_on),
        required_bp=required,
        outlook=outlook(standing(live, midterm_on), rules, midterm_on=midterm_on, today=today),
        missing=_missing(live, required - reached, midterm_on),
        earliest_on=earliest_on(live, required - reached, today),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """A case's checkpoints in sums, as the outlook asks about them; weights in basis points.

    Promised is what is not accepted, but reported or due by the mid-term date. Of what is promised
    and not reported, `owed_on` is the earliest day agreed, and `correct_by` the earliest day set
    for a correction; None when nothing of the kind is owed. `has_overdue` is what is stored.
    """

    accepted_bp: int
    promised_bp: int
    owed_on: date | None
    correct_by: date | None
    has_overdue: bool


def standing(points: Iterable[PointFacts], midterm_on: date) -> Standing:
    """The sums of a case; lists ask the database for the same ones."""
    every = tuple(points)
    promised = [each for each in every if is_promised(each, midterm_on)]
    owed = [each for each in promised if each.state in OUTSTANDING]
    return Standing(
        accepted_bp=accepted_bp(every),
        promised_bp=sum(each.weight_bp for each in promised),
        owed_on=min((each.due_on for each in owed if each.correct_by is None), default=None),
        correct_by=min((each.correct_by for each in owed if each.correct_by), default=None),
        has_overdue=any(each.state is CheckpointState.OVERDUE for each in owed),
    )


def is_promised(point: PointFacts, midterm_on: date) -> bool:
    """Whether its weight may still be accepted by the mid-term date, as things stand."""
    if point.state is CheckpointState.REPORTED:
        return True
    return point.state in OUTSTANDING and point.due_on <= midterm_on


def outlook(case: Standing, rules: Checkpoints, *, midterm_on: date, today: date) -> Outlook:
    """Whether the mid-term mark is met, can be met, or cannot be met by its date any more."""
    if case.accepted_bp >= rules.by_midterm_min_bp:
        return Outlook.REACHED
    if today > midterm_on or case.accepted_bp + case.promised_bp < rules.by_midterm_min_bp:
        return Outlook.OUT_OF_REACH
    return Outlook.AT_RISK if _is_late(case, today, rules.grace_days) else Outlook.ON_COURSE


def _is_late(case: Standing, today: date, grace_days: int) -> bool:
    """The same question as `state_on` answers for one checkpoint, for the earliest of them."""
    if case.has_overdue:
        return True
    if case.correct_by is not None and case.correct_by < today:
        return True
    return case.owed_on is not None and case.owed_on + timedelta(days=grace_days) < today


class Reach(StrEnum):
    """When the mid-term mark can be met if every report comes on its day."""

    REACHED = "REACHED"
    IN_TIME = "IN_TIME"
    TOO_LATE = "TOO_LATE"
    NEVER = "NEVER"


def reach(case: Progress, midterm_on: date) -> Reach:
    """Whether `earliest_on` is in time; NEVER when all that is left does not weigh enough."""
    if case.accepted_bp >= case.required_bp:
        return Reach.REACHED
    if case.earliest_on is None:
        return Reach.NEVER
    return Reach.IN_TIME if case.earliest_on <= midterm_on else Reach.TOO_LATE


def _missing(
    points: Sequence[PointFacts], needed_bp: int, midterm_on: date
) -> tuple[PointFacts, ...]:
    """The smallest set among what falls due by the mid-term date, if that would do; else of all."""
    early = [each for each in points if each.due_on <= midterm_on]
    return smallest_set(early, needed_bp) or smallest_set(points, needed_bp)


def earliest_on(points: Iterable[PointFacts], needed_bp: int, today: date) -> date | None:
    """The first day on which `needed_bp` more could be accepted; what is reported, today."""
    if needed_bp <= 0:
        return None
    days = sorted((_ready_on(each, today), each.weight_bp) for each in points if _is_open(each))
    for day, weight_bp in days:
        needed_bp -= weight_bp
        if needed_bp <= 0:
            return day
    return None


def _is_open(point: PointFacts) -> bool:
    return point.state is CheckpointState.REPORTED or point.state in OUTSTANDING


def _ready_on(point: PointFacts, today: date) -> date:
    return today if point.state is CheckpointState.REPORTED else max(point.due_on, today)


def smallest_set(points: Iterable[PointFacts], needed_bp: int) -> tuple[PointFacts, ...]:
    """The fewest checkpoints, not yet accepted, whose weights reach `needed_bp`; () if none do.

    The heaviest first, among equals the one that is due first.
    """
    chosen: list[PointFacts] = []
    open_points = [each for each in points if _is_open(each)]
    for each in sorted(open_points, key=lambda each: (-each.weight_bp, each.due_on, each.id)):
        if needed_bp <= 0:
            break
        chosen.append(each)
        needed_bp -= each.weight_bp
    return tuple(chosen) if needed_bp <= 0 else ()


def pass_refusal(points: Iterable[PointFacts], rules: Checkpoints) -> Refused | None:
    """Why the mid-term review cannot pass: too little of the weight is accepted (A55)."""
    reached, required = accepted_bp(points), rules.by_midterm_min_bp
    if reached >= required:
        return None
    return Refused(
        "midterm.below_minimum",
        value=percent(reached),
        limit=percent(required),
        missing=percent(required - reached),
    )
