"""Claims and the accounts they are paid to; only the masked form of an account is for screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.disbursement.models import BlockedFirm, Claim, FirmAccount, Tranche
from backoffice.disbursement.rules.claims import BankAccount, ClaimFacts, is_flagged
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.kernel.money import Ntd
from backoffice.people.models import Account


@dataclass(frozen=True, slots=True)
class TrancheFacts:
    """One tranche, and the firm it belongs to."""

    id: int
    version: int
    case_id: int
    number: int
    amount: Ntd
    state: TrancheState
    hold_reason: str
    ubn: str
    firm_name: str
    case_number: str
    project_name: str
    edition: str


def tranche(session: Session, tranche_id: int) -> TrancheFacts:
    """One tranche; NoResultFound when there is none."""
    row = session.execute(
        select(
            Tranche.id,
            Tranche.version,
            Tranche.case_id,
            Tranche.number,
            Tranche.amount,
            Tranche.state,
            Tranche.hold_reason,
            Case.ubn,
            Case.firm_name,
            Case.number.label("case_number"),
            Case.project_name,
            Case.edition,
        )
        .join(Case, Case.id == Tranche.case_id)
        .where(Tranche.id == tranche_id)
    ).one()
    return TrancheFacts(**row._mapping)


@dataclass(frozen=True, slots=True)
class KeptAccount:
    """A firm's account as it is on file; `replaces`: another one was on file before."""

    id: int
    account: BankAccount
    replaces: bool
    entered_at: datetime
    document_id: int

    def is_flagged_on(self, today: date) -> bool:
        """Whether it was changed within the last 30 days."""
        return is_flagged(replaces=self.replaces, entered_at=self.entered_at, today=today)


def kept_account(session: Session, ubn: str) -> KeptAccount | None:
    """The account on file for a firm, the one entered last; None when it has never claimed."""
    row = session.execute(
        select(
            FirmAccount.id,
            FirmAccount.bank_code,
            FirmAccount.branch_code,
            FirmAccount.number,
            FirmAccount.holder,
            FirmAccount.bank_name,
            FirmAccount.replaces_id,
            FirmAccount.entered_at,
            FirmAccount.document_id,
        )
        .where(FirmAccount.ubn == ubn)
        .order_by(FirmAccount.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    account = BankAccount(row.bank_code, row.branch_code, row.number, row.holder, row.bank_name)
    return KeptAccount(
        row.id, account, row.replaces_id is not None, row.entered_at, row.document_id
    )


def blocked_until(session: Session, ubn: str, today: date) -> date | None:
    """The last day on which a firm is barred from subsidies 停權; None when it is not barred."""
    return session.execute(
        select(func.max(BlockedFirm.until)).where(
            BlockedFirm.ubn == ubn, BlockedFirm.since <= today, BlockedFirm.until >= today
        )
    ).scalar_one()


def payee_name() -> ColumnElement[str]:
    """The registered name of who is paid by a claim: the firm, or such as the bank of a loan."""
    return case((Claim.payee_name != "", Claim.payee_name), else_=Case.firm_name)


def payee_ubn() -> ColumnElement[str]:
    """The 統一編號 of who is paid by a claim."""
    return case((Claim.payee_ubn != "", Claim.payee_ubn), else_=Case.ubn)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim with everything that is verified about it."""

    id: int
    version: int
    case_id: int
    tranche_id: int
    tranche_state: TrancheState
    hold_reason: str
    live: bool
    receipt_number: str
    receipt_on: date
    letter_number: str
    receipt_document_id: int
    passbook_document_id: int
    entered_at: datetime
    entered_by_name: str | None
    verified_at: datetime | None
    facts: ClaimFacts


def claim(session: Session, claim_id: int, today: date) -> ClaimRow:
    """One claim; NoResultFound when there is none."""
    row = session.execute(
        select(
            Claim.id,
            Claim.version,
            Claim.case_id,
            Claim.tranche_id,
            Claim.live,
            Claim.receipt_number,
            Claim.receipt_on,
            Claim.letter_number,
            Claim.amount,
            Claim.receipt_document_id,
            Claim.entered_by,
            Claim.entered_at,
            Claim.verified_at,
            Tranche.number.label("tranche_number"),
            Tranche.amount.label("tranche_amount"),
            Tranche.state.label("tranche_state"),
            Tranche.hold_reason,
            Case.ubn.label("case_ubn"),
            payee_ubn().label("ubn"),
            payee_name().label("firm_name"),
            FirmAccount.bank_code,
            FirmAccount.branch_code,
            FirmAccount.number.label("account_number"),
            FirmAccount.holder,
            FirmAccount.bank_name,
            FirmAccount.replaces_id,
            FirmAccount.entered_at.label("account_entered_at"),
            FirmAccount.document_id.label("passbook_document_id"),
            Account.name.label("entered_by_name"),
        )
        .join(Tranche, Tranche.id == Claim.tranche_id)
        .join(Case, Case.id == Claim.case_id)
        .join(FirmAccount, FirmAccount.id == Claim.account_id)
        .outerjoin(Account, Account.id == Claim.entered_by)
        .where(Claim.id == claim_id)
    ).one()
    facts = ClaimFacts(
        amount=row.amount,
        tranche_amount=row.tranche_amount,
        number=row.tranche_number,
        account=BankAccount(
            row.bank_code, row.branch_code, row.account_number, row.holder, row.bank_name
        ),
        account_flagged=is_flagged(
            replaces=row.replaces_id is not None, entered_at=row.account_entered_at, today=today
        ),
        firm_name=row.firm_name,
        ubn=row.ubn,
        blocked_until=blocked_until(session, row.case_ubn, today),
        entered_by=row.entered_by,
    )
    return ClaimRow(
        id=row.id,
        version=row.version,
        case_id=row.case_id,
        tranche_id=row.tranche_id,
        tranche_state=row.tranche_state,
        hold_reason=row.hold_reason,
        live=row.live,
        receipt_number=row.receipt_number,
        receipt_on=row.receipt_on,
        letter_number=row.letter_number,
        receipt_document_id=row.receipt_document_id,
        passbook_document_id=row.passbook_document_id,
        entered_at=row.entered_at,
        entered_by_name=row.entered_by_name,
        verified_at=row.verified_at,
        facts=facts,
    )
