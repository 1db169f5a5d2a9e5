"""Each invariant of the budget is seen to fail in books that are right."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from backoffice.access import SYSTEM
from backoffice.db import sessions
from backoffice.invariants import violations
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.taiwan import TAIPEI
from backoffice.ledger.operations import release_next
from backoffice.use_case import Office
from tests.given import budget
from tests.invariants.planting import planted

_TARGET = "UPDATE ledger_transfer SET target_id = (SELECT id FROM ledger_account WHERE name = '{}')"
# By the invariant's number: what the insider does.
FAULTS = {
    "I-80": _TARGET.format("S02/available") + " WHERE key LIKE 'shift:%:out'",
    "I-81": (
        "UPDATE ledger_transfer SET source_id = target_id, target_id = source_id"
        " WHERE key LIKE 'allotment-period:%'"
    ),
    "I-82": "UPDATE allotment_period SET released_at = '2023-03-31 15:59:59' WHERE month = 4",
    "I-83": "UPDATE budget_shift SET amount = amount + 1",
    "I-84": "UPDATE ledger_account SET closed_at = NULL WHERE name = 'S01/available'",
}


def books(office: Office, clock: FixedClock) -> None:
    """Two schemes: one gave to the other, was allotted by month, and is closed."""
    budget.an_appropriation(office, 1_000)
    budget.a_plan(office, {4: 100, 5: 200})
    budget.approve(office, budget.a_shift(office, 300))
    clock.set(datetime(2026, 1, 5, 9, tzinfo=TAIPEI))
    while office.perform(release_next, SYSTEM):
        pass
    budget.close(office)


@pytest.mark.insider
@pytest.mark.broken
@pytest.mark.parametrize("number", sorted(FAULTS))
def test_a_planted_fault_is_named(
    app: Flask, office: Office, clock: FixedClock, number: str
) -> None:
    books(office, clock)
    planted(office.engine, FAULTS[number])

    with app.app_context():
        found = {violation.invariant.split()[0] for violation in violations(sessions.session())}

    assert number in found


def test_the_books_are_right_before(app: Flask, office: Office, clock: FixedClock) -> None:
    books(office, clock)

    with app.app_context():
        assert violations(sessions.session()) == ()
