"""What came back of a demand, receipt by receipt, and what was taken out again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, aliased

from backoffice.disbursement.models import Repayment, RepaymentReversal
from backoffice.disbursement.queries.cases import ROWS_MAX
from backoffice.disbursement.rules.recoveries import Split, receipt_number
from backoffice.disbursement.rules.reversals import Booked, Receipt
from backoffice.kernel.money import Ntd
from backoffice.people.models import Account

_AGAIN = "#"


@dataclass(frozen=True, slots=True)
class RepaymentRow:
    """Money that came in."""

    id: int
    recovery_id: int
    received_on: date
    receipt_number: str
    account: str
    amount: Ntd
    to_budget: Ntd
    to_treasury: Ntd
    document_number: str
    entered_by: int
    entered_by_name: str | None
    entered_at: datetime
    reversed_by_name: str | None
    reversed_at: datetime | None
    reversed_reason: str | None

    @property
    def booked(self) -> Booked:
        """The receipt as the rules count it."""
        return Booked(self.received_on, Split(self.to_budget, self.to_treasury))

    @property
    def receipt(self) -> Receipt:
        """The receipt as the rules ask about it."""
        return Receipt(self.entered_by, self.reversed_at is not None)


def repayments(session: Session, recovery_id: int) -> tuple[RepaymentRow, ...]:
    """What came in on a demand, in the order in which it was entered; corrected ones too."""
    return _repayments(session, Repayment.recovery_id == recovery_id)


def repayment(session: Session, repayment_id: int) -> RepaymentRow:
    """One receipt; NoResultFound when there is none."""
    found = _repayments(session, Repayment.id == repayment_id)
    if not found:
        raise NoResultFound(f"no receipt {repayment_id}")
    return found[0]


def _repayments(session: Session, which: ColumnElement[bool]) -> tuple[RepaymentRow, ...]:
    corrector = aliased(Account)
    rows = session.execute(
        select(
            Repayment.id,
            Repayment.recovery_id,
            Repayment.received_on,
            Repayment.receipt_number,
            Repayment.account,
            Repayment.amount,
            Repayment.to_budget,
            Repayment.to_treasury,
            Repayment.document_number,
            Repayment.entered_by,
            Account.name.label("entered_by_name"),
            Repayment.entered_at,
            corrector.name.label("reversed_by_name"),
            RepaymentReversal.reversed_at,
            RepaymentReversal.reason.label("reversed_reason"),
        )
        .outerjoin(Account, Account.id == Repayment.entered_by)
        .outerjoin(RepaymentReversal, RepaymentReversal.repayment_id == Repayment.id)
        .outerjoin(corrector, corrector.id == RepaymentReversal.reversed_by)
        .where(which)
        .order_by(Repayment.id)
        .limit(ROWS_MAX)
    )
    return tuple(RepaymentRow(**row._mapping) for row in rows)


def standing(session: Session, recovery_id: int) -> tuple[Booked, ...]:
    """The receipts of a demand that were not taken out again."""
    return tuple(
        each.booked for each in repayments(session, recovery_id) if each.reversed_at is None
    )


def free_number(session: Session, text: str) -> str | None:
    """The number under which a receipt is entered; None when it was entered and stands.

    A receipt that was taken out again may be entered anew: its number is then followed by #2.
    """
    number = receipt_number(text)
    rows = session.execute(
        select(Repayment.receipt_number, RepaymentReversal.id)
        .outerjoin(RepaymentReversal, RepaymentReversal.repayment_id == Repayment.id)
        .where(
            or_(
                Repayment.receipt_number == number,
                Repayment.receipt_number.startswith(number + _AGAIN, autoescape=True),
            )
        )
        .order_by(Repayment.id)
        .limit(ROWS_MAX)
    ).all()
    if any(reversal is None for _number, reversal in rows):
        return None
    return f"{number}{_AGAIN}{len(rows) + 1}" if rows else number
