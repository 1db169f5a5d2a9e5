"""64 contenders for the same days of one loan: they are subsidised once, and reckoned back once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.disbursement.models import BankClaimLine, LoanMovement, Recovery, RegisteredLoan
from backoffice.disbursement.operations.loans import (
    accept_line,
    enter_movement,
    withdraw_notice,
)
from backoffice.disbursement.operations.recoveries import demand_recovery
from backoffice.disbursement.rules.loans import Movement, MovementKind
from backoffice.disbursement.rules.recoveries import Disposition, RecoveryState
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.use_case import Office
from backoffice.web import guard
from tests import given
from tests.given import loans as world
from tests.given import recoveries as owed
from tests.races.contest import CONTENDERS, contest

CLAIMS = 4
REPAID_ON, REPAID = date(2023, 6, 16), 5_000_000
TOO_MUCH = Ntd(3_278)  # June: 45,884 paid, 42,606 due


def contend(app: Flask, number: int) -> None:
    """Accept June, or a June that begins some days later, from one of the claims."""
    house: guard.House = app.extensions[guard.EXTENSION]
    with Session(house.office.engine) as session:
        lines = session.scalars(select(BankClaimLine).order_by(BankClaimLine.id)).all()
    line = lines[number % CLAIMS]
    house.office.perform(accept_line, given.OFFICER_2, line.id, 1, line.claimed, "")


def test_the_days_of_a_loan_are_subsidised_once(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    loan_id = world.a_registered_loan(office)
    for place, due in enumerate((45_884, 44_354, 42_825, 41_295)):
        line = world.line(due, date(2023, 6, 1 + place))
        world.a_bank_claim(office, line, letter=Letter(f"第{place}號", world.LETTER.on))

    outcomes = contest(database_url, tmp_path, clock, contend)

    assert outcomes["done"] == 1
    assert set(outcomes) <= {"done", "stale", "bank_line.overlaps", "bank_line.decided"}
    assert sum(outcomes.values()) == CONTENDERS
    assert world.loan_row_of(office, loan_id).accepted in [
        Ntd(due) for due in (45_884, 44_354, 42_825, 41_295)
    ]


def tell_late(app: Flask, number: int) -> None:
    """Enter what every other contender enters too: a repayment in June, which was paid."""
    house: guard.House = app.extensions[guard.EXTENSION]
    with Session(house.office.engine) as session:
        loan = session.scalars(select(RegisteredLoan)).one()
    movement = Movement(REPAID_ON, MovementKind.REPAY, Ntd(REPAID))
    house.office.perform(
        enter_movement, given.OFFICER, loan.id, loan.version, movement, f"第{number}號", TOO_MUCH
    )


def test_a_late_notice_entered_by_many_at_once_is_demanded_once(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    loan_id, _claim = world.a_paid_month(office)

    outcomes = contest(database_url, tmp_path, clock, tell_late)

    assert outcomes == {"done": 1, "stale": CONTENDERS - 1}
    assert len(world.movements(office, loan_id)) == 2
    demand = owed.the_recovery(office, world.loan_row_of(office, loan_id).case_id)
    assert demand.amount == TOO_MUCH


def withdraw_or_demand(app: Flask, number: int) -> None:
    """Withdraw the notice, or make the demand that it prepared: every second contender the one."""
    house: guard.House = app.extensions[guard.EXTENSION]
    with Session(house.office.engine) as session:
        told = session.scalars(select(LoanMovement).order_by(LoanMovement.id.desc())).first()
        demand = session.scalars(select(Recovery)).one()
    assert told is not None, "it was told before"
    if number % 2:
        house.office.perform(withdraw_notice, given.OFFICER, told.id, 1, "誤列他戶")
        return
    letter = Letter(f"處分第{number}號", date(2023, 8, 20))
    house.office.perform(
        demand_recovery, given.OFFICER, demand.id, 1, Disposition(letter, date(2023, 12, 30))
    )


def test_a_notice_is_withdrawn_or_its_demand_made_once(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    loan_id, _claim = world.a_paid_month(office)
    before = world.loan_row_of(office, loan_id).committed
    world.move(office, loan_id, REPAID, REPAID_ON, shown=TOO_MUCH.dollars)

    outcomes = contest(database_url, tmp_path, clock, withdraw_or_demand)

    assert outcomes["done"] == 1
    assert set(outcomes) <= {"done", "stale", "loan.notice_withdrawn", "loan.notice_demanded"}
    assert sum(outcomes.values()) == CONTENDERS
    demand = owed.the_recovery(office, world.loan_row_of(office, loan_id).case_id)
    withdrawn = demand.state is RecoveryState.WITHDRAWN
    assert withdrawn is not (demand.state is RecoveryState.DEMANDED)
    assert withdrawn is (world.loan_row_of(office, loan_id).committed == before)


def withdraw_late(app: Flask, _number: int) -> None:
    """Withdraw the last notice, as every other contender does."""
    house: guard.House = app.extensions[guard.EXTENSION]
    with Session(house.office.engine) as session:
        told = session.scalars(select(LoanMovement).order_by(LoanMovement.id.desc())).first()
    assert told is not None, "it was told before"
    house.office.perform(withdraw_notice, given.OFFICER, told.id, 1, "誤列他戶")


def test_a_notice_withdrawn_by_many_at_once_is_withdrawn_once(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    loan_id, _claim = world.a_paid_month(office)
    before = world.loan_row_of(office, loan_id).committed
    world.move(office, loan_id, REPAID, REPAID_ON, shown=TOO_MUCH.dollars)

    outcomes = contest(database_url, tmp_path, clock, withdraw_late)

    assert outcomes["done"] == 1
    assert set(outcomes) <= {"done", "stale", "loan.notice_withdrawn"}
    assert sum(outcomes.values()) == CONTENDERS
    assert world.loan_row_of(office, loan_id).committed == before
