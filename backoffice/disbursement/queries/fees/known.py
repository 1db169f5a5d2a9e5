"""What the fee book knows of the numbers, cases and firms that a statement names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, FeePaid, Seat, SeatClaim
from backoffice.cases.rules.lifecycle import FINISHED
from backoffice.cases.rules.seats import ClaimState
from backoffice.disbursement.models import FeeLine, FeeRefund
from backoffice.disbursement.queries.fees.book import closed_early_at, ends_at, fee_of
from backoffice.disbursement.rules.fees.account import Paid
from backoffice.disbursement.rules.fees.refunds import RefundState
from backoffice.disbursement.rules.fees.statement import LINES_MAX, StatementLine
from backoffice.disbursement.rules.fees.verdicts import Booked, FeeCase, Known
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.taiwan import through_end_of
from backoffice.scheme import registry
from backoffice.scheme.rules import SeatOrder

CHUNK = 5_000


def known_of(session: Session, scheme: str, lines: Sequence[StatementLine]) -> Known:
    """Everything that the lines of a scheme's statement can be about."""
    numbers = {number for line in lines for number in line.case_numbers}
    ubns = {ubn for line in lines for ubn in line.ubns}
    found = fee_cases(session, scheme, numbers, ubns)
    by_ubn: dict[str, tuple[FeeCase, ...]] = {}
    for each in found:
        by_ubn[each.ubn] = (*by_ubn.get(each.ubn, ()), each)
    return Known(
        booked=_booked(session, [line.number for line in lines]),
        by_number={each.number.upper(): each for each in found},
        by_ubn=by_ubn,
    )


def _booked(session: Session, numbers: Sequence[str]) -> Mapping[str, Booked]:
    rows = session.execute(
        select(FeeLine.transaction_number, FeeLine.value_at, FeeLine.amount)
        .where(FeeLine.transaction_number.in_(numbers))
        .order_by(FeeLine.id)
        .limit(LINES_MAX)
    )
    return {number: Booked(value_at, amount) for number, value_at, amount in rows}


def fee_cases(
    session: Session, scheme: str, numbers: Collection[str], ubns: Collection[str]
) -> tuple[FeeCase, ...]:
    """The scheme's cases of these numbers or firms, as they stand in the book."""
    if not numbers and not ubns:
        return ()
    rows = session.execute(
        select(
            Case.id,
            Case.number,
            Case.ubn,
            Case.firm_name,
            Case.scheme,
            Case.edition,
            Case.state,
            Case.received_at,
            Seat.id.label("seat_id"),
            Seat.due_on,
            SeatClaim.state.label("claim"),
            SeatClaim.due_on.label("was_due_on"),
            closed_early_at().label("closed_early_at"),
        )
        .outerjoin(Seat, Seat.case_id == Case.id)
        .outerjoin(SeatClaim, SeatClaim.case_id == Case.id)
        .where(
            Case.scheme == scheme,
            or_(func.upper(Case.number).in_(sorted(numbers)), Case.ubn.in_(sorted(ubns))),
        )
        .order_by(Case.number)
        .limit(CHUNK)
    ).all()
    ids = [row.id for row in rows]
    paid, given_back = _payments(session, ids), _given_back(session, ids)
    return tuple(
        FeeCase(
            case_id=row.id,
            number=row.number,
            ubn=row.ubn,
            firm_name=row.firm_name,
            scheme=row.scheme,
            edition=row.edition,
            received_at=row.received_at,
            fee=fee_of(row.edition),
            payments=paid.get(row.id, ()),
            given_back=given_back.get(row.id, ZERO),
            late_from=_late_from(row, ends_at(row.edition, row.closed_early_at)),
            has_ended=row.state in FINISHED,
        )
        for row in rows
    )


def _payments(session: Session, ids: Iterable[int]) -> Mapping[int, tuple[Paid, ...]]:
    found: dict[int, tuple[Paid, ...]] = {}
    rows = session.execute(
        select(FeePaid.case_id, FeePaid.paid_at, FeePaid.amount)
        .where(FeePaid.case_id.in_(ids))
        .order_by(FeePaid.case_id, FeePaid.position)
    )
    for case_id, paid_at, amount in rows:
        found[case_id] = (*found.get(case_id, ()), Paid(paid_at, amount))
    return found


def _given_back(session: Session, ids: Iterable[int]) -> Mapping[int, Ntd]:
    rows = session.execute(
        select(FeeRefund.case_id, func.sum(FeeRefund.amount))
        .where(FeeRefund.case_id.in_(ids), FeeRefund.state == RefundState.PAID)
        .group_by(FeeRefund.case_id)
    )
    return {case_id: amount for case_id, amount in rows if case_id is not None}


def _late_from(row: Any, round_ends_at: datetime | None) -> datetime | None:
    """From when on a payment leads to no place for this case; None while it has one."""
    seats = registry.edition_named(row.edition).seats
    assert seats is not None, "only cases that owe a fee are asked for"
    if row.seat_id is not None:
        return through_end_of(row.due_on) if row.due_on else None
    if seats.order is SeatOrder.PAYMENT or row.claim is ClaimState.WAITING:
        return round_ends_at
    if row.claim is ClaimState.LAPSED and row.was_due_on:
        return through_end_of(row.was_due_on)
    return None
