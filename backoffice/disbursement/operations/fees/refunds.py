"""退費: made by one person, approved by another, and paid; never out of grant money.

What came back from the bank 退匯 is held again as it was before, and goes back by a refund that is
made, approved and paid anew: each round is a refund of its own, with its own keys in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import select, update

from backoffice import documents
from backoffice.access import Permission
from backoffice.cases.models import Case, FeePaid
from backoffice.cases.operations.giving import hold, round_of
from backoffice.db import AUDITED
from backoffice.disbursement.models import FeeLine, FeeRefund
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.operations.fees.lines import open_line_at
from backoffice.disbursement.queries.fees.case import account_of, stages_of
from backoffice.disbursement.queries.fees.refunds import (
    bounce_taken,
    reference_taken,
    refunds_of,
    to_pay_again,
)
from backoffice.disbursement.rules.fees.lines import LineEvent
from backoffice.disbursement.rules.fees.posting import drawn
from backoffice.disbursement.rules.fees.refunds import (
    REFUND,
    Bounce,
    Claimed,
    RefundEvent,
    RefundGround,
    RefundOrder,
    bank_reference,
    check_bounce,
    check_corrected,
    check_order,
    check_other_person,
    check_paid_on,
    claimed,
    due_on,
)
from backoffice.disbursement.rules.sheets import kept_reason
from backoffice.disbursement.rules.stages import check_reason
from backoffice.documents import Upload
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.operations import post
from backoffice.ledger.rules import FeeStage, Transfer, account_name
from backoffice.scheme import registry
from backoffice.scheme.rules import Seats
from backoffice.use_case import Act, use_case

KIND = "fee_refund"
# What was paid beyond the fee leaves the fee paid; a place that was used stays paid for.
_COUNTS_ON = (RefundGround.EXCESS, RefundGround.AFTER_SERVICE)


@use_case("fee.make_refund", requires=Permission.FEE_REFUND_MAKE)
def make_refund(
    act: Act, case_id: int, amount: Ntd, order: RefundOrder, paper: Upload | None
) -> int:
    """Make the refund that is due to a case's payer; somebody else approves it.

    `amount` is what the page showed: Stale when it is another by now. Refuses "fee.not_asked"
    (scheme), "refund.running" while another is on its way, "refund.nothing" (number), what
    `check_order` and `check_corrected` do and what a piece of evidence is refused for.
    """
    case = act.session.get_one(Case, case_id)
    edition = round_of(case)
    if edition is None:
        raise Refused("fee.not_asked", scheme=case.scheme)
    hold(act, edition)
    account = account_of(act.session, case_id)
    facts = account.facts(today(act))
    if facts.running:
        raise Refused("refund.running")
    found = claimed(facts)
    if found is None:
        raise Refused("refund.nothing", number=case.number)
    if found.amount != amount:
        raise Stale
    check_order(order)
    return _made(act, found, order, paper, scheme=case.scheme, case_id=case.id, line_id=None)


@use_case("fee.refund_line", requires=Permission.FEE_REFUND_MAKE)
def refund_line(
    act: Act, line_id: int, version: int, order: RefundOrder, paper: Upload | None
) -> int:
    """Make the refund of money of which nobody knows for which case it came in.

    Refuses what `open_line_at`, `check_order` and `check_corrected` do.
    """
    line = open_line_at(act, line_id, version)
    check_order(order)
    seats = _seats_at(line.scheme, line.value_at)
    day = due_on(local_date(line.value_at), seats.refund_days)
    found = Claimed(RefundGround.UNKNOWN_PAYER, line.amount, ZERO, day)
    return _made(act, found, order, paper, scheme=line.scheme, case_id=None, line_id=line.id)


def _seats_at(scheme: str, at: datetime) -> Seats:
    seats = registry.governing(scheme, at).seats
    assert seats is not None, "a scheme with fees gives out places"
    return seats


def _made(
    act: Act,
    found: Claimed,
    order: RefundOrder,
    paper: Upload | None,
    *,
    scheme: str,
    case_id: int | None,
    line_id: int | None,
) -> int:
    waiting = to_pay_again(refunds_of(act.session, case_id=case_id, line_id=line_id))
    check_corrected(order, [each.unpaid for each in waiting])
    document_id = None
    if paper is not None:
        document_id = documents.keep_pdf(act, paper, kind=KIND, case_id=case_id)
    refund = FeeRefund(
        case_id=case_id,
        line_id=line_id,
        scheme=scheme,
        ground=found.ground,
        state=REFUND.initial,
        amount=found.amount,
        deducted=found.deducted,
        due_on=found.due_on,
        payee=order.payee.strip(),
        account=order.account.strip(),
        reason=order.reason.strip(),
        document_id=document_id,
        made_by=act.actor.id,
        made_by_name=act.actor.name,
        made_at=act.now,
    )
    act.session.add(refund)
    act.session.flush()
    for row in waiting:
        act.session.get_one(FeeRefund, row.id).again_id = refund.id
    act.because(order.reason.strip())
    return refund.id


@use_case("fee.approve_refund", requires=Permission.FEE_REFUND_APPROVE)
def approve_refund(act: Act, refund_id: int, version: int) -> None:
    """Approve somebody else's refund: the money is set apart in the fee book, to be paid.

    Refuses "refund.same_person", "refund.changed" (amount, now) when the account is not what it
    was when the refund was made, and "lifecycle.not_allowed".
    """
    refund = _refund_at(act, refund_id, version)
    check_other_person(act.actor.id, refund.made_by)
    REFUND.after(refund.state, RefundEvent.APPROVE)
    post(act, *_set_apart(act, refund))
    _return_payments(act, refund)
    refund.approved_by = act.actor.id
    refund.approved_by_name = act.actor.name
    refund.approved_at = act.now
    refund.move(RefundEvent.APPROVE)


def _set_apart(act: Act, refund: FeeRefund) -> Iterator[Transfer]:
    """From where the dollars stand to what is due to the payer."""
    if refund.case_id is None:
        parts: Iterable[tuple[FeeStage, Ntd]] = [(FeeStage.UNIDENTIFIED, refund.amount)]
    else:
        case = act.session.get_one(Case, refund.case_id)
        edition = round_of(case)
        assert edition is not None
        assert edition.seats is not None
        hold(act, edition)
        _refuse_changed(act, refund)
        stages = stages_of(act.session, refund.scheme, refund.case_id)
        parts = drawn(stages, refund.amount, edition.seats)
    for stage, amount in parts:
        yield Transfer(
            key=f"fee-due:{refund.id}:{stage.value}",
            source=account_name(refund.scheme, stage),
            target=account_name(refund.scheme, FeeStage.REFUND_DUE),
            quantity=amount.dollars,
            memo=f"核准退費 {refund.id}",
            case_id=refund.case_id,
        )


def _refuse_changed(act: Act, refund: FeeRefund) -> None:
    assert refund.case_id is not None
    facts = account_of(act.session, refund.case_id).facts(today(act))
    now = claimed(facts.without_running())
    if now is None or (now.ground, now.amount) != (refund.ground, refund.amount):
        raise Refused("refund.changed", amount=refund.amount, now=now.amount if now else ZERO)


def _return_payments(act: Act, refund: FeeRefund) -> None:
    """What goes back in full counts towards no fee from here on."""
    if refund.case_id is None or refund.ground in _COUNTS_ON:
        return
    ids = act.session.scalars(
        update(FeePaid)
        .where(FeePaid.case_id == refund.case_id, FeePaid.returned_at.is_(None))
        .values(returned_at=act.now)
        .returning(FeePaid.id),
        execution_options=AUDITED | {"synchronize_session": False},
    ).all()
    for payment_id in ids:
        act.record("fee_paid", payment_id, refund.case_id, returned_at=act.now.isoformat())


@use_case("fee.return_refund", requires=Permission.FEE_REFUND_APPROVE)
def return_refund(act: Act, refund_id: int, version: int, reason: str) -> None:
    """Send somebody else's refund back to its maker, with a reason; nothing is paid.

    What it would have paid again waits for another one.
    Refuses "refund.same_person", "note.missing" and "lifecycle.not_allowed".
    """
    refund = _refund_at(act, refund_id, version)
    check_other_person(act.actor.id, refund.made_by)
    check_reason(reason)
    refund.move(RefundEvent.RETURN)
    refund.returned_by = act.actor.id
    refund.returned_by_name = act.actor.name
    refund.returned_at = act.now
    refund.return_reason = reason.strip()
    for earlier in act.session.scalars(
        select(FeeRefund).where(FeeRefund.again_id == refund_id).order_by(FeeRefund.id)
    ):
        earlier.again_id = None
    act.because(reason.strip())


@use_case("fee.pay_refund", requires=Permission.FEE_REFUND_PAY)
def pay_refund(act: Act, refund_id: int, version: int, paid_on: date, reference: str) -> None:
    """Enter that an approved refund was paid, with the bank's reference.

    Refuses "refund.same_person", "refund.reference_taken" (reference), what `bank_reference` and
    `check_paid_on` do, and "lifecycle.not_allowed".
    """
    refund = _locked_at(act, refund_id, version)
    check_other_person(act.actor.id, refund.made_by)
    REFUND.after(refund.state, RefundEvent.PAY)
    kept = bank_reference(reference)
    assert refund.approved_at is not None
    check_paid_on(paid_on, approved_on=local_date(refund.approved_at), today=today(act))
    if reference_taken(act.session, kept):
        raise Refused("refund.reference_taken", reference=kept)
    post(
        act,
        Transfer(
            key=f"fee-refund:{refund.id}",
            source=account_name(refund.scheme, FeeStage.REFUND_DUE),
            target=account_name(refund.scheme, FeeStage.REFUNDED),
            quantity=refund.amount.dollars,
            memo=f"退費 {kept}",
            case_id=refund.case_id,
        ),
    )
    refund.paid_by = act.actor.id
    refund.paid_by_name = act.actor.name
    refund.paid_at = act.now
    refund.paid_on = paid_on
    refund.bank_reference = kept
    refund.move(RefundEvent.PAY)
    if refund.line_id is not None:
        line = act.session.get_one(FeeLine, refund.line_id)
        line.settled_by, line.settled_by_name = act.actor.id, act.actor.name
        line.settled_at, line.note_left = act.now, refund.reason
        line.move(LineEvent.REFUND)


@use_case("fee.bounce_refund", requires=Permission.FEE_REFUND_PAY)
def bounce_refund(act: Act, refund_id: int, version: int, bounce: Bounce) -> None:
    """Enter that a paid refund came back 退匯: its payer's money is held again.

    It is received, or unidentified, as before the refund was made; so what is to go back is
    reckoned anew, to a corrected account. Refuses "refund.same_person", "refund.bounce_taken"
    (reference), what `bank_reference` and `check_bounce` do, and "lifecycle.not_allowed".
    """
    _hold_round(act, refund_id)
    refund = _locked_at(act, refund_id, version)
    check_other_person(act.actor.id, refund.made_by)
    REFUND.after(refund.state, RefundEvent.BOUNCE)
    assert refund.paid_on is not None, "a paid refund has its day"
    kept = bank_reference(bounce.reference)
    check_bounce(bounce, paid_on=refund.paid_on, today=today(act))
    if bounce_taken(act.session, kept):
        raise Refused("refund.bounce_taken", reference=kept)
    held = FeeStage.UNIDENTIFIED if refund.case_id is None else FeeStage.RECEIVED
    post(
        act,
        Transfer(
            key=f"fee-bounced:{refund.id}",
            source=account_name(refund.scheme, FeeStage.REFUNDED),
            target=account_name(refund.scheme, held),
            quantity=refund.amount.dollars,
            memo=f"退匯 {kept}",
            case_id=refund.case_id,
        ),
    )
    refund.bounced_by = act.actor.id
    refund.bounced_by_name = act.actor.name
    refund.bounced_at = act.now
    refund.bounced_on = bounce.on
    refund.bounce_reference = kept
    refund.bounce_reason = kept_reason(bounce.reason, bounce.note)
    refund.move(RefundEvent.BOUNCE)
    if refund.line_id is not None:
        line = act.session.get_one(FeeLine, refund.line_id)
        line.settled_by, line.settled_by_name = None, ""
        line.settled_at, line.note_left = None, ""
        line.move(LineEvent.BOUNCE)
    act.because(refund.bounce_reason)


def _hold_round(act: Act, refund_id: int) -> None:
    """Whoever reckons what goes back to the same payer waits, and sees what this act did."""
    case_id = act.session.get_one(FeeRefund, refund_id).case_id
    if case_id is not None:
        edition = round_of(act.session.get_one(Case, case_id))
        assert edition is not None, "a fee was asked for a place"
        hold(act, edition)


def _refund_at(act: Act, refund_id: int, version: int) -> FeeRefund:
    refund = act.session.get_one(FeeRefund, refund_id)
    if refund.version != version:
        raise Stale
    return refund


def _locked_at(act: Act, refund_id: int, version: int) -> FeeRefund:
    """The same, kept from others until this act ends: its dollars leave an account only once."""
    refund = act.session.get_one(FeeRefund, refund_id, with_for_update=True, populate_existing=True)
    if refund.version != version:
        raise Stale
    return refund
