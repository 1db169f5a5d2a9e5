"""Everything that a case's own pages show, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from backoffice.cases.models import (
    Benefit,
    BudgetLine,
    Case,
    CaseNote,
    EligibilityFinding,
    Equipment,
    FindingState,
    Member,
    PlannedCheckpoint,
)
from backoffice.db import look
from backoffice.documents import Document
from backoffice.kernel.money import Ntd

NOTES_MAX = 100
MEMBERS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class LineRow:
    """A budget line."""

    category: str
    category_text: str
    subsidy: Ntd
    self_fund: Ntd

    @property
    def total(self) -> Ntd:
        return self.subsidy + self.self_fund


@dataclass(frozen=True, slots=True)
class EquipmentRow:
    """A piece of new equipment."""

    name: str
    model: str
    domestic: bool
    quantity: int
    unit_price: Ntd
    vendor: str

    @property
    def amount(self) -> Ntd:
        return Ntd(self.quantity * self.unit_price.dollars)


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A planned checkpoint, with the weight reached by then."""

    due_on: date
    work_item: str
    item: str
    weight_bp: int
    sum_bp: int


@dataclass(frozen=True, slots=True)
class BenefitRow:
    """An expected benefit."""

    kind: str
    item: str
    unit: str
    before: str
    after: str
    basis: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A rule that the case does not meet, and the officer's word on it."""

    id: int
    code: str
    facts: Mapping[str, Any]
    clause: str
    state: FindingState
    reason: str


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note on the case."""

    at: datetime
    author_name: str
    text: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A file of the case."""

    id: int
    name: str
    kind: str
    size: int
    added_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Application:
    """The facts of the application that the head does not hold."""

    registration: str
    industry: str
    headcount: str
    paid_in_capital: Ntd | None
    factory_status: str
    factory_number: str
    target: str
    plan_start: date | None
    plan_end: date | None
    total_budget: Ntd | None
    subsidy_requested: Ntd | None
    self_fund: Ntd | None
    domestic: Ntd
    new_equipment: Ntd
    contact_name: str
    contact_email: str
    contact_phone: str
    declarations: Mapping[str, Any]
    targets: Mapping[str, Any]
    content_sha256: str
    imported_at: datetime


_APPLICATION = select(*(getattr(Case, name) for name in Application.__dataclass_fields__)).where(
    Case.id == bindparam("case_id")
)


def application(session: Session, case_id: int) -> Application:
    """The application's facts; NoResultFound when there is no such case."""
    return Application(*look(session, _APPLICATION, {"case_id": case_id}).one())


_LINES = (
    select(BudgetLine.category, BudgetLine.category_text, BudgetLine.subsidy, BudgetLine.self_fund)
    .where(BudgetLine.case_id == bindparam("case_id"))
    .order_by(BudgetLine.position, BudgetLine.id)
)


def lines(session: Session, case_id: int) -> tuple[LineRow, ...]:
    """The budget as handed in."""
    rows = look(session, _LINES, {"case_id": case_id})
    return tuple(LineRow(*row) for row in rows)


_EQUIPMENT = (
    select(
        Equipment.name,
        Equipment.model,
        Equipment.domestic,
        Equipment.quantity,
        Equipment.unit_price,
        Equipment.vendor,
    )
    .where(Equipment.case_id == bindparam("case_id"))
    .order_by(Equipment.position, Equipment.id)
)


def equipment(session: Session, case_id: int) -> tuple[EquipmentRow, ...]:
    """The new equipment as handed in."""
    rows = look(session, _EQUIPMENT, {"case_id": case_id})
    return tuple(EquipmentRow(*row) for row in rows)


_PLANNED = (
    select(
        PlannedCheckpoint.due_on,
        PlannedCheckpoint.work_item,
        PlannedCheckpoint.item,
        PlannedCheckpoint.weight_bp,
    )
    .where(PlannedCheckpoint.case_id == bindparam("case_id"))
    .order_by(PlannedCheckpoint.due_on, PlannedCheckpoint.position, PlannedCheckpoint.id)
)


def planned_checkpoints(session: Session, case_id: int) -> tuple[CheckpointRow, ...]:
    """The checkpoints as planned, by date, with the running sum of their weights."""
    rows = look(session, _PLANNED, {"case_id": case_id})
    shown, reached = [], 0
    for due_on, work_item, item, weight_bp in rows:
        reached += weight_bp
        shown.append(CheckpointRow(due_on, work_item, item, weight_bp, reached))
    return tuple(shown)


_BENEFITS = (
    select(Benefit.kind, Benefit.item, Benefit.unit, Benefit.before, Benefit.after, Benefit.basis)
    .where(Benefit.case_id == bindparam("case_id"))
    .order_by(Benefit.position, Benefit.id)
)


def benefits(session: Session, case_id: int) -> tuple[BenefitRow, ...]:
    """The expected benefits."""
    rows = look(session, _BENEFITS, {"case_id": case_id})
    return tuple(BenefitRow(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A partner firm as applied for, with its share; None where the firm stated none."""

    firm_name: str
    ubn: str
    factory_number: str
    subsidy: Ntd | None
    self_fund: Ntd | None


_MEMBERS = (
    select(Member.firm_name, Member.ubn, Member.factory_number, Member.subsidy, Member.self_fund)
    .where(Member.case_id == bindparam("case_id"))
    .order_by(Member.position, Member.id)
    .limit(MEMBERS_MAX)
)


def members(session: Session, case_id: int) -> tuple[MemberRow, ...]:
    """The partner firms, in the firm's order; what they leave of the budget is the centre's."""
    rows = look(session, _MEMBERS, {"case_id": case_id})
    return tuple(MemberRow(*row) for row in rows)


_FINDINGS = (
    select(
        EligibilityFinding.id,
        EligibilityFinding.code,
        EligibilityFinding.facts,
        EligibilityFinding.clause,
        EligibilityFinding.state,
        EligibilityFinding.reason,
    )
    .where(EligibilityFinding.case_id == bindparam("case_id"))
    .order_by(EligibilityFinding.id)
)


def findings(session: Session, case_id: int) -> tuple[FindingRow, ...]:
    """What eligibility found, in the order in which it was found."""
    rows = look(session, _FINDINGS, {"case_id": case_id})
    return tuple(FindingRow(*row) for row in rows)


_NOTES = (
    select(CaseNote.at, CaseNote.author_name, CaseNote.text)
    .where(CaseNote.case_id == bindparam("case_id"))
    .order_by(CaseNote.id.desc())
    .limit(NOTES_MAX)
)


def notes(session: Session, case_id: int) -> tuple[NoteRow, ...]:
    """The notes on the case, newest first."""
    rows = look(session, _NOTES, {"case_id": case_id})
    return tuple(NoteRow(*row) for row in rows)


def documents(session: Session, case_id: int) -> tuple[DocumentRow, ...]:
    """The files of the case, newest first."""
    rows = session.execute(
        select(
            Document.id,
            Document.name,
            Document.kind,
            Document.size,
            Document.added_at,
            Document.sha256,
        )
        .where(Document.case_id == case_id)
        .order_by(Document.id.desc())
        .limit(NOTES_MAX)
    )
    return tuple(DocumentRow(*row) for row in rows)
