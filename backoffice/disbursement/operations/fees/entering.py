"""A payment entered by hand from the bank's slip, and advertising placed with the fee."""

from __future__ import annotations

from sqlalchemy import select

from backoffice import documents
from backoffice.access import Permission
from backoffice.cases.models import Case, FeePaid
from backoffice.cases.operations.fees import book_payment
from backoffice.cases.operations.giving import hold, round_of
from backoffice.cases.rules.lifecycle import FINISHED
from backoffice.cases.rules.seats import FeeSource
from backoffice.disbursement.models import Advertising, FeeSlip
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.queries.fees.case import account_of
from backoffice.disbursement.rules.fees.account import minute
from backoffice.disbursement.rules.fees.entries import (
    AdvertisingEntry,
    PaymentEntry,
    check_advertising,
    check_payment,
)
from backoffice.documents import Upload
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Act, use_case

SLIP = "fee_slip"
ADVERTISING = "fee_advertising"


@use_case("fee.enter", requires=Permission.FEE_ENTER)
def enter_payment(act: Act, case_id: int, entry: PaymentEntry, slip: Upload) -> int:
    """Enter a payment by hand from the bank's slip; the case takes its place when its fee is full.

    Refuses "fee.not_asked" (scheme), "fee.case_ended" (number), what `check_payment` and
    `book_payment` do, "fee.receipt_taken" (receipt, number), "fee.paid_already" (at, amount), and
    what a piece of evidence is refused for.
    """
    case = act.session.get_one(Case, case_id)
    edition = round_of(case)
    if edition is None:
        raise Refused("fee.not_asked", scheme=case.scheme)
    receipt = check_payment(entry, act.now)
    hold(act, edition)
    act.session.refresh(case)
    if case.state in FINISHED:
        raise Refused("fee.case_ended", number=case.number)
    _refuse_known(act, case, entry, receipt)
    payment = book_payment(
        act,
        case,
        value_at=entry.value_at,
        amount=entry.amount,
        receipt_number=receipt,
        source=FeeSource.HAND,
    )
    document_id = documents.keep_pdf(act, slip, kind=SLIP, case_id=case.id)
    act.session.add(
        FeeSlip(
            payment_id=payment.id,
            case_id=case.id,
            document_id=document_id,
            entered_by=act.actor.id,
            entered_at=act.now,
        )
    )
    return payment.id


def _refuse_known(act: Act, case: Case, entry: PaymentEntry, receipt: str) -> None:
    """No receipt twice in a scheme, and no case twice the same money at the same minute."""
    taken = act.session.execute(
        select(Case.number)
        .join(FeePaid, FeePaid.case_id == Case.id)
        .where(Case.scheme == case.scheme, FeePaid.receipt_number == receipt)
        .limit(1)
    ).scalar_one_or_none()
    if taken is not None:
        raise Refused("fee.receipt_taken", receipt=receipt, number=taken)
    rows = act.session.execute(
        select(FeePaid.paid_at, FeePaid.amount).where(FeePaid.case_id == case.id)
    )
    if any(
        (minute(row.paid_at), row.amount) == (minute(entry.value_at), entry.amount) for row in rows
    ):
        raise Refused("fee.paid_already", at=entry.value_at, amount=entry.amount)


@use_case("fee.advertise", requires=Permission.FEE_REFUND_MAKE)
def enter_advertising(act: Act, case_id: int, entry: AdvertisingEntry, proof: Upload) -> None:
    """Enter advertising that was placed with a firm's fee: taken off what goes back to it.

    Refuses "fee.no_service" (number) before the service has begun, what `check_advertising` does,
    and "fee.invoice_taken" (invoice).
    """
    case = act.session.get_one(Case, case_id)
    if round_of(case) is None:
        raise Refused("fee.not_asked", scheme=case.scheme)
    account = account_of(act.session, case_id)
    if not account.place.service_began:
        raise Refused("fee.no_service", number=case.number)
    invoice = check_advertising(entry, today(act))
    if any(row.invoice_number == invoice for row in account.advertising):
        raise Refused("fee.invoice_taken", invoice=invoice)
    document_id = documents.keep_pdf(act, proof, kind=ADVERTISING, case_id=case_id)
    act.session.add(
        Advertising(
            case_id=case_id,
            placed_on=entry.placed_on,
            amount=entry.amount,
            medium=entry.medium.strip(),
            invoice_number=invoice,
            document_id=document_id,
            entered_by=act.actor.id,
            entered_by_name=act.actor.name,
            entered_at=act.now,
        )
    )
