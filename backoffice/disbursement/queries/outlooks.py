"""Checkpoints of many cases at once: where each stands, what is owed when, how weight grew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.disbursement.models import Checkpoint, Contract
from backoffice.disbursement.rules.checkpoints import (
    EXECUTING,
    OUTSTANDING,
    PointFacts,
    Standing,
)
from backoffice.disbursement.rules.lifecycles import CheckpointState
from backoffice.kernel.taiwan import local_date
from backoffice.people.models import Account

CASES_MAX = 20_000  # cases in execution at the same time; one row of sums each
DAYS_MAX = 20_000  # days with planned weight, or decisions on it
CASE_PAGE = 20
POINT_PAGE = 100
POINTS_OF_A_PAGE_MAX = 1_000

_OPEN = (*OUTSTANDING, CheckpointState.REPORTED)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose checkpoints: of one officer, of one scheme, of one case; None for all."""

    officer_id: int | None = None
    scheme: str | None = None
    case_id: int | None = None


def _within(scope: Scope) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = [Case.state.in_(sorted(EXECUTING))]
    if scope.officer_id is not None:
        wanted.append(Case.officer_id == scope.officer_id)
    if scope.scheme is not None:
        wanted.append(Case.scheme == scope.scheme)
    if scope.case_id is not None:
        wanted.append(Case.id == scope.case_id)
    return and_(true(), *wanted)


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A case in execution with its checkpoints in sums."""

    case_id: int
    edition: str
    midterm_on: date
    standing: Standing


def standings(session: Session, scope: Scope) -> tuple[StandingRow, ...]:
    """Every case in execution within the scope, by its number in the books."""
    by_midterm = Checkpoint.due_on <= Contract.midterm_on
    owed = and_(Checkpoint.state.in_(sorted(OUTSTANDING)), by_midterm)
    promised = or_(owed, Checkpoint.state == CheckpointState.REPORTED)
    rows = session.execute(
        select(
            Case.id,
            Case.edition,
            Contract.midterm_on,
            _weight(Checkpoint.state == CheckpointState.ACCEPTED),
            _weight(promised),
            func.min(case((and_(owed, Checkpoint.correct_by.is_(None)), Checkpoint.due_on))),
            func.min(case((owed, Checkpoint.correct_by))),
            func.sum(case((and_(owed, Checkpoint.state == CheckpointState.OVERDUE), 1), else_=0)),
        )
        .join(Contract, Contract.case_id == Case.id)
        .join(Checkpoint, Checkpoint.case_id == Case.id)
        .where(_within(scope))
        .group_by(Case.id, Case.edition, Contract.midterm_on)
        .order_by(Case.id)
        .limit(CASES_MAX)
    )
    return tuple(
        StandingRow(
            case_id=row[0],
            edition=row[1],
            midterm_on=row[2],
            standing=Standing(int(row[3]), int(row[4]), row[5], row[6], has_overdue=row[7] > 0),
        )
        for row in rows
    )


def _weight(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, Checkpoint.weight_bp), else_=0))


@dataclass(frozen=True, slots=True)
class CaseLine:
    """What a list says of a case beside its checkpoints."""

    id: int
    number: str
    firm_name: str
    officer_name: str | None


def case_lines(session: Session, case_ids: Collection[int]) -> dict[int, CaseLine]:
    """The cases of one page, by their number in the books."""
    rows = session.execute(
        select(Case.id, Case.number, Case.firm_name, Account.name)
        .outerjoin(Account, Account.id == Case.officer_id)
        .where(Case.id.in_(case_ids))
        .order_by(Case.id)
        .limit(CASE_PAGE)
    )
    return {row[0]: CaseLine(*row) for row in rows}


def facts_of(session: Session, case_ids: Collection[int]) -> dict[int, list[PointFacts]]:
    """The checkpoints of the cases of one page, each in its plan's order."""
    found: dict[int, list[PointFacts]] = {case_id: [] for case_id in case_ids}
    rows: Any = session.execute(
        select(Checkpoint.case_id, *_FACTS)
        .where(Checkpoint.case_id.in_(case_ids))
        .order_by(Checkpoint.case_id, Checkpoint.position, Checkpoint.id)
        .limit(POINTS_OF_A_PAGE_MAX)
    )
    for case_id, *facts in rows:
        found[case_id].append(PointFacts(*facts))
    return found


_FACTS = (
    Checkpoint.id,
    Checkpoint.item,
    Checkpoint.due_on,
    Checkpoint.weight_bp,
    Checkpoint.state,
    Checkpoint.correct_by,
)


@dataclass(frozen=True, slots=True)
class OwedRow:
    """An open checkpoint in the calendar; `owed_on` is the day by which a report is due."""

    facts: PointFacts
    owed_on: date
    case_id: int
    case_number: str
    edition: str
    firm_name: str


@dataclass(frozen=True, slots=True)
class PointKey:
    """Where a page of the calendar ends."""

    owed_on: date
    id: int


def owed(
    session: Session, scope: Scope, *, after: PointKey | None, size: int = POINT_PAGE
) -> tuple[OwedRow, ...]:
    """Open checkpoints by the day on which they are owed; one more than a page holds."""
    day = func.coalesce(Checkpoint.correct_by, Checkpoint.due_on)
    later: ColumnElement[bool] = true()
    if after is not None:
        later = or_(day > after.owed_on, and_(day == after.owed_on, Checkpoint.id > after.id))
    statement: Any = (
        select(day, Case.id, Case.number, Case.edition, Case.firm_name, *_FACTS)
        .join(Case, Case.id == Checkpoint.case_id)
        .where(_within(scope), Checkpoint.state.in_(sorted(_OPEN)), later)
        .order_by(day, Checkpoint.id)
        .limit(size + 1)
    )
    return tuple(
        OwedRow(PointFacts(*facts), owed_on, case_id, number, edition, firm)
        for owed_on, case_id, number, edition, firm, *facts in session.execute(statement)
    )


def planned_by_day(session: Session, scope: Scope) -> list[tuple[date, int]]:
    """The weight that falls due on each day, of all that is in the plans."""
    rows = session.execute(
        select(Checkpoint.due_on, func.sum(Checkpoint.weight_bp))
        .join(Case, Case.id == Checkpoint.case_id)
        .where(_within(scope), Checkpoint.state.in_(sorted((*_OPEN, CheckpointState.ACCEPTED))))
        .group_by(Checkpoint.due_on)
        .order_by(Checkpoint.due_on)
        .limit(DAYS_MAX)
    )
    return [(day, int(weight)) for day, weight in rows]


def accepted_by_day(session: Session, scope: Scope) -> list[tuple[date, int]]:
    """The weight that was accepted, with the day in Taipei on which it was."""
    rows = session.execute(
        select(Checkpoint.decided_at, func.sum(Checkpoint.weight_bp))
        .join(Case, Case.id == Checkpoint.case_id)
        .where(_within(scope), Checkpoint.state == CheckpointState.ACCEPTED)
        .group_by(Checkpoint.decided_at)
        .order_by(Checkpoint.decided_at)
        .limit(DAYS_MAX)
    )
    return [(local_date(at), int(weight)) for at, weight in rows if at is not None]
