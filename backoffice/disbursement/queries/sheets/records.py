"""One sheet: its head, its lines with their checks, and who could sign it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from backoffice.access import GRANTS, Permission, Role
from backoffice.cases.models import Case
from backoffice.disbursement.models import Claim, FirmAccount, Sheet, SheetLine, Tranche
from backoffice.disbursement.queries.sheets.ready import blocked_until, claim_facts
from backoffice.disbursement.rules.claims import Check, ClaimFacts
from backoffice.disbursement.rules.lifecycles import LineState, SheetState, TrancheState
from backoffice.disbursement.rules.sheets import (
    LINES_MAX,
    FrozenLine,
    SheetFacts,
    line_checks,
    line_refusal,
)
from backoffice.documents import Document
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.people.models import Account
from backoffice.people.rules.lifecycle import AccountState
from backoffice.review.models import Assignment, ScoreSheet

_SCORERS_MAX = 2_000
_SIGNERS_MAX = 200


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """A sheet's head; `file_sha256` is of the stored workbook, None before the approval."""

    id: int
    version: int
    number: str
    scheme: str
    edition: str
    state: SheetState
    dated_on: date
    agency: str
    funding_source: str
    purpose: str
    row_count: int
    total: Ntd
    content_sha256: str
    document_id: int | None
    opendocument_id: int | None
    made_by: int
    made_by_name: str
    made_at: datetime
    checked_by: int | None
    checked_by_name: str
    checked_at: datetime | None
    approved_by: int | None
    approved_by_name: str
    approved_at: datetime | None
    sent_by: int | None
    sent_by_name: str
    sent_at: datetime | None
    settled_at: datetime | None
    void_reason: str
    file_sha256: str | None

    def facts(self, scorers: Mapping[int, tuple[str, ...]]) -> SheetFacts:
        """The sheet as the rules ask about it."""
        return SheetFacts(self.state, self.made_by, self.checked_by, self.approved_by, scorers)


def sheet(session: Session, sheet_id: int) -> SheetRecord:
    """One sheet; NoResultFound when there is none."""
    row = session.execute(
        select(
            *(getattr(Sheet, name) for name in SheetRecord.__slots__ if name != "file_sha256"),
            Document.sha256.label("file_sha256"),
        )
        .outerjoin(Document, Document.id == Sheet.document_id)
        .where(Sheet.id == sheet_id)
    ).one()
    return SheetRecord(**row._mapping)


@dataclass(frozen=True, slots=True)
class LineRow:
    """One payment of a sheet, and what its checks say today.

    `frozen` is the line as it was made; `claim` what the office knows now;
    `passbook_id` is the document that shows the account.
    """

    id: int
    case_id: int
    tranche_id: int
    tranche_state: TrancheState
    state: LineState
    amount: Ntd
    settled_on: date | None
    recorded_reason: str
    frozen: FrozenLine
    claim: ClaimFacts
    hold_reason: str
    passbook_id: int

    @property
    def checks(self) -> tuple[Check, ...]:
        """What is checked about the line, in the order in which it is read."""
        return line_checks(self.claim)

    @property
    def refusal(self) -> Refused | None:
        """Why the payment cannot be made any more, though it stands on the sheet."""
        if self.state is LineState.LIVE and self.tranche_state is not TrancheState.SHEETED:
            return Refused("sheet.tranche_gone", state=self.tranche_state)
        return line_refusal(self.hold_reason, self.claim)

    @property
    def flagged(self) -> bool:
        """Whether the firm's account was changed within the last 30 days."""
        return self.claim.account_flagged


def lines_of(session: Session, sheet_id: int, today: date) -> tuple[LineRow, ...]:
    """The payments of a sheet in their order."""
    rows = session.execute(
        select(
            SheetLine.id,
            SheetLine.case_id,
            SheetLine.tranche_id,
            SheetLine.state,
            SheetLine.amount,
            SheetLine.settled_on,
            SheetLine.reason,
            SheetLine.columns,
            Tranche.state.label("tranche_state"),
            Tranche.number.label("tranche_number"),
            Tranche.hold_reason,
            Case.firm_name,
            Case.ubn,
            Claim.amount.label("claimed"),
            Claim.entered_by,
            FirmAccount.bank_code,
            FirmAccount.branch_code,
            FirmAccount.bank_name,
            FirmAccount.number.label("account_number"),
            FirmAccount.holder,
            FirmAccount.replaces_id,
            FirmAccount.entered_at.label("account_entered_at"),
            FirmAccount.document_id,
            blocked_until(Case.ubn, today).label("blocked_until"),
        )
        .join(Tranche, Tranche.id == SheetLine.tranche_id)
        .join(Case, Case.id == SheetLine.case_id)
        .join(Claim, Claim.id == SheetLine.claim_id)
        .join(FirmAccount, FirmAccount.id == Claim.account_id)
        .where(SheetLine.sheet_id == sheet_id)
        .order_by(SheetLine.position)
        .limit(LINES_MAX)
    )
    return tuple(
        LineRow(
            id=row.id,
            case_id=row.case_id,
            tranche_id=row.tranche_id,
            tranche_state=row.tranche_state,
            state=row.state,
            amount=row.amount,
            settled_on=row.settled_on,
            recorded_reason=row.reason,
            frozen=FrozenLine.thawed(row.columns),
            claim=claim_facts(row, row.amount, row.tranche_number, today),
            hold_reason=row.hold_reason,
            passbook_id=row.document_id,
        )
        for row in rows
    )


def scorers_of_sheet(session: Session, sheet_id: int) -> Mapping[int, tuple[str, ...]]:
    """The numbers of the sheet's cases that each person has scored, by person."""
    on_sheet = select(SheetLine.case_id).where(SheetLine.sheet_id == sheet_id)
    return _scorers(session, Case.id.in_(on_sheet))


def scorers_of_cases(session: Session, case_ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """The numbers of these cases that each person has scored, by person."""
    return _scorers(session, Case.id.in_(case_ids))


def _scorers(session: Session, which: ColumnElement[bool]) -> Mapping[int, tuple[str, ...]]:
    rows = session.execute(
        select(Assignment.reviewer_id, Case.number)
        .distinct()
        .join(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
        .join(Case, Case.id == Assignment.case_id)
        .where(which)
        .order_by(Assignment.reviewer_id, Case.number)
        .limit(_SCORERS_MAX)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for person, number in rows:
        found[person].append(number)
    return {person: tuple(numbers) for person, numbers in found.items()}


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody in service who could take a step of a sheet by their role."""

    id: int
    name: str
    role: Role

    def may(self, permission: Permission) -> bool:
        """Whether the role holds the permission."""
        return permission in GRANTS[self.role]


_STEPS = frozenset(
    {
        Permission.SHEET_MAKE,
        Permission.SHEET_CHECK,
        Permission.SHEET_APPROVE,
        Permission.SHEET_SEND,
        Permission.SHEET_SETTLE,
    }
)


def signers(session: Session) -> tuple[Signer, ...]:
    """Everybody in service whose role takes a step of a sheet, in the order of their numbers."""
    roles = [role for role, granted in GRANTS.items() if granted & _STEPS]
    rows = session.execute(
        select(Account.id, Account.name, Account.role)
        .where(Account.role.in_(roles), Account.state == AccountState.ACTIVE)
        .order_by(Account.id)
        .limit(_SIGNERS_MAX)
    )
    return tuple(Signer(*row) for row in rows)
