"""Who may be seated: the reviewers of the register, and the seat that is to be filled."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from backoffice.access import Role
from backoffice.people.models import Account, AccountState
from backoffice.review.models import Assignment, Panel, ScoreSheet
from backoffice.review.rules.lifecycles import (
    SEATED,
    AssignmentState,
    PanelState,
    ScoreSheetState,
)

SEATS_MAX = 50
REVIEWERS_MAX = 300


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person of the register who may be seated; `open_count`: cases they still have to score."""

    id: int
    name: str
    open_count: int


def reviewers(session: Session) -> tuple[Reviewer, ...]:
    """The active reviewers, whoever has least to do first."""
    waiting = (
        select(Assignment.reviewer_id, func.count().label("open_count"))
        .join(Panel, Panel.id == Assignment.panel_id)
        .outerjoin(
            ScoreSheet,
            and_(
                ScoreSheet.assignment_id == Assignment.id,
                ScoreSheet.current,
                ScoreSheet.state == ScoreSheetState.SUBMITTED,
            ),
        )
        .where(
            Panel.state == PanelState.OPEN,
            Assignment.state.in_(SEATED),
            ScoreSheet.id.is_(None),
        )
        .group_by(Assignment.reviewer_id)
        .subquery()
    )
    rows = session.execute(
        select(Account.id, Account.name, func.coalesce(waiting.c.open_count, 0))
        .outerjoin(waiting, waiting.c.reviewer_id == Account.id)
        .where(Account.role == Role.REVIEWER, Account.state == AccountState.ACTIVE)
        .order_by(func.coalesce(waiting.c.open_count, 0), Account.id)
        .limit(REVIEWERS_MAX)
    )
    return tuple(Reviewer(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class SeatToFill:
    """A seat to be replaced: with the reviewer's name, which only this page shows."""

    id: int
    version: int
    case_id: int
    letter: str
    reviewer_name: str
    state: AssignmentState
    ground: str
    note: str


def seat_to_fill(session: Session, assignment_id: int) -> SeatToFill:
    """The seat; NoResultFound where there is none."""
    row = session.execute(
        select(
            Assignment.id,
            Assignment.version,
            Assignment.case_id,
            Assignment.letter,
            Assignment.reviewer_name,
            Assignment.state,
            Assignment.ground,
            Assignment.note,
        ).where(Assignment.id == assignment_id)
    ).one()
    return SeatToFill(*row)


def seated_ids(session: Session, case_id: int) -> frozenset[int]:
    """Everybody who sits or sat on the panel of a case."""
    rows = session.scalars(
        select(Assignment.reviewer_id)
        .where(Assignment.case_id == case_id)
        .order_by(Assignment.id)
        .limit(SEATS_MAX)
    )
    return frozenset(rows)
