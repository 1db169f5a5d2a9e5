"""Refunds as they are listed and shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.disbursement.models import FeeLine, FeeRefund
from backoffice.disbursement.queries.cases import ROWS_MAX
from backoffice.disbursement.rules.fees.lines import LineState
from backoffice.disbursement.rules.fees.refunds import (
    OPEN,
    RefundGround,
    RefundState,
    Unpaid,
)
from backoffice.disbursement.rules.sheets import read_reason
from backoffice.kernel.money import Ntd

PAGE = 50


class RefundShelf(StrEnum):
    """The parts of the list of refunds."""

    TO_APPROVE = "to-approve"
    TO_PAY = "to-pay"
    OVERDUE = "overdue"
    PAID = "paid"
    RETURNED = "returned"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class RefundRow:
    """One refund with whose money it is."""

    id: int
    version: int
    case_id: int | None
    line_id: int | None
    scheme: str
    ground: RefundGround
    state: RefundState
    amount: Ntd
    deducted: Ntd
    due_on: date
    payee: str
    account: str
    reason: str
    document_id: int | None
    made_by: int
    made_by_name: str
    made_at: datetime
    approved_by: int | None
    approved_by_name: str
    approved_at: datetime | None
    returned_by_name: str
    returned_at: datetime | None
    return_reason: str
    paid_by_name: str
    paid_at: datetime | None
    paid_on: date | None
    bank_reference: str | None
    bounced_by_name: str
    bounced_at: datetime | None
    bounced_on: date | None
    bounce_reference: str | None
    bounce_reason: str
    again_id: int | None
    case_number: str | None
    firm_name: str | None
    transaction_number: str | None
    line_state: LineState | None

    @property
    def of_what(self) -> str:
        """The case's number, or that of the transaction of an unknown payer."""
        return self.case_number or self.transaction_number or "–"

    def is_overdue(self, today: date) -> bool:
        """Whether the day by which it was due has passed and it is not paid."""
        return self.state in OPEN and self.due_on < today

    @property
    def is_to_pay_again(self) -> bool:
        """Whether it came back, and no other refund pays its money again yet."""
        is_held = self.line_state in (None, LineState.OPEN)
        return self.state is RefundState.BOUNCED and self.again_id is None and is_held

    @property
    def unpaid(self) -> Unpaid:
        """Where it did not arrive; only of one that came back."""
        reason, _ = read_reason(self.bounce_reason)
        assert reason is not None, "what came back says why"
        return Unpaid(self.payee, self.account, reason)


def to_pay_again(rows: Iterable[RefundRow]) -> tuple[RefundRow, ...]:
    """Those that came back and that no other refund pays again yet."""
    return tuple(row for row in rows if row.is_to_pay_again)


def _refunds() -> Select[*tuple[Any, ...]]:
    own = [
        getattr(FeeRefund, name)
        for name in RefundRow.__slots__
        if name in FeeRefund.__table__.columns
    ]
    return (
        select(
            *own,
            Case.number.label("case_number"),
            Case.firm_name,
            FeeLine.transaction_number,
            FeeLine.state.label("line_state"),
        )
        .outerjoin(Case, Case.id == FeeRefund.case_id)
        .outerjoin(FeeLine, FeeLine.id == FeeRefund.line_id)
    )


def refund(session: Session, refund_id: int) -> RefundRow:
    """One refund; NoResultFound when there is none."""
    row = session.execute(_refunds().where(FeeRefund.id == refund_id)).one()
    return RefundRow(**row._mapping)


def refunds_of(
    session: Session, *, case_id: int | None = None, line_id: int | None = None
) -> tuple[RefundRow, ...]:
    """The refunds of a case, or of an unknown payer's transaction, oldest first."""
    owner = FeeRefund.case_id == case_id if line_id is None else FeeRefund.line_id == line_id
    rows = session.execute(_refunds().where(owner).order_by(FeeRefund.id).limit(ROWS_MAX))
    return tuple(RefundRow(**row._mapping) for row in rows)


def paid_again_by(session: Session, refund_id: int) -> tuple[RefundRow, ...]:
    """The refunds that came back and whose money this one pays again, oldest first."""
    rows = session.execute(
        _refunds().where(FeeRefund.again_id == refund_id).order_by(FeeRefund.id).limit(ROWS_MAX)
    )
    return tuple(RefundRow(**row._mapping) for row in rows)


def _on_shelf(shelf: RefundShelf, today: date) -> ColumnElement[bool]:
    match shelf:
        case RefundShelf.TO_APPROVE:
            return FeeRefund.state == RefundState.MADE
        case RefundShelf.TO_PAY:
            return FeeRefund.state == RefundState.APPROVED
        case RefundShelf.OVERDUE:
            return and_(FeeRefund.state.in_(OPEN), FeeRefund.due_on < today)
        case RefundShelf.PAID:
            return FeeRefund.state == RefundState.PAID
        case RefundShelf.RETURNED:
            return FeeRefund.state == RefundState.RETURNED
        case RefundShelf.BOUNCED:
            return FeeRefund.state == RefundState.BOUNCED


@dataclass(frozen=True, slots=True)
class RefundKey:
    """Where a page of the list begins: after this refund."""

    due_on: date
    id: int


def refunds(
    session: Session,
    shelf: RefundShelf,
    today: date,
    *,
    scheme: str = "",
    after: RefundKey | None = None,
    size: int = PAGE,
) -> tuple[RefundRow, ...]:
    """One part of the list, the earliest due first; one more than `size`."""
    later: ColumnElement[bool] = true()
    if after is not None:
        later = or_(
            FeeRefund.due_on > after.due_on,
            and_(FeeRefund.due_on == after.due_on, FeeRefund.id > after.id),
        )
    rows = session.execute(
        _refunds()
        .where(_on_shelf(shelf, today), FeeRefund.scheme == scheme if scheme else true(), later)
        .order_by(FeeRefund.due_on, FeeRefund.id)
        .limit(size + 1)
    )
    return tuple(RefundRow(**row._mapping) for row in rows)


def refund_shelves(session: Session, today: date, scheme: str = "") -> Mapping[RefundShelf, int]:
    """How many refunds stand in each part of the list: one query."""
    counts = [func.count().filter(_on_shelf(each, today)).label(each.name) for each in RefundShelf]
    row: Any = session.execute(
        select(*counts)
        .select_from(FeeRefund)
        .where(FeeRefund.scheme == scheme if scheme else true())
    ).one()
    return {each: int(getattr(row, each.name)) for each in RefundShelf}


def reference_taken(session: Session, reference: str) -> bool:
    """Whether a refund was paid under this reference of the bank already."""
    found = session.execute(
        select(FeeRefund.id).where(FeeRefund.bank_reference == reference).limit(1)
    )
    return found.first() is not None


def bounce_taken(session: Session, reference: str) -> bool:
    """Whether a refund came back under this reference of the bank already."""
    found = session.execute(
        select(FeeRefund.id).where(FeeRefund.bounce_reference == reference).limit(1)
    )
    return found.first() is not None
