"""A case as this room sees it: its award, its contract, its tranches and where its money stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from backoffice.cases.models import BudgetLine, Case, PlannedCheckpoint
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import (
    ApprovedLine,
    Claim,
    Contract,
    FirmAccount,
    Settlement,
    Tranche,
)
from backoffice.disbursement.rules.checkpoints import PlannedPoint
from backoffice.disbursement.rules.claims import BankAccount
from backoffice.disbursement.rules.contract import ApprovedCategory, Award, sign_by
from backoffice.disbursement.rules.lifecycles import EVER_PAID, TrancheState
from backoffice.disbursement.rules.settlement import TranchePaid
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.kernel.taiwan import local_date
from backoffice.review.models import Decision, Offer
from backoffice.review.rules.lifecycles import DecisionKind, OfferState
from backoffice.scheme.rules import Edition

ROWS_MAX = 500  # no plan has as many lines or checkpoints; a limit all the same


# --- award and plan ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planned:
    """What the firm applied with: the prefilled lines and checkpoints of a contract."""

    lines: tuple[ApprovedCategory, ...]
    points: tuple[PlannedPoint, ...]
    new_equipment: Ntd
    plan_end: date | None


def award_of(session: Session, case_id: int, edition: Edition) -> Award | None:
    """What was decided for a case; None when nothing has been awarded."""
    case = session.execute(
        select(
            Case.state,
            Case.subsidy,
            Case.total_budget,
            Case.subsidy_requested,
            Case.paid_in_capital,
            Case.decided_at,
            Case.received_at,
            Case.plan_start,
            Case.due_on,
        ).where(Case.id == case_id)
    ).one()
    if case.subsidy is None or case.decided_at is None:
        return None
    decided_on = local_date(case.decided_at)
    return Award(
        state=case.state,
        subsidy=case.subsidy,
        total=_awarded_total(session, case_id) or case.total_budget or case.subsidy,
        requested=case.subsidy_requested or case.subsidy,
        paid_in_capital=case.paid_in_capital,
        decided_on=decided_on,
        received_on=local_date(case.received_at),
        plan_start=case.plan_start,
        sign_by=case.due_on or sign_by(decided_on, edition),
    )


def _awarded_total(session: Session, case_id: int) -> Ntd | None:
    """The budget that the firm agreed to with a part, else that of the decision that awarded it."""
    agreed = session.execute(
        select(Offer.agreed_total).where(
            Offer.case_id == case_id, Offer.state == OfferState.ACCEPTED
        )
    ).scalar_one_or_none()
    if agreed is not None:
        return agreed
    return session.execute(
        select(Decision.total_budget)
        .where(
            Decision.case_id == case_id,
            Decision.kind == DecisionKind.AWARD,
        )
        .order_by(Decision.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def overdue_award(session: Session, today: date) -> int | None:
    """The awarded case that is longest past its day to sign; None when there is none."""
    return session.scalars(
        select(Case.id)
        .where(Case.state == CaseState.AWARDED, Case.due_on < today)
        .order_by(Case.due_on, Case.id)
        .limit(1)
    ).first()


def planned_of(session: Session, case_id: int, edition: Edition) -> Planned:
    """The plan as applied for, its budget lines summed by the edition's categories."""
    case = session.execute(
        select(Case.new_equipment, Case.plan_end).where(Case.id == case_id)
    ).one()
    lines: dict[str, ApprovedCategory] = {}
    for row in session.execute(
        select(
            BudgetLine.category,
            BudgetLine.category_text,
            BudgetLine.subsidy,
            BudgetLine.self_fund,
        )
        .where(BudgetLine.case_id == case_id)
        .order_by(BudgetLine.position, BudgetLine.id)
        .limit(ROWS_MAX)
    ):
        rule = edition.category_named(row.category or row.category_text)
        mark = rule.code if rule else row.category_text
        before = lines.get(mark, ApprovedCategory(mark, ZERO, ZERO))
        lines[mark] = ApprovedCategory(
            mark, before.subsidy + row.subsidy, before.self_fund + row.self_fund
        )
    return Planned(
        lines=tuple(lines.values()),
        points=_planned_points(session, case_id),
        new_equipment=case.new_equipment,
        plan_end=case.plan_end,
    )


def _planned_points(session: Session, case_id: int) -> tuple[PlannedPoint, ...]:
    rows = session.execute(
        select(
            PlannedCheckpoint.item,
            PlannedCheckpoint.due_on,
            PlannedCheckpoint.weight_bp,
            PlannedCheckpoint.subproject,
            PlannedCheckpoint.work_item,
            PlannedCheckpoint.method,
        )
        .where(PlannedCheckpoint.case_id == case_id)
        .order_by(PlannedCheckpoint.position, PlannedCheckpoint.id)
        .limit(ROWS_MAX)
    )
    return tuple(PlannedPoint(*row) for row in rows)


# --- contract ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A contract as it is shown."""

    id: int
    case_id: int
    number: str
    signed_on: date
    letter_number: str
    letter_on: date | None
    document_id: int | None
    subsidy: Ntd
    total_budget: Ntd
    period_start: date
    period_end: date
    midterm_on: date


def contract_of(session: Session, case_id: int) -> ContractFacts | None:
    """A case's contract, None before it is signed."""
    row = session.execute(
        select(
            Contract.id,
            Contract.case_id,
            Contract.number,
            Contract.signed_on,
            Contract.letter_number,
            Contract.letter_on,
            Contract.document_id,
            Contract.subsidy,
            Contract.total_budget,
            Contract.period_start,
            Contract.period_end,
            Contract.midterm_on,
        ).where(Contract.case_id == case_id)
    ).one_or_none()
    return None if row is None else ContractFacts(**row._mapping)


def approved_lines(session: Session, case_id: int) -> tuple[ApprovedCategory, ...]:
    """The contract's budget by category, in order of their codes."""
    rows = session.execute(
        select(ApprovedLine.category, ApprovedLine.subsidy, ApprovedLine.self_fund)
        .where(ApprovedLine.case_id == case_id)
        .order_by(ApprovedLine.category, ApprovedLine.id)
        .limit(ROWS_MAX)
    )
    return tuple(ApprovedCategory(*row) for row in rows)


def contract_number_taken(session: Session, number: str) -> bool:
    """Whether a contract bears this number already."""
    found = session.execute(select(Contract.id).where(Contract.number == number).limit(1))
    return found.first() is not None


# --- tranches ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TrancheRow:
    """A tranche with the claim that is under way or was paid; None in the claim's fields: none."""

    id: int
    version: int
    number: int
    amount: Ntd
    state: TrancheState
    released_at: datetime | None
    paid_on: date | None
    hold_reason: str
    claim_id: int | None
    receipt_number: str | None
    receipt_on: date | None
    account: BankAccount | None
    account_replaces: bool
    account_entered_at: datetime | None

    @property
    def money(self) -> TranchePaid:
        """The tranche as the settlement asks about it."""
        return TranchePaid(self.number, self.amount, self.state)


def tranches_of(session: Session, case_id: int) -> tuple[TrancheRow, ...]:
    """A case's tranches in their order, each with its live claim."""
    rows = session.execute(
        select(
            Tranche.id,
            Tranche.version,
            Tranche.number,
            Tranche.amount,
            Tranche.state,
            Tranche.released_at,
            Tranche.paid_on,
            Tranche.hold_reason,
            Claim.id.label("claim_id"),
            Claim.receipt_number,
            Claim.receipt_on,
            FirmAccount.bank_code,
            FirmAccount.branch_code,
            FirmAccount.number.label("account_number"),
            FirmAccount.holder,
            FirmAccount.bank_name,
            FirmAccount.replaces_id,
            FirmAccount.entered_at,
        )
        .outerjoin(Claim, (Claim.tranche_id == Tranche.id) & Claim.live)
        .outerjoin(FirmAccount, FirmAccount.id == Claim.account_id)
        .where(Tranche.case_id == case_id)
        .order_by(Tranche.number, Tranche.id)
        .limit(ROWS_MAX)
    )
    return tuple(_tranche(row) for row in rows)


def _tranche(row: Row[*tuple[Any, ...]]) -> TrancheRow:
    account = None
    if row.bank_code is not None:
        account = BankAccount(
            row.bank_code,
            row.branch_code,
            row.account_number,
            row.holder,
            row.bank_name,
        )
    return TrancheRow(
        id=row.id,
        version=row.version,
        number=row.number,
        amount=row.amount,
        state=row.state,
        released_at=row.released_at,
        paid_on=row.paid_on,
        hold_reason=row.hold_reason,
        claim_id=row.claim_id,
        receipt_number=row.receipt_number,
        receipt_on=row.receipt_on,
        account=account,
        account_replaces=row.replaces_id is not None,
        account_entered_at=row.entered_at,
    )


# --- money ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseMoney:
    """Where a contracted case's subsidy stands.

    `award` is the contracted subsidy, `final` the settled one (結算核定數) once it exists;
    `in_transit` has been sent and is not confirmed yet.
    """

    case_id: int
    award: Ntd
    award_total: Ntd
    final: Ntd | None
    clawback: Ntd
    paid: Ntd
    in_transit: Ntd
    tranches: tuple[TranchePaid, ...]

    @property
    def payable(self) -> Ntd:
        """What the firm may have in all: the settled subsidy, before that the award."""
        return self.award if self.final is None else self.final

    @property
    def unpaid(self) -> Ntd:
        """未撥餘額: what may still be paid, 0 when too much was paid."""
        return max(ZERO, self.payable - self.paid)


def money_of_case(session: Session, case_id: int) -> CaseMoney:
    """A contracted case's money; NoResultFound before the contract is signed."""
    row = session.execute(
        select(Contract.subsidy, Contract.total_budget, Settlement.final, Settlement.clawback)
        .outerjoin(Settlement, Settlement.case_id == Contract.case_id)
        .where(Contract.case_id == case_id)
    ).one()
    found = session.execute(
        select(Tranche.number, Tranche.amount, Tranche.state)
        .where(Tranche.case_id == case_id)
        .order_by(Tranche.number, Tranche.id)
        .limit(ROWS_MAX)
    )
    tranches = tuple(TranchePaid(*each) for each in found)
    return CaseMoney(
        case_id=case_id,
        award=row.subsidy,
        award_total=row.total_budget,
        final=row.final,
        clawback=row.clawback or ZERO,
        paid=total(each.amount for each in tranches if each.state in EVER_PAID),
        in_transit=total(each.amount for each in tranches if each.state is TrancheState.SENT),
        tranches=tranches,
    )
