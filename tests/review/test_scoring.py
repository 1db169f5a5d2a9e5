"""The score: exact, rounded once, compared as printed, cut at the cap, and explained."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from backoffice.kernel.money import Rounding
from backoffice.kernel.refusal import Refused
from backoffice.review.rules.explanation import StepKind, steps_of, written_points
from backoffice.review.rules.scoring import Sheet, extremes, tally, weighted_total
from tests.review.policies import KEYS, POLICY, flat, sheets, tenths

assert POLICY.bonus is not None


@pytest.mark.scenario("A42")
def test_three_sheets_make_the_mean_of_their_weighted_totals() -> None:
    result = tally(sheets((80, 70, 75), (70, 65, 72), (68, 72, 70)), POLICY)

    assert [total.points for total in result.totals] == [
        Fraction("75.5"),
        Fraction("69.1"),
        Fraction("69.8"),
    ]
    assert result.mean == Fraction("214.4") / 3
    assert (result.base, result.score, result.passes) == (7147, 7147, True)


@pytest.mark.scenario("A43")
@pytest.mark.parametrize(("bonus", "score", "passes"), [(0, 6997, False), (300, 7297, True)])
def test_an_eligible_bonus_lifts_a_case_over_the_pass_mark(
    bonus: int, score: int, passes: bool
) -> None:
    result = tally(flat(720, 685, 694), POLICY, bonus=bonus)

    assert (result.base, result.score, result.passes) == (6997, score, passes)


def test_a_bonus_that_may_not_rescue_leaves_a_failing_case_failed() -> None:
    assert POLICY.bonus is not None
    strict = replace(POLICY, bonus=replace(POLICY.bonus, can_rescue=False))

    result = tally(flat(720, 685, 694), strict, bonus=300)

    assert (result.score, result.passes) == (7297, False)


@pytest.mark.scenario("A44")
@pytest.mark.parametrize(
    ("tenths_each", "printed", "passes"),
    [
        # 69.995 exactly, by two hundred sheets; one tenth less in all of them is 69.9945.
        ([700] * 190 + [699] * 10, 7000, True),
        ([700] * 189 + [699] * 11, 6999, False),
    ],
)
def test_the_printed_mean_is_what_is_compared(
    tenths_each: list[int], printed: int, passes: bool
) -> None:
    many = tuple(Sheet(n, "A", dict.fromkeys(KEYS, each)) for n, each in enumerate(tenths_each, 1))

    result = tally(many, POLICY)

    assert (result.base, result.passes) == (printed, passes)


def test_the_edition_says_how_a_mean_is_rounded() -> None:
    two_thirds = flat(700, 700, 702)  # 70.0666…

    assert tally(two_thirds, replace(POLICY, mean_rounding=Rounding.FLOOR)).base == 7006
    assert tally(two_thirds, POLICY).base == 7007
    assert tally(two_thirds, replace(POLICY, mean_rounding=Rounding.CEILING)).base == 7007
    assert tally(two_thirds, replace(POLICY, mean_decimals=1)).base == 7010


@pytest.mark.scenario("A45")
def test_the_total_is_cut_at_the_cap() -> None:
    result = tally(flat(980, 990), POLICY, bonus=300)

    assert (result.base, result.score) == (9850, 10_000)


@pytest.mark.scenario("A46")
def test_two_of_three_sheets_reach_the_quorum() -> None:
    assert tally(flat(720, 700), POLICY).score == 7100


@pytest.mark.scenario("A47")
def test_one_sheet_alone_is_no_result() -> None:
    with pytest.raises(Refused) as refusal:
        tally(flat(720), POLICY)

    assert refusal.value == Refused("panel.quorum", valid=1, quorum=2)


@pytest.mark.scenario("A50")
@pytest.mark.parametrize(("low", "diverges"), [(600, True), (750, True), (751, False)])
def test_sheets_twenty_points_apart_diverge(low: int, diverges: bool) -> None:
    assert tally(flat(950, low), POLICY).diverges is diverges


def test_the_extremes_are_the_highest_and_the_lowest_sheet() -> None:
    totals = tally(flat(700, 950, 600, 950), POLICY).totals

    high, low = extremes(totals)

    assert (high.letter, low.letter) == ("B", "C")


def test_an_item_under_its_floor_fails_the_case_whatever_its_total() -> None:
    strict = (replace(POLICY.criteria[0], floor=65), *POLICY.criteria[1:])

    under = tally(sheets((64, 100, 100), (65, 100, 100)), replace(POLICY, criteria=strict))
    on = tally(sheets((65, 100, 100), (65, 100, 100)), replace(POLICY, criteria=strict))

    assert (under.passes, under.below_floor) == (False, (KEYS[0],))
    assert (on.passes, on.below_floor) == (True, ())


def test_a_missing_mark_is_never_counted_as_zero() -> None:
    with pytest.raises(KeyError):
        weighted_total({KEYS[0]: 800}, POLICY.criteria)


def test_the_steps_say_what_each_criterion_brings_and_what_rounding_adds() -> None:
    panel = sheets((80, 70, 75), (70, 65, 72), (68, 72, 70))

    steps = steps_of(panel, POLICY, tally(panel, POLICY))

    assert [(step.kind, written_points(step.points), step.printed) for step in steps] == [
        (StepKind.CRITERION, "29 1/15", 2906),
        (StepKind.CRITERION, "20.7", 2070),
        (StepKind.CRITERION, "21.7", 2170),
        (StepKind.ROUNDING, "1/300", 1),
        (StepKind.BONUS, "0", 0),
    ]


def test_the_cut_at_the_cap_is_a_step_of_its_own() -> None:
    panel = flat(980, 990)

    steps = steps_of(panel, POLICY, tally(panel, POLICY, bonus=300))

    assert (steps[-1].kind, steps[-1].printed) == (StepKind.CAP, -150)


def test_no_rounding_step_stands_where_nothing_was_rounded() -> None:
    panel = flat(700, 720)

    assert [step.kind for step in steps_of(panel, POLICY, tally(panel, POLICY))] == [
        StepKind.CRITERION,
        StepKind.CRITERION,
        StepKind.CRITERION,
        StepKind.BONUS,
    ]


MARKS = st.integers(0, 1000)


@for_all(
    st.lists(st.tuples(MARKS, MARKS, MARKS), min_size=2, max_size=7),
    st.integers(0, 300),
    st.tuples(st.integers(1, 98), st.integers(1, 98)).filter(lambda two: sum(two) < 100),
)
def test_the_steps_add_up_to_the_score_to_the_last_unit(
    marks: list[tuple[int, int, int]], bonus: int, two: tuple[int, int]
) -> None:
    weights = (*two, 100 - sum(two))
    criteria = tuple(
        replace(criterion, weight=weight)
        for criterion, weight in zip(POLICY.criteria, weights, strict=True)
    )
    policy = replace(POLICY, criteria=criteria)
    panel = tuple(
        Sheet(n, "A", dict(zip(KEYS, each, strict=True))) for n, each in enumerate(marks, 1)
    )
    result = tally(panel, policy, bonus=bonus)

    steps = steps_of(panel, policy, result)

    assert sum(step.printed for step in steps) == result.score
    assert sum(step.points for step in steps) * 100 == result.score
    assert 0 <= result.score <= policy.total_cap


@for_all(st.lists(st.tuples(MARKS, MARKS, MARKS), min_size=2, max_size=5))
def test_the_order_of_the_sheets_changes_nothing(marks: list[tuple[int, int, int]]) -> None:
    panel = tuple(
        Sheet(n, "A", dict(zip(KEYS, each, strict=True))) for n, each in enumerate(marks, 1)
    )

    assert tally(panel, POLICY).score == tally(panel[::-1], POLICY).score


@pytest.mark.parametrize(
    ("points", "written"),
    [
        (Fraction("75.5"), "75.5"),
        (Fraction(72), "72"),
        (Fraction(0), "0"),
        (Fraction("0.05"), "0.05"),
        (Fraction(218, 3), "72 2/3"),
        (Fraction(1, 300), "1/300"),
        (Fraction(-3, 2), "−1.5"),
        (Fraction(-1, 300), "−1/300"),
    ],
)
def test_points_are_written_exactly(points: Fraction, written: str) -> None:
    assert written_points(points) == written


def test_whole_points_are_kept_as_tenths() -> None:
    assert weighted_total(tenths(80, 70, 75), POLICY.criteria) == Fraction("75.5")
