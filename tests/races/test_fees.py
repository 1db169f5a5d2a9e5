"""64 contenders with one statement, one refund to pay or one that came back: booked once."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import FeePaid
from backoffice.disbursement.models import FeeLine, FeeStatement, StatementState
from backoffice.disbursement.operations.fees.refunds import bounce_refund, pay_refund
from backoffice.disbursement.operations.fees.statements import book_statement
from backoffice.disbursement.rules.fees.refunds import Bounce, RefundState
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.taiwan import local_date
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


# The only refund: its version when it is approved, and when it is paid.
REFUND, APPROVED_VERSION, PAID_VERSION = 1, 2, 3


def pay(app: Flask, number: int) -> None:
    """Enter that it was paid, under a number of one's own."""
    office: Office = app.extensions[guard.EXTENSION].office
    day = local_date(office.clock.now())
    office.perform(pay_refund, given.CASHIER, REFUND, APPROVED_VERSION, day, f"BANK-{number}")


def test_a_refund_is_paid_once_whoever_enters_it(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    clock.advance(days=40)
    case_id = seats.an_accepted_firm_received(office, 1)
    fees.book(office, fees.a_line("T1", "05-12 10:00", 300_005, 案件編號=number_of(1)))
    fees.approve(office, fees.make(office, case_id).id)

    outcomes = contest(database_url, tmp_path, clock, pay)

    assert outcomes == {"done": 1, "stale": CONTENDERS - 1}
    assert fees.refund(office, REFUND).state is RefundState.PAID
    assert fees.book_of_fees(office)["refunded"] == 5


def send_back(app: Flask, number: int) -> None:
    """Enter the bank's notice, under a number of one's own."""
    office: Office = app.extensions[guard.EXTENSION].office
    told = Bounce(
        local_date(office.clock.now()), f"BACK-{number}", ReturnReason.OTHER, "依退匯通知"
    )
    office.perform(bounce_refund, given.CASHIER, REFUND, PAID_VERSION, told)


def test_a_refund_comes_back_once_whoever_enters_it(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    clock.advance(days=40)
    case_id = seats.an_accepted_firm_received(office, 1)
    fees.book(office, fees.a_line("T1", "05-12 10:00", 300_005, 案件編號=number_of(1)))
    refund = fees.give_back(office, case_id)
    assert (refund.id, refund.version) == (REFUND, PAID_VERSION)

    outcomes = contest(database_url, tmp_path, clock, send_back)

    assert outcomes == {"done": 1, "stale": CONTENDERS - 1}
    assert fees.refund(office, REFUND).state is RefundState.BOUNCED
    assert fees.book_of_fees(office) == {
        "payer": -300_005,
        "received": 5,
        "income": 285_714,
        "tax": 14_286,
    }
