"""Places and fees of the story: full rounds with waiting lists, services, refunds, a dispute.

Who holds a place, waits, pays late or leaves is told by the papers of 112; the fee desk goes on to
the summer of 113.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, FeePaid, Seat, SeatClaim
from backoffice.cases.operations import (
    Delivery,
    choose,
    close_service,
    deliver_service,
    lapse_hold,
    start_service,
    withdraw_case,
)
from backoffice.cases.operations.imports import accept_eligible, accept_together
from backoffice.cases.rules.seats import Choice, ClaimState, SeatState
from backoffice.demo.papers import paper
from backoffice.demo.stage import Stage
from backoffice.disbursement.models import FeeRefund, FeeStatement
from backoffice.disbursement.operations.fees.entering import enter_payment
from backoffice.disbursement.operations.fees.reading import ReadStatement, read_upload
from backoffice.disbursement.operations.fees.refunds import (
    approve_refund,
    bounce_refund,
    make_refund,
    pay_refund,
)
from backoffice.disbursement.operations.fees.statements import book_statement, preview_statement
from backoffice.disbursement.queries.fees.case import account_of
from backoffice.disbursement.rules.fees.entries import PaymentEntry
from backoffice.disbursement.rules.fees.refunds import Bounce, RefundOrder, RefundState, claimed
from backoffice.disbursement.rules.fees.statement import COLUMNS
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.documents import Upload
from backoffice.kernel.taiwan import TAIPEI
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition, SeatOrder
from backoffice.spreadsheets.csv import csv_bytes
from backoffice.spreadsheets.layout import Column

PAID_BACK = RefundOrder("依業者帳戶", "004-1234567890123", "依業者來函辦理")
UNPAID, STARTED = 3, 4  # of a round by acceptance; of each round
Line = Mapping[str, str]


def begin(stage: Stage) -> None:
    """Every eligible case is accepted: by payment together, by acceptance as received."""
    for edition in _rounds():
        cases = stage.rows(_accepted_in_order(edition))
        if _by_payment(edition):
            stage.office.perform(accept_together, stage.cast.officer, cases)
        else:
            for case_id in cases:
                stage.office.perform(accept_eligible, stage.cast.officer, case_id)


def pay(stage: Stage, day: date) -> None:
    """The held places are paid for by one statement of the bank, but for a few."""
    stage.at(day, 16)
    for edition in _rounds():
        held = _seated(stage, edition, SeatState.HELD)
        if held:
            _book(stage, edition, _payments(stage, edition, held[: len(held) - UNPAID], day))


def move_on(stage: Stage, day: date) -> None:
    """Unpaid holds lapse and the next pay; one leaves for the head of the line; services begin."""
    stage.at(day, 16)
    for edition in _rounds():
        for case_id in _seated(stage, edition, SeatState.HELD):
            stage.take(case_id)
            version = stage.case(case_id).version
            stage.office.perform(
                lapse_hold, stage.cast.officer, case_id, version, "逾期未繳費，依序由候補遞補。"
            )
        held = _seated(stage, edition, SeatState.HELD)
        if held:
            _book(stage, edition, _payments(stage, edition, held, day))
        leaving, *starting = _seated(stage, edition, SeatState.CONFIRMED)[: STARTED + 1]
        _leave(stage, leaving)
        for case_id in starting:
            stage.take(case_id)
            version = stage.case(case_id).version
            stage.office.perform(start_service, stage.cast.officer, case_id, version, stage.today)
        _refund(stage, leaving, paid=True)


def end(stage: Stage, day: date) -> None:
    """One service is delivered and closed; who waits chooses; a late payment outranks a place.

    One refund comes back from the bank and is to be made again.
    """
    stage.at(day, 16)
    for edition in _rounds():
        for case_id in _seated(stage, edition, SeatState.IN_SERVICE)[:1]:
            _deliver(stage, edition, case_id)
        if _by_payment(edition):
            _choices(stage, edition)
            _late_payment(stage, edition)
            _book(stage, edition, _odd_lines(stage, edition))
            waiting = _read(stage, edition, [_line("B113-0099", stage, 300_000, 備註="陳先生")])
            stage.office.perform(preview_statement, stage.cast.cashier, waiting)
        else:
            _come_back(stage, edition)


def _rounds() -> Iterator[Edition]:
    for scheme in registry.schemes():
        edition = registry.editions_of(scheme)[-1]
        if edition.seats is not None:
            yield edition


def _by_payment(edition: Edition) -> bool:
    assert edition.seats is not None
    return edition.seats.order is SeatOrder.PAYMENT


def _accepted_in_order(edition: Edition) -> Any:
    return (
        select(Case.id)
        .where(Case.edition == str(edition.key), Case.finding_count == 0)
        .order_by(Case.received_at, Case.id)
    )


def _seated(stage: Stage, edition: Edition, state: SeatState) -> list[int]:
    return stage.rows(
        select(Seat.case_id)
        .where(Seat.edition == str(edition.key), Seat.state == state)
        .order_by(Seat.number)
    )


# --- the fee desk -----------------------------------------------------------------------------


def _payments(stage: Stage, edition: Edition, cases: Sequence[int], day: date) -> list[Line]:
    assert edition.seats is not None
    begun = datetime(day.year, day.month, day.day, 9, 0, tzinfo=TAIPEI)
    return [
        {
            "交易序號": f"B{edition.key.scheme}{case_id:05}",
            "入帳時間": f"{begun + timedelta(minutes=place):%Y-%m-%d %H:%M:%S}",
            "金額": str(edition.seats.fee.dollars),
            "付款人": stage.case(case_id).firm_name,
            "案件編號": stage.case(case_id).number,
        }
        for place, case_id in enumerate(cases)
    ]


def _line(number: str, stage: Stage, amount: int, **cells: str) -> Line:
    when = f"{stage.today:%Y-%m-%d} 09:30:00"
    return {"交易序號": number, "入帳時間": when, "金額": str(amount), **cells}


def _odd_lines(stage: Stage, edition: Edition) -> list[Line]:
    """An unknown payer, a payment too many, and one that may have been booked already."""
    seated = _seated(stage, edition, SeatState.CONFIRMED)
    paid = stage.rows(select(FeePaid).where(FeePaid.case_id == seated[1]))[0]
    same = f"{paid.paid_at.astimezone(TAIPEI):%Y-%m-%d %H:%M:%S}"
    return [
        _line("B113-0001", stage, 300_000, 付款人="大業五金行"),
        _line("B113-0002", stage, 1_000, 案件編號=stage.case(seated[0]).number),
        {
            "交易序號": "B113-0003",
            "入帳時間": same,
            "金額": str(paid.amount.dollars),
            "案件編號": stage.case(seated[1]).number,
        },
    ]


def _read(stage: Stage, edition: Edition, lines: Sequence[Line]) -> ReadStatement:
    rows = [[line.get(column, "") for column in COLUMNS] for line in lines]
    content = csv_bytes([Column(name) for name in COLUMNS], rows)
    upload = Upload(f"入帳明細-{edition.key.scheme}-{stage.today:%m%d}.csv", content)
    return read_upload(upload, edition.key.scheme, stage.clock.now())


def _book(stage: Stage, edition: Edition, lines: Sequence[Line]) -> None:
    read = _read(stage, edition, lines)
    number = stage.office.perform(preview_statement, stage.cast.cashier, read)
    version = stage.row(FeeStatement, number).version
    stage.office.perform(book_statement, stage.cast.cashier, number, version, read)


def _refund(stage: Stage, case_id: int, *, paid: bool) -> None:
    """What is due back is made, and where `paid` approved and paid."""
    with Session(stage.office.engine) as session:
        due = claimed(account_of(session, case_id).facts(stage.today))
    if due is None:
        return
    made = stage.office.perform(
        make_refund, stage.cast.officer, case_id, due.amount, PAID_BACK, None
    )
    if paid:
        version = stage.row(FeeRefund, made).version
        stage.office.perform(approve_refund, stage.cast.accounting, made, version)
        version = stage.row(FeeRefund, made).version
        stage.office.perform(
            pay_refund, stage.cast.cashier, made, version, stage.today, f"R{case_id:06}"
        )


def _come_back(stage: Stage, edition: Edition) -> None:
    """The bank sends the round's first paid refund back."""
    paid = select(FeeRefund).where(
        FeeRefund.scheme == edition.key.scheme, FeeRefund.state == RefundState.PAID
    )
    for refund in stage.rows(paid.order_by(FeeRefund.id).limit(1)):
        notice = Bounce(stage.today, f"B{refund.id:06}", ReturnReason.ACCOUNT_CLOSED)
        stage.office.perform(bounce_refund, stage.cast.cashier, refund.id, refund.version, notice)


# --- what firms do ----------------------------------------------------------------------------


def _leave(stage: Stage, case_id: int) -> None:
    stage.take(case_id)
    case = stage.case(case_id)
    stage.office.perform(
        withdraw_case,
        stage.cast.officer,
        case_id,
        case.version,
        stage.today,
        f"{case.ubn[-4:]}字第{case_id:06}號",
        "公司營運方向調整",
    )


def _deliver(stage: Stage, edition: Edition, case_id: int) -> None:
    assert edition.seats is not None
    spent = edition.seats.fee if _by_payment(edition) else None
    delivery = Delivery(stage.today, paper("輔導成果"), spent, "成果已驗收，較預定時程晚完成。")
    version = stage.case(case_id).version
    stage.office.perform(deliver_service, stage.cast.officer, case_id, version, delivery)
    version = stage.case(case_id).version
    stage.office.perform(close_service, stage.cast.officer, case_id, version, "輔導完成。")


def _choices(stage: Stage, edition: Edition) -> None:
    """Of those in line one wants its fee back, one waits on."""
    waiting = stage.rows(
        select(SeatClaim.case_id)
        .where(SeatClaim.edition == str(edition.key), SeatClaim.state == ClaimState.WAITING)
        .order_by(SeatClaim.key_at, SeatClaim.id)
    )
    for case_id, choice in zip(waiting, (Choice.REFUND, Choice.WAIT), strict=False):
        stage.take(case_id)
        case = stage.case(case_id)
        letter = f"{case.ubn[-4:]}字第{case_id:06}號"
        stage.office.perform(
            choose, stage.cast.officer, case_id, case.version, choice, stage.today, letter
        )
        if choice is Choice.REFUND:
            _refund(stage, case_id, paid=False)


def _late_payment(stage: Stage, edition: Edition) -> None:
    """A fee of which nobody knew, paid before all others: a person has to decide."""
    assert edition.seats is not None
    for case in stage.rows(
        select(Case)
        .where(
            Case.edition == str(edition.key),
            Case.finding_count == 0,
            Case.id.not_in(select(FeePaid.case_id)),
        )
        .order_by(Case.id)
        .limit(1)
    ):
        entry = PaymentEntry(
            case.received_at + timedelta(hours=2), edition.seats.fee, f"郵局匯票{case.id:05}"
        )
        stage.office.perform(enter_payment, stage.cast.cashier, case.id, entry, paper("匯款回條"))
