"""What reviewers may see of a case: the plan with its amounts and origins, and nobody's data.

No contact, no 統一編號, no bank data: what is not selected here cannot be shown or sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from backoffice.cases.models import (
    Benefit,
    BudgetLine,
    Case,
    Equipment,
    Member,
    PlannedCheckpoint,
)
from backoffice.db import look
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


# Written once: the desk asks them all day, and working one out costs more than its answer.
_ASKED: BindParameter[int] = bindparam("case_id")
_CASE = select(
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
).where(Case.id == _ASKED)
_LINES = (
    select(
        BudgetLine.category,
        BudgetLine.category_text,
        BudgetLine.subsidy,
        BudgetLine.self_fund,
        BudgetLine.note,
    )
    .where(BudgetLine.case_id == _ASKED)
    .order_by(BudgetLine.position, BudgetLine.id)
    .limit(ROWS_MAX)
)
_EQUIPMENT = (
    select(
        Equipment.name,
        Equipment.model,
        Equipment.use,
        Equipment.domestic,
        Equipment.quantity,
        Equipment.unit_price,
    )
    .where(Equipment.case_id == _ASKED)
    .order_by(Equipment.position, Equipment.id)
    .limit(ROWS_MAX)
)
_CHECKPOINTS = (
    select(
        PlannedCheckpoint.due_on,
        PlannedCheckpoint.work_item,
        PlannedCheckpoint.item,
        PlannedCheckpoint.weight_bp,
    )
    .where(PlannedCheckpoint.case_id == _ASKED)
    .order_by(PlannedCheckpoint.due_on, PlannedCheckpoint.position, PlannedCheckpoint.id)
    .limit(ROWS_MAX)
)
_BENEFITS = (
    select(
        Benefit.kind,
        Benefit.item,
        Benefit.unit,
        Benefit.before,
        Benefit.after,
        Benefit.basis,
    )
    .where(Benefit.case_id == _ASKED)
    .order_by(Benefit.position, Benefit.id)
    .limit(ROWS_MAX)
)
_MEMBERS = (
    select(Member.firm_name, Member.subsidy, Member.self_fund)
    .where(Member.case_id == _ASKED)
    .order_by(Member.position, Member.id)
    .limit(ROWS_MAX)
)
_DOCUMENTS = (
    select(Document.id, Document.name, Document.kind, Document.size, Document.sha256)
    .where(Document.case_id == _ASKED, Document.kind.in_(SHOWN_KINDS))
    .order_by(Document.id)
    .limit(ROWS_MAX)
)


def case_facts(session: Session, case_id: int) -> CaseFacts:
    """Everything the desk shows of a case, in seven queries; NoResultFound where there is none."""
    asked = {"case_id": case_id}
    return CaseFacts(
        **look(session, _CASE, asked).one()._mapping,
        lines=tuple(
            LineFacts(category or text, subsidy.dollars, self_fund.dollars, note)
            for category, text, subsidy, self_fund, note in look(session, _LINES, asked)
        ),
        equipment=tuple(EquipmentRow(*row) for row in look(session, _EQUIPMENT, asked)),
        checkpoints=tuple(CheckpointRow(*row) for row in look(session, _CHECKPOINTS, asked)),
        benefits=tuple(BenefitRow(*row) for row in look(session, _BENEFITS, asked)),
        members=_members(session, case_id),
        documents=documents_shown(session, case_id),
    )


def _members(session: Session, case_id: int) -> tuple[MemberRow, ...]:
    return tuple(MemberRow(*row) for row in look(session, _MEMBERS, {"case_id": case_id}))


def documents_shown(session: Session, case_id: int) -> tuple[DocumentRow, ...]:
    """The papers of a case that a reviewer may read, in the order they came in."""
    return tuple(DocumentRow(*row) for row in look(session, _DOCUMENTS, {"case_id": case_id}))


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
