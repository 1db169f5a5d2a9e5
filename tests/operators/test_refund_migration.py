"""The migration that lets a paid refund come back keeps its rows, its rules and its triggers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from backoffice.db import Base
from backoffice.disbursement.models import FeeRefund
from backoffice.disbursement.rules.fees.refunds import RefundState
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from tests.given import fees, seats
from tests.given.seats import number_of

BEFORE = "0010"


@pytest.fixture
def paid(app: Flask, office: Office, clock: FixedClock) -> FeeRefund:
    """A refund that was paid before the migration ran."""
    clock.advance(days=40)
    case_id = seats.an_accepted_firm_received(office, 1)
    fees.book(office, fees.a_line("T1", "05-12 10:00", 300_005, 案件編號=number_of(1)))
    refund = fees.give_back(office, case_id)
    with app.app_context():
        downgrade(revision=BEFORE)
        upgrade()
    return refund


def _names(rows: Iterable[Mapping[str, object]]) -> set[object]:
    return {row["name"] for row in rows}


def test_what_was_paid_is_kept_and_may_come_back(office: Office, paid: FeeRefund) -> None:
    kept = fees.refund(office, paid.id)

    fees.bounce(office, paid.id)

    assert (kept.amount, kept.bank_reference) == (paid.amount, paid.bank_reference)
    assert kept.state is RefundState.PAID
    assert fees.refund(office, paid.id).state is RefundState.BOUNCED


def _partial(indexes: Iterable[Mapping[str, Any]]) -> set[object]:
    """Those that hold for a part of the rows only."""
    return {each["name"] for each in indexes if any("_where" in key for key in _options(each))}


def _options(index: Mapping[str, Any]) -> Mapping[str, Any]:
    options: Mapping[str, Any] = index.get("dialect_options", {})
    return options


@pytest.mark.usefixtures("paid")
def test_the_database_has_every_rule_of_the_model(office: Office) -> None:
    table, found = Base.metadata.tables["fee_refund"], inspect(office.engine)
    columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}

    assert columns == {column.name: column.nullable for column in table.columns}
    assert _names(found.get_check_constraints(table.name)) == {
        each.name for each in table.constraints if isinstance(each, CheckConstraint)
    }
    assert {each.name for each in table.indexes} <= _names(found.get_indexes(table.name))
    assert _partial(found.get_indexes(table.name)) == {
        "uq_fee_refund_open_case",
        "uq_fee_refund_open_line",
    }
    assert _names(found.get_unique_constraints(table.name)) == {
        "uq_fee_refund_bank_reference",
        "uq_fee_refund_bounce_reference",
    }
    assert _names(found.get_foreign_keys(table.name)) == {
        "fk_fee_refund_again_id",
        "fk_fee_refund_case_id",
        "fk_fee_refund_line_id",
    }


def _refused(engine: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.usefixtures("paid")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fee_refund SET amount = amount + 1",
        "UPDATE fee_refund SET bank_reference = 'OTHER'",
        "UPDATE fee_refund SET account = 'OTHER'",
        "UPDATE fee_refund SET state = 'MADE', approved_by = NULL",
        "UPDATE fee_refund SET state = 'BOUNCED'",
        "UPDATE fee_refund SET state = 'LOST'",
        "DELETE FROM fee_refund",
        "UPDATE fee_line SET state = 'OPEN'",
    ],
)
def test_what_is_paid_is_not_written_over(office: Office, statement: str) -> None:
    _refused(office.engine, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fee_refund SET bounced_on = paid_on, bounce_reference = 'OTHER'",
        "UPDATE fee_refund SET bounce_reason = 'OTHER x'",
        "UPDATE fee_refund SET state = 'PAID', bounced_by = NULL",
        "UPDATE fee_refund SET payee = 'OTHER'",
        "DELETE FROM fee_refund",
    ],
)
def test_what_came_back_is_not_written_over(
    office: Office, paid: FeeRefund, statement: str
) -> None:
    fees.bounce(office, paid.id)

    _refused(office.engine, statement)
