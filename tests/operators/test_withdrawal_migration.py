"""The migration that lets a late notice be withdrawn keeps the demands, their rules and links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from backoffice.db import Base
from backoffice.disbursement.models import Recovery
from backoffice.disbursement.rules.recoveries import RecoveryState
from backoffice.use_case import Office
from tests.disbursement.test_late_repayments import a_late_notice
from tests.disbursement.test_late_withdrawals import withdraw
from tests.given import loans as world
from tests.given import recoveries as owed

BEFORE = "0012"


@pytest.fixture
def prepared(app: Flask, office: Office) -> tuple[int, Recovery]:
    """A loan and the demand of a late notice that was prepared before the migration ran."""
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    found = owed.the_recovery(office, case_id)
    with app.app_context():
        downgrade(revision=BEFORE)
        upgrade()
    return loan_id, found


def _names(rows: Iterable[Mapping[str, object]]) -> set[object]:
    return {row["name"] for row in rows}


def test_a_notice_that_was_told_before_may_be_withdrawn(
    office: Office, prepared: tuple[int, Recovery]
) -> None:
    loan_id, before = prepared
    kept = owed.the_recovery(office, before.case_id)
    assert (kept.id, kept.amount, kept.reason) == (before.id, before.amount, before.reason)
    assert (kept.movement_id, kept.state) == (before.movement_id, RecoveryState.PREPARED)

    withdraw(office, loan_id)

    assert owed.the_recovery(office, before.case_id).state is RecoveryState.WITHDRAWN


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize("name", ["recovery", "notice_withdrawal"])
def test_the_database_has_every_rule_of_the_model(office: Office, name: str) -> None:
    table, found = Base.metadata.tables[name], inspect(office.engine)
    columns = {column["name"]: column["nullable"] for column in found.get_columns(name)}

    assert columns == {column.name: column.nullable for column in table.columns}
    assert _names(found.get_check_constraints(name)) == {
        each.name for each in table.constraints if isinstance(each, CheckConstraint)
    }
    assert {each.name for each in table.indexes} <= _names(found.get_indexes(name))
    assert _names(found.get_foreign_keys(name)) == {
        each.name for each in table.foreign_key_constraints
    }


def _refused(engine: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE recovery SET amount = amount + 1",
        "UPDATE recovery SET movement_id = NULL",
        "UPDATE recovery SET state = 'DEMANDED'",
        "UPDATE recovery SET state = 'WITHDRAWN'",
        "UPDATE recovery SET state = 'LOST'",
        "DELETE FROM recovery",
        "UPDATE recovery_share SET amount = amount + 1",
    ],
)
def test_a_demand_is_guarded_as_before(office: Office, statement: str) -> None:
    _refused(office.engine, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE recovery SET state = 'PREPARED'",
        "UPDATE recovery SET ended_at = NULL",
        "UPDATE notice_withdrawal SET reason = 'OTHER'",
        "DELETE FROM notice_withdrawal",
    ],
)
def test_what_was_withdrawn_stays_so(
    office: Office, prepared: tuple[int, Recovery], statement: str
) -> None:
    withdraw(office, prepared[0])

    _refused(office.engine, statement)
