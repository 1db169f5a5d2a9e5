"""Statements of the bank, payments by hand and refunds, made by the use cases themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.cases.models import FeePaid
from backoffice.cases.operations.services import start_service
from backoffice.cases.rules.seats import Choice
from backoffice.disbursement.models import FeeLine, FeeRefund, FeeStatement
from backoffice.disbursement.operations.fees.entering import enter_advertising, enter_payment
from backoffice.disbursement.operations.fees.reading import ReadStatement, judged, read_upload
from backoffice.disbursement.operations.fees.refunds import (
    approve_refund,
    bounce_refund,
    make_refund,
    pay_refund,
)
from backoffice.disbursement.operations.fees.statements import book_statement, preview_statement
from backoffice.disbursement.queries.fees.case import account_of
from backoffice.disbursement.rules.fees.entries import AdvertisingEntry, PaymentEntry
from backoffice.disbursement.rules.fees.refunds import Bounce, RefundOrder, claimed
from backoffice.disbursement.rules.fees.statement import COLUMNS
from backoffice.disbursement.rules.fees.verdicts import Judged
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.documents import Upload
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.models import LedgerAccount
from backoffice.ledger.rules import Book
from backoffice.spreadsheets.csv import csv_bytes
from backoffice.spreadsheets.layout import Column
from backoffice.use_case import Office
from tests import given
from tests.given import cases, seats
from tests.given.disbursement import a_pdf

ORDER = RefundOrder("測試企業有限公司", "004-1234567890123", "依業者來函辦理")
CORRECTED = RefundOrder("測試企業有限公司", "013-9876543210987", "業者來函更正帳戶")
Line = Mapping[str, str]


def a_line(number: str, when: str, amount: int | str, **cells: str) -> Line:
    """A line of a statement: `when` as "05-12 10:00" of the round's year, or as it is written."""
    written = f"2023-{when}" if len(when) == len("05-12 10:00") else when
    return {"交易序號": number, "入帳時間": written, "金額": str(amount), **cells}


def a_statement(*lines: Line, columns: Sequence[str] = COLUMNS) -> bytes:
    """A file of the bank with these lines, as .csv."""
    rows = [[line.get(column, "") for column in columns] for line in lines]
    return csv_bytes([Column(name) for name in columns], rows)


def read(office: Office, *lines: Line, scheme: str = seats.PAYMENT) -> ReadStatement:
    """The same as it was read."""
    upload = Upload("入帳明細.csv", a_statement(*lines))
    return read_upload(upload, scheme, office.clock.now())


def judge(office: Office, *lines: Line, scheme: str = seats.PAYMENT) -> tuple[Judged, ...]:
    """What each line means by what the book knows now."""
    with Session(office.engine) as session:
        return judged(session, read(office, *lines, scheme=scheme))


def a_preview(office: Office, *lines: Line, scheme: str = seats.PAYMENT) -> int:
    """A statement that waits to be confirmed."""
    return office.perform(preview_statement, given.CASHIER, read(office, *lines, scheme=scheme))


def book(office: Office, *lines: Line, scheme: str = seats.PAYMENT) -> int:
    """A statement brought in and confirmed; how many lines were new."""
    found = read(office, *lines, scheme=scheme)
    number = office.perform(preview_statement, given.CASHIER, found)
    version = statement(office, number).version
    return office.perform(book_statement, given.CASHIER, number, version, found)


def enter(
    office: Office,
    case_id: int,
    when: datetime,
    amount: int,
    receipt: str = "H-1",
    actor: Actor = given.OFFICER,
) -> int:
    """A payment entered by hand from its slip."""
    entry = PaymentEntry(when, Ntd(amount), receipt)
    return office.perform(enter_payment, actor, case_id, entry, a_pdf("slip.pdf"))


def begin_service(office: Office, case_id: int) -> None:
    """The service of a confirmed place begins today."""
    version = cases.version_of(office, case_id)
    day = local_date(office.clock.now())
    office.perform(start_service, given.OFFICER, case_id, version, day)


def advertise(office: Office, case_id: int, amount: int, invoice: str = "AB12345678") -> None:
    """Advertising placed for the firm is entered."""
    day = local_date(office.clock.now())
    entry = AdvertisingEntry(day, Ntd(amount), "搜尋廣告", invoice)
    office.perform(enter_advertising, given.OFFICER, case_id, entry, a_pdf("proof.pdf"))


def make(
    office: Office,
    case_id: int,
    actor: Actor = given.OFFICER,
    order: RefundOrder = ORDER,
) -> FeeRefund:
    """The refund that is due now is made."""
    with Session(office.engine) as session:
        account = account_of(session, case_id)
    found = claimed(account.facts(local_date(office.clock.now())))
    assert found is not None, "nothing is to go back"
    number = office.perform(make_refund, actor, case_id, found.amount, order, None)
    return refund(office, number)


def approve(office: Office, refund_id: int, actor: Actor = given.ACCOUNTING) -> None:
    """Somebody else approves it."""
    office.perform(approve_refund, actor, refund_id, refund(office, refund_id).version)


def pay_back(
    office: Office, refund_id: int, on: date | None = None, reference: str = "BANK-1"
) -> None:
    """The cashier has paid it."""
    day = on or local_date(office.clock.now())
    version = refund(office, refund_id).version
    office.perform(pay_refund, given.CASHIER, refund_id, version, day, reference)


def bounce(
    office: Office,
    refund_id: int,
    reference: str = "BACK-1",
    reason: ReturnReason = ReturnReason.ACCOUNT_CLOSED,
) -> None:
    """The bank sends a paid refund back today."""
    version = refund(office, refund_id).version
    told = Bounce(local_date(office.clock.now()), reference, reason)
    office.perform(bounce_refund, given.CASHIER, refund_id, version, told)


def give_back(
    office: Office, case_id: int, reference: str = "BANK-1", order: RefundOrder = ORDER
) -> FeeRefund:
    """Made, approved and paid."""
    made = make(office, case_id, order=order)
    approve(office, made.id)
    pay_back(office, made.id, reference=reference)
    return refund(office, made.id)


def choose(office: Office, case_id: int, choice: Choice) -> None:
    """The firm's letter with its choice is entered."""
    from backoffice.cases.operations.seats import choose as choice_entered

    version = cases.version_of(office, case_id)
    day = local_date(office.clock.now())
    office.perform(choice_entered, given.OFFICER, case_id, version, choice, day, "業字第1號")


def refund(office: Office, refund_id: int) -> FeeRefund:
    """The refund as it stands, detached."""
    with Session(office.engine) as session:
        return session.get_one(FeeRefund, refund_id)


def statement(office: Office, statement_id: int) -> FeeStatement:
    """The statement as it stands, detached."""
    with Session(office.engine) as session:
        return session.get_one(FeeStatement, statement_id)


def lines(office: Office) -> list[FeeLine]:
    """Every transaction in the book, oldest first, detached."""
    with Session(office.engine) as session:
        return list(session.scalars(select(FeeLine).order_by(FeeLine.id)))


def payments(office: Office, case_id: int) -> list[FeePaid]:
    """What a case paid, as it was booked, detached."""
    with Session(office.engine) as session:
        query = select(FeePaid).where(FeePaid.case_id == case_id).order_by(FeePaid.position)
        return list(session.scalars(query))


def book_of_fees(office: Office, scheme: str = seats.PAYMENT) -> Mapping[str, int]:
    """Every account of the fee book that holds something; what came in is below zero."""
    with Session(office.engine) as session:
        rows = session.execute(
            select(LedgerAccount.stage, LedgerAccount.balance).where(
                LedgerAccount.scheme == scheme, LedgerAccount.book == Book.FEES
            )
        )
        return {stage.removeprefix("fee_"): balance for stage, balance in rows if balance}
