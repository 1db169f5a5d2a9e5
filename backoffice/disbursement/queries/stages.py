"""Mid-term and closing reviews as they are shown: reports, opinions, conclusions, evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.disbursement.models import StageReview
from backoffice.disbursement.rules.lifecycles import StageResult
from backoffice.disbursement.rules.stages import Round
from backoffice.documents import Document
from backoffice.review.queries.opinions import OpinionRow
from backoffice.review.rules.lifecycles import ReviewStage

ROUNDS_MAX = 50
CONDITION = "closing:"  # the kind of a document that shows a closing condition


@dataclass(frozen=True, slots=True)
class StageRow:
    """One report of a firm, and what was concluded; `result` None while it is under review."""

    id: int
    version: int
    stage: ReviewStage
    round: int
    reported_on: date
    report_letter: str
    document_id: int | None
    opened_at: datetime
    result: StageResult | None
    achieved_bp: int | None
    concluded_on: date | None
    letter_number: str
    reason: str
    correct_by: date | None
    late_reason: str

    @property
    def facts(self) -> Round:
        """The round as the rules ask about it."""
        return Round(self.round, self.result, self.correct_by)


def stages_of(session: Session, case_id: int) -> tuple[StageRow, ...]:
    """Every report of a case, mid-term and closing, in the order in which they came in."""
    rows = session.execute(
        select(
            StageReview.id,
            StageReview.version,
            StageReview.stage,
            StageReview.round,
            StageReview.reported_on,
            StageReview.report_letter,
            StageReview.document_id,
            StageReview.opened_at,
            StageReview.result,
            StageReview.achieved_bp,
            StageReview.concluded_on,
            StageReview.letter_number,
            StageReview.reason,
            StageReview.correct_by,
            StageReview.late_reason,
        )
        .where(StageReview.case_id == case_id)
        .order_by(StageReview.id)
        .limit(ROUNDS_MAX)
    )
    return tuple(StageRow(**row._mapping) for row in rows)


def rounds_of(stages: tuple[StageRow, ...], stage: ReviewStage) -> tuple[Round, ...]:
    """The rounds of one stage, as the rules ask about them."""
    return tuple(each.facts for each in stages if each.stage is stage)


def open_stage(stages: tuple[StageRow, ...], stage: ReviewStage) -> StageRow | None:
    """The report that is under review, None when there is none."""
    return next((each for each in stages if each.stage is stage and each.result is None), None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stored document, to be downloaded."""

    id: int
    kind: str
    name: str
    added_at: datetime


def condition_evidence(session: Session, case_id: int) -> tuple[Evidence, ...]:
    """The papers that show the closing conditions of a case, in the order they came in."""
    rows = session.execute(
        select(Document.id, Document.kind, Document.name, Document.added_at)
        .where(Document.case_id == case_id, Document.kind.startswith(CONDITION))
        .order_by(Document.id)
        .limit(ROUNDS_MAX)
    )
    return tuple(Evidence(*row) for row in rows)


def conditions_shown(evidence: tuple[Evidence, ...]) -> frozenset[str]:
    """The closing conditions for which there is evidence."""
    return frozenset(each.kind.removeprefix(CONDITION) for each in evidence)


def given(opinions: tuple[OpinionRow, ...]) -> int:
    """How many of the opinions that were asked for have been given."""
    return sum(each.result is not None for each in opinions)
