"""The order of places: a function of the payments, whatever the order in which they are known."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.cases.rules.seats import (
    CLAIM,
    CONFLICT,
    SEAT,
    TAKEN,
    ClaimState,
    ConflictState,
    FullFee,
    Paid,
    SeatEvent,
    SeatKey,
    SeatState,
    full_fee,
    outranked,
    rank_of,
    rejoins_at,
)
from backoffice.kernel.refusal import Refused

START = datetime(2023, 5, 1, tzinfo=UTC)
FEE = 300_000
instants = st.integers(0, 200_000).map(lambda seconds: START + timedelta(seconds=seconds))
payments = st.lists(
    st.builds(Paid, instants, st.integers(1, FEE), st.text("0123456789", min_size=1, max_size=4)),
    max_size=8,
    unique_by=lambda paid: paid.receipt,
)
keys = st.builds(SeatKey, instants, instants, st.text("0123456789", min_size=4, max_size=4))


@given(payments, st.randoms(use_true_random=False))
def test_the_full_fee_does_not_depend_on_the_order_of_knowing(
    paid: list[Paid], order: random.Random
) -> None:
    shuffled = list(paid)
    order.shuffle(shuffled)

    assert full_fee(shuffled, FEE) == full_fee(paid, FEE)


@given(payments)
def test_the_fee_is_full_exactly_when_the_sum_reaches_it(paid: list[Paid]) -> None:
    full = full_fee(paid, FEE)

    assert (full is not None) == (sum(each.amount for each in paid) >= FEE)
    if full is not None:
        before = sum(each.amount for each in paid if each.at < full.at)
        assert before < FEE
        assert sum(each.amount for each in paid if each.at <= full.at) >= FEE


@pytest.mark.parametrize(
    ("amounts", "receipt"),
    [
        ((285_714,), None),
        ((285_714, 14_285), None),
        ((285_714, 14_286), "B"),
        ((300_000,), "A"),
        ((300_000, 300_000), "A"),
    ],
)
def test_instalments_count_together(amounts: tuple[int, ...], receipt: str | None) -> None:
    paid = [Paid(START + timedelta(days=day), each, "AB"[day]) for day, each in enumerate(amounts)]

    full = full_fee(paid, FEE)

    assert (full.receipt if full else None) == receipt


@settings(max_examples=200)
@given(st.lists(keys, min_size=1, max_size=12, unique=True), keys)
def test_a_key_outranks_the_last_or_nobody(holders: list[SeatKey], key: SeatKey) -> None:
    found = outranked(key, holders)

    assert (found is not None) == any(key < holder for holder in holders)
    assert found in (None, max(holders))
    assert rank_of(key, holders) == len([each for each in holders if each < key]) + 1


def test_of_equal_payments_receipt_then_number_decides() -> None:
    later, early = START + timedelta(days=1), START

    assert SeatKey(START, early, "9") < SeatKey(START, later, "1")
    assert SeatKey(START, early, "1") < SeatKey(START, early, "2")


@pytest.mark.parametrize(("day", "kept"), [(1, True), (2, True), (3, False)])
def test_a_fee_of_the_last_day_keeps_the_old_order(day: int, kept: bool) -> None:
    full = FullFee(datetime(2023, 5, day, 15, 59, tzinfo=UTC), "A")

    found = rejoins_at(START, date(2023, 5, 2), full)

    assert found == (START if kept else full.at)


def test_a_free_place_is_nobodys_and_every_other_is_somebodys() -> None:
    assert set(SeatState) - set(TAKEN) == {SeatState.FREE, SeatState.UNUSED}


def test_every_state_of_places_claims_and_conflicts_can_be_reached() -> None:
    assert SEAT.reachable() == set(SeatState)
    assert CLAIM.reachable() == set(ClaimState)
    assert CONFLICT.reachable() == set(ConflictState)


@pytest.mark.parametrize("state", [SeatState.IN_SERVICE, SeatState.DONE, SeatState.CONSUMED])
def test_a_place_in_service_is_never_given_to_another(state: SeatState) -> None:
    for event in (SeatEvent.RELEASE, SeatEvent.LAPSE, SeatEvent.HOLD, SeatEvent.CONFIRM):
        with pytest.raises(Refused) as refused:
            SEAT.after(state, event)
        assert refused.value.code == "lifecycle.not_allowed"
