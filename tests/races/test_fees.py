"""64 contenders with one statement: each transaction is booked once, and nobody hears an error."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import FeePaid
from backoffice.disbursement.models import FeeLine, FeeStatement, StatementState
from backoffice.disbursement.operations.fees.statements import book_statement
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from backoffice.web import guard
from tests import given
from tests.given import fees, seats
from tests.given.seats import number_of
from tests.races.contest import CONTENDERS, contest

FIRMS = 3
LINES = (
    fees.a_line("U1", "05-12 09:00", 777),
    *(
        fees.a_line(f"T{place}", f"05-12 1{place}:00", 300_000, 案件編號=number_of(place))
        for place in range(1, FIRMS + 1)
    ),
)


def contend(app: Flask, number: int) -> None:
    """Confirm one of two statements, of which the second holds one line more."""
    office: Office = app.extensions[guard.EXTENSION].office
    statement, extra = (1, ()) if number % 2 else (2, (fees.a_line("U2", "05-12 09:00", 5),))
    office.perform(book_statement, given.CASHIER, statement, 1, fees.read(office, *LINES, *extra))


def test_every_transaction_is_booked_once_whoever_confirms(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    clock.advance(days=40)
    for place in range(1, FIRMS + 1):
        seats.an_accepted_firm_received(office, place)
    fees.a_preview(office, *LINES)
    fees.a_preview(office, *LINES, fees.a_line("U2", "05-12 09:00", 5))

    outcomes = contest(database_url, tmp_path, clock, contend)

    assert outcomes["done"] == 2
    assert outcomes.keys() <= {"done", "stale", "fee.statement_settled"}
    assert sum(outcomes.values()) == CONTENDERS
    with Session(office.engine) as session:
        states = session.scalars(select(FeeStatement.state)).all()
        assert states == [StatementState.CONFIRMED] * 2
        assert session.scalar(select(func.count()).select_from(FeeLine)) == FIRMS + 2
        assert session.scalar(select(func.count()).select_from(FeePaid)) == FIRMS
    assert seats.seated(office) == [number_of(place) for place in range(1, FIRMS + 1)]
