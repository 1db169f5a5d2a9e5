"""Checkpoints as they are shown, with the state that the calendar gives today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backoffice.disbursement.models import Checkpoint
from backoffice.disbursement.queries.cases import ROWS_MAX
from backoffice.disbursement.rules.checkpoints import PointFacts
from backoffice.disbursement.rules.lifecycles import CheckpointState
from backoffice.people.models import Account


@dataclass(frozen=True, slots=True)
class PointRow:
    """A checkpoint with its last report and the decision on it; `state` as it is stored."""

    id: int
    version: int
    case_id: int
    position: int
    subproject: str
    work_item: str
    method: str
    item: str
    due_on: date
    weight_bp: int
    state: CheckpointState
    correct_by: date | None
    reported_on: date | None
    report_letter: str
    report_text: str
    document_id: int | None
    decided_at: datetime | None
    reason: str
    decided_by_name: str | None

    @property
    def facts(self) -> PointFacts:
        """The checkpoint as the rules ask about it."""
        return PointFacts(
            self.id, self.item, self.due_on, self.weight_bp, self.state, self.correct_by
        )


def _points() -> Select[*tuple[Any, ...]]:
    return select(
        Checkpoint.id,
        Checkpoint.version,
        Checkpoint.case_id,
        Checkpoint.position,
        Checkpoint.subproject,
        Checkpoint.work_item,
        Checkpoint.method,
        Checkpoint.item,
        Checkpoint.due_on,
        Checkpoint.weight_bp,
        Checkpoint.state,
        Checkpoint.correct_by,
        Checkpoint.reported_on,
        Checkpoint.report_letter,
        Checkpoint.report_text,
        Checkpoint.document_id,
        Checkpoint.decided_at,
        Checkpoint.reason,
        Account.name.label("decided_by_name"),
    ).outerjoin(Account, Account.id == Checkpoint.decided_by)


def points_of(session: Session, case_id: int) -> tuple[PointRow, ...]:
    """A case's checkpoints in the plan's order."""
    rows = session.execute(
        _points()
        .where(Checkpoint.case_id == case_id)
        .order_by(Checkpoint.position, Checkpoint.id)
        .limit(ROWS_MAX)
    )
    return tuple(PointRow(**row._mapping) for row in rows)


def point(session: Session, checkpoint_id: int) -> PointRow:
    """One checkpoint; NoResultFound when there is none."""
    row = session.execute(_points().where(Checkpoint.id == checkpoint_id)).one()
    return PointRow(**row._mapping)
