"""The invariant of the search is seen to fail where the index and the cases differ."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.db import sessions
from backoffice.invariants import violations
from backoffice.use_case import Office
from tests.given import cases
from tests.invariants.planting import planted

# By the invariant's number: what the insider does.
FAULTS = {"I-120": "DELETE FROM case_key WHERE key = '企業'"}
OTHERS = (
    "DELETE FROM case_key",
    "INSERT INTO case_key (key, case_id) VALUES ('大同', 1)",
    "INSERT INTO case_key (key, case_id) VALUES ('大同', 71)",
    "UPDATE \"case\" SET firm_name = '大同股份有限公司'",
)


@pytest.mark.insider
@pytest.mark.broken
@pytest.mark.parametrize("fault", [FAULTS["I-120"], *OTHERS])
def test_a_planted_fault_is_named(app: Flask, office: Office, fault: str) -> None:
    cases.an_imported_case(office)
    planted(office.engine, fault)

    with app.app_context():
        found = {violation.invariant.split()[0] for violation in violations(sessions.session())}

    assert "I-120" in found


def test_the_index_is_right_before(app: Flask, office: Office) -> None:
    cases.an_imported_case(office)

    with app.app_context():
        assert violations(sessions.session()) == ()
