"""Whole dollars: exact, never lost, never guessed."""

import operator
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.money import (
    ZERO,
    Ntd,
    Rounding,
    from_thousands,
    total,
    within,
)

AMOUNTS = st.integers(-(10**12), 10**12).map(Ntd)
POSITIVE_AMOUNTS = st.integers(0, 10**12).map(Ntd)
WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any)
RATIOS = st.fractions(min_value=0, max_value=2, max_denominator=10**6)


class TestNtd:
    @pytest.mark.parametrize("wrong", [1.0, 1.5, True, False, "1", None, Fraction(1)])
    def test_only_a_whole_number_is_an_amount(self, wrong: object) -> None:
        construct: Callable[..., Ntd] = Ntd

        with pytest.raises(TypeError):
            construct(wrong)

    @given(AMOUNTS, AMOUNTS)
    def test_subtracting_undoes_adding(self, one: Ntd, other: Ntd) -> None:
        assert one + other - other == one

    @given(AMOUNTS, AMOUNTS)
    def test_amounts_compare_as_their_dollars(self, one: Ntd, other: Ntd) -> None:
        assert (one < other) == (one.dollars < other.dollars)

    @pytest.mark.parametrize(("dollars", "is_something"), [(-1, True), (0, False), (1, True)])
    def test_only_zero_is_false(self, dollars: int, is_something: bool) -> None:
        assert bool(Ntd(dollars)) is is_something

    @pytest.mark.parametrize("number", [1, 1.0])
    def test_a_bare_number_is_neither_added_nor_subtracted(self, number: object) -> None:
        with pytest.raises(TypeError):
            operator.add(Ntd(1), number)
        with pytest.raises(TypeError):
            operator.sub(Ntd(1), number)

    def test_an_amount_never_changes(self) -> None:
        change: Callable[[str, int], None] = Ntd(1).__setattr__

        with pytest.raises(AttributeError):
            change("dollars", 2)


class TestShare:
    @pytest.mark.parametrize(
        ("dollars", "ratio", "floor", "half_up", "ceiling"),
        [
            (5, Fraction(1, 2), 2, 3, 3),
            (-5, Fraction(1, 2), -3, -2, -2),
            (10, Fraction(1, 3), 3, 3, 4),
            (20, Fraction(1, 3), 6, 7, 7),
            (6, Fraction(1, 2), 3, 3, 3),
            (5_999_999, Fraction(1, 2), 2_999_999, 3_000_000, 3_000_000),
            (0, Fraction(1, 7), 0, 0, 0),
        ],
    )
    def test_a_share_is_rounded_as_named(
        self, dollars: int, ratio: Fraction, floor: int, half_up: int, ceiling: int
    ) -> None:
        amount = Ntd(dollars)

        assert amount.share(ratio, Rounding.FLOOR) == Ntd(floor)
        assert amount.share(ratio, Rounding.HALF_UP) == Ntd(half_up)
        assert amount.share(ratio, Rounding.CEILING) == Ntd(ceiling)

    def test_the_settlement_proportion_is_floored(self) -> None:
        share = Ntd(6_543_210).share(Fraction(3_000_000, 7_000_000), Rounding.FLOOR)

        assert share == Ntd(2_804_232)

    @given(AMOUNTS, RATIOS)
    def test_a_share_is_less_than_a_dollar_from_the_exact_value(
        self, amount: Ntd, ratio: Fraction
    ) -> None:
        exact = amount.dollars * ratio

        assert 0 <= exact - amount.share(ratio, Rounding.FLOOR).dollars < 1
        assert 0 <= amount.share(ratio, Rounding.CEILING).dollars - exact < 1
        assert (
            Fraction(-1, 2)
            < amount.share(ratio, Rounding.HALF_UP).dollars - exact
            <= Fraction(1, 2)
        )

    @pytest.mark.parametrize("wrong", [0.5, 1, "1/2"])
    def test_a_ratio_is_an_exact_fraction(self, wrong: object) -> None:
        share: Callable[..., Ntd] = Ntd(1).share

        with pytest.raises(TypeError):
            share(wrong, Rounding.FLOOR)


class TestSplit:
    @given(POSITIVE_AMOUNTS, WEIGHTS)
    def test_a_split_loses_nothing(self, amount: Ntd, weights: list[int]) -> None:
        assert total(amount.split(weights)) == amount

    @given(POSITIVE_AMOUNTS, WEIGHTS)
    def test_every_part_is_less_than_a_dollar_from_its_proportion(
        self, amount: Ntd, weights: list[int]
    ) -> None:
        whole = sum(weights)

        for part, weight in zip(amount.split(weights), weights, strict=True):
            assert abs(part.dollars - Fraction(amount.dollars * weight, whole)) < 1

    @given(POSITIVE_AMOUNTS, WEIGHTS)
    def test_a_part_of_no_weight_gets_nothing(self, amount: Ntd, weights: list[int]) -> None:
        parts = amount.split([*weights, 0])

        assert parts[-1] == ZERO

    @pytest.mark.parametrize(
        ("dollars", "weights", "parts"),
        [
            (10, [1, 1, 1], [4, 3, 3]),  # a tie goes to the earlier part
            (11, [1, 1, 1], [4, 4, 3]),
            (10, [1, 1, 4], [2, 2, 6]),  # remainders 4/6, 4/6, 4/6 of 1.67, 1.67, 6.67
            (100, [1, 2], [33, 67]),  # the larger remainder, not the first part
            (1, [0, 0, 1], [0, 0, 1]),
            (0, [3, 7], [0, 0]),
            (7, [5], [7]),
        ],
    )
    def test_left_over_dollars_go_to_the_largest_remainders(
        self, dollars: int, weights: list[int], parts: list[int]
    ) -> None:
        assert Ntd(dollars).split(weights) == tuple(map(Ntd, parts))

    @pytest.mark.parametrize(("dollars", "weights"), [(-1, [1]), (1, []), (1, [0]), (1, [2, -1])])
    def test_what_has_no_fair_split_is_a_bug(self, dollars: int, weights: list[int]) -> None:
        with pytest.raises(ValueError, match="cannot split"):
            Ntd(dollars).split(weights)

    def test_weights_are_whole_numbers(self) -> None:
        split: Callable[..., object] = Ntd(1).split

        with pytest.raises(TypeError):
            split([0.5, 0.5])


class TestTotalsAndLimits:
    def test_the_total_of_nothing_is_zero(self) -> None:
        assert total([]) == ZERO

    @given(st.lists(st.integers(-(10**12), 10**12)))
    def test_a_total_is_the_sum_of_the_dollars(self, dollars: list[int]) -> None:
        assert total(map(Ntd, dollars)) == Ntd(sum(dollars))

    @pytest.mark.parametrize(
        ("part", "whole", "limit_bp", "is_within"),
        [
            (2_999_999, 5_999_999, 5_000, True),
            (3_000_000, 5_999_999, 5_000, False),  # the odd total: half-up would pass it
            (3_000_000, 6_000_000, 5_000, True),
            (3_000_001, 6_000_000, 5_000, False),
            (1, 3, 3_333, False),
            (0, 0, 5_000, True),
            (1, 0, 10_000, False),
        ],
    )
    def test_a_limit_is_met_up_to_and_including_it(
        self, part: int, whole: int, limit_bp: int, is_within: bool
    ) -> None:
        assert within(Ntd(part), Ntd(whole), limit_bp) is is_within

    @given(POSITIVE_AMOUNTS, st.integers(0, 10_000))
    def test_a_floored_share_is_the_most_that_is_within(self, whole: Ntd, limit_bp: int) -> None:
        most = whole.share(Fraction(limit_bp, 10_000), Rounding.FLOOR)

        assert within(most, whole, limit_bp)
        assert not within(most + Ntd(1), whole, limit_bp)

    def test_a_budget_book_counts_in_thousands(self) -> None:
        assert from_thousands(1_234) == Ntd(1_234_000)

    @pytest.mark.parametrize("wrong", [1.5, True, "1"])
    def test_thousands_are_whole_numbers(self, wrong: object) -> None:
        convert: Callable[..., Ntd] = from_thousands

        with pytest.raises(TypeError):
            convert(wrong)
