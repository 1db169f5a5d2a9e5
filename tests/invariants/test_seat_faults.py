"""Each invariant of places and fees is seen to fail in a full round that is right."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.db import sessions
from backoffice.invariants import violations
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from tests.given import seats
from tests.invariants.planting import planted

TOTAL = 3
# By the invariant's number: what the insider does.
FAULTS = {
    "I-21": "UPDATE seat SET number = 71 WHERE number = 3",
    "I-22": 'UPDATE "case" SET ubn = (SELECT ubn FROM "case" WHERE id = 1)',
    "I-78": "UPDATE seat SET allocation_id = allocation_id + 1 WHERE number = 1",
    "I-23": "UPDATE seat SET state = 'DONE' WHERE number = 1",
    "I-24": "UPDATE seat_claim SET key_at = '2023-01-01 00:00:00.000000' WHERE state = 'WAITING'",
    "I-26": (
        "UPDATE seat SET state = 'FREE', case_id = NULL, allocation_id = NULL WHERE number = 2"
    ),
    "I-27": "UPDATE seat_allocation SET number = 9 WHERE number = 2",
    "I-75": "UPDATE fee_paid SET amount = amount - 1 WHERE case_id = 1",
    "I-76": "UPDATE window_closure SET at = '2023-04-17 00:00:00.000000'",
    "I-77": "UPDATE fee_paid SET returned_at = entered_at WHERE case_id = 1",
}


@pytest.mark.insider
@pytest.mark.broken
@pytest.mark.parametrize("number", sorted(FAULTS))
def test_a_planted_fault_is_named(
    app: Flask, office: Office, clock: FixedClock, number: str
) -> None:
    clock.set(seats.at("04-18 09:00"))
    with seats.a_round_of(TOTAL):
        seats.a_full_round(office, TOTAL, waiting=1)
        planted(office.engine, FAULTS[number])

        with app.app_context():
            found = {violation.invariant.split()[0] for violation in violations(sessions.session())}

    assert number in found


def test_the_round_is_right_before(app: Flask, office: Office, clock: FixedClock) -> None:
    clock.set(seats.at("04-18 09:00"))
    with seats.a_round_of(TOTAL):
        seats.a_full_round(office, TOTAL, waiting=1)

        with app.app_context():
            assert violations(sessions.session()) == ()
