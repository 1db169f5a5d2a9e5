"""Work on fees: money that is missing, too much, on its way back, or of nobody knows whom."""

from __future__ import annotations

from sqlalchemy import exists, select

from backoffice.cases.models import Case
from backoffice.disbursement.models import FeeLine, FeeRefund, FeeStatement, StatementState
from backoffice.disbursement.queries.fees.book import Shelf, Sums
from backoffice.disbursement.rules.fees.lines import LineState
from backoffice.disbursement.rules.fees.refunds import OPEN, RefundState
from backoffice.reports.queries.sources.shared import ME, MY_CASE, TODAY, Source, rows


def statements() -> Source:
    """Files of the bank that were looked at and not booked."""
    return rows(FeeStatement.id, since=FeeStatement.at).where(
        FeeStatement.state == StatementState.PREVIEWED
    )


def open_lines() -> Source:
    """Money of which nobody knows whose it is, unless it is on its way back."""
    going_back = exists().where(FeeRefund.line_id == FeeLine.id, FeeRefund.state.in_(OPEN))
    return rows(FeeLine.id, since=FeeLine.value_at).where(
        FeeLine.state == LineState.OPEN, ~going_back
    )


def _accounts(shelf: Shelf) -> Source:
    sums = Sums()
    listed = sums.joined(
        select(
            Case.id.label("ref"), Case.id.label("case_id"), sums.paid.c.last_at.label("since")
        ).select_from(Case)
    )
    found = (
        listed.where(sums.concerned(""), sums.on_shelf(shelf, TODAY), MY_CASE)
        .order_by(Case.id)
        .subquery()
    )
    return rows(found.c.ref, case_id=found.c.case_id, since=found.c.since)


def short() -> Source:
    """The person's cases whose fee was paid in part."""
    return _accounts(Shelf.SHORT)


def refundable() -> Source:
    """The person's cases of which something is to go back, or whose payer has a choice."""
    return _accounts(Shelf.REFUND)


def _refunds(state: RefundState) -> Source:
    return rows(
        FeeRefund.id, case_id=FeeRefund.case_id, due_on=FeeRefund.due_on, since=FeeRefund.made_at
    ).where(FeeRefund.state == state, FeeRefund.made_by != ME)


def to_approve() -> Source:
    """Refunds of somebody else to approve."""
    return _refunds(RefundState.MADE)


def to_pay() -> Source:
    """Approved refunds of somebody else to pay."""
    return _refunds(RefundState.APPROVED)
