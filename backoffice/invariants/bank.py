"""The bank's answers against sheets and ledger, closed days, and receipts that were corrected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.disbursement.models import (
    BankAnswer,
    BankItem,
    BankLine,
    DayClose,
    Repayment,
    RepaymentReversal,
    Sheet,
    SheetChange,
    SheetLine,
)
from backoffice.disbursement.rules.bank import AnswerState
from backoffice.disbursement.rules.lifecycles import LineEvent, LineState
from backoffice.invariants.register import Found, invariant
from backoffice.kernel.money import Ntd
from backoffice.ledger.models import LedgerTransfer

_ENDS = {LineState.PAID: LineEvent.PAY, LineState.RETURNED: LineEvent.RETURN}


@invariant("I-95 a closed day says what sheet, ledger and bank say")
def closed_days_agree(session: Session) -> Found:
    """Settled, posted and answered on the day, each against what the closing kept: none later."""
    settled = _settled(session)
    answered = _answered(session)
    for row in session.scalars(select(DayClose)):
        kept = (row.paid.dollars, row.returned.dollars)
        said = {
            "sheet": settled.get(row.day, (0, 0, 0, 0))[:2],
            "ledger": settled.get(row.day, (0, 0, 0, 0))[2:],
            "bank": answered.get(row.day, (0, 0)),
            "closing": (row.ledger_paid.dollars, row.ledger_returned.dollars),
        }
        for who, sums in said.items():
            if sums != kept:
                yield f"{row.day}", f"closed with {kept}, {who} says {sums}"


def _settled(session: Session) -> Mapping[date, tuple[int, int, int, int]]:
    """By day: paid and returned on the sheets, then in the ledger under the lines' own keys."""
    moved = {
        row.key: row.quantity
        for row in session.execute(
            select(LedgerTransfer.key, LedgerTransfer.quantity).where(
                LedgerTransfer.key.startswith("paid:") | LedgerTransfer.key.startswith("return:")
            )
        )
    }
    in_order = func.row_number().over(partition_by=SheetLine.sheet_id, order_by=SheetLine.position)
    placed = (
        select(SheetLine.id, in_order.label("place"))
        .where(SheetLine.id.not_in(select(SheetChange.line_id)))
        .subquery()
    )
    sums: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in session.execute(
        select(
            Sheet.number,
            placed.c.place,
            SheetLine.state,
            SheetLine.amount,
            SheetLine.settled_on,
        )
        .join(Sheet, Sheet.id == SheetLine.sheet_id)
        .join(placed, placed.c.id == SheetLine.id)
        .where(SheetLine.state.in_(_ENDS))
    ):
        at = 0 if row.state is LineState.PAID else 1
        word = "paid" if row.state is LineState.PAID else "return"
        sums[row.settled_on][at] += row.amount.dollars
        sums[row.settled_on][at + 2] += moved.get(f"{word}:{row.number}:{row.place}", 0)
    return {day: (found[0], found[1], found[2], found[3]) for day, found in sums.items()}


def _answered(session: Session) -> Mapping[date, tuple[int, int]]:
    sums: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for row in session.execute(
        select(BankItem.counted_on, BankItem.counted_as, func.sum(BankItem.counted).label("sum"))
        .where(BankItem.counted_on.is_not(None))
        .group_by(BankItem.counted_on, BankItem.counted_as)
    ):
        sums[row.counted_on][0 if row.counted_as is LineEvent.PAY else 1] += row.sum.dollars
    return {day: (found[0], found[1]) for day, found in sums.items()}


@invariant("I-96 each line of a confirmed answer is classed once, of any other never")
def lines_are_classed_once(session: Session) -> Found:
    """An answer's lines against its items, and against the count and sums that it was read with."""
    items = dict(
        session.execute(
            select(BankItem.answer_id, func.count(BankItem.bank_line_id)).group_by(
                BankItem.answer_id
            )
        ).all()
    )
    lines: dict[int, tuple[int, int]] = {
        answer_id: (count, amount.dollars)
        for answer_id, count, amount in session.execute(
            select(BankLine.answer_id, func.count(), func.sum(BankLine.amount)).group_by(
                BankLine.answer_id
            )
        )
    }
    for row in session.scalars(select(BankAnswer)):
        kept = (row.row_count, (row.paid_total + row.returned_total).dollars)
        if lines.get(row.id) != kept:
            yield row.name, f"read {kept}, kept {lines.get(row.id)}"
        expected = row.row_count if row.state is AnswerState.CONFIRMED else 0
        if items.get(row.id, 0) != expected:
            yield row.name, f"{row.state}: {items.get(row.id, 0)} of {expected} lines classed"


@invariant("I-97 what the bank is counted with is what the payment came to")
def answers_are_payments(session: Session) -> Found:
    """By payment: amount, end and day; and on a closed day no payment without an answer."""
    counted: dict[int, int] = defaultdict(int)
    ends: dict[int, set[tuple[LineEvent | None, date | None]]] = defaultdict(set)
    for row in session.execute(
        select(
            BankItem.sheet_line_id, BankItem.counted, BankItem.counted_as, BankItem.counted_on
        ).where(BankItem.counted > Ntd(0))
    ):
        assert row.sheet_line_id is not None
        counted[row.sheet_line_id] += row.counted.dollars
        ends[row.sheet_line_id].add((row.counted_as, row.counted_on))
    closed = set(session.scalars(select(DayClose.day)))
    for line in session.execute(
        select(SheetLine.id, SheetLine.amount, SheetLine.state, SheetLine.settled_on)
    ):
        if line.id not in counted:
            if line.state in _ENDS and line.settled_on in closed:
                yield f"payment {line.id}", f"{line.state} on {line.settled_on} without an answer"
            continue
        expected = {(_ENDS.get(line.state), line.settled_on)}
        if counted[line.id] != line.amount.dollars or ends[line.id] != expected:
            yield (
                f"payment {line.id}",
                f"{line.state} {line.amount.dollars}, bank {counted[line.id]}",
            )


@invariant("I-98 a receipt is corrected whole, and by another person than who entered it")
def corrections_are_whole(session: Session) -> Found:
    """The correction's sums against the receipt's."""
    for row in session.execute(
        select(
            Repayment.receipt_number,
            Repayment.to_budget,
            Repayment.to_treasury,
            Repayment.entered_by,
            RepaymentReversal.to_budget.label("budget"),
            RepaymentReversal.to_treasury.label("treasury"),
            RepaymentReversal.reversed_by,
        ).join(RepaymentReversal, RepaymentReversal.repayment_id == Repayment.id)
    ):
        whole = (row.to_budget, row.to_treasury) == (row.budget, row.treasury)
        if not whole or row.entered_by == row.reversed_by:
            yield row.receipt_number, f"corrected by {row.reversed_by}, whole: {whole}"
