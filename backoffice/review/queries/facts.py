"""What reviewers may see of a case: the plan with its amounts and origins, and nobody's data.

No contact, no 統一編號, no bank data: what is not selected here cannot be shown or sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import (
    Benefit,
    BudgetLine,
    Case,
    Equipment,
    Member,
    PlannedCheckpoint,
)
from backoffice.documents import Document
from backoffice.kernel.money import Ntd

ROWS_MAX = 500

# The plan, letters of intent, other material, the factory's papers; and reports of a stage.
SHOWN_KINDS = ("D02", "D10", "D11", "D12", "report:MIDTERM", "report:CLOSING")


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A budget line, whole NTD without business tax."""

    category: str
    subsidy: int
    self_fund: int
    note: str


@dataclass(frozen=True, slots=True)
class EquipmentRow:
    """A piece of new equipment with its origin."""

    name: str
    model: str
    use: str
    domestic: bool
    quantity: int
    unit_price: Ntd

    @property
    def amount(self) -> Ntd:
        """Quantity times unit price."""
        return Ntd(self.quantity * self.unit_price.dollars)


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A planned checkpoint; `weight_bp` in basis points."""

    due_on: date
    work_item: str
    item: str
    weight_bp: int


@dataclass(frozen=True, slots=True)
class BenefitRow:
    """An expected benefit, before and after, in its own unit."""

    kind: str
    item: str
    unit: str
    before: str
    after: str
    basis: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A partner firm and its part of the money."""

    firm_name: str
    subsidy: Ntd | None
    self_fund: Ntd | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A paper that a reviewer may read."""

    id: int
    name: str
    kind: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as the scoring desk shows it."""

    id: int
    number: str
    edition: str
    variant: str
    project_name: str
    target: str
    received_at: datetime
    industry: str
    headcount: str
    paid_in_capital: Ntd | None
    plan_start: date | None
    plan_end: date | None
    total_budget: Ntd | None
    subsidy_requested: Ntd | None
    self_fund: Ntd | None
    domestic: Ntd
    new_equipment: Ntd
    targets: dict[str, Any]
    content_sha256: str
    lines: tuple[LineFacts, ...]
    equipment: tuple[EquipmentRow, ...]
    checkpoints: tuple[CheckpointRow, ...]
    benefits: tuple[BenefitRow, ...]
    members: tuple[MemberRow, ...]
    documents: tuple[DocumentRow, ...]


def case_facts(session: Session, case_id: int) -> CaseFacts:
    """Everything the desk shows of a case, in seven queries; NoResultFound where there is none."""
    case = session.execute(
        select(
            Case.id,
            Case.number,
            Case.edition,
            Case.variant,
            Case.project_name,
            Case.target,
            Case.received_at,
            Case.industry,
            Case.headcount,
            Case.paid_in_capital,
            Case.plan_start,
            Case.plan_end,
            Case.total_budget,
            Case.subsidy_requested,
            Case.self_fund,
            Case.domestic,
            Case.new_equipment,
            Case.targets,
            Case.content_sha256,
        ).where(Case.id == case_id)
    ).one()
    return CaseFacts(
        **case._mapping,
        lines=_lines(session, case_id),
        equipment=_equipment(session, case_id),
        checkpoints=_checkpoints(session, case_id),
        benefits=_benefits(session, case_id),
        members=_members(session, case_id),
        documents=documents_shown(session, case_id),
    )


def _lines(session: Session, case_id: int) -> tuple[LineFacts, ...]:
    rows = session.execute(
        select(
            BudgetLine.category,
            BudgetLine.category_text,
            BudgetLine.subsidy,
            BudgetLine.self_fund,
            BudgetLine.note,
        )
        .where(BudgetLine.case_id == case_id)
        .order_by(BudgetLine.position, BudgetLine.id)
        .limit(ROWS_MAX)
    )
    return tuple(
        LineFacts(
            row.category or row.category_text,
            row.subsidy.dollars,
            row.self_fund.dollars,
            row.note,
        )
        for row in rows
    )


def _equipment(session: Session, case_id: int) -> tuple[EquipmentRow, ...]:
    rows = session.execute(
        select(
            Equipment.name,
            Equipment.model,
            Equipment.use,
            Equipment.domestic,
            Equipment.quantity,
            Equipment.unit_price,
        )
        .where(Equipment.case_id == case_id)
        .order_by(Equipment.position, Equipment.id)
        .limit(ROWS_MAX)
    )
    return tuple(EquipmentRow(*row) for row in rows)


def _checkpoints(session: Session, case_id: int) -> tuple[CheckpointRow, ...]:
    rows = session.execute(
        select(
            PlannedCheckpoint.due_on,
            PlannedCheckpoint.work_item,
            PlannedCheckpoint.item,
            PlannedCheckpoint.weight_bp,
        )
        .where(PlannedCheckpoint.case_id == case_id)
        .order_by(PlannedCheckpoint.due_on, PlannedCheckpoint.position, PlannedCheckpoint.id)
        .limit(ROWS_MAX)
    )
    return tuple(CheckpointRow(*row) for row in rows)


def _benefits(session: Session, case_id: int) -> tuple[BenefitRow, ...]:
    rows = session.execute(
        select(
            Benefit.kind,
            Benefit.item,
            Benefit.unit,
            Benefit.before,
            Benefit.after,
            Benefit.basis,
        )
        .where(Benefit.case_id == case_id)
        .order_by(Benefit.position, Benefit.id)
        .limit(ROWS_MAX)
    )
    return tuple(BenefitRow(*row) for row in rows)


def _members(session: Session, case_id: int) -> tuple[MemberRow, ...]:
    rows = session.execute(
        select(Member.firm_name, Member.subsidy, Member.self_fund)
        .where(Member.case_id == case_id)
        .order_by(Member.position, Member.id)
        .limit(ROWS_MAX)
    )
    return tuple(MemberRow(*row) for row in rows)


def documents_shown(session: Session, case_id: int) -> tuple[DocumentRow, ...]:
    """The papers of a case that a reviewer may read, in the order they came in."""
    rows = session.execute(
        select(Document.id, Document.name, Document.kind, Document.size, Document.sha256)
        .where(Document.case_id == case_id, Document.kind.in_(SHOWN_KINDS))
        .order_by(Document.id)
        .limit(ROWS_MAX)
    )
    return tuple(DocumentRow(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class PartiesNamed:
    """Whom a plan names beside the applicant; what a declaration of interest must know."""

    partners: tuple[str, ...]
    vendors: tuple[str, ...]


def parties_named(session: Session, case_id: int) -> PartiesNamed:
    """The partner firms and vendors of a plan, each once, in the firm's order."""
    partners = (member.firm_name for member in _members(session, case_id))
    vendors = session.scalars(
        select(Equipment.vendor)
        .where(Equipment.case_id == case_id, Equipment.vendor != "")
        .order_by(Equipment.position, Equipment.id)
        .limit(ROWS_MAX)
    )
    return PartiesNamed(tuple(dict.fromkeys(partners)), tuple(dict.fromkeys(vendors)))
