"""Each invariant of the fee book is seen to fail in a book that is right."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.db import sessions
from backoffice.invariants import violations
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from tests.given import fees, seats
from tests.given.seats import number_of
from tests.invariants.planting import planted

# By the invariant's number: what the insider does.
FAULTS = {
    "I-55": "UPDATE fee_refund SET amount = amount - 1 WHERE state = 'PAID'",
    "I-56": (
        "UPDATE ledger_transfer SET quantity = quantity + 1 WHERE key LIKE 'fee-earned:%:fee_tax'"
    ),
    "I-57": "UPDATE fee_line SET state = 'REFUNDED' WHERE state = 'OPEN'",
    "I-58": "UPDATE fee_refund SET amount = amount + 9000000",
    "I-59": "UPDATE fee_refund SET paid_by = made_by",
    "I-61": "UPDATE fee_refund SET again_id = id WHERE again_id IS NOT NULL",
}


def a_book(office: Office, clock: FixedClock) -> None:
    """A confirmed place, an excess that came back and was paid anew, and an unknown payer."""
    clock.advance(days=40)
    case_id = seats.an_accepted_firm_received(office, 1)
    fees.book(
        office,
        fees.a_line("T1", "05-12 10:00", 300_005, 案件編號=number_of(1)),
        fees.a_line("U1", "05-12 11:00", 777),
    )
    fees.bounce(office, fees.give_back(office, case_id).id)
    fees.give_back(office, case_id, "BANK-2", fees.CORRECTED)


# What else an insider may do to a refund that came back, by the invariant that tells it.
OTHERS = (
    ("I-59", "UPDATE fee_refund SET bounced_by = made_by WHERE state = 'BOUNCED'"),
    ("I-59", "UPDATE fee_refund SET state = 'PAID' WHERE state = 'BOUNCED'"),
    ("I-59", "UPDATE ledger_transfer SET quantity = 4 WHERE key LIKE 'fee-bounced:%'"),
    ("I-61", "UPDATE fee_refund SET case_id = NULL, line_id = 2 WHERE state = 'PAID'"),
    ("I-61", "UPDATE fee_refund SET state = 'RETURNED' WHERE state = 'PAID'"),
)


@pytest.mark.insider
@pytest.mark.broken
@pytest.mark.parametrize(("number", "fault"), OTHERS)
def test_a_fault_in_a_refund_that_came_back_is_named(
    app: Flask, office: Office, clock: FixedClock, number: str, fault: str
) -> None:
    a_book(office, clock)
    planted(office.engine, fault)

    with app.app_context():
        found = {violation.invariant.split()[0] for violation in violations(sessions.session())}

    assert number in found


@pytest.mark.insider
@pytest.mark.broken
@pytest.mark.parametrize("number", sorted(FAULTS))
def test_a_planted_fault_is_named(
    app: Flask, office: Office, clock: FixedClock, number: str
) -> None:
    a_book(office, clock)
    planted(office.engine, FAULTS[number])

    with app.app_context():
        found = {violation.invariant.split()[0] for violation in violations(sessions.session())}

    assert number in found


def test_the_book_is_right_before(app: Flask, office: Office, clock: FixedClock) -> None:
    a_book(office, clock)

    with app.app_context():
        assert violations(sessions.session()) == ()
