"""64 contenders for the same days of one loan: they are subsidised once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.disbursement.models import BankClaimLine
from backoffice.disbursement.operations.loans import accept_line
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.use_case import Office
from backoffice.web import guard
from tests import given
from tests.given import loans as world
from tests.races.contest import CONTENDERS, contest

CLAIMS = 4


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
