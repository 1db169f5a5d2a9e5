"""Lines of which nobody knew whose they were, worked off by hand with a note."""

from __future__ import annotations

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.cases.models import Case, FeePaid
from backoffice.cases.operations.fees import book_payment
from backoffice.cases.operations.giving import hold, round_of
from backoffice.cases.rules.lifecycle import FINISHED
from backoffice.cases.rules.seats import FeeSource
from backoffice.disbursement.models import FeeLine
from backoffice.disbursement.queries.fees.refunds import refunds_of
from backoffice.disbursement.rules.fees.account import minute
from backoffice.disbursement.rules.fees.lines import LineEvent, LineState, check_note
from backoffice.disbursement.rules.fees.refunds import OPEN
from backoffice.disbursement.rules.fees.verdicts import Verdict
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import nfkc
from backoffice.ledger.operations import post
from backoffice.ledger.rules import FeeStage, Transfer, account_name
from backoffice.use_case import Act, use_case


@use_case("fee.match", requires=Permission.FEE_ENTER)
def match_line(act: Act, line_id: int, version: int, case_number: str, note: str) -> int:
    """Book an open line to the case that somebody found it belongs to; the case.

    Refuses "fee.note_missing", "fee.no_case" (number), "fee.case_ended" (number), and what
    `open_line_at` does.
    """
    line = open_line_at(act, line_id, version)
    kept = check_note(note)
    case = _case_named(act, line, case_number)
    edition = round_of(case)
    assert edition is not None, "a scheme with fees gives out places"
    hold(act, edition)
    act.session.refresh(case)
    if case.state in FINISHED:
        raise Refused("fee.case_ended", number=case.number)
    _found(act, line)
    payment = book_payment(
        act,
        case,
        value_at=line.value_at,
        amount=line.amount,
        receipt_number=line.transaction_number,
        source=FeeSource.BANK,
    )
    _settle(act, line, LineEvent.MATCH, case.id, payment.id, kept)
    return case.id


@use_case("fee.same", requires=Permission.FEE_ENTER)
def same_payment(act: Act, line_id: int, version: int, note: str) -> int:
    """Say that an open line is the money of a payment that is in the book already; its case.

    Only of a line that looked like a double, where that payment came in by another way than the
    bank's statement: two transactions of the bank are two payments. Refuses "fee.note_missing",
    "fee.other_payment", and what `open_line_at` does.
    """
    line = open_line_at(act, line_id, version)
    kept = check_note(note)
    payment = _twin(act, line)
    if payment is None:
        raise Refused("fee.other_payment")
    _found(act, line)
    _settle(act, line, LineEvent.IS_SAME, payment.case_id, payment.id, kept)
    return payment.case_id


def open_line_at(act: Act, line_id: int, version: int) -> FeeLine:
    """The open line as the page showed it.

    Refuses "fee.line_settled" (number), "fee.line_refunding" (number) while a refund of it is
    made; Stale when somebody has changed it since.
    """
    line = act.session.get_one(FeeLine, line_id)
    if line.state is not LineState.OPEN:
        raise Refused("fee.line_settled", number=line.transaction_number)
    if line.version != version:
        raise Stale
    if any(each.state in OPEN for each in refunds_of(act.session, line_id=line_id)):
        raise Refused("fee.line_refunding", number=line.transaction_number)
    return line


def _case_named(act: Act, line: FeeLine, number: str) -> Case:
    wanted = nfkc(number).strip()
    case = act.session.execute(
        select(Case).where(Case.number == wanted, Case.scheme == line.scheme)
    ).scalar_one_or_none()
    if case is None:
        raise Refused("fee.no_case", number=wanted, scheme=line.scheme)
    return case


def _twin(act: Act, line: FeeLine) -> FeePaid | None:
    """The same case, minute and amount, and no transaction of the bank behind it."""
    if line.verdict is not Verdict.DOUBLE or line.case_id is None:
        return None
    of_bank = select(FeeLine.payment_id).where(
        FeeLine.case_id == line.case_id, FeeLine.payment_id.is_not(None)
    )
    rows = act.session.scalars(
        select(FeePaid)
        .where(FeePaid.case_id == line.case_id, FeePaid.id.not_in(of_bank))
        .order_by(FeePaid.id)
    )
    wanted = minute(line.value_at), line.amount
    return next((each for each in rows if (minute(each.paid_at), each.amount) == wanted), None)


def _found(act: Act, line: FeeLine) -> None:
    """The money is unidentified no more: it goes back to where it came from, to be booked."""
    post(
        act,
        Transfer(
            key=f"fee-found:{line.transaction_number}",
            source=account_name(line.scheme, FeeStage.UNIDENTIFIED),
            target=account_name(line.scheme, FeeStage.PAYER),
            quantity=line.amount.dollars,
            memo=f"查明入帳 {line.transaction_number}",
        ),
    )


def _settle(
    act: Act, line: FeeLine, event: LineEvent, case_id: int, payment_id: int, note: str
) -> None:
    line.case_id = case_id
    line.payment_id = payment_id
    line.note_left = note
    line.settled_by = act.actor.id
    line.settled_by_name = act.actor.name
    line.settled_at = act.now
    line.move(event)
    act.because(note)
