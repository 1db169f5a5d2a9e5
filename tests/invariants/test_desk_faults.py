"""Each invariant of the payment desk is seen to fail in a sheet that was changed and is right."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.db import sessions
from backoffice.invariants import violations
from backoffice.use_case import Office
from tests.given import paydesk
from tests.given import sheets as desk
from tests.invariants.planting import planted

# By the invariant's number: what the insider does.
FAULTS = {
    "I-91": "UPDATE sheet SET sent_by = (SELECT changed_by FROM sheet_change)",
    "I-92": (
        "UPDATE line_query SET answered_at = NULL, answered_by = NULL, line_id ="
        " (SELECT id FROM sheet_line WHERE state = 'LIVE' LIMIT 1)"
    ),
    "I-93": "UPDATE sheet SET total = total + 1",
    "I-94": "UPDATE sheet_line SET state = 'RETURNED' WHERE state = 'VOIDED'",
}


def a_changed_sheet(office: Office) -> None:
    """Asked about, changed, and approved again."""
    sheet_id = desk.a_made_sheet(office, 3_000_000, 2_999_999, 1_428_572)
    paydesk.ask(office, sheet_id, 1)
    paydesk.answer(office, sheet_id, 1)
    desk.check(office, sheet_id)
    paydesk.exclude(office, sheet_id)
    desk.check(office, sheet_id)
    desk.an_allotment(office)
    desk.approve(office, sheet_id)


@pytest.mark.insider
@pytest.mark.broken
@pytest.mark.parametrize("number", sorted(FAULTS))
def test_a_planted_fault_is_named(app: Flask, office: Office, number: str) -> None:
    a_changed_sheet(office)
    planted(office.engine, FAULTS[number])

    with app.app_context():
        found = {violation.invariant.split()[0] for violation in violations(sessions.session())}

    assert number in found


def test_the_changed_sheet_is_right_before(app: Flask, office: Office) -> None:
    a_changed_sheet(office)

    with app.app_context():
        assert violations(sessions.session()) == ()
