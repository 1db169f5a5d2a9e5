"""Opinions at mid-term and closing as the office reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backoffice.review.models import Assignment, StageOpinion
from backoffice.review.rules.lifecycles import AssignmentState, OpinionResult, ReviewStage

OPINIONS_MAX = 200


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """One reviewer's opinion, by letter; `result` None while it is awaited or was never given."""

    id: int
    letter: str
    stage: ReviewStage
    round: int
    due_on: date | None
    result: OpinionResult | None
    text: str
    given_at: datetime | None
    ended_at: datetime | None


def opinions(
    session: Session, case_id: int, stage: ReviewStage, round_number: int
) -> tuple[OpinionRow, ...]:
    """The opinions that were called for in one round of a stage, given or not, by seat."""
    return _rows(
        session,
        _opinions(case_id)
        .where(StageOpinion.stage == stage, StageOpinion.round == round_number)
        .order_by(StageOpinion.assignment_id, StageOpinion.id),
    )


def stage_opinions(session: Session, case_id: int, stage: ReviewStage) -> tuple[OpinionRow, ...]:
    """The opinions of every round of a stage, oldest round first, by seat."""
    return _rows(
        session,
        _opinions(case_id)
        .where(StageOpinion.stage == stage)
        .order_by(StageOpinion.round, StageOpinion.assignment_id, StageOpinion.id),
    )


def open_opinions(session: Session, case_id: int) -> tuple[OpinionRow, ...]:
    """The opinions of a case that are still awaited, from reviewers who may still give them."""
    return _rows(
        session,
        _opinions(case_id)
        .where(
            StageOpinion.result.is_(None),
            StageOpinion.ended_at.is_(None),
            Assignment.state == AssignmentState.DECLARED,
        )
        .order_by(StageOpinion.id),
    )


def _opinions(case_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            StageOpinion.id,
            Assignment.letter,
            StageOpinion.stage,
            StageOpinion.round,
            StageOpinion.due_on,
            StageOpinion.result,
            StageOpinion.text,
            StageOpinion.given_at,
            StageOpinion.ended_at,
        )
        .join(Assignment, Assignment.id == StageOpinion.assignment_id)
        .where(StageOpinion.case_id == case_id)
    )


def _rows(session: Session, statement: Select[*tuple[Any, ...]]) -> tuple[OpinionRow, ...]:
    return tuple(OpinionRow(*row) for row in session.execute(statement.limit(OPINIONS_MAX)))
