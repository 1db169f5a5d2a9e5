"""Each invariant of the reconciliation is seen to fail on a day that was closed and is right."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.db import sessions
from backoffice.disbursement.operations.recoveries import reverse_repayment
from backoffice.disbursement.rules.lifecycles import LineEvent
from backoffice.invariants import violations
from backoffice.kernel.taiwan import local_date
from backoffice.use_case import Office
from tests import given
from tests.given import bank
from tests.given import disbursement as world
from tests.given import recoveries as debts
from tests.given import sheets as desk
from tests.invariants.planting import planted

# By the invariant's number: what the insider does.
FAULTS = {
    "I-95": "UPDATE day_close SET paid = paid + 1",
    "I-96": "DELETE FROM bank_item WHERE bank_line_id = (SELECT min(id) FROM bank_line)",
    "I-97": "UPDATE bank_item SET counted = counted - 1 WHERE counted > 0",
    "I-98": (
        "UPDATE repayment_reversal SET reversed_by = (SELECT entered_by FROM repayment"
        " WHERE id = repayment_id)"
    ),
}
# The same promises, broken in other ways.
MORE = (
    ("I-95", "UPDATE sheet_line SET settled_on = '2023-11-21' WHERE state = 'PAID'"),
    ("I-95", "UPDATE ledger_transfer SET key = key || 'x' WHERE key LIKE 'return:%'"),
    ("I-96", "UPDATE bank_answer SET row_count = row_count + 1"),
    ("I-96", "UPDATE bank_answer SET state = 'READ'"),
    ("I-97", "UPDATE bank_item SET counted = 0, counted_as = NULL, counted_on = NULL"),
    ("I-98", "UPDATE repayment_reversal SET to_budget = to_budget - 1"),
)


def a_closed_day(office: Office) -> None:
    """One paid, one returned, the day closed; and a receipt that was corrected."""
    case_id = debts.a_clawback(office)
    world.at(office, debts.DEMANDED_ON)
    debts.demand(office, case_id)
    debts.receive(office, case_id, 100_000, debts.DEMANDED_ON)
    receipt = debts.repayments(office, case_id)[-1]
    version = debts.the_recovery(office, case_id).version
    office.perform(reverse_repayment, given.ACCOUNTING, receipt.id, version, "金額誤植")
    sheet_id = desk.make(office, [desk.a_verified_tranche(office, place) for place in (1, 2)])
    desk.an_allotment(office)
    for step in (desk.check, desk.approve, desk.send):
        step(office, sheet_id)
    day = local_date(office.clock.now())
    first = bank.said(office, sheet_id, 1, day=day)
    second = bank.said(office, sheet_id, 2, day=day, event=LineEvent.RETURN, code="22")
    bank.answer(office, first, second)
    bank.close(office, day)


@pytest.mark.insider
@pytest.mark.broken
@pytest.mark.parametrize(("number", "fault"), [*FAULTS.items(), *MORE])
def test_a_planted_fault_is_named(app: Flask, office: Office, number: str, fault: str) -> None:
    a_closed_day(office)
    planted(office.engine, fault)

    with app.app_context():
        found = {violation.invariant.split()[0] for violation in violations(sessions.session())}

    assert number in found


def test_the_closed_day_is_right_before(app: Flask, office: Office) -> None:
    a_closed_day(office)

    with app.app_context():
        assert violations(sessions.session()) == ()
