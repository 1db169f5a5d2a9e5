"""Work on money: sheets, demands, budgets; and what keeps the office in order.

A sheet waits only on who took no step of it and scored none of its cases.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Integer,
    and_,
    bindparam,
    exists,
    func,
    select,
)
from sqlalchemy.orm import aliased

from backoffice.audit import AuditEntry
from backoffice.cases.models import WindowClosure
from backoffice.disbursement.models import (
    Claim,
    Recovery,
    Sheet,
    SheetChange,
    SheetLine,
    Tranche,
)
from backoffice.disbursement.queries.carryover import not_carried_over
from backoffice.disbursement.rules.lifecycles import SheetState, TrancheState
from backoffice.disbursement.rules.recoveries import RecoveryState
from backoffice.ledger.models import LedgerAccount
from backoffice.ledger.rules import Stage
from backoffice.people.models import Account, AccountReview, AccountState
from backoffice.reports.queries.audit import CHECK
from backoffice.reports.queries.sources.shared import ME, TODAY, Source, rows
from backoffice.reports.rules import NEARLY_USED_UP_IN
from backoffice.review.models import ScoreSheet
from backoffice.upkeep import BackupTaken

# --- money ---


def ready() -> Source:
    """Verified instalments of cases that the person has not scored."""
    scored = exists().where(ScoreSheet.case_id == Tranche.case_id, ScoreSheet.reviewer_id == ME)
    return (
        rows(Tranche.id, case_id=Tranche.case_id, since=Claim.verified_at)
        .join(Claim, and_(Claim.tranche_id == Tranche.id, Claim.live))
        .where(Tranche.state == TrancheState.VERIFIED, ~scored)
    )


def _sheets(state: SheetState, since: Any) -> Source:
    scored = exists().where(
        SheetLine.sheet_id == Sheet.id,
        SheetLine.id.not_in(select(SheetChange.line_id)),
        ScoreSheet.case_id == SheetLine.case_id,
        ScoreSheet.reviewer_id == ME,
    )
    changed = exists().where(SheetChange.sheet_id == Sheet.id, SheetChange.changed_by == ME)
    return rows(Sheet.id, since=since).where(
        Sheet.state == state,
        Sheet.made_by != ME,
        func.coalesce(Sheet.checked_by, 0) != ME,
        func.coalesce(Sheet.approved_by, 0) != ME,
        ~scored,
        ~changed,
    )


def to_check() -> Source:
    """Sheets to check."""
    return _sheets(SheetState.MADE, Sheet.made_at)


def to_approve() -> Source:
    """Sheets to approve."""
    return _sheets(SheetState.CHECKED, Sheet.checked_at)


def to_send() -> Source:
    """Sheets to send."""
    return _sheets(SheetState.APPROVED, Sheet.approved_at)


def to_settle() -> Source:
    """Whatever the bank has answered is entered by any cashier."""
    return rows(Sheet.id, since=Sheet.sent_at).where(Sheet.state == SheetState.SENT)


def to_carry_over() -> Source:
    """From sixty days before the budget year ends, until it ends."""
    found = not_carried_over(
        year=bindparam("year", type_=Integer), ends_after=bindparam("ends_after", type_=Date)
    ).subquery()
    year_end = bindparam("year_end", type_=Date)
    return rows(found.c.case_id, case_id=found.c.case_id, due_on=year_end).where(
        bindparam("told", type_=Boolean)
    )


def overdue_repayments() -> Source:
    """Demands whose day of payment has passed."""
    return rows(Recovery.id, case_id=Recovery.case_id, due_on=Recovery.due_on).where(
        Recovery.state == RecoveryState.DEMANDED, Recovery.due_on < TODAY
    )


def nearly_used_up() -> Source:
    """Schemes with a tenth of their money left or less that still take cases in."""
    given = aliased(LedgerAccount)
    closed = exists().where(WindowClosure.scheme == LedgerAccount.scheme)
    return (
        rows(LedgerAccount.id)
        .join(
            given,
            and_(
                given.scheme == LedgerAccount.scheme,
                given.stage == Stage.APPROPRIATION.value,
            ),
        )
        .where(
            LedgerAccount.stage == Stage.AVAILABLE.value,
            given.balance < 0,
            LedgerAccount.balance * NEARLY_USED_UP_IN <= -given.balance,
            ~closed,
        )
    )


# --- upkeep ---


def verified() -> Source:
    """One row: when the chain was verified last."""
    return rows(func.count(), since=func.max(AuditEntry.at)).where(
        AuditEntry.subject == CHECK, AuditEntry.subject_id == 1
    )


def invited() -> Source:
    """People who were invited and have not come yet."""
    return rows(Account.id, since=Account.created_at).where(Account.state == AccountState.INVITED)


def reviewed() -> Source:
    """One row: when the accounts were looked through last, or the first of them was made."""
    first = select(func.min(Account.created_at)).scalar_subquery()
    return rows(func.count(), since=func.coalesce(func.max(AccountReview.signed_at), first))


def backed_up() -> Source:
    """One row: when the last backup was taken."""
    return rows(func.count(), since=func.max(BackupTaken.taken_at))
