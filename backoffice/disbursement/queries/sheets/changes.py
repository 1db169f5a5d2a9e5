"""What befell a sheet before it was sent: changes, voided signatures, questions about its lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from backoffice.disbursement.models import (
    LineQuery,
    SheetChange,
    SheetLine,
    SheetVoidedApproval,
)
from backoffice.disbursement.rules.sheets import FrozenLine, LineChange, Rung
from backoffice.kernel.money import Ntd

_ROWS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class VoidedApproval:
    """A signature that a change has voided."""

    step: Rung
    person_name: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A line that left the sheet, why, and what that voided; `frozen` as it was made."""

    id: int
    kind: LineChange
    reason: str
    total_before: Ntd
    total_after: Ntd
    changed_by: int
    changed_by_name: str
    changed_at: datetime
    frozen: FrozenLine
    voided: tuple[VoidedApproval, ...]


@dataclass(frozen=True, slots=True)
class QueryRow:
    """A question about a line, and its answer as soon as there is one."""

    id: int
    line_id: int
    note: str
    asked_by_name: str
    asked_at: datetime
    answer: str
    answered_by_name: str
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it still stops the check."""
        return self.answered_at is None


@dataclass(frozen=True, slots=True)
class History:
    """The changes of a sheet, the newest first; the questions by line, the oldest first."""

    changes: tuple[ChangeRow, ...]
    queries: Mapping[int, tuple[QueryRow, ...]]

    @property
    def editors(self) -> frozenset[int]:
        """Who has changed a line of the sheet since it was made."""
        return frozenset(change.changed_by for change in self.changes)


def history_of(session: Session, sheet_id: int) -> History:
    """What befell the lines of a sheet, in one statement."""
    rows = session.execute(
        select(
            SheetLine.columns,
            SheetChange.id.label("change_id"),
            SheetChange.kind,
            SheetChange.reason,
            SheetChange.total_before,
            SheetChange.total_after,
            SheetChange.changed_by,
            SheetChange.changed_by_name,
            SheetChange.changed_at,
            SheetVoidedApproval.id.label("voided_id"),
            SheetVoidedApproval.step,
            SheetVoidedApproval.person_name,
            SheetVoidedApproval.signed_at,
            LineQuery.id.label("query_id"),
            *(getattr(LineQuery, name) for name in QueryRow.__slots__[1:]),
        )
        .outerjoin(SheetChange, SheetChange.line_id == SheetLine.id)
        .outerjoin(SheetVoidedApproval, SheetVoidedApproval.change_id == SheetChange.id)
        .outerjoin(LineQuery, LineQuery.line_id == SheetLine.id)
        .where(
            SheetLine.sheet_id == sheet_id,
            or_(SheetChange.id.is_not(None), LineQuery.id.is_not(None)),
        )
        .order_by(SheetChange.id.desc(), SheetVoidedApproval.id, LineQuery.id)
        .limit(_ROWS_MAX)
    ).all()
    return History(_changes(rows), _queries(rows))


def _changes(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[ChangeRow, ...]:
    heads: dict[int, Row[*tuple[Any, ...]]] = {}
    voided: dict[int, dict[int, VoidedApproval]] = defaultdict(dict)
    for row in rows:
        if row.change_id is None:
            continue
        heads.setdefault(row.change_id, row)
        if row.voided_id is not None:
            signature = VoidedApproval(row.step, row.person_name, row.signed_at)
            voided[row.change_id][row.voided_id] = signature
    return tuple(
        ChangeRow(
            id=number,
            kind=row.kind,
            reason=row.reason,
            total_before=row.total_before,
            total_after=row.total_after,
            changed_by=row.changed_by,
            changed_by_name=row.changed_by_name,
            changed_at=row.changed_at,
            frozen=FrozenLine.thawed(row.columns),
            voided=tuple(voided[number].values()),
        )
        for number, row in sorted(heads.items(), reverse=True)
    )


def _queries(rows: Iterable[Row[*tuple[Any, ...]]]) -> Mapping[int, tuple[QueryRow, ...]]:
    found: dict[int, dict[int, QueryRow]] = defaultdict(dict)
    for row in rows:
        if row.query_id is not None:
            facts = {name: getattr(row, name) for name in QueryRow.__slots__[1:]}
            found[row.line_id][row.query_id] = QueryRow(id=row.query_id, **facts)
    return {line: tuple(asked[key] for key in sorted(asked)) for line, asked in found.items()}


def queried_lines(session: Session, sheet_id: int) -> frozenset[int]:
    """The lines about which a question is open, whether or not they still stand on the sheet."""
    return frozenset(
        session.scalars(
            select(LineQuery.line_id)
            .where(LineQuery.sheet_id == sheet_id, LineQuery.answered_at.is_(None))
            .order_by(LineQuery.line_id)
            .limit(_ROWS_MAX)
        )
    )


def rounds(session: Session, sheet_id: int) -> int:
    """How many approvals of the sheet have been voided."""
    return session.execute(
        select(func.count()).where(
            SheetVoidedApproval.sheet_id == sheet_id, SheetVoidedApproval.step == Rung.APPROVE
        )
    ).scalar_one()
