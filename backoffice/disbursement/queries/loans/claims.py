"""Banks' claims: the list, one claim, and its lines against our schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.disbursement.models import (
    BankClaim,
    BankClaimLine,
    FirmAccount,
    Tranche,
)
from backoffice.disbursement.rules.claims import BankAccount
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.loans import OPEN_LINES, BankLineState
from backoffice.kernel.money import ZERO, Ntd
from backoffice.people.models import Account

PAGE = 50
_LINES_MAX = 600


@dataclass(frozen=True, slots=True)
class BankClaimRow:
    """A bank's claim: its head, and how many of its lines stand where."""

    id: int
    scheme: str
    payee_name: str
    payee_ubn: str
    letter_number: str
    letter_on: date
    document_id: int
    line_count: int
    claimed: Ntd
    entered_by: int
    entered_by_name: str
    entered_at: datetime
    account: BankAccount
    ready: int
    differs: int
    accepted: int
    returned: int
    paid: Ntd

    @property
    def open(self) -> int:
        """Lines that nobody has decided yet."""
        return self.ready + self.differs


def _claims() -> Select[*tuple[Any, ...]]:
    def counted(state: BankLineState) -> Any:
        return func.count().filter(BankClaimLine.state == state)

    lines = (
        select(
            BankClaimLine.bank_claim_id,
            counted(BankLineState.READY).label("ready"),
            counted(BankLineState.DIFFERS).label("differs"),
            counted(BankLineState.ACCEPTED).label("accepted"),
            counted(BankLineState.RETURNED).label("returned"),
            func.sum(BankClaimLine.paid)
            .filter(BankClaimLine.state == BankLineState.ACCEPTED)
            .label("paid"),
        )
        .group_by(BankClaimLine.bank_claim_id)
        .subquery()
    )
    return (
        select(
            BankClaim.id,
            BankClaim.scheme,
            BankClaim.payee_name,
            BankClaim.payee_ubn,
            BankClaim.letter_number,
            BankClaim.letter_on,
            BankClaim.document_id,
            BankClaim.line_count,
            BankClaim.claimed,
            BankClaim.entered_by,
            BankClaim.entered_by_name,
            BankClaim.entered_at,
            FirmAccount.bank_code,
            FirmAccount.branch_code,
            FirmAccount.number,
            FirmAccount.holder,
            FirmAccount.bank_name,
            lines.c.ready,
            lines.c.differs,
            lines.c.accepted,
            lines.c.returned,
            lines.c.paid,
        )
        .join(FirmAccount, FirmAccount.id == BankClaim.account_id)
        .join(lines, lines.c.bank_claim_id == BankClaim.id)
    )


def _claim(row: Any) -> BankClaimRow:
    account = BankAccount(row[12], row[13], row[14], row[15], row[16])
    cells = (*row[:12], account, *row[17:21], row[21] or ZERO)
    return BankClaimRow(*cells)


def bank_claim(session: Session, bank_claim_id: int) -> BankClaimRow:
    """One claim; NoResultFound when there is none."""
    return _claim(session.execute(_claims().where(BankClaim.id == bank_claim_id)).one())


def bank_claims(
    session: Session, *, only_open: bool, before: int | None = None, limit: int = PAGE + 1
) -> tuple[BankClaimRow, ...]:
    """Banks' claims, the newest first; `only_open`: those with lines to be decided."""
    statement = _claims().order_by(BankClaim.id.desc()).limit(limit)
    if only_open:
        open_ids = select(BankClaimLine.bank_claim_id).where(BankClaimLine.state.in_(OPEN_LINES))
        statement = statement.where(BankClaim.id.in_(open_ids))
    if before is not None:
        statement = statement.where(BankClaim.id < before)
    return tuple(_claim(row) for row in session.execute(statement))


@dataclass(frozen=True, slots=True)
class BankLineRow:
    """A line of a bank's claim with its case, and what became of it."""

    id: int
    version: int
    bank_claim_id: int
    position: int
    case_id: int
    case_number: str
    firm_name: str
    loan_id: int
    from_on: date
    through_on: date
    principal: Ntd
    rate_ppm: int
    claimed: Ntd
    computed: Ntd
    state: BankLineState
    paid: Ntd | None
    reason: str
    tranche_id: int | None
    tranche_number: int | None
    tranche_state: TrancheState | None
    paid_on: date | None
    letter_number: str
    payee_name: str
    entered_by: int
    decided_by_name: str | None
    decided_at: datetime | None

    @property
    def days(self) -> int:
        """How many, both ends counted."""
        return (self.through_on - self.from_on).days + 1

    @property
    def difference(self) -> Ntd:
        """What the bank asks for beyond ours; below nothing where it asks for less."""
        return self.claimed - self.computed


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            BankClaimLine.id,
            BankClaimLine.version,
            BankClaimLine.bank_claim_id,
            BankClaimLine.position,
            BankClaimLine.case_id,
            Case.number,
            Case.firm_name,
            BankClaimLine.loan_id,
            BankClaimLine.from_on,
            BankClaimLine.through_on,
            BankClaimLine.principal,
            BankClaimLine.rate_ppm,
            BankClaimLine.claimed,
            BankClaimLine.computed,
            BankClaimLine.state,
            BankClaimLine.paid,
            BankClaimLine.reason,
            BankClaimLine.tranche_id,
            Tranche.number,
            Tranche.state,
            Tranche.paid_on,
            BankClaim.letter_number,
            BankClaim.payee_name,
            BankClaim.entered_by,
            Account.name,
            BankClaimLine.decided_at,
        )
        .join(Case, Case.id == BankClaimLine.case_id)
        .join(BankClaim, BankClaim.id == BankClaimLine.bank_claim_id)
        .outerjoin(Tranche, Tranche.id == BankClaimLine.tranche_id)
        .outerjoin(Account, Account.id == BankClaimLine.decided_by)
    )


def bank_lines(session: Session, bank_claim_id: int) -> tuple[BankLineRow, ...]:
    """The lines of a claim in the bank's order."""
    rows = session.execute(
        _lines()
        .where(BankClaimLine.bank_claim_id == bank_claim_id)
        .order_by(BankClaimLine.position)
        .limit(_LINES_MAX)
    )
    return tuple(BankLineRow(*row) for row in rows)


def lines_of_loan(session: Session, loan_id: int) -> tuple[BankLineRow, ...]:
    """The lines of all claims for one loan, by their days."""
    rows = session.execute(
        _lines()
        .where(BankClaimLine.loan_id == loan_id)
        .order_by(BankClaimLine.from_on, BankClaimLine.id)
        .limit(_LINES_MAX)
    )
    return tuple(BankLineRow(*row) for row in rows)


def bank_line(session: Session, line_id: int) -> BankLineRow:
    """One line; NoResultFound when there is none."""
    return BankLineRow(*session.execute(_lines().where(BankClaimLine.id == line_id)).one())
