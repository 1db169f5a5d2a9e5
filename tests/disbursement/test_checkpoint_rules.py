"""Checkpoints: what the calendar says, what has been reached, and what is missing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as each
from hypothesis import settings
from hypothesis import strategies as st

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.rules.checkpoints import (
    Outlook,
    PointFacts,
    accepted_bp,
    deciding_refusal,
    earliest_on,
    next_due,
    pass_refusal,
    progress,
    reporting_refusal,
    smallest_set,
    state_on,
)
from backoffice.disbursement.rules.lifecycles import CheckpointState
from backoffice.scheme.registry import edition_named

_RULES = edition_named("S01/1").checkpoints
assert _RULES is not None
RULES = _RULES
MIDTERM = date(2023, 11, 7)
C = CheckpointState


def point(
    weight_bp: int,
    state: CheckpointState = C.PLANNED,
    due_on: date = date(2023, 10, 31),
    key: int = 1,
    correct_by: date | None = None,
) -> PointFacts:
    return PointFacts(key, f"查核項目{key}", due_on, weight_bp, state, correct_by)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2023, 10, 30), C.PLANNED),
        (date(2023, 10, 31), C.DUE),
        (date(2023, 11, 7), C.DUE),
        (date(2023, 11, 8), C.OVERDUE),
    ],
)
def test_a_checkpoint_is_due_on_its_day_and_overdue_after_seven_more(
    today: date, state: CheckpointState
) -> None:
    assert state_on(point(3_000), today, RULES.grace_days) is state


@pytest.mark.parametrize(
    ("today", "state"), [(date(2023, 12, 1), C.DUE), (date(2023, 12, 2), C.OVERDUE)]
)
def test_a_rejected_report_is_overdue_after_the_day_of_its_correction(
    today: date, state: CheckpointState
) -> None:
    rejected = point(3_000, C.DUE, correct_by=date(2023, 12, 1))

    assert state_on(rejected, today, RULES.grace_days) is state


@pytest.mark.parametrize("state", [C.REPORTED, C.ACCEPTED, C.REMOVED, C.FROZEN])
def test_the_calendar_does_not_move_what_is_reported_or_ended(state: CheckpointState) -> None:
    assert state_on(point(3_000, state), date(2030, 1, 1), 7) is state


def test_only_accepted_checkpoints_count_and_they_count_whole() -> None:
    points = [point(3_000, C.ACCEPTED), point(2_500, C.REPORTED), point(4_500, C.OVERDUE)]

    assert accepted_bp(points) == 3_000


@pytest.mark.scenario("A55")
def test_the_mid_term_cannot_pass_below_half_whatever_was_planned() -> None:
    points = [point(4_500, C.ACCEPTED), point(1_000, C.REPORTED), point(4_500)]

    refusal = pass_refusal(points, RULES)

    assert refusal is not None
    assert refusal.code == "midterm.below_minimum"
    assert refusal.facts == {"value": "45", "limit": "50", "missing": "5"}


@pytest.mark.parametrize(("accepted", "is_refused"), [(4_999, True), (5_000, False)])
def test_exactly_half_is_enough(accepted: int, is_refused: bool) -> None:
    points = [point(accepted, C.ACCEPTED), point(10_000 - accepted)]

    assert (pass_refusal(points, RULES) is not None) is is_refused


@pytest.mark.parametrize(
    ("points", "today", "outlook"),
    [
        ([point(5_000, C.ACCEPTED), point(5_000)], date(2023, 12, 1), Outlook.REACHED),
        ([point(5_000), point(5_000)], date(2023, 10, 1), Outlook.ON_COURSE),
        ([point(6_000), point(4_000)], date(2023, 11, 8), Outlook.OUT_OF_REACH),
        ([point(6_000, due_on=date(2023, 9, 1)), point(4_000)], date(2023, 9, 9), Outlook.AT_RISK),
        (
            [point(4_000), point(6_000, due_on=date(2024, 3, 1))],
            date(2023, 10, 1),
            Outlook.OUT_OF_REACH,
        ),
        (
            [point(4_000), point(6_000, C.REPORTED, due_on=date(2024, 3, 1))],
            date(2023, 10, 1),
            Outlook.ON_COURSE,
        ),
    ],
)
def test_the_outlook_says_whether_the_mark_can_still_be_met(
    points: list[PointFacts], today: date, outlook: Outlook
) -> None:
    assert progress(points, RULES, midterm_on=MIDTERM, today=today).outlook is outlook


def test_progress_counts_what_is_accepted_reported_and_planned_but_not_what_was_removed() -> None:
    points = [
        point(2_000, C.ACCEPTED, key=1),
        point(1_500, C.REPORTED, key=2),
        point(3_000, C.PLANNED, key=3),
        point(3_500, C.PLANNED, date(2024, 3, 1), key=4),
        point(9_000, C.REMOVED, key=5),
    ]

    found = progress(points, RULES, midterm_on=MIDTERM, today=date(2023, 10, 1))

    assert (found.accepted_bp, found.reported_bp, found.planned_bp) == (2_000, 1_500, 6_500)
    assert [each_one.id for each_one in found.missing] == [3]
    assert found.earliest_on == date(2023, 10, 31)


def test_what_is_missing_is_looked_for_first_among_what_falls_due_in_time() -> None:
    points = [point(4_900, key=1), point(100, key=2), point(5_000, due_on=date(2024, 3, 1), key=3)]

    found = progress(points, RULES, midterm_on=MIDTERM, today=date(2023, 10, 1))

    assert [each_one.id for each_one in found.missing] == [1, 2]


def test_the_heaviest_checkpoints_make_the_smallest_set() -> None:
    points = [point(1_000, key=1), point(4_000, key=2), point(2_000, key=3), point(3_000, key=4)]

    assert [each_one.id for each_one in smallest_set(points, 6_500)] == [2, 4]
    assert smallest_set(points, 10_001) == ()
    assert smallest_set(points, 0) == ()


@settings(deadline=None)
@each(
    st.lists(st.integers(min_value=1, max_value=6_000), min_size=1, max_size=8),
    st.integers(min_value=1, max_value=12_000),
)
def test_the_smallest_set_reaches_the_mark_and_no_smaller_one_could(
    weights: list[int], needed: int
) -> None:
    points = [point(weight, key=key) for key, weight in enumerate(weights)]

    chosen = smallest_set(points, needed)

    if sum(weights) < needed:
        assert chosen == ()
    else:
        assert sum(each_one.weight_bp for each_one in chosen) >= needed
        assert sum(sorted(weights, reverse=True)[: len(chosen) - 1]) < needed


def test_the_mark_cannot_be_met_on_any_day_when_too_little_is_left() -> None:
    assert earliest_on([point(1_000)], 2_000, date(2023, 10, 1)) is None
    assert earliest_on([point(1_000)], 0, date(2023, 10, 1)) is None


def test_what_is_reported_could_count_today_and_what_is_late_as_well() -> None:
    today = date(2023, 12, 1)
    points = [point(1_000, C.REPORTED), point(1_000, C.OVERDUE)]

    assert earliest_on(points, 2_000, today) == today


def test_the_next_report_is_owed_on_the_nearest_day() -> None:
    points = [
        point(1, C.ACCEPTED, date(2023, 8, 1)),
        point(1, C.DUE, date(2023, 8, 2), correct_by=date(2023, 9, 5)),
        point(1, C.PLANNED, date(2023, 10, 1)),
    ]

    assert next_due(points) == date(2023, 9, 5)
    assert next_due(points[:1]) is None


@pytest.mark.parametrize("state", [C.PLANNED, C.DUE, C.OVERDUE])
def test_a_checkpoint_is_reported_whether_early_or_late(state: CheckpointState) -> None:
    assert reporting_refusal(state, CaseState.ACTIVE) is None


@pytest.mark.parametrize("state", [C.REPORTED, C.ACCEPTED, C.REMOVED, C.FROZEN])
def test_what_is_reported_or_accepted_is_not_reported_again(state: CheckpointState) -> None:
    refusal = reporting_refusal(state, CaseState.ACTIVE)

    assert refusal is not None
    assert refusal.code == "lifecycle.not_allowed"


@pytest.mark.parametrize("state", [s for s in CheckpointState if s is not C.REPORTED])
def test_only_a_report_is_decided(state: CheckpointState) -> None:
    assert deciding_refusal(state, CaseState.ACTIVE) is not None


@pytest.mark.parametrize("case_state", [CaseState.SETTLED, CaseState.TERMINATING])
def test_a_case_that_is_over_takes_no_reports(case_state: CaseState) -> None:
    refusal = reporting_refusal(C.DUE, case_state)

    assert refusal is not None
    assert refusal.code == "checkpoint.not_executing"
    assert deciding_refusal(C.REPORTED, case_state) == refusal
