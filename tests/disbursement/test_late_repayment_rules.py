"""A repayment that the bank tells of late: what was paid too much, and what stays committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.disbursement.rules.lifecycles import EVER_PAID, TrancheState
from backoffice.disbursement.rules.loans import (
    AcceptedLine,
    Excess,
    Lent,
    LoanState,
    Movement,
    MovementKind,
    PaidPeriod,
    Period,
    Rate,
    at_most,
    called_back,
    excesses,
    late_refusal,
    over_refusal,
    subsidy_terms,
    to_commit,
)
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.scheme import registry
from tests.given.loans import JUNE

STARTS_ON = date(2023, 6, 1)
LENT_IN_ALL = Ntd(35_000_000)
LENT = Lent(
    subsidy_terms(registry.edition_named("S07/1"), "A1", STARTS_ON),
    (Movement(STARTS_ON, MovementKind.DRAW, LENT_IN_ALL),),
    (Rate(date(2023, 4, 14), 15_950),),
)
MONTHS = (
    Period(date(2023, 6, 1), date(2023, 6, 30)),
    Period(date(2023, 7, 1), date(2023, 7, 31)),
    Period(date(2023, 8, 1), date(2023, 8, 31)),
)


def repaid(amount: int, on: date) -> Movement:
    return Movement(on, MovementKind.REPAY, Ntd(amount))


def line(
    period: Period, amount: Ntd | None = None, state: TrancheState = TrancheState.PAID
) -> AcceptedLine:
    """A period accepted for what it was worth before any repayment, unless told otherwise."""
    worth = LENT.due(period.from_on, period.through_on) if amount is None else amount
    return AcceptedLine(
        MONTHS.index(period) + 1, "銀-1", state, period.through_on, PaidPeriod(period, worth), worth
    )


def asked(lines: Sequence[AcceptedLine], found: Sequence[Excess]) -> list[AcceptedLine]:
    """The lines after these excesses were demanded."""
    more = {each.line.tranche_id: each.amount for each in found}
    return [
        replace(
            each,
            paid=replace(
                each.paid, asked_back=each.paid.asked_back + more.get(each.tranche_id, ZERO)
            ),
        )
        for each in lines
    ]


def test_each_period_since_the_day_was_paid_too_much() -> None:
    moved = LENT.moved(repaid(5_000_000, date(2023, 7, 17)))

    found = excesses(moved, [line(period) for period in MONTHS])

    # July: 35,000,000 for 16 days and 30,000,000 for 15: 44,135.62; August 31 days: 40,639.73.
    assert [(each.line.paid.amount.dollars, each.due.dollars) for each in found] == [
        (47_413, 44_136),
        (47_413, 40_640),
    ]
    assert [each.amount for each in found] == [Ntd(3_277), Ntd(6_773)]


@pytest.mark.parametrize(
    ("on", "count"),
    [(date(2023, 8, 31), 1), (date(2023, 9, 1), 0)],
)
def test_the_day_of_the_repayment_is_the_first_that_is_worth_less(on: date, count: int) -> None:
    found = excesses(LENT.moved(repaid(35_000_000, on)), [line(period) for period in MONTHS])

    assert len(found) == count


def test_a_repayment_above_the_subsidised_principal_changes_nothing() -> None:
    big = Lent(LENT.terms, (Movement(STARTS_ON, MovementKind.DRAW, Ntd(40_000_000)),), LENT.rates)

    found = excesses(big.moved(repaid(5_000_000, STARTS_ON)), [line(period) for period in MONTHS])

    assert found == ()


def test_what_was_paid_less_than_due_is_not_asked_back() -> None:
    moved = LENT.moved(repaid(5_000_000, date(2023, 6, 16)))

    assert excesses(moved, [line(MONTHS[0], Ntd(42_606))]) == ()
    (found,) = excesses(moved, [line(MONTHS[0], Ntd(42_607))])
    assert found.amount == Ntd(1)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (TrancheState.VERIFIED, "loan.accepted_unpaid"),
        (TrancheState.SHEETED, "loan.payment_awaited"),
        (TrancheState.SENT, "loan.payment_awaited"),
        *((state, None) for state in sorted(EVER_PAID)),
    ],
)
def test_a_period_that_is_not_paid_yet_is_told(state: TrancheState, code: str | None) -> None:
    moved = LENT.moved(repaid(1_000_000, date(2023, 6, 16)))

    refusal = late_refusal(excesses(moved, [line(MONTHS[0], state=state)]))

    assert (refusal.code if refusal else None) == code


LAST = date(2023, 8, 31)


@pytest.mark.parametrize(
    ("state", "kind", "on", "taken"),
    [
        (LoanState.RUNNING, MovementKind.DRAW, date(2023, 9, 1), True),
        (LoanState.ENDED, MovementKind.REPAY, LAST, True),
        (LoanState.ENDED, MovementKind.REPAY, date(2023, 9, 1), False),
        (LoanState.ENDED, MovementKind.DRAW, LAST, False),
        (LoanState.CALLED, MovementKind.REPAY, LAST, False),
    ],
)
def test_a_loan_that_ended_takes_only_a_repayment_told_of_late(
    state: LoanState, kind: MovementKind, on: date, taken: bool
) -> None:
    assert (over_refusal(state, Movement(on, kind, Ntd(1)), LAST) is None) is taken
    if state is not LoanState.RUNNING:
        assert over_refusal(state, Movement(on, kind, Ntd(1)), None) is not None


def test_a_breach_asks_for_nothing_twice() -> None:
    moved = LENT.moved(repaid(5_000_000, date(2023, 6, 16)))
    lines = [line(MONTHS[0])]
    lines = asked(lines, excesses(moved, lines))

    whole = called_back(moved, [each.paid for each in lines], STARTS_ON)

    assert whole == Ntd(JUNE - 3_278)


def test_what_is_asked_back_is_committed_beside_the_schedule() -> None:
    moved = LENT.moved(repaid(5_000_000, date(2023, 6, 16)))
    most = at_most(moved.terms, LENT_IN_ALL, moved.movements, moved.rates)

    for accepted, back, expected in (
        (Ntd(JUNE), Ntd(3_278), most + Ntd(3_278)),
        (ZERO, ZERO, most),
        (Ntd(600_000), ZERO, Ntd(600_000)),
        (ZERO, Ntd(600_000), at_most(LENT.terms, LENT_IN_ALL, (), LENT.rates)),
    ):
        found = to_commit(moved, LENT_IN_ALL, accepted=accepted, asked_back=back)
        assert found == expected


DAYS = st.integers(min_value=0, max_value=99).map(lambda day: STARTS_ON + timedelta(days=day))


@given(st.lists(st.tuples(DAYS, st.integers(1, 7_000_000)), min_size=1, max_size=5))
def test_what_is_demanded_is_what_was_paid_less_what_the_schedule_gives(
    repayments: list[tuple[date, int]],
) -> None:
    known, lines, demanded = LENT, [line(period) for period in MONTHS], ZERO

    for on, amount in repayments:  # told of in any order
        known = known.moved(repaid(amount, on))
        found = excesses(known, lines)
        demanded = demanded + total(each.amount for each in found)
        lines = asked(lines, found)

    paid = total(each.paid.amount for each in lines)
    worth = total(known.due(period.from_on, period.through_on) for period in MONTHS)
    assert demanded == paid - worth
    assert excesses(known, lines) == ()
    committed = to_commit(known, LENT_IN_ALL, accepted=paid, asked_back=demanded)
    later = known.due(date(2023, 9, 1), known.terms.ends_on)
    # Half a dollar for each rounding apart, what is still to come can be paid in full.
    assert committed - paid >= later - Ntd(2)
