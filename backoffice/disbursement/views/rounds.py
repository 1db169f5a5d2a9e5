"""The rounds of a mid-term or closing review: report, opinions, conclusion, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from backoffice.disbursement.queries.stages import StageRow, rounds_of
from backoffice.disbursement.rules.stages import correction_due, open_round
from backoffice.disbursement.views.frame import document_url, result_badge
from backoffice.review.queries.opinions import OpinionRow, stage_opinions
from backoffice.review.rules.lifecycles import ReviewStage
from backoffice.web.pieces import Badge


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One concluded round, with the opinions that were given on its report."""

    row: StageRow
    badge: Badge
    report_url: str
    opinions: tuple[OpinionRow, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """What the firm owes after 修正後通過: by when, and how many days late it is, 0 if not."""

    due_on: date
    days_late: int


def rounds_shown(
    session: Session, case_id: int, stages: tuple[StageRow, ...], stage: ReviewStage
) -> tuple[RoundLine, ...]:
    """The concluded rounds of a stage, oldest first."""
    done = [row for row in stages if row.stage is stage and row.result is not None]
    if not done:
        return ()
    found = stage_opinions(session, case_id, stage)
    return tuple(
        RoundLine(
            row=row,
            badge=result_badge(row.result),
            report_url=document_url(row.document_id),
            opinions=tuple(each for each in found if each.round == row.round),
        )
        for row in done
        if row.result is not None
    )


def correction_of(stages: tuple[StageRow, ...], stage: ReviewStage, day: date) -> Correction | None:
    """The correction that is awaited; None while a report is under review or nothing is owed."""
    rounds = rounds_of(stages, stage)
    due_on = correction_due(rounds)
    if due_on is None or open_round(rounds) is not None:
        return None
    return Correction(due_on, max(0, (day - due_on).days))
