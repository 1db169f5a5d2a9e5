"""The bank numbers payments as its file does: a line that left the sheet has no number there."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backoffice.disbursement.models import SheetLine
from backoffice.disbursement.rules.bank import BankClass
from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.kernel.money import Ntd
from backoffice.reports.queries.figures import sheet_lines
from backoffice.use_case import Office
from tests.given import bank, paydesk
from tests.given import sheets as desk

THREE = (3_000_000, 2_999_998, 3_000_000)


def an_amended_sheet(office: Office) -> int:
    """Of three payments the first was taken out after the approval; sent after all."""
    sheet_id = desk.an_approved_sheet(office, *THREE)
    paydesk.exclude(office, sheet_id)
    desk.check(office, sheet_id)
    desk.approve(office, sheet_id)
    desk.send(office, sheet_id)
    return sheet_id


def live(office: Office, sheet_id: int) -> list[SheetLine]:
    return [row for row in desk.line_rows(office, sheet_id) if row.state is not LineState.VOIDED]


def test_the_bank_is_understood_by_the_numbers_of_its_file(office: Office) -> None:
    sheet_id = an_amended_sheet(office)
    in_file, _, _ = paydesk.read_back(paydesk.bank_file(office, sheet_id))

    said = [bank.said(office, sheet_id, place) for place in (1, 2)]

    told = [(line.position, line.case_number, line.amount.dollars) for line in said]
    assert told == [(line.position, line.case_number, line.amount) for line in in_file]


def test_what_the_bank_returned_is_returned_and_the_other_is_paid(office: Office) -> None:
    sheet_id = an_amended_sheet(office)
    first, second = live(office, sheet_id)

    answer_id = bank.answer(
        office, bank.returned(office, sheet_id, 1), bank.said(office, sheet_id, 2)
    )

    assert bank.kinds(office, answer_id) == [BankClass.RETURNED, BankClass.PAID]
    after = {row.id: row.state for row in live(office, sheet_id)}
    assert after == {first.id: LineState.RETURNED, second.id: LineState.PAID}
    assert [item.position for item in bank.items(office, answer_id)] == [1, 2]


def test_a_day_with_an_amended_sheet_is_closed(office: Office) -> None:
    sheet_id = an_amended_sheet(office)
    bank.answer(office, *(bank.said(office, sheet_id, place) for place in (1, 2)))

    bank.close(office)

    assert [(row.paid_rows, row.ledger_paid) for row in bank.closes(office)] == [
        (2, Ntd(2_999_999))
    ]


def test_the_total_of_an_amended_sheet_is_made_of_the_lines_that_stayed(office: Office) -> None:
    sheet_id = an_amended_sheet(office)

    with Session(office.engine) as session:
        parts = sheet_lines(session, sheet_id)
        behind = sheet_lines(session, sheet_id, after=1)

    assert (parts.count, parts.total) == (2, desk.sheet_row(office, sheet_id).total)
    assert [part.position for part in parts.rows] == [1, 2]
    assert [part.position for part in behind.rows] == [2]
