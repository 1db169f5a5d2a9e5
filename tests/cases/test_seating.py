"""Who sits where: by the instant of the full fee, or in the order of receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backoffice.cases.rules import FeePayment, Place, Submission, paid_in_full_at, places
from backoffice.scheme.rules import Seats
from tests.cases.workbook import edition, submission

_JUNE = datetime(2023, 6, 1, tzinfo=UTC)


def _seats(scheme: str, total: int) -> Seats:
    seats = edition(scheme).seats
    assert seats is not None
    return replace(seats, total=total)


def _case(scheme: str, number: str, received: int, *payments: tuple[int, int]) -> Submission:
    fees = tuple(FeePayment(_JUNE + timedelta(hours=at), paid, None) for at, paid in payments)
    received_at = _JUNE - timedelta(days=40 - received)
    return replace(submission(scheme), number=number, received_at=received_at, fees=fees)


@pytest.mark.scenario("A78")
def test_who_pays_first_sits_first_whenever_they_applied() -> None:
    queue = [_case("S09", "A", 1, (20, 300_000)), _case("S09", "B", 10, (12, 300_000))]

    assert places(queue, _seats("S09", 1)) == {"B": Place(1, None), "A": Place(None, 1)}


@pytest.mark.scenario("A82")
def test_of_two_payments_in_one_second_the_earlier_receipt_and_then_the_number_counts() -> None:
    queue = [
        _case("S09", "C", 2, (5, 300_000)),
        _case("S09", "B", 1, (5, 300_000)),
        _case("S09", "A", 1, (5, 300_000)),
    ]

    found = places(queue, _seats("S09", 3))

    assert {number: place.seat for number, place in found.items()} == {"A": 1, "B": 2, "C": 3}


@pytest.mark.scenario("A81")
def test_a_fee_that_is_short_has_no_place_until_the_balance_comes() -> None:
    short = _case("S09", "A", 1, (1, 285_714))
    balanced = replace(short, fees=(*short.fees, FeePayment(_JUNE, 14_286, None)))

    assert places([short], _seats("S09", 70)) == {}
    assert places([balanced], _seats("S09", 70)) == {"A": Place(1, None)}
    assert paid_in_full_at(balanced.fees, 300_000) == _JUNE + timedelta(hours=1)
    assert paid_in_full_at((), 300_000) is None


def test_places_of_acceptance_follow_the_receipt_and_ask_for_no_fee() -> None:
    queue = [_case("S10", "A", 3), _case("S10", "B", 1), _case("S10", "C", 2)]

    assert places(queue, _seats("S10", 2)) == {
        "B": Place(1, None),
        "C": Place(2, None),
        "A": Place(None, 1),
    }
