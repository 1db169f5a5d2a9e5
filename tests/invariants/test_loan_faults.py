"""Each invariant of loans is seen to fail where a month of interest was claimed and paid."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from backoffice.db import sessions
from backoffice.invariants import violations
from backoffice.use_case import Office
from tests.given import loans
from tests.invariants.planting import planted

# By the invariant's number: what the insider does.
FAULTS = {
    "I-100": "UPDATE registered_loan SET committed = committed + 1",
    "I-101": "UPDATE registered_loan SET accepted = accepted - 1",
    "I-102": (
        "INSERT INTO bank_claim_line (bank_claim_id, position, case_id, loan_id, from_on,"
        " through_on, principal, rate_ppm, claimed, computed, state, paid, reason, tranche_id,"
        " version) SELECT bank_claim_id, 2, case_id, loan_id, through_on, through_on, 1, 1, 1, 1,"
        " 'ACCEPTED', 1, '', tranche_id, 1 FROM bank_claim_line"
    ),
    "I-103": "UPDATE loan_movement SET amount = amount - 5000000",
    "I-104": "UPDATE bank_claim SET claimed = claimed + 1",
    "I-105": "UPDATE registered_loan SET state = 'ENDED'",
}


@pytest.mark.insider
@pytest.mark.broken
@pytest.mark.parametrize("number", sorted(FAULTS))
def test_a_planted_fault_is_named(app: Flask, office: Office, number: str) -> None:
    loans.a_paid_month(office)
    planted(office.engine, FAULTS[number])

    with app.app_context():
        found = {violation.invariant.split()[0] for violation in violations(sessions.session())}

    assert number in found


@pytest.mark.insider
@pytest.mark.broken
def test_more_principal_than_the_law_allows_is_named(app: Flask, office: Office) -> None:
    loans.a_paid_month(office)
    planted(
        office.engine, "UPDATE bank_claim_line SET paid = paid + 5000, claimed = claimed + 5000"
    )
    planted(office.engine, "UPDATE loan_movement SET amount = 40000000")

    with app.app_context():
        found = {violation.invariant.split()[0] for violation in violations(sessions.session())}

    assert "I-103" in found


@pytest.mark.insider
@pytest.mark.broken
@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE recovery_share SET amount = amount + 1",
        "UPDATE recovery_share SET amount = amount - 1",
    ],
)
def test_another_demand_than_the_schedule_gives_is_named(
    app: Flask, office: Office, fault: str
) -> None:
    loan_id, _claim = loans.a_paid_month(office)
    loans.move(office, loan_id, 5_000_000, date(2023, 6, 16), shown=3_278)
    planted(office.engine, fault)

    with app.app_context():
        found = {violation.invariant.split()[0] for violation in violations(sessions.session())}

    assert {"I-52", "I-103"} <= found
