"""Tranches with everything that their lines would say: the verified ones wait for a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    cast,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from backoffice.cases.models import Case
from backoffice.disbursement.models import (
    BlockedFirm,
    Claim,
    Contract,
    FirmAccount,
    Settlement,
    Sheet,
    SheetLine,
    StageReview,
    Tranche,
)
from backoffice.disbursement.queries.claims import payee_name, payee_ubn
from backoffice.disbursement.queries.sheets.places import place_on_sheet
from backoffice.disbursement.rules.claims import BankAccount, Check, ClaimFacts, is_flagged
from backoffice.disbursement.rules.lifecycles import (
    EVER_PAID,
    LineState,
    StageResult,
    TrancheState,
)
from backoffice.disbursement.rules.sheets import LINES_MAX, Candidate, line_checks, line_refusal
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.review.rules.lifecycles import ReviewStage
from backoffice.scheme import registry
from backoffice.scheme.rules import Release

_STAGES = {
    Release.MIDTERM_PASSED: ReviewStage.MIDTERM,
    Release.CLOSING_PASSED: ReviewStage.CLOSING,
}


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """The line whose remittance came back last; `place` such as 112-S01-0001 第 2 列."""

    id: int
    place: str
    on: date | None
    recorded: str


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """A tranche with everything that its line will say.

    `approved_on` and `approval_letter` are of the review that made it payable; `returned` is the
    line that its payment would pay again.
    """

    tranche_id: int
    version: int
    case_id: int
    case_number: str
    firm_name: str
    ubn: str
    project: str
    email: str
    scheme: str
    edition: str
    number: int
    amount: Ntd
    state: TrancheState
    hold_reason: str
    award: Ntd
    final: Ntd | None
    paid_before: Ntd
    claim_id: int
    receipt_number: str
    receipt_on: date
    verified_at: datetime | None
    account: BankAccount
    claim: ClaimFacts
    approved_on: date | None
    approval_letter: str
    returned: ReturnedLine | None

    @property
    def refusal(self) -> Refused | None:
        """Why it cannot be put on a sheet as it is."""
        return line_refusal(self.hold_reason, self.claim)

    @property
    def checks(self) -> tuple[Check, ...]:
        """What is checked about its line, in the order in which it is read."""
        return line_checks(self.claim)

    @property
    def candidate(self) -> Candidate:
        """The tranche as the rules ask about it."""
        return Candidate(
            self.tranche_id,
            self.case_number,
            self.edition,
            self.state,
            self.hold_reason,
            self.claim,
        )


@dataclass(frozen=True, slots=True)
class ReadyKey:
    """Where a page of ready tranches ended."""

    edition: str
    tranche_id: int


def ready(session: Session, today: date, *, after: ReadyKey | None = None) -> tuple[ReadyRow, ...]:
    """Verified tranches by edition, in the order of their numbers; one more than a page holds."""
    later: ColumnElement[bool] = and_(True)
    if after is not None:
        later = or_(
            Case.edition > after.edition,
            (Case.edition == after.edition) & (Tranche.id > after.tranche_id),
        )
    statement = (
        _tranches(today)
        .where(Tranche.state == TrancheState.VERIFIED, later)
        .order_by(Case.edition, Tranche.id)
        .limit(LINES_MAX + 1)
    )
    return _rows(session, statement, today)


def candidates(session: Session, tranche_ids: Sequence[int], today: date) -> tuple[ReadyRow, ...]:
    """These tranches whatever their state, in the order of their numbers."""
    statement = (
        _tranches(today).where(Tranche.id.in_(tranche_ids)).order_by(Tranche.id).limit(LINES_MAX)
    )
    return _rows(session, statement, today)


def _tranches(today: date) -> Select[*tuple[Any, ...]]:
    paid = aliased(Tranche)
    before = (
        select(cast(func.coalesce(func.sum(type_coerce(paid.amount, BigInteger)), 0), BigInteger))
        .where(
            paid.case_id == Tranche.case_id,
            paid.number < Tranche.number,
            paid.state.in_(EVER_PAID),
        )
        .scalar_subquery()
    )
    return (
        select(
            Tranche.id,
            Tranche.version,
            Tranche.case_id,
            Tranche.number,
            Tranche.amount,
            Tranche.state,
            Tranche.hold_reason,
            Case.number.label("case_number"),
            payee_name().label("firm_name"),
            payee_ubn().label("ubn"),
            Case.project_name,
            Case.contact_email,
            Case.scheme,
            Case.edition,
            # A loan has no contract of ours: what is committed for it stands with its case.
            func.coalesce(Contract.subsidy, Case.subsidy).label("subsidy"),
            Settlement.final,
            before.label("paid_before"),
            Claim.id.label("claim_id"),
            Claim.receipt_number,
            Claim.receipt_on,
            Claim.amount.label("claimed"),
            Claim.entered_by,
            Claim.verified_at,
            Claim.payee_ubn.label("payee"),
            Claim.letter_number.label("claim_letter"),
            FirmAccount.bank_code,
            FirmAccount.branch_code,
            FirmAccount.bank_name,
            FirmAccount.number.label("account_number"),
            FirmAccount.holder,
            FirmAccount.replaces_id,
            FirmAccount.entered_at.label("account_entered_at"),
            blocked_until(Case.ubn, today).label("blocked_until"),
        )
        .join(Case, Case.id == Tranche.case_id)
        .outerjoin(Contract, Contract.case_id == Tranche.case_id)
        .join(Claim, (Claim.tranche_id == Tranche.id) & Claim.live)
        .join(FirmAccount, FirmAccount.id == Claim.account_id)
        .outerjoin(Settlement, Settlement.case_id == Tranche.case_id)
    )


def blocked_until(ubn: InstrumentedAttribute[str], today: date) -> ScalarSelect[date]:
    """The last day on which the firm of a row is barred, as a column of the row's own query."""
    return (
        select(func.max(BlockedFirm.until))
        .where(BlockedFirm.ubn == ubn, BlockedFirm.since <= today, BlockedFirm.until >= today)
        .scalar_subquery()
    )


def _rows(
    session: Session, statement: Select[*tuple[Any, ...]], today: date
) -> tuple[ReadyRow, ...]:
    found = session.execute(statement).all()
    passed = _passed(session, [row.case_id for row in found])
    returned = _returned(session, [row.id for row in found])
    return tuple(_row(row, passed, returned.get(row.id), today) for row in found)


def _passed(
    session: Session, case_ids: Sequence[int]
) -> Mapping[tuple[int, ReviewStage], tuple[date | None, str]]:
    """Day and letter of each stage that these cases have passed."""
    rows = session.execute(
        select(
            StageReview.case_id,
            StageReview.stage,
            StageReview.concluded_on,
            StageReview.letter_number,
        )
        .where(StageReview.case_id.in_(case_ids), StageReview.result == StageResult.PASS)
        .order_by(StageReview.id)
        .limit(2 * LINES_MAX + 2)
    )
    return {
        (case_id, stage): (concluded_on, letter) for case_id, stage, concluded_on, letter in rows
    }


def _returned(session: Session, tranche_ids: Sequence[int]) -> Mapping[int, ReturnedLine]:
    """The last line of each tranche that came back from the bank."""
    newest = (
        select(func.max(SheetLine.id))
        .where(SheetLine.tranche_id.in_(tranche_ids), SheetLine.state == LineState.RETURNED)
        .group_by(SheetLine.tranche_id)
    )
    rows = session.execute(
        select(
            SheetLine.tranche_id,
            SheetLine.id,
            Sheet.number,
            place_on_sheet().label("position"),
            SheetLine.settled_on,
            SheetLine.reason,
        )
        .join(Sheet, Sheet.id == SheetLine.sheet_id)
        .where(SheetLine.id.in_(newest))
        .order_by(SheetLine.id)
        .limit(LINES_MAX + 1)
    )
    return {
        row.tranche_id: ReturnedLine(
            row.id, f"{row.number} 第 {row.position} 列", row.settled_on, row.reason
        )
        for row in rows
    }


def _row(
    row: Row[*tuple[Any, ...]],
    passed: Mapping[tuple[int, ReviewStage], tuple[date | None, str]],
    returned: ReturnedLine | None,
    today: date,
) -> ReadyRow:
    stage = _stage_of(row.edition, row.number)
    approved_on, letter = passed.get((row.case_id, stage), (None, "")) if stage else (None, "")
    if row.payee and row.verified_at is not None:
        # No review made it payable: the acceptance of the bank's claim did.
        approved_on, letter = local_date(row.verified_at), row.claim_letter
    claim = claim_facts(row, row.amount, row.number, today)
    return ReadyRow(
        tranche_id=row.id,
        version=row.version,
        case_id=row.case_id,
        case_number=row.case_number,
        firm_name=row.firm_name,
        ubn=row.ubn,
        project=row.project_name,
        email=row.contact_email,
        scheme=row.scheme,
        edition=row.edition,
        number=row.number,
        amount=row.amount,
        state=row.state,
        hold_reason=row.hold_reason,
        award=row.subsidy,
        final=row.final,
        paid_before=Ntd(row.paid_before),
        claim_id=row.claim_id,
        receipt_number=row.receipt_number,
        receipt_on=row.receipt_on,
        verified_at=row.verified_at,
        account=claim.account,
        claim=claim,
        approved_on=approved_on,
        approval_letter=letter,
        returned=returned,
    )


def claim_facts(row: Row[*tuple[Any, ...]], amount: Ntd, number: int, today: date) -> ClaimFacts:
    """The claim behind a row, as its checks ask about it; `amount` is what would be paid."""
    return ClaimFacts(
        amount=row.claimed,
        tranche_amount=amount,
        number=number,
        account=BankAccount(
            row.bank_code, row.branch_code, row.account_number, row.holder, row.bank_name
        ),
        account_flagged=is_flagged(
            replaces=row.replaces_id is not None, entered_at=row.account_entered_at, today=today
        ),
        firm_name=row.firm_name,
        ubn=row.ubn,
        blocked_until=row.blocked_until,
        entered_by=row.entered_by,
    )


def _stage_of(edition: str, number: int) -> ReviewStage | None:
    """The review whose passing makes this tranche payable."""
    rules = registry.edition_named(edition).tranches
    return next((_STAGES.get(rule.release) for rule in rules if rule.number == number), None)
