"""One sheet: its head, its lines with their checks, and who could sign it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from backoffice.access import GRANTS, Permission, Role
from backoffice.cases.models import Case
from backoffice.disbursement.models import (
    Claim,
    FirmAccount,
    Sheet,
    SheetChange,
    SheetLine,
    SheetPaymentFile,
    SheetVoidedApproval,
    Tranche,
)
from backoffice.disbursement.queries.claims import payee_name, payee_ubn
from backoffice.disbursement.queries.sheets.ready import blocked_until, claim_facts
from backoffice.disbursement.rules.claims import Check, ClaimFacts, flagged_since
from backoffice.disbursement.rules.lifecycles import LineState, SheetState, TrancheState
from backoffice.disbursement.rules.sheets import (
    LINES_MAX,
    FrozenLine,
    Rung,
    SheetFacts,
    Signature,
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
class BankFile:
    """The bank's file of the approval in force; `is_assumed`: the payer's data is not confirmed."""

    document_id: int
    made_on: date
    value_on: date
    is_assumed: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """A sheet's head; `file_sha256` is of the stored workbook, None before the approval.

    `bank` is the bank's file of the approval in force; None without one, or where nobody has
    said which account is paid from.
    """

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
    bank: BankFile | None

    def facts(self, scorers: Mapping[int, tuple[str, ...]], editors: frozenset[int]) -> SheetFacts:
        """The sheet as the rules ask about it."""
        return SheetFacts(
            self.state, self.made_by, self.checked_by, self.approved_by, scorers, editors
        )

    @property
    def signed(self) -> tuple[Signature, ...]:
        """The check and the approval, as far as they were given: what a change would void."""
        given = (
            (Rung.CHECK, self.checked_by, self.checked_by_name, self.checked_at),
            (Rung.APPROVE, self.approved_by, self.approved_by_name, self.approved_at),
        )
        return tuple(
            Signature(step, person, name, at)
            for step, person, name, at in given
            if person is not None and at is not None
        )


_OWN = tuple(name for name in SheetRecord.__slots__ if name not in ("file_sha256", "bank"))


def sheet(session: Session, sheet_id: int) -> SheetRecord:
    """One sheet; NoResultFound when there is none."""
    paid_by = aliased(Document)
    voided = (
        select(func.count())
        .where(SheetVoidedApproval.sheet_id == Sheet.id, SheetVoidedApproval.step == Rung.APPROVE)
        .correlate(Sheet)
        .scalar_subquery()
    )
    in_force = SheetPaymentFile.round == voided
    row = session.execute(
        select(
            *(getattr(Sheet, name) for name in _OWN),
            Document.sha256.label("file_sha256"),
            SheetPaymentFile.document_id.label("bank_document_id"),
            SheetPaymentFile.made_on,
            SheetPaymentFile.value_on,
            SheetPaymentFile.is_assumed,
            paid_by.sha256.label("bank_sha256"),
        )
        .outerjoin(Document, Document.id == Sheet.document_id)
        .outerjoin(SheetPaymentFile, and_(SheetPaymentFile.sheet_id == Sheet.id, in_force))
        .outerjoin(paid_by, paid_by.id == SheetPaymentFile.document_id)
        .where(Sheet.id == sheet_id)
    ).one()
    bank = (
        BankFile(row.bank_document_id, row.made_on, row.value_on, row.is_assumed, row.bank_sha256)
        if row.bank_document_id is not None
        else None
    )
    own = {name: getattr(row, name) for name in _OWN}
    return SheetRecord(**own, file_sha256=row.file_sha256, bank=bank)


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
    account_entered_by: int

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
    """The payments of a sheet in their order, numbered without gaps.

    A line that was taken out before the sheet was sent is none of them.
    """
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
            payee_name().label("firm_name"),
            payee_ubn().label("ubn"),
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
            FirmAccount.entered_by.label("account_entered_by"),
            blocked_until(Case.ubn, today).label("blocked_until"),
        )
        .join(Tranche, Tranche.id == SheetLine.tranche_id)
        .join(Case, Case.id == SheetLine.case_id)
        .join(Claim, Claim.id == SheetLine.claim_id)
        .join(FirmAccount, FirmAccount.id == Claim.account_id)
        .where(SheetLine.sheet_id == sheet_id, SheetLine.id.not_in(off_sheet(sheet_id)))
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
            frozen=replace(FrozenLine.thawed(row.columns), position=position),
            claim=claim_facts(row, row.amount, row.tranche_number, today),
            hold_reason=row.hold_reason,
            passbook_id=row.document_id,
            account_entered_by=row.account_entered_by,
        )
        for position, row in enumerate(rows, start=1)
    )


def off_sheet(sheet_id: int) -> Select[int]:
    """The lines that left a sheet before it was sent, as a part of another query."""
    return select(SheetChange.line_id).where(SheetChange.sheet_id == sheet_id)


def last_position(session: Session, sheet_id: int) -> int:
    """The highest place ever given on a sheet, also to a line that has left it."""
    return session.execute(
        select(func.max(SheetLine.position)).where(SheetLine.sheet_id == sheet_id)
    ).scalar_one()


def scorers_of_sheet(session: Session, sheet_id: int) -> Mapping[int, tuple[str, ...]]:
    """The numbers of the sheet's cases that each person has scored, by person."""
    on_sheet = select(SheetLine.case_id).where(
        SheetLine.sheet_id == sheet_id, SheetLine.id.not_in(off_sheet(sheet_id))
    )
    return _scorers(session, Case.id.in_(on_sheet))


def scorers_of_cases(session: Session, case_ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """The numbers of these cases that each person has scored, by person."""
    return _scorers(session, Case.id.in_(case_ids))


def editors_of_sheet(session: Session, sheet_id: int, today: date) -> frozenset[int]:
    """Who has changed a line of the sheet since it was made, or entered its flagged account."""
    changed = select(SheetChange.changed_by).where(SheetChange.sheet_id == sheet_id)
    entered = (
        select(FirmAccount.entered_by)
        .join(Claim, Claim.account_id == FirmAccount.id)
        .join(SheetLine, SheetLine.claim_id == Claim.id)
        .where(
            SheetLine.sheet_id == sheet_id,
            SheetLine.id.not_in(off_sheet(sheet_id)),
            FirmAccount.replaces_id.is_not(None),
            FirmAccount.entered_at >= flagged_since(today),
        )
    )
    return frozenset(session.scalars(changed.union(entered).limit(_SIGNERS_MAX)))


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


def doubled_steps(session: Session) -> tuple[int, int]:
    """How many sheets there are, and on how many of them one person took two steps."""
    steps = (Sheet.made_by, Sheet.checked_by, Sheet.approved_by, Sheet.sent_by)
    twice = or_(*(one == other for one, other in combinations(steps, 2)))
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(case((twice, 1), else_=0)), 0)).select_from(
            Sheet
        )
    ).one()
    return row[0], int(row[1])


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
