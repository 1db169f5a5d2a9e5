"""The fee book: every dollar that came in is held, earned or given back, and by two persons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from backoffice.cases.models import Case, FeePaid, Seat
from backoffice.cases.rules.seats import SeatState
from backoffice.disbursement.models import FeeLine, FeeRefund
from backoffice.disbursement.rules.fees.lines import LineState
from backoffice.disbursement.rules.fees.refunds import LIVE, RefundState
from backoffice.invariants.register import Found, invariant
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.ledger.rules import Book
from backoffice.scheme import registry

_CONFIRMED = (SeatState.CONFIRMED, SeatState.IN_SERVICE, SeatState.DONE)
_WITH_CASE = (LineState.BOOKED, LineState.MATCHED, LineState.SAME)
_HELD = ("fee_received", "fee_income", "fee_tax", "fee_refund_due")
_WHOLE_BP = 10_000
# What the ledger's keys of a refund begin with, in order, and how many of them it has by then.
_REFUND_STEPS = ("fee-due", "fee-refund", "fee-bounced")
_STEPS_TAKEN = {RefundState.APPROVED: 1, RefundState.PAID: 2, RefundState.BOUNCED: 3}

Stages = Mapping[tuple[int, str], int]  # by case and stage, what came in less what went out


@invariant("I-55 a case's fee dollars are its payments less its refunds")
def fees_are_conserved(session: Session) -> Found:
    """What is held, earned and due in the ledger, against what was booked and paid back."""
    stages = _by_case(session)
    paid = _sums(session, FeePaid.case_id, FeePaid.amount, FeePaid.entered_at.is_not(None))
    back = _sums(
        session,
        FeeRefund.case_id,
        FeeRefund.amount,
        FeeRefund.case_id.is_not(None),
        FeeRefund.state == RefundState.PAID,
    )
    for case_id in sorted({key[0] for key in stages} | paid.keys() | back.keys()):
        held = sum(stages.get((case_id, stage), 0) for stage in _HELD)
        if held != paid.get(case_id, 0) - back.get(case_id, 0):
            yield (
                f"case {case_id}",
                f"{held} in the fee book, {paid.get(case_id, 0)} paid, {back.get(case_id, 0)} back",
            )


@invariant("I-56 the fee of a confirmed place is income and its tax, to the dollar")
def fees_are_split(session: Session) -> Found:
    """Net half-up at the edition's rate, the tax the rest; no source for the tax, no tax."""
    stages = _by_case(session)
    for case_id, number, edition in session.execute(
        select(Case.id, Case.number, Case.edition)
        .join(Seat, Seat.case_id == Case.id)
        .where(Seat.state.in_(_CONFIRMED))
        .order_by(Case.id)
    ):
        seats = registry.edition_named(edition).seats
        assert seats is not None, "a place is of a round"
        fee, rate = seats.fee.dollars, seats.tax_bp if seats.tax else 0
        whole = _WHOLE_BP + (rate or 0)
        net = (2 * fee * _WHOLE_BP + whole) // (2 * whole)
        booked = stages.get((case_id, "fee_income"), 0), stages.get((case_id, "fee_tax"), 0)
        if booked != (net, fee - net):
            yield number, f"income and tax {booked}, due {(net, fee - net)}"


@invariant("I-57 unidentified money is the open transactions, and each is booked once")
def transactions_are_booked(session: Session) -> Found:
    """By scheme in the ledger; and each transaction with a case stands for one payment of it."""
    due = select(FeeRefund.line_id).where(
        FeeRefund.line_id.is_not(None), FeeRefund.state == RefundState.APPROVED
    )
    is_open = (FeeLine.state == LineState.OPEN, FeeLine.id.not_in(due))
    waiting = _sums(session, FeeLine.scheme, FeeLine.amount, *is_open)
    for scheme, balance in session.execute(
        select(LedgerAccount.scheme, LedgerAccount.balance)
        .where(LedgerAccount.stage == "fee_unidentified")
        .order_by(LedgerAccount.scheme)
    ):
        open_lines = waiting.pop(scheme, 0)
        if balance != open_lines:
            yield scheme, f"{balance} unidentified, open lines of {open_lines}"
    for scheme, unbooked in waiting.items():
        yield scheme, f"open lines of {unbooked}, nothing unidentified"
    for number, came, amount in session.execute(
        select(FeeLine.transaction_number, FeePaid.amount, FeeLine.amount)
        .outerjoin(
            FeePaid, (FeePaid.id == FeeLine.payment_id) & (FeePaid.case_id == FeeLine.case_id)
        )
        .where(FeeLine.state.in_(_WITH_CASE))
        .order_by(FeeLine.id)
    ):
        if came != amount:
            yield number, f"a transaction of {amount}, a payment of {came}"


@invariant("I-58 never more goes back than came in")
def refunds_are_within(session: Session) -> Found:
    """Of a case, or of an unknown payer's transaction; what was returned or came back is not."""
    live = FeeRefund.state.in_(LIVE)
    of_case = _sums(
        session, FeeRefund.case_id, FeeRefund.amount, live, FeeRefund.case_id.is_not(None)
    )
    paid = _sums(session, FeePaid.case_id, FeePaid.amount)
    for case_id, amount in of_case.items():
        if amount > paid.get(case_id, 0):
            yield f"case {case_id}", f"{amount} going back, {paid.get(case_id, 0)} came in"
    of_line = _sums(
        session, FeeRefund.line_id, FeeRefund.amount, live, FeeRefund.line_id.is_not(None)
    )
    came = _sums(session, FeeLine.id, FeeLine.amount)
    for line_id, amount in of_line.items():
        if amount > came.get(line_id, 0):
            yield f"transaction {line_id}", f"{amount} going back, {came.get(line_id, 0)} came in"


@invariant("I-59 a refund is made by one person, approved and paid by others, and booked")
def refunds_take_two(session: Session) -> Found:
    """And the ledger has what was approved, what was paid and what came back, once each."""
    posted: dict[str, int] = defaultdict(int)
    for key, quantity in session.execute(
        select(LedgerTransfer.key, LedgerTransfer.quantity).where(
            or_(*(LedgerTransfer.key.like(f"{step}:%") for step in _REFUND_STEPS))
        )
    ):
        posted[":".join(key.split(":")[:2])] += quantity
    for row in session.execute(
        select(
            FeeRefund.id,
            FeeRefund.state,
            FeeRefund.amount,
            FeeRefund.made_by,
            FeeRefund.approved_by,
            FeeRefund.paid_by,
            FeeRefund.bounced_by,
        ).order_by(FeeRefund.id)
    ):
        taken = _STEPS_TAKEN.get(row.state, 0)
        expected = tuple(
            row.amount.dollars if number < taken else 0 for number in range(len(_REFUND_STEPS))
        )
        found = tuple(posted[f"{step}:{row.id}"] for step in _REFUND_STEPS)
        if found != expected:
            yield f"refund {row.id}", f"{row.state}: booked {found}, due {expected}"
        if row.made_by in (row.approved_by, row.paid_by, row.bounced_by):
            yield f"refund {row.id}", f"person {row.made_by} made it, and took a later step"


@invariant("I-61 what came back is paid again to the same payer, by a later refund")
def refunds_follow(session: Session) -> Found:
    """Of the same case or transaction, and one that was not itself returned to its maker."""
    again = aliased(FeeRefund)
    for row in session.execute(
        select(FeeRefund.id, again.id.label("again_id"), again.state)
        .join(again, again.id == FeeRefund.again_id)
        .where(
            or_(
                func.coalesce(again.case_id, 0) != func.coalesce(FeeRefund.case_id, 0),
                func.coalesce(again.line_id, 0) != func.coalesce(FeeRefund.line_id, 0),
                again.id <= FeeRefund.id,
                again.state == RefundState.RETURNED,
            )
        )
        .order_by(FeeRefund.id)
    ):
        yield f"refund {row.id}", f"paid again by refund {row.again_id}, {row.state}"


def _by_case(session: Session) -> Stages:
    accounts = {
        row.id: row.stage
        for row in session.execute(
            select(LedgerAccount.id, LedgerAccount.stage).where(LedgerAccount.book == Book.FEES)
        )
    }
    effect: dict[tuple[int, str], int] = defaultdict(int)
    for column, sign in ((LedgerTransfer.target_id, 1), (LedgerTransfer.source_id, -1)):
        for case_id, account, amount in session.execute(
            select(LedgerTransfer.case_id, column, func.sum(LedgerTransfer.quantity))
            .where(LedgerTransfer.case_id.is_not(None), column.in_(accounts.keys()))
            .group_by(LedgerTransfer.case_id, column)
        ):
            assert case_id is not None
            effect[(case_id, accounts[account])] += sign * int(amount)
    return effect


def _sums(session: Session, by: Any, amount: Any, *where: Any) -> dict[Any, int]:
    rows = session.execute(select(by, func.sum(amount)).where(*where).group_by(by).order_by(by))
    return {key: total.dollars for key, total in rows}
