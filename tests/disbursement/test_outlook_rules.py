"""The mid-term mark: when it can be met, by which checkpoints, and how a list may know it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given as each
from hypothesis import settings
from hypothesis import strategies as st

from backoffice.disbursement.rules.checkpoints import (
    Outlook,
    PointFacts,
    Reach,
    earliest_on,
    outlook,
    progress,
    reach,
    smallest_set,
    standing,
    state_on,
)
from backoffice.disbursement.rules.lifecycles import CheckpointState
from backoffice.disbursement.rules.schedule import (
    Due,
    Growth,
    Slot,
    growth,
    monday_of,
    month_ends,
    slot_of,
)
from backoffice.scheme.registry import edition_named
from tests.disbursement.test_checkpoint_rules import point

_RULES = edition_named("S01/1").checkpoints
assert _RULES is not None
RULES = _RULES
MIDTERM = date(2023, 11, 7)
TODAY = date(2023, 10, 2)  # a Monday
C = CheckpointState
OPEN = (C.PLANNED, C.DUE, C.OVERDUE, C.REPORTED)

days = st.dates(date(2023, 8, 1), date(2024, 3, 1))


@st.composite
def plans(draw: st.DrawFn) -> list[PointFacts]:
    """Up to six checkpoints, whose stored states are such as the calendar can have made."""
    points = []
    for key in range(draw(st.integers(1, 6))):
        state = draw(st.sampled_from(list(CheckpointState)))
        correct_by = draw(st.none() | days) if state in (C.DUE, C.OVERDUE) else None
        points.append(point(draw(st.integers(1, 4_000)), state, draw(days), key, correct_by))
    return points


@settings(deadline=None)
@each(plans(), st.integers(1, 12_000), days)
def test_the_earliest_day_is_the_one_that_trying_every_choice_finds(
    points: list[PointFacts], needed: int, today: date
) -> None:
    open_points = [one for one in points if one.state in OPEN]
    best: list[date] = []
    for size in range(1, len(open_points) + 1):
        for chosen in combinations(open_points, size):
            if sum(one.weight_bp for one in chosen) >= needed:
                ready = [today if one.state is C.REPORTED else one.due_on for one in chosen]
                best.append(max(*ready, today))

    assert earliest_on(points, needed, today) == min(best, default=None)


@settings(deadline=None)
@each(plans(), st.integers(1, 12_000))
def test_no_smaller_set_would_make_it_pass(points: list[PointFacts], needed: int) -> None:
    open_points = [one for one in points if one.state in OPEN]
    sizes = [
        size
        for size in range(1, len(open_points) + 1)
        for chosen in combinations(open_points, size)
        if sum(one.weight_bp for one in chosen) >= needed
    ]

    assert len(smallest_set(points, needed)) == min(sizes, default=0)


@settings(deadline=None)
@each(plans(), days)
def test_sums_tell_a_list_what_the_checkpoints_tell_the_case(
    points: list[PointFacts], today: date
) -> None:
    """Lateness by the earliest day is lateness of any; looked at one by one here."""
    found = outlook(standing(points, MIDTERM), RULES, midterm_on=MIDTERM, today=today)

    assert found is progress(points, RULES, midterm_on=MIDTERM, today=today).outlook
    assert found is one_by_one(points, today)


def one_by_one(points: list[PointFacts], today: date) -> Outlook:
    """The outlook as one would work it out on paper."""
    reached = sum(one.weight_bp for one in points if one.state is C.ACCEPTED)
    if reached >= RULES.by_midterm_min_bp:
        return Outlook.REACHED
    hoped = [one for one in points if one.state is C.REPORTED]
    hoped += [one for one in points if one.state in OPEN[:3] and one.due_on <= MIDTERM]
    weight = sum(one.weight_bp for one in hoped)
    if today > MIDTERM or reached + weight < RULES.by_midterm_min_bp:
        return Outlook.OUT_OF_REACH
    if any(state_on(one, today, RULES.grace_days) is C.OVERDUE for one in hoped):
        return Outlook.AT_RISK
    return Outlook.ON_COURSE


@settings(deadline=None)
@each(plans(), days)
def test_out_of_reach_is_exactly_what_no_day_before_the_mid_term_can_mend(
    points: list[PointFacts], today: date
) -> None:
    found = progress(points, RULES, midterm_on=MIDTERM, today=today)

    is_lost = reach(found, MIDTERM) in (Reach.TOO_LATE, Reach.NEVER)

    assert is_lost is (found.outlook is Outlook.OUT_OF_REACH)


@pytest.mark.parametrize(
    ("planned", "outlook_found", "reach_found"),
    [
        (4_999, Outlook.OUT_OF_REACH, Reach.TOO_LATE),
        (5_000, Outlook.ON_COURSE, Reach.IN_TIME),
        (5_001, Outlook.ON_COURSE, Reach.IN_TIME),
    ],
)
def test_the_border_of_fifty_percent(
    planned: int, outlook_found: Outlook, reach_found: Reach
) -> None:
    points = [
        point(planned, due_on=MIDTERM, key=1),
        point(10_000 - planned, due_on=MIDTERM + timedelta(days=1), key=2),
    ]

    found = progress(points, RULES, midterm_on=MIDTERM, today=TODAY)

    assert found.outlook is outlook_found
    assert reach(found, MIDTERM) is reach_found


def test_what_is_left_may_weigh_too_little_for_ever() -> None:
    points = [point(4_999, C.ACCEPTED, key=1), point(5_001, C.FROZEN, key=2)]

    found = progress(points, RULES, midterm_on=MIDTERM, today=TODAY)

    assert reach(found, MIDTERM) is Reach.NEVER
    assert found.missing == ()


# --- the calendar -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "slot"),
    [
        (point(1, C.REPORTED, date(2023, 8, 1)), Slot(Due.DECIDE)),
        (point(1, C.DUE, date(2023, 9, 24)), Slot(Due.LATE)),
        (point(1, C.DUE, date(2023, 9, 25)), Slot(Due.WEEK, TODAY)),
        (point(1, C.PLANNED, TODAY), Slot(Due.WEEK, TODAY)),
        (point(1, C.PLANNED, date(2023, 10, 8)), Slot(Due.WEEK, TODAY)),
        (point(1, C.PLANNED, date(2023, 10, 9)), Slot(Due.WEEK, date(2023, 10, 9))),
        (point(1, C.DUE, date(2023, 8, 1), correct_by=date(2023, 10, 1)), Slot(Due.LATE)),
        (point(1, C.DUE, date(2023, 8, 1), correct_by=TODAY), Slot(Due.WEEK, TODAY)),
    ],
)
def test_where_a_checkpoint_stands_in_the_calendar(facts: PointFacts, slot: Slot) -> None:
    assert slot_of(facts, TODAY, RULES.grace_days) == slot


def test_a_week_is_from_monday_to_sunday() -> None:
    assert monday_of(date(2023, 10, 8)) == TODAY
    assert Slot(Due.WEEK, TODAY).sunday == date(2023, 10, 8)
    assert Slot(Due.LATE).sunday is None


# --- the curve --------------------------------------------------------------------------------


def test_weight_grows_month_by_month_as_planned_and_as_accepted() -> None:
    planned = [(date(2023, 8, 31), 3_000), (date(2023, 10, 31), 2_500), (date(2023, 11, 1), 4_500)]
    accepted = [(date(2023, 9, 4), 3_000)]

    assert growth(planned, accepted, TODAY) == (
        Growth(date(2023, 7, 31), 0, 0),
        Growth(date(2023, 8, 31), 3_000, 0),
        Growth(date(2023, 9, 30), 3_000, 3_000),
        Growth(TODAY, 3_000, 3_000),
        Growth(date(2023, 10, 31), 5_500, None),
        Growth(date(2023, 11, 30), 10_000, None),
    )


def test_without_a_plan_there_is_no_curve() -> None:
    assert growth([], [], TODAY) == ()


weights = st.lists(st.tuples(days, st.integers(1, 10_000)), min_size=1, max_size=20)


@each(weights, st.data(), days)
def test_a_curve_never_falls_and_ends_at_the_whole(
    planned: list[tuple[date, int]], data: st.DataObject, today: date
) -> None:
    accepted = data.draw(st.lists(st.sampled_from(planned), unique=True))

    grown = growth(planned, accepted, today)

    shares = [one.planned_bp for one in grown]
    done = [one.accepted_bp for one in grown if one.accepted_bp is not None]
    assert shares == sorted(shares)
    assert done == sorted(done)
    assert grown[-1].planned_bp == 10_000
    assert [one.on for one in grown] == sorted({one.on for one in grown})
    assert all((one.accepted_bp is None) is (one.on > today) for one in grown)


@each(days, st.integers(0, 900))
def test_the_ends_of_months_follow_each_other(first: date, span: int) -> None:
    ends = month_ends(first, first + timedelta(days=span))

    assert ends[0] < first
    assert ends[-1] >= first + timedelta(days=span)
    assert all((end + timedelta(days=1)).day == 1 for end in ends)
    assert all(27 < (after - before).days < 32 for before, after in pairwise(ends))
