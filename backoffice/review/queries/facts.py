"""What reviewers may see of a case: the plan with its amounts and origins, and nobody's data.

No contact, no 統一編號, no bank data: what is not selected here cannot be shown or sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, Equipment, Member
from backoffice.db import look
from backoffice.documents import Document
from backoffice.kernel.money import Ntd
from backoffice.review.queries.parts import ROWS_MAX, SHOWN_KINDS, Part, parts


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
_MEMBERS = (
    select(Member.firm_name)
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
    """Everything the desk shows of a case, in two queries; NoResultFound where there is none."""
    case = look(session, _CASE, {"case_id": case_id}).one()
    rows = parts(session, case_id)
    return CaseFacts(
        **case._mapping,
        lines=tuple(
            LineFacts(category or text, subsidy, self_fund, note)
            for _, _, category, text, note, _, _, _, subsidy, self_fund, _ in rows[Part.LINE]
        ),
        equipment=tuple(
            EquipmentRow(name, model, use, bool(domestic), quantity, Ntd(unit_price))
            for _, _, name, model, use, _, _, _, domestic, quantity, unit_price in rows[
                Part.EQUIPMENT
            ]
        ),
        checkpoints=tuple(
            CheckpointRow(day, work_item, item, weight_bp)
            for day, _, work_item, item, _, _, _, _, weight_bp, _, _ in rows[Part.CHECKPOINT]
        ),
        benefits=tuple(BenefitRow(*row[2:8]) for row in rows[Part.BENEFIT]),
        members=tuple(
            MemberRow(name, _amount(subsidy), _amount(self_fund))
            for _, _, name, _, _, _, _, _, subsidy, self_fund, _ in rows[Part.MEMBER]
        ),
        documents=tuple(
            DocumentRow(paper, name, kind, size, sha256)
            for _, paper, name, kind, sha256, _, _, _, size, _, _ in rows[Part.DOCUMENT]
        ),
    )


def _amount(dollars: int | None) -> Ntd | None:
    return None if dollars is None else Ntd(dollars)


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
    partners = (name for (name,) in look(session, _MEMBERS, {"case_id": case_id}))
    vendors = session.scalars(
        select(Equipment.vendor)
        .where(Equipment.case_id == case_id, Equipment.vendor != "")
        .order_by(Equipment.position, Equipment.id)
        .limit(ROWS_MAX)
    )
    return PartiesNamed(tuple(dict.fromkeys(partners)), tuple(dict.fromkeys(vendors)))
