"""Each invariant is seen to fail: a fault is planted in a demonstration that is right.

An insider with the database's file could do what is done here; triggers and checks are switched
off first, because they would refuse most of it.
"""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.access import Actor, Role
from backoffice.db import sessions
from backoffice.invariants import REGISTER, violations
from backoffice.web import guard
from tests.given.web import signed_in
from tests.invariants.planting import known_faults, planted

# By the invariant's number: what the insider does.
FAULTS = {
    "I-01": "UPDATE ledger_account SET balance = -1 WHERE name = 'S01/available'",
    "I-02": "UPDATE ledger_account SET balance = balance + 1 WHERE name = 'S01/disbursed'",
    "I-03": 'UPDATE "case" SET subsidy = subsidy + 1 WHERE subsidy IS NOT NULL',
    "I-04": "UPDATE ledger_account SET balance = balance - 5 WHERE name = 'S01/committed'",
    "I-05": "UPDATE sheet_line SET state = 'LIVE' WHERE state = 'PAID'",
    "I-06": (
        "UPDATE sheet_line SET tranche_id = (SELECT min(tranche_id) FROM sheet_line"
        " WHERE state = 'PAID') WHERE id = (SELECT max(id) FROM sheet_line)"
    ),
    "I-07": "UPDATE sheet_line SET amount = amount - 1 WHERE state = 'PAID'",
    "I-08": "UPDATE tranche SET amount = amount + 1 WHERE number = 1",
    "I-09": "UPDATE sheet SET checked_by = made_by WHERE checked_by IS NOT NULL",
    "I-11": "UPDATE sheet SET total = total + 1",
    "I-12": "UPDATE ledger_transfer SET quantity = 'twelve' WHERE id = 1",
    "I-14": "UPDATE approved_line SET self_fund = self_fund + 1",
    "I-15": "UPDATE \"case\" SET state = 'TERMINATED' WHERE state = 'ACTIVE'",
    "I-17": (
        "UPDATE ledger_transfer SET target_id ="
        " (SELECT id FROM ledger_account WHERE name = 'S01/allotted') WHERE id = 1"
    ),
    "I-19": "UPDATE settlement SET lapsed = lapsed + 1",
    "I-30": "UPDATE \"case\" SET waiting_for = 'NOBODY' WHERE state = 'ACTIVE'",
    "I-31": "UPDATE score_sheet SET marks = '{}' WHERE state = 'SUBMITTED'",
    "I-32": "UPDATE score_sheet SET number = number + 1",
    "I-34": "UPDATE checkpoint SET weight_bp = weight_bp - 1",
    "I-35": "UPDATE panel SET score = score + 1 WHERE state = 'CLOSED'",
    "I-36": (
        "UPDATE assignment SET state = 'RECUSED', ended_at = declared_at WHERE state = 'DECLARED'"
    ),
    "I-40": "UPDATE decision SET subsidy = subsidy + 1 WHERE kind = 'AWARD'",
    "I-41": (
        'UPDATE audit_entry SET changes = \'{"state":["QUALIFYING","CLOSED"]}\''
        " WHERE seq = (SELECT max(seq) FROM audit_entry WHERE subject = 'case'"
        " AND kind = 'changed')"
    ),
    "I-42": "DELETE FROM audit_entry WHERE case_id = 1",
    "I-43": "UPDATE audit_entry SET actor_name = 'somebody else' WHERE seq = 7",
    "I-45": "UPDATE import SET case_count = case_count + 1",
    "I-46": "UPDATE tranche SET case_id = 987654 WHERE id = 1",
    "I-47": "DELETE FROM document_content WHERE sha256 = (SELECT sha256 FROM document LIMIT 1)",
    "I-48": "UPDATE account SET state = 'CLOSED'",
    "I-49": "UPDATE \"case\" SET edition = 'S01/99' WHERE id = 1",
    "I-70": "UPDATE offer SET amount = amount - 1 WHERE state = 'OPEN'",
    "I-71": "UPDATE waiting_place SET received_at = '2022-01-01 00:00:00.000000'",
    "I-72": (
        "UPDATE decision SET decided_at = '2024-06-30 00:00:00.000000' WHERE kind = 'PARTIAL_OFFER'"
    ),
    "I-73": (
        "INSERT INTO window_closure (scheme, edition, cause, at, document_number, reason,"
        " declared_by, declared_by_name) VALUES ('S01', 'S01/1', 'budget_exhausted',"
        " '2023-05-01 00:00:00.000000', 'x', '', 1, 'x')"
    ),
    "I-51": "UPDATE settlement SET clawback = 5 WHERE clawback = 0",
    "I-52": (
        "INSERT INTO recovery (case_id, cause, ground, amount, state, number, legal_text, reason,"
        " prepared_at, repaid, enforcement_number, written_off, write_off_number,"
        " write_off_reason, version) SELECT id, 'REVOCATION', 'OTHER', 10, 'RECOVERED', 'x', '',"
        " '', imported_at, 9, '', 0, '', '', 1 FROM \"case\" WHERE id = 1"
    ),
    "I-53": (
        "INSERT INTO repayment (recovery_id, case_id, received_on, receipt_number, account,"
        " amount, to_budget, to_treasury, document_number, entered_by, entered_at)"
        " SELECT 1, id, '2024-01-01', 'x', 'x', 5, 5, 0, '', 1, imported_at"
        ' FROM "case" WHERE id = 1'
    ),
    "I-54": (
        "INSERT INTO carry_over (case_id, scheme, year, amount, approval_number, approval_on,"
        " entered_by, entered_at, version) SELECT case_id, 'S01', 2024, 5, 'x', '2024-12-01', 1,"
        " entered_at, 1 FROM contract WHERE case_id NOT IN (SELECT case_id FROM carry_over)"
    ),
    "I-60": (
        "INSERT INTO consortium_member (case_id, position, is_centre, firm_name, ubn,"
        " factory_number, subsidy, self_fund, joined_on, join_letter, leave_letter, reason,"
        " version) SELECT case_id, 0, 1, 'a firm', '04595257', '', 1, 1, signed_on, '', '', '', 1"
        " FROM contract WHERE id = 1"
    ),
}


def test_every_invariant_has_its_planted_fault() -> None:
    assert {name.split()[0] for name in REGISTER} == known_faults()


@pytest.mark.parametrize("number", sorted(FAULTS))
def test_a_planted_fault_is_named(world: Flask, number: str) -> None:
    if number == "I-48":
        signed_in(world, Actor(1, "", Role.OFFICER))
    house: guard.House = world.extensions[guard.EXTENSION]
    planted(house.office.engine, FAULTS[number])

    found = {violation.invariant.split()[0] for violation in violations(sessions.session())}

    assert number in found
