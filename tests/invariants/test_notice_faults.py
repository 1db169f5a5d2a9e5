"""The invariants of a late notice are seen to fail where one was withdrawn with its demand."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.db import sessions
from backoffice.invariants import violations
from backoffice.use_case import Office
from tests.disbursement.test_late_repayments import a_late_notice
from tests.disbursement.test_late_withdrawals import withdraw
from tests.given import loans
from tests.invariants.planting import planted

# By the invariant's number: what the insider does.
FAULTS = {"I-106": "DELETE FROM notice_withdrawal"}


@pytest.mark.insider
@pytest.mark.broken
@pytest.mark.parametrize(
    ("fault", "numbers"),
    [
        *((fault, {number}) for number, fault in FAULTS.items()),
        ("UPDATE recovery SET state = 'PREPARED'", {"I-103", "I-106"}),
        ("UPDATE recovery SET movement_id = 1", {"I-106"}),
        ("UPDATE recovery_share SET amount = amount - 1", {"I-52"}),
    ],
)
def test_a_notice_that_was_half_withdrawn_is_named(
    app: Flask, office: Office, fault: str, numbers: set[str]
) -> None:
    loan_id, _claim = loans.a_paid_month(office)
    a_late_notice(office, loan_id)
    withdraw(office, loan_id)
    planted(office.engine, fault)

    with app.app_context():
        found = {violation.invariant.split()[0] for violation in violations(sessions.session())}

    assert numbers <= found
