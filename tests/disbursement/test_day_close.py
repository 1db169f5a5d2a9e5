"""A day is closed at zero difference between sheet, ledger and bank, and takes nothing more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backoffice.disbursement.models import DayClose
from backoffice.disbursement.queries.bank.days import by_sheet, days
from backoffice.disbursement.rules.bank import BankClass, Resolution, Side
from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Office
from tests.given import bank
from tests.given import disbursement as world
from tests.given import sheets as desk

TWO = (3_000_000, 2_999_998)


def refused(office: Office, day: date = bank.PAID_ON) -> Refused:
    with pytest.raises(Refused) as refusal:
        bank.close(office, day)
    return refusal.value


def a_reconciled_day(office: Office) -> int:
    """One paid, one returned, all of it the bank's word; the sheet."""
    sheet_id = desk.a_sent_sheet(office, *TWO)
    first, _second = bank.all_paid(office, sheet_id)
    bank.answer(office, first, bank.returned(office, sheet_id, 2))
    return sheet_id


def test_a_day_without_difference_is_closed_with_its_totals_and_their_hash(
    office: Office,
) -> None:
    a_reconciled_day(office)

    bank.close(office)

    (closed,) = bank.closes(office)
    assert (closed.day, closed.paid_rows, closed.paid) == (bank.PAID_ON, 1, Ntd(1_500_000))
    assert (closed.returned_rows, closed.returned) == (1, Ntd(1_499_999))
    assert (closed.ledger_paid, closed.bank_paid) == (closed.paid, closed.paid)
    assert len(closed.content_sha256) == 64


def test_the_three_sides_stand_beside_each_other(office: Office) -> None:
    sheet_id = a_reconciled_day(office)

    with Session(office.engine) as session:
        (row,) = by_sheet(session, bank.PAID_ON)
        (listed,) = days(session)

    side = Side(1, Ntd(1_500_000), 1, Ntd(1_499_999))
    assert (row.sheet_id, row.view.sheet, row.view.ledger, row.view.bank) == (
        sheet_id,
        side,
        side,
        side,
    )
    assert (listed.day, listed.view.difference, listed.open_items) == (bank.PAID_ON, ZERO, 0)


def test_what_was_entered_by_hand_alone_is_a_difference(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    desk.settle(office, sheet_id, desk.paid(desk.line_rows(office, sheet_id)[0]))

    refusal = refused(office)

    assert (refusal.code, refusal.facts) == (
        "bank.day_differs",
        {"difference": Ntd(1_500_000), "sheets": ("112-S01-0001",)},
    )


def test_an_open_item_keeps_its_day_open(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    answer_id = bank.answer(office, *bank.all_paid(office, sheet_id), bank.stranger())

    refusal = refused(office)

    assert (refusal.code, refusal.facts) == ("bank.items_open", {"count": 1})
    item = bank.the_item(office, answer_id, BankClass.UNKNOWN)
    bank.resolve(office, item, bank.worked(Resolution.GIVEN_BACK))
    bank.close(office)


def test_an_answer_that_nobody_confirmed_keeps_its_day_open(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    bank.load(office, *bank.all_paid(office, sheet_id))

    refusal = refused(office)

    assert (refusal.code, refusal.facts) == ("bank.answer_waits", {"files": ("回覆.csv",)})


def test_a_day_is_closed_once_and_not_before_it_came(office: Office) -> None:
    a_reconciled_day(office)
    bank.close(office)

    assert refused(office).code == "bank.day_closed"
    to_come = refused(office, bank.PAID_ON + timedelta(days=1))
    assert (to_come.code, to_come.facts["day"]) == (
        "bank.day_to_come",
        bank.PAID_ON + timedelta(days=1),
    )


def test_a_closed_day_takes_no_more_settlements(office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    bank.close(office)

    with pytest.raises(Refused) as refusal:
        desk.settle(office, sheet_id, desk.paid(desk.line_rows(office, sheet_id)[0]))

    assert (refusal.value.code, refusal.value.facts) == ("bank.day_closed", {"day": bank.PAID_ON})
    assert desk.line_rows(office, sheet_id)[0].state is LineState.SENT


def test_an_answer_dated_in_a_closed_day_is_late_and_settled_on_an_open_one(
    office: Office,
) -> None:
    sheet_id = desk.a_sent_sheet(office)
    bank.close(office)
    answer_id = bank.answer(office, *bank.all_paid(office, sheet_id))
    assert bank.kinds(office, answer_id) == [BankClass.LATE]
    item = bank.the_item(office, answer_id, BankClass.LATE)
    next_day = bank.PAID_ON + timedelta(days=1)
    world.at(office, next_day)

    with world.refused("bank.day_closed"):
        bank.resolve(office, item, bank.worked(Resolution.PAID))
    bank.resolve(office, item, bank.worked(Resolution.PAID, day=next_day))

    bank.close(office, next_day)
    assert [each.paid for each in bank.closes(office)] == [ZERO, Ntd(1_500_000)]


def test_a_closed_day_is_never_changed_and_never_removed(office: Office) -> None:
    a_reconciled_day(office)
    bank.close(office)

    with pytest.raises(DBAPIError, match="refuses DELETE"), office.engine.begin() as connection:
        connection.execute(delete(DayClose))
