"""Interest by daily balance, the limits of the classes, what moves a balance, and rates."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.disbursement.rules.loans import (
    LoanTerms,
    Movement,
    MovementKind,
    Rate,
    SubsidyTerms,
    at_most,
    check_movement,
    check_rate,
    check_terms,
    exact,
    interest,
    one_class_refusal,
    parse_rate,
    rounded,
    schedule,
    steps,
    subsidy_terms,
)
from backoffice.kernel.money import Ntd
from backoffice.scheme import registry
from tests.given.disbursement import refused
from tests.given.loans import terms

EDITION = registry.edition_named("S07/1")
RATES = (Rate(date(2023, 4, 14), 15_950),)
TODAY = date(2026, 3, 1)


def drawn(amount: int, on: date) -> tuple[Movement, ...]:
    return (Movement(on, MovementKind.DRAW, Ntd(amount)),)


def a_year(loan_class: str, amount: int, on: date = date(2024, 3, 1)) -> Ntd:
    """The subsidy of all its days, drawn at once; from this day on no leap day is in them."""
    found = subsidy_terms(EDITION, loan_class, on)
    return interest(steps(found, drawn(amount, on), RATES, found.starts_on, found.ends_on))


# --- the schedule -----------------------------------------------------------------------------


@pytest.mark.scenario("A94")
def test_two_years_of_four_million_cost_127600() -> None:
    found = subsidy_terms(EDITION, "A2", date(2024, 3, 1))

    assert found.ends_on == date(2026, 2, 28)
    assert a_year("A2", 4_000_000) == Ntd(127_600)


@pytest.mark.scenario("A95")
def test_a_year_of_thirty_five_million_costs_558250() -> None:
    assert a_year("A1", 35_000_000) == Ntd(558_250)


@pytest.mark.scenario("A96")
def test_principal_beyond_thirty_five_million_is_the_borrowers_own() -> None:
    granted = terms("B1", 0, capital=40_000_000, plan_cost=50_000_000, drawn_on=date(2024, 3, 1))

    check_terms(granted, EDITION, TODAY)

    assert a_year("B1", 40_000_000) == Ntd(558_250)


@pytest.mark.scenario("A98")
def test_a_rate_that_changes_cuts_the_period_in_two() -> None:
    found = subsidy_terms(EDITION, "A1", date(2024, 3, 1))
    rates = (*RATES, Rate(date(2024, 3, 29), 17_200))

    cut = steps(found, drawn(35_000_000, date(2024, 3, 1)), rates, found.starts_on, found.ends_on)

    assert [(step.from_on, step.days, step.rate_ppm) for step in cut] == [
        (date(2024, 3, 1), 28, 15_950),
        (date(2024, 3, 29), 337, 17_200),
    ]
    # 35,000,000 × (28 × 1.595 % + 337 × 1.72 %) ÷ 365 = 598,643.83…
    assert interest(cut) == Ntd(598_644)


def test_the_first_million_of_the_second_class_has_no_share_of_the_borrowers() -> None:
    found = subsidy_terms(EDITION, "A2", date(2024, 3, 1))

    cut = steps(found, drawn(4_000_000, date(2024, 3, 1)), RATES, found.starts_on, found.starts_on)

    assert [(step.principal, step.borrower_ppm) for step in cut] == [
        (Ntd(1_000_000), 0),
        (Ntd(3_000_000), 5_000),
    ]


def test_a_repayment_counts_from_its_day_on() -> None:
    found = subsidy_terms(EDITION, "A1", date(2024, 3, 1))
    moved = (
        *drawn(35_000_000, date(2024, 3, 1)),
        Movement(date(2024, 3, 11), MovementKind.REPAY, Ntd(35_000_000)),
    )

    cut = steps(found, moved, RATES, found.starts_on, found.ends_on)

    assert [(step.from_on, step.through_on, step.days) for step in cut] == [
        (date(2024, 3, 1), date(2024, 3, 10), 10)
    ]


def test_days_outside_the_subsidised_ones_cost_nothing() -> None:
    found = subsidy_terms(EDITION, "A1", date(2024, 3, 1))
    moved = drawn(35_000_000, date(2024, 3, 1))

    assert steps(found, moved, RATES, date(2024, 2, 1), date(2024, 2, 29)) == ()
    assert steps(found, moved, RATES, date(2025, 3, 1), date(2025, 3, 31)) == ()
    assert len(steps(found, moved, RATES, date(2025, 2, 28), date(2025, 3, 31))) == 1


def test_the_schedule_has_a_month_for_each_of_its_days() -> None:
    found = subsidy_terms(EDITION, "A2", date(2024, 1, 31))

    months = schedule(found, drawn(4_000_000, date(2024, 1, 31)), RATES)

    assert len(months) == 24
    assert (months[0].from_on, months[-1].through_on) == (found.starts_on, found.ends_on)
    for before, after in pairwise(months):
        assert after.from_on == before.through_on + timedelta(days=1)


def test_the_commitment_counts_what_may_still_be_drawn() -> None:
    found = subsidy_terms(EDITION, "A1", date(2024, 3, 1))

    assert at_most(found, Ntd(35_000_000), drawn(1, date(2024, 3, 1)), RATES) == Ntd(558_250)


def test_a_half_dollar_becomes_one() -> None:
    assert rounded(Fraction(1, 2)) == Ntd(1)
    assert rounded(Fraction(499, 1000)) == Ntd(0)


PLAIN = SubsidyTerms(date(2024, 3, 1), date(2025, 2, 28), Ntd(35_000_000), Ntd(0), 5_000, 365)
_amounts = st.integers(1, 60_000_000)
_days = st.integers(0, 364)


@given(_amounts, _days, st.integers(1, 50_000))
def test_a_period_split_anywhere_loses_nothing_but_its_rounding(
    amount: int, cut: int, rate_ppm: int
) -> None:
    rates = (Rate(date(2020, 1, 1), rate_ppm),)
    moved = drawn(amount, PLAIN.starts_on)
    day = PLAIN.starts_on + timedelta(days=cut)
    first = steps(PLAIN, moved, rates, PLAIN.starts_on, day)
    rest = steps(PLAIN, moved, rates, day + timedelta(days=1), PLAIN.ends_on)
    whole = steps(PLAIN, moved, rates, PLAIN.starts_on, PLAIN.ends_on)

    assert exact(first) + exact(rest) == exact(whole)
    parts = interest(first) + interest(rest)
    assert abs(parts.dollars - interest(whole).dollars) <= 1


@given(_amounts, st.integers(0, 10_000_000), _days, _days)
def test_more_principal_is_never_less_subsidy(amount: int, more: int, one: int, two: int) -> None:
    low, high = sorted((one, two))
    from_on = PLAIN.starts_on + timedelta(days=low)
    through_on = PLAIN.starts_on + timedelta(days=high)

    small = steps(PLAIN, drawn(amount, PLAIN.starts_on), RATES, from_on, through_on)
    large = steps(PLAIN, drawn(amount + more, PLAIN.starts_on), RATES, from_on, through_on)

    assert exact(small) <= exact(large)


@settings(max_examples=40)
@given(st.lists(st.tuples(_days, st.integers(1, 5_000_000)), max_size=6))
def test_no_balance_costs_more_than_is_committed(repaid: list[tuple[int, int]]) -> None:
    moved = list(drawn(30_000_000, PLAIN.starts_on))
    moved += [
        Movement(PLAIN.starts_on + timedelta(days=day), MovementKind.REPAY, Ntd(amount))
        for day, amount in repaid
    ]

    found = interest(steps(PLAIN, moved, RATES, PLAIN.starts_on, PLAIN.ends_on))

    assert found <= at_most(PLAIN, Ntd(30_000_000), moved, RATES)
    assert found <= at_most(PLAIN, Ntd(30_000_000), (), RATES)


# --- registering ------------------------------------------------------------------------------


@pytest.mark.scenario("A97")
def test_capital_spending_is_at_most_four_fifths_of_the_plan() -> None:
    check_terms(terms("B1", 0, capital=8_000_000, plan_cost=10_000_000), EDITION, TODAY)

    with refused("loan.over_share", limit=Ntd(8_000_000), percent=80):
        check_terms(terms("B1", 0, capital=8_000_001, plan_cost=10_000_000), EDITION, TODAY)


@pytest.mark.parametrize(
    ("granted", "code"),
    [
        (terms("A1", 35_000_001), "loan.over_limit"),
        (terms("A2", 4_000_001), "loan.over_limit"),
        (terms("B1", 35_000_001), "loan.working_over"),
        (terms("B2", 0, capital=1), "loan.plan_cost_missing"),
        (terms("C1", 1), "loan.class_unknown"),
        (terms("A1", 0, drawn=1), "loan.nothing_lent"),
        (terms("A1", 10, guarantee_bp=7_999), "loan.guarantee_low"),
        (terms("A1", 10, guarantee_bp=10_001), "loan.guarantee_low"),
        (terms("A2", 1_000_000, guarantee_bp=9_999), "loan.guarantee_low"),
        (terms("A2", 1_000_001, guarantee_bp=9_499), "loan.guarantee_low"),
        (terms("A1", 10, bank_code="4"), "loan.bank_code"),
        (terms("A1", 10, bank_code="00四"), "loan.bank_code"),
        (terms("A1", 10, drawn_on=TODAY + timedelta(days=1)), "loan.drawn_future"),
        (terms("A1", 10, drawn=0), "loan.nothing_drawn"),
        (terms("A1", 10, drawn=11), "loan.drawn_over"),
    ],
)
def test_a_loan_beyond_its_class_is_refused(granted: LoanTerms, code: str) -> None:
    with refused(code):
        check_terms(granted, EDITION, TODAY)


@pytest.mark.parametrize(
    "granted",
    [
        terms("A1", 35_000_000, guarantee_bp=8_000),
        terms("A2", 4_000_000),
        terms("A2", 1_000_000, guarantee_bp=10_000),
        terms("A2", 1_000_001, guarantee_bp=9_500),
        terms("B2", 35_000_000, capital=8, plan_cost=10, guarantee_bp=9_000),
        terms("A1", 10, drawn=10, drawn_on=TODAY),
    ],
)
def test_a_loan_at_the_limit_of_its_class_is_good(granted: LoanTerms) -> None:
    check_terms(granted, EDITION, TODAY)


def test_a_scheme_that_lends_nothing_has_no_second_loan() -> None:
    assert one_class_refusal((), EDITION) is None


# --- what moves the balance -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "amount", "on", "code"),
    [
        (MovementKind.REPAY, 0, date(2024, 5, 1), "loan.movement_zero"),
        (MovementKind.REPAY, 1, TODAY + timedelta(days=1), "loan.movement_future"),
        (MovementKind.REPAY, 1, date(2024, 2, 29), "loan.movement_early"),
        (MovementKind.DRAW, 1, date(2024, 3, 31), "loan.movement_claimed"),
        (MovementKind.REPAY, 11, date(2024, 5, 1), "loan.repaid_over"),
        (MovementKind.DRAW, 11, date(2024, 5, 1), "loan.drawn_over"),
    ],
)
def test_a_movement_that_cannot_be_is_refused(
    kind: MovementKind, amount: int, on: date, code: str
) -> None:
    with refused(code):
        check_movement(
            Movement(on, kind, Ntd(amount)),
            drawn(10, date(2024, 3, 1)),
            amount=Ntd(20),
            claimed_through=date(2024, 3, 31),
            today=TODAY,
        )


def test_a_movement_up_to_the_border_is_entered() -> None:
    for kind in MovementKind:
        check_movement(
            Movement(date(2024, 4, 1), kind, Ntd(10)),
            drawn(10, date(2024, 3, 1)),
            amount=Ntd(20),
            claimed_through=date(2024, 3, 31),
            today=date(2024, 4, 1),
        )


def test_a_repayment_of_days_already_claimed_is_entered() -> None:
    check_movement(
        Movement(date(2024, 3, 1), MovementKind.REPAY, Ntd(10)),
        drawn(10, date(2024, 3, 1)),
        amount=Ntd(20),
        claimed_through=date(2024, 3, 31),
        today=TODAY,
    )


@pytest.mark.parametrize(
    ("since", "rate_ppm", "code"),
    [
        (date(2024, 3, 29), 0, "rate.out_of_range"),
        (date(2024, 3, 29), 200_001, "rate.out_of_range"),
        (date(2023, 4, 14), 17_200, "rate.not_later"),
        (date(2024, 2, 1), 17_200, "rate.days_claimed"),
    ],
)
def test_a_rate_that_cannot_be_is_refused(since: date, rate_ppm: int, code: str) -> None:
    with refused(code):
        check_rate(Rate(since, rate_ppm), RATES, date(2024, 2, 1))


@pytest.mark.parametrize(
    ("text", "ppm"), [("1.595", 15_950), ("1.72%", 17_200), ("２", 20_000), ("0.0001", 1)]
)
def test_a_percentage_is_read_to_a_millionth(text: str, ppm: int) -> None:
    assert parse_rate(text) == ppm


@pytest.mark.parametrize("text", ["", "%", "1.59555", "-1", "一", "1.5.9", "1" * 13])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with refused("rate.unreadable"):
        parse_rate(text)
