"""What a reviewer sees: the own seats, sheets and opinions, and nothing of anybody else.

Every query names the reviewer. A seat that was given up, a stranger's and one that never was
are the same: no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import look
from backoffice.review.models import Assignment, Panel, ScoreSheet, StageOpinion
from backoffice.review.rules.lifecycles import (
    SEATED,
    AssignmentState,
    OpinionResult,
    PanelState,
    ReviewStage,
    ScoreSheetState,
)
from backoffice.review.rules.marks import Entry, entry_of, is_complete
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition, Scoring

SEATS_MAX = 300
PAST_PAGE = 30
OPINIONS_MAX = 100


def scoring_of(edition_name: str) -> Scoring:
    """How an edition scores; only editions that do have panels."""
    scoring = registry.edition_named(edition_name).scoring
    if scoring is None:
        raise NoResultFound("a panel stands only where the edition scores")
    return scoring


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of the reviewer with the sheet in force, None before the declaration."""

    id: int
    version: int
    case_id: int
    number: str
    project_name: str
    firm_name: str
    edition_name: str
    state: AssignmentState
    letter: str
    due_on: date | None
    declared_at: datetime | None
    panel_state: PanelState
    closed_at: datetime | None
    case_state: CaseState
    sheet_id: int | None
    sheet_version: int | None
    sheet_number: int | None
    sheet_state: ScoreSheetState | None
    saved_at: datetime | None
    submitted_at: datetime | None
    payload_sha256: str | None
    evidence_sha256: str | None
    entry: Entry | None

    @property
    def edition(self) -> Edition:
        """The edition that the case keeps for life."""
        return registry.edition_named(self.edition_name)

    @property
    def scoring(self) -> Scoring:
        """How the case is scored."""
        return scoring_of(self.edition_name)

    @property
    def is_seated(self) -> bool:
        """Whether the reviewer still sits on the panel."""
        return self.state in SEATED

    @property
    def is_open(self) -> bool:
        """Whether the case is still being scored."""
        return self.panel_state is PanelState.OPEN and self.case_state is CaseState.IN_REVIEW

    @property
    def is_handed_in(self) -> bool:
        """Whether the sheet in force was handed in."""
        return self.sheet_state is ScoreSheetState.SUBMITTED

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing on the sheet in force."""
        return self.entry is not None and is_complete(self.entry, self.scoring)

    @property
    def is_done(self) -> bool:
        """Whether the reviewer has nothing more to write."""
        return self.is_handed_in or self.is_complete

    @property
    def is_begun(self) -> bool:
        """Whether anything is on the sheet."""
        return self.entry is not None and self.entry != Entry((), (), "")


def open_seats(session: Session, reviewer_id: int) -> tuple[Seat, ...]:
    """The seats on panels that are scoring, given-up ones too, by due date."""
    rows = look(session, _open_seats(), {"reviewer_id": reviewer_id})
    return tuple(_seat(row._mapping) for row in rows)


@cache
def _open_seats() -> Select[*tuple[Any, ...]]:
    return (
        _seats()
        .where(
            Assignment.reviewer_id == bindparam("reviewer_id"),
            Panel.state == PanelState.OPEN,
            Case.state == CaseState.IN_REVIEW,
        )
        .order_by(Assignment.due_on, Assignment.id)
        .limit(SEATS_MAX)
    )


def past_seats(
    session: Session, reviewer_id: int, *, before_id: int | None = None
) -> tuple[Seat, ...]:
    """The sheets whose scoring has ended, newest first, from the seat `before_id` on."""
    ended = or_(Panel.state == PanelState.CLOSED, Case.state != CaseState.IN_REVIEW)
    older = Assignment.id < before_id if before_id is not None else and_(True)
    rows = look(
        session,
        _seats()
        .where(
            Assignment.reviewer_id == reviewer_id,
            Assignment.state == AssignmentState.DECLARED,
            ScoreSheet.state == ScoreSheetState.SUBMITTED,
            ended,
            older,
        )
        .order_by(Assignment.id.desc())
        .limit(PAST_PAGE + 1),
    )
    return tuple(_seat(row._mapping) for row in rows)


def seat(session: Session, assignment_id: int, reviewer_id: int) -> Seat:
    """One seat that the reviewer still has; NoResultFound for any other, whatever the reason."""
    asked = {"seat_id": assignment_id, "reviewer_id": reviewer_id}
    return _seat(look(session, _own_seat(), asked).one()._mapping)


@cache
def _own_seat() -> Select[*tuple[Any, ...]]:
    return _seats().where(
        Assignment.id == bindparam("seat_id"),
        Assignment.reviewer_id == bindparam("reviewer_id"),
        or_(*(Assignment.state == state for state in sorted(SEATED))),  # IN is expanded anew
    )


def _seats() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Assignment.id,
            Assignment.version,
            Assignment.case_id,
            Case.number,
            Case.project_name,
            Case.firm_name,
            Case.edition.label("edition_name"),
            Assignment.state,
            Assignment.letter,
            Assignment.due_on,
            Assignment.declared_at,
            Panel.state.label("panel_state"),
            Panel.closed_at,
            Case.state.label("case_state"),
            ScoreSheet.id.label("sheet_id"),
            ScoreSheet.version.label("sheet_version"),
            ScoreSheet.number.label("sheet_number"),
            ScoreSheet.state.label("sheet_state"),
            ScoreSheet.saved_at,
            ScoreSheet.submitted_at,
            ScoreSheet.payload_sha256,
            ScoreSheet.evidence_sha256,
            ScoreSheet.marks,
            ScoreSheet.reasons,
            ScoreSheet.opinion,
        )
        .join(Case, Case.id == Assignment.case_id)
        .join(Panel, Panel.id == Assignment.panel_id)
        .outerjoin(ScoreSheet, and_(ScoreSheet.assignment_id == Assignment.id, ScoreSheet.current))
    )


def _seat(row: Mapping[Any, Any]) -> Seat:
    values = dict(row)
    marks, reasons, opinion = values.pop("marks"), values.pop("reasons"), values.pop("opinion")
    entry = None
    if values["sheet_id"] is not None:
        entry = entry_of(marks, reasons, opinion, scoring_of(values["edition_name"]))
    return Seat(entry=entry, **values)


@dataclass(frozen=True, slots=True)
class OpinionAsked:
    """An opinion that the reviewer was asked for; `result` None while it is awaited."""

    id: int
    version: int
    assignment_id: int
    case_id: int
    number: str
    project_name: str
    firm_name: str
    stage: ReviewStage
    round: int
    due_on: date | None
    result: OpinionResult | None
    text: str
    given_at: datetime | None
    ended_at: datetime | None

    @property
    def is_awaited(self) -> bool:
        """Whether it can still be given."""
        return self.result is None and self.ended_at is None


def opinions_awaited(session: Session, reviewer_id: int) -> tuple[OpinionAsked, ...]:
    """The opinions that the reviewer still has to give, by due date."""
    rows = session.execute(
        _opinions(reviewer_id)
        .where(StageOpinion.result.is_(None), StageOpinion.ended_at.is_(None))
        .order_by(StageOpinion.due_on, StageOpinion.id)
        .limit(OPINIONS_MAX)
    )
    return tuple(OpinionAsked(*row) for row in rows)


def opinion_asked(session: Session, opinion_id: int, reviewer_id: int) -> OpinionAsked:
    """One opinion that the reviewer was asked for; NoResultFound for any other."""
    row = session.execute(_opinions(reviewer_id).where(StageOpinion.id == opinion_id)).one()
    return OpinionAsked(*row)


def _opinions(reviewer_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            StageOpinion.id,
            StageOpinion.version,
            StageOpinion.assignment_id,
            StageOpinion.case_id,
            Case.number,
            Case.project_name,
            Case.firm_name,
            StageOpinion.stage,
            StageOpinion.round,
            StageOpinion.due_on,
            StageOpinion.result,
            StageOpinion.text,
            StageOpinion.given_at,
            StageOpinion.ended_at,
        )
        .join(Assignment, Assignment.id == StageOpinion.assignment_id)
        .join(Case, Case.id == StageOpinion.case_id)
        .where(
            Assignment.reviewer_id == reviewer_id,
            Assignment.state == AssignmentState.DECLARED,
        )
    )
