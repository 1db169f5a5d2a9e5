"""What moved the balances of loans, and the notices of it that were withdrawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, aliased

from backoffice.disbursement.models import LoanMovement, NoticeWithdrawal, Recovery
from backoffice.disbursement.rules.loans import LateNotice, Movement
from backoffice.disbursement.rules.recoveries import RecoveryState
from backoffice.kernel.money import Ntd
from backoffice.people.models import Account

ROWS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class PreparedDemand:
    """The demand that a late notice prepared."""

    id: int
    version: int
    amount: Ntd
    state: RecoveryState
    number: str


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A drawing or a repayment as it was entered, and who withdrew it if anybody did.

    `is_last`: the last that was entered of the loan's and that stands.
    """

    id: int
    movement: Movement
    notice_number: str
    entered_by_name: str | None
    entered_at: datetime
    withdrawn_by_name: str | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    demand: PreparedDemand | None
    is_last: bool

    @property
    def notice(self) -> LateNotice:
        """The notice as the rules ask about it."""
        demand = self.demand
        return LateNotice(
            is_withdrawn=self.withdrawn_at is not None,
            is_last=self.is_last,
            demand=demand.state if demand else None,
            letter=demand.number if demand else "",
        )


def movement_rows(session: Session, loan_id: int) -> tuple[MovementRow, ...]:
    """A loan's drawings and repayments in the order of their days; withdrawn ones too."""
    withdrew = aliased(Account)
    rows = session.execute(
        select(
            LoanMovement.id,
            LoanMovement.moved_on,
            LoanMovement.kind,
            LoanMovement.amount,
            LoanMovement.notice_number,
            Account.name.label("entered_by_name"),
            LoanMovement.entered_at,
            withdrew.name.label("withdrawn_by_name"),
            NoticeWithdrawal.withdrawn_at,
            NoticeWithdrawal.reason,
            Recovery.id.label("recovery_id"),
            Recovery.version,
            Recovery.amount.label("demanded"),
            Recovery.state,
            Recovery.number,
        )
        .outerjoin(Account, Account.id == LoanMovement.entered_by)
        .outerjoin(NoticeWithdrawal, NoticeWithdrawal.movement_id == LoanMovement.id)
        .outerjoin(withdrew, withdrew.id == NoticeWithdrawal.withdrawn_by)
        .outerjoin(Recovery, Recovery.movement_id == LoanMovement.id)
        .where(LoanMovement.loan_id == loan_id)
        .order_by(LoanMovement.moved_on, LoanMovement.id)
        .limit(ROWS_MAX)
    ).all()
    last = max((row.id for row in rows if row.withdrawn_at is None), default=0)
    return tuple(
        MovementRow(
            row.id,
            Movement(row.moved_on, row.kind, row.amount),
            row.notice_number,
            row.entered_by_name,
            row.entered_at,
            row.withdrawn_by_name,
            row.withdrawn_at,
            row.reason,
            None
            if row.recovery_id is None
            else PreparedDemand(row.recovery_id, row.version, row.demanded, row.state, row.number),
            row.id == last,
        )
        for row in rows
    )


def movement_row(session: Session, loan_id: int, movement_id: int) -> MovementRow:
    """One of a loan's movements; NoResultFound when it is none of them."""
    for row in movement_rows(session, loan_id):
        if row.id == movement_id:
            return row
    raise NoResultFound(f"no movement {movement_id} of loan {loan_id}")


def movements_of(session: Session, loan_ids: Collection[int]) -> Mapping[int, tuple[Movement, ...]]:
    """The drawings and repayments of these loans that stand, each in the order of its days."""
    rows = session.execute(
        select(LoanMovement.loan_id, LoanMovement.moved_on, LoanMovement.kind, LoanMovement.amount)
        .outerjoin(NoticeWithdrawal, NoticeWithdrawal.movement_id == LoanMovement.id)
        .where(LoanMovement.loan_id.in_(loan_ids), NoticeWithdrawal.id.is_(None))
        .order_by(LoanMovement.loan_id, LoanMovement.moved_on, LoanMovement.id)
        .limit(ROWS_MAX * max(1, len(loan_ids)))
    )
    found: dict[int, list[Movement]] = defaultdict(list)
    for loan_id, moved_on, kind, amount in rows:
        found[loan_id].append(Movement(moved_on, kind, amount))
    return {loan_id: tuple(found[loan_id]) for loan_id in loan_ids}
