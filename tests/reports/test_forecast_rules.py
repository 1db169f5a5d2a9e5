"""The forecast: honest bands, the same answer for ever, and causes that add up."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from backoffice.reports.rules.board import last_monday, letter_of, turning
from backoffice.reports.rules.causes import CauseKind, Standing, shift_between
from backoffice.reports.rules.forecast import (
    GONE,
    Binding,
    Left,
    Outlook,
    Weeks,
    first_day,
    foresee,
    is_too_early,
    last_day,
    seed_of,
    weeks_until,
)
from backoffice.reports.rules.record import ran_out, record
from backoffice.reports.rules.scarcity import scarcity
from bench.histories import story

ON = date(2023, 10, 1)


def weeks_of(*committed: tuple[int, ...]) -> Weeks:
    return Weeks(committed, ((),) * len(committed))


EVEN = weeks_of(*[(500_000, 600_000, 400_000)] * 12)


@pytest.mark.parametrize(("count", "early"), [(0, True), (5, True), (6, False), (7, False)])
def test_fewer_than_six_weeks_are_too_early(count: int, early: bool) -> None:
    assert is_too_early(weeks_of(*[(1,)] * count)) is early


def test_six_weeks_without_a_commitment_are_too_early() -> None:
    assert is_too_early(weeks_of(*[()] * 6))


@pytest.mark.parametrize("left", [Left(0), Left(None, 0), Left(5, 0)])
def test_what_is_gone_is_gone_however_early(left: Left) -> None:
    assert foresee(weeks_of((1,)), left, horizon=5, seed=1) is GONE


def test_the_same_facts_give_the_same_forecast_for_ever() -> None:
    seed = seed_of("S01", ON)

    first, second = (foresee(EVEN, Left(20_000_000), horizon=60, seed=seed) for _ in range(2))

    assert first == second
    assert seed != seed_of("S01", ON + timedelta(days=1))
    assert seed != seed_of("S02", ON)


def test_an_even_flow_ends_about_when_division_says() -> None:
    outlook = foresee(EVEN, Left(15_000_000), horizon=100, seed=1)

    assert outlook.low is not None
    assert outlook.high is not None
    assert outlook.middle in (9, 10, 11)
    assert outlook.low <= 9 <= 11 <= outlook.high
    assert (outlook.lasts_bp, outlook.binds, outlook.binds_bp) == (0, Binding.MONEY, 10_000)


def test_money_that_lasts_past_the_end_says_so_and_names_no_week() -> None:
    outlook = foresee(EVEN, Left(10**12), horizon=20, seed=1)

    assert (outlook.low, outlook.middle, outlook.high) == (None, None, None)
    assert (outlook.lasts_bp, outlook.binds, outlook.binds_bp) == (10_000, None, 0)


@pytest.mark.parametrize("left", [Left(0), Left(None, 0), Left(5, 0), Left(0, 5)])
def test_what_is_gone_needs_no_forecast(left: Left) -> None:
    assert foresee(EVEN, left, horizon=20, seed=1) is GONE


def test_releases_put_the_end_off() -> None:
    released = Weeks(EVEN.committed, ((700_000,),) * 12)

    with_them, without = (
        foresee(weeks, Left(15_000_000), horizon=150, seed=1) for weeks in (released, EVEN)
    )

    assert with_them.middle is not None
    assert without.middle is not None
    assert with_them.middle > without.middle + 4


@pytest.mark.parametrize(
    ("left", "binds"),
    [
        (Left(15_000_000, 10), Binding.SEATS),
        (Left(5_000_000, 300), Binding.MONEY),
        (Left(None, 30), Binding.SEATS),
        (Left(15_000_000), Binding.MONEY),
    ],
)
def test_what_is_scarcer_binds_first(left: Left, binds: Binding) -> None:
    assert foresee(EVEN, left, horizon=100, seed=1).binds is binds


def test_places_alone_end_when_as_many_cases_have_come() -> None:
    outlook = foresee(weeks_of(*[(1, 1, 1)] * 12), Left(None, 30), horizon=60, seed=1)

    assert outlook.middle in (9, 10, 11)
    assert outlook.fan[0].middle == 27


def test_what_is_left_never_grows_again_nor_falls_below_nothing() -> None:
    fan = foresee(EVEN, Left(15_000_000), horizon=60, seed=1).fan

    assert len(fan) == 60
    for earlier, later in pairwise(fan):
        assert 0 <= later.low <= later.middle <= later.high
        assert (later.low, later.middle, later.high) <= (earlier.low, earlier.middle, earlier.high)


def test_money_that_nobody_has_taken_for_half_a_year_is_not_said_to_run_out() -> None:
    begun, quiet = ((1_000_000,),) * 10, ((),) * 26
    weeks = Weeks(begun + quiet, ((),) * 35 + ((200_000,),))

    outlook = foresee(weeks, Left(900_000), horizon=40, seed=1)

    assert (outlook.low, outlook.middle, outlook.high) == (None, None, None)
    assert {each.middle for each in outlook.fan} == {900_000}


@pytest.mark.parametrize("kind", ["steady", "bursty"])
@pytest.mark.parametrize("seen", [8, 12, 20])
def test_the_band_holds_nine_times_in_ten(kind: str, seen: int) -> None:
    draw, held, tried = np.random.default_rng(20231001), 0, 0
    while tried < 480:
        told = story(kind, seen, draw)
        if told.ran_out < 1 or is_too_early(told.weeks):
            continue
        tried += 1
        held += foresee(told.weeks, told.left, horizon=90, seed=tried, draws=250).holds(
            told.ran_out
        )

    assert 85 <= held * 100 / tried <= 95, f"{held} of {tried}"


@pytest.mark.parametrize(
    ("week", "held"), [(3, False), (4, True), (6, True), (8, True), (9, False), (None, False)]
)
def test_a_band_holds_its_own_ends(week: int | None, held: bool) -> None:
    assert Outlook(4, 6, 8, 0, None, 0, ()).holds(week) is held


def test_an_open_band_holds_what_has_not_come() -> None:
    open_ended = Outlook(4, None, None, 0, None, 0, ())

    assert open_ended.holds(None)
    assert open_ended.holds(40)
    assert not open_ended.holds(3)


def test_the_weeks_of_a_forecast_begin_on_the_day_after_it() -> None:
    assert (first_day(ON, 1), last_day(ON, 1)) == (date(2023, 10, 2), date(2023, 10, 8))
    assert weeks_until(ON, date(2023, 10, 8)) == 1
    assert weeks_until(ON, date(2023, 10, 9)) == 2
    assert weeks_until(ON, date(2020, 1, 1)) == 1
    assert weeks_until(ON, date(2040, 1, 1)) == 156


def test_the_record_counts_only_trials_whose_band_is_past() -> None:
    short, long = (record(weeks_of(*[(500_000, 600_000)] * n), seed=1) for n in (12, 30))

    assert short.tested == 0
    assert short.share_bp is None
    assert long.tested > 5
    assert long.held == long.tested  # what is as even as that cannot miss


def test_the_week_in_which_a_budget_ended_is_the_first_that_reached_it() -> None:
    assert [ran_out((3, -1, 4), budget) for budget in (1, 3, 4, 6, 7)] == [1, 1, 3, 3, None]


week = st.lists(st.integers(1, 3_000_000), max_size=6).map(tuple)


@settings(max_examples=200, deadline=None)
@for_all(
    committed=st.lists(week, min_size=8, max_size=20),
    released=st.lists(st.lists(st.integers(1, 100_000), max_size=1).map(tuple), max_size=20),
    left=st.integers(0, 10**9),
    given=st.integers(-(10**8), 10**8),
)
def test_the_causes_of_a_shift_add_up_to_it_exactly(
    committed: list[tuple[int, ...]],
    released: list[tuple[int, ...]],
    left: int,
    given: int,
) -> None:
    freed = tuple((*released, *[()] * 20)[: len(committed)])
    weeks = Weeks(tuple(committed), freed)
    after = Standing(left - weeks.net[-1] + given, weeks)
    before = Standing(left, Weeks(weeks.committed[:-1], weeks.released[:-1]))

    moved = shift_between(before, after)

    if moved is not None:
        assert sum(cause.shift for cause in moved.causes) == moved.weeks
        assert len(moved.largest) <= 2
        sizes = [abs(cause.shift) for cause in moved.largest]
        assert sizes == sorted(sizes, reverse=True)


def test_two_large_awards_are_named_as_what_moved_the_end() -> None:
    usual = [(500_000, 500_000)] * 8
    before = Standing(20_000_000, weeks_of(*usual))
    after = Standing(14_000_000, weeks_of(*usual, (3_000_000, 3_000_000)))

    moved = shift_between(before, after)

    assert moved is not None
    assert moved.large_count == 2
    assert moved.largest[0].kind in (CauseKind.LARGER_OR_SMALLER, CauseKind.AVERAGE)
    assert {cause.kind for cause in moved.largest} == {
        CauseKind.LARGER_OR_SMALLER,
        CauseKind.AVERAGE,
    }
    assert moved.weeks < 0


def test_a_week_like_the_others_moves_nothing() -> None:
    usual = [(500_000, 500_000)] * 8
    before = Standing(20_000_000, weeks_of(*usual))
    after = Standing(19_000_000, weeks_of(*usual, (500_000, 500_000)))

    moved = shift_between(before, after)

    assert moved is not None
    assert (moved.weeks, moved.causes) == (Fraction(0), ())


@for_all(
    money=st.none() | st.integers(0, 400),
    seats=st.none() | st.integers(0, 40),
    price=st.integers(1, 60),
)
def test_the_binding_constraint_is_the_one_that_stops_a_queue(
    money: int | None, seats: int | None, price: int
) -> None:
    found = scarcity(Left(money, seats), price)

    served, no_money = 0, False
    while served < 1_000:
        no_money = money is not None and money - served * price < price
        no_seat = seats is not None and seats - served < 1
        if no_money or no_seat:
            break
        served += 1
    stops = None if served == 1_000 else (Binding.MONEY if no_money else Binding.SEATS)
    assert found.binds is stops
    if stops is not None:
        assert served == min(n for n in (found.by_money, found.by_seats) if n is not None)


@pytest.mark.parametrize(
    ("today", "asked", "shown", "live", "earlier", "later"),
    [
        ("2023-10-04", None, "2023-10-04", True, "2023-10-02", None),
        ("2023-10-02", None, "2023-10-02", True, "2023-09-25", None),
        ("2023-10-04", "2023-10-03", "2023-10-02", False, "2023-09-25", None),
        ("2023-10-04", "2023-09-27", "2023-09-25", False, "2023-09-18", "2023-10-02"),
        ("2023-10-02", "2023-09-25", "2023-09-25", False, "2023-09-18", None),
        ("2023-10-02", "2024-01-01", "2023-10-02", True, "2023-09-25", None),
    ],
)
def test_the_keys_turn_from_monday_to_monday_and_back_to_now(
    today: str, asked: str | None, shown: str, live: bool, earlier: str, later: str | None
) -> None:
    turn = turning(date.fromisoformat(today), date.fromisoformat(asked) if asked else None)

    assert turn.shown_on.isoformat() == shown
    assert turn.is_live is live
    assert turn.earlier.isoformat() == earlier
    assert (turn.later.isoformat() if turn.later else None) == later


def test_a_past_monday_tells_of_the_week_before_it() -> None:
    turn = turning(date(2023, 10, 4), date(2023, 9, 25))

    assert (turn.since, turn.until) == (date(2023, 9, 18), date(2023, 9, 24))
    assert last_monday(date(2023, 9, 25)) == date(2023, 9, 18)


def test_a_letter_is_of_this_weeks_monday_at_the_latest() -> None:
    today = date(2023, 10, 4)

    assert letter_of(today, None).shown_on == date(2023, 10, 2)
    assert letter_of(today, date(2024, 1, 1)).shown_on == date(2023, 10, 2)
    assert letter_of(today, date(2023, 9, 28)).shown_on == date(2023, 9, 25)
