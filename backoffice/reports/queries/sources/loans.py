"""Work on loans: the banks' claims, registrations, subsidies whose time is over."""

from __future__ import annotations

from sqlalchemy import exists

from backoffice.cases.models import Case, Loan
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import BankClaim, BankClaimLine, RegisteredLoan
from backoffice.disbursement.rules.loans import OPEN_LINES, LoanState
from backoffice.reports.queries.sources.shared import MY_CASE, TODAY, Source, rows


def bank_lines() -> Source:
    """Lines of banks' claims that nobody has decided yet."""
    return (
        rows(BankClaimLine.id, case_id=BankClaimLine.case_id, since=BankClaim.entered_at)
        .join(BankClaim, BankClaim.id == BankClaimLine.bank_claim_id)
        .where(BankClaimLine.state.in_(OPEN_LINES))
    )


def to_register() -> Source:
    """The person's accepted cases whose loan is not registered."""
    return rows(Case.id, case_id=Case.id, since=Case.waiting_since).where(
        Case.state == CaseState.ACCEPTED,
        MY_CASE,
        exists().where(Loan.case_id == Case.id),
        ~exists().where(RegisteredLoan.case_id == Case.id),
    )


def over() -> Source:
    """Loans whose subsidised days have passed."""
    return rows(
        RegisteredLoan.case_id, case_id=RegisteredLoan.case_id, due_on=RegisteredLoan.ends_on
    ).where(RegisteredLoan.state == LoanState.RUNNING, RegisteredLoan.ends_on < TODAY)
