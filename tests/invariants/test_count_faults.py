"""The kept counts are seen to fail when a count, a load or a case was changed behind the door."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.access import SYSTEM
from backoffice.cases.operations import recount, take_from_queue
from backoffice.db import sessions
from backoffice.invariants import violations
from backoffice.use_case import Office
from tests import given
from tests.given import cases
from tests.invariants.planting import planted

# By the invariant's number: what the insider does.
FAULTS = {
    "I-50": "UPDATE case_count SET cases = cases + 1 WHERE state = 'IN_REVIEW'",
}
OTHERS = (
    "DELETE FROM case_count WHERE state = 'QUALIFYING'",
    "INSERT INTO case_count (scheme, state, cases) VALUES ('S01', 'AWARDED', 1)",
    "UPDATE officer_load SET cases = 7",
    "DELETE FROM officer_load",
    "UPDATE \"case\" SET scheme = 'S02' WHERE id = 1",
    "UPDATE \"case\" SET turn = 'THEIRS' WHERE turn = 'OURS'",
)


def some_cases(office: Office) -> None:
    """One in review, one that an officer has taken, one that nobody has."""
    cases.a_case_in_review(office)
    taken = cases.an_imported_case(office, number="S01-112-000002")
    office.perform(take_from_queue, given.OFFICER, taken, cases.version_of(office, taken))
    cases.an_imported_case(office, number="S01-112-000003")


def broken(app: Flask) -> set[str]:
    with app.app_context():
        return {violation.invariant.split()[0] for violation in violations(sessions.session())}


def test_the_counts_are_right_before(app: Flask, office: Office) -> None:
    some_cases(office)

    assert broken(app) == set()


@pytest.mark.insider
@pytest.mark.broken
@pytest.mark.parametrize("fault", [*FAULTS.values(), *OTHERS])
def test_a_planted_fault_is_named(app: Flask, office: Office, fault: str) -> None:
    some_cases(office)
    planted(office.engine, fault)

    assert "I-50" in broken(app)


@pytest.mark.insider
@pytest.mark.parametrize("fault", [FAULTS["I-50"], *OTHERS[:4]])
def test_a_recount_puts_it_right_and_is_audited(app: Flask, office: Office, fault: str) -> None:
    some_cases(office)
    planted(office.engine, fault)

    wrong = office.perform(recount, SYSTEM)

    assert wrong == 1
    assert broken(app) == set()
    assert office.perform(recount, SYSTEM) == 0
