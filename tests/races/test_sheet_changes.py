"""An approved sheet, changed, sent and voided by 64 at once: one of them, and the books agree."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.db import sessions
from backoffice.disbursement.models import Sheet, SheetLine
from backoffice.disbursement.operations.sheets import exclude_line, send_sheet, void_sheet
from backoffice.disbursement.rules.lifecycles import SheetState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import ZERO
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.use_case import Office
from backoffice.web import guard
from tests import given
from tests.given import sheets as desk
from tests.races.contest import CONTENDERS, contest


def contend(app: Flask, number: int) -> None:
    """Each with the page as it was approved: send it, void it, or take a line out."""
    house: guard.House = app.extensions[guard.EXTENSION]
    with Session(house.office.engine) as session:
        sheet = session.scalars(select(Sheet)).one()
        line = session.scalars(select(SheetLine.id).order_by(SheetLine.id).limit(1)).one()
        sheet_id, version = sheet.id, sheet.version
    match number % 3:
        case 0:
            house.office.perform(send_sheet, given.CASHIER, sheet_id, version)
        case 1:
            house.office.perform(exclude_line, given.ACCOUNTING, sheet_id, version, line, "重複")
        case _:
            house.office.perform(void_sheet, given.ACCOUNTING, sheet_id, version, "重製")


def test_of_64_who_send_change_or_void_an_approved_sheet_the_books_follow_each(
    office: Office, app: Flask, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    desk.an_approved_sheet(office, 3_000_000, 2_999_999)

    outcomes = contest(database_url, tmp_path, clock, contend)

    # Taking a line out may come before a voiding: whoever looks later sees the sheet as made.
    assert 1 <= outcomes["done"] <= 2
    assert sum(outcomes.values()) == CONTENDERS
    assert set(outcomes) <= {"done", "stale", "lifecycle.not_allowed", "sheet.last_line"}
    with app.app_context():
        session = sessions.session()
        sheet = session.scalars(select(Sheet)).one()
        left = budget_line(session, "S01").amount(Stage.ALLOTTED)
    assert desk.ALLOTMENT - left == (sheet.total if sheet.state is SheetState.SENT else ZERO)
