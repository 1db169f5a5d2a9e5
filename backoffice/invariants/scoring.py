"""Scores: attributable, complete, by people without a conflict; results that can be recomputed."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.disbursement.models import Checkpoint, Contract
from backoffice.disbursement.rules.lifecycles import CheckpointState
from backoffice.invariants.register import Found, invariant
from backoffice.review.models import Assignment, Decision, Panel, ScoreSheet
from backoffice.review.rules.lifecycles import (
    AssignmentState,
    DecisionKind,
    PanelState,
    ScoreSheetState,
)
from backoffice.scheme import registry


@invariant("I-31 a submitted sheet has every criterion, an instant and a hash")
def sheets_are_whole(session: Session) -> Found:
    """A missing criterion is a sheet not submitted, never a zero."""
    editions = _editions(session)
    for row in session.execute(
        select(ScoreSheet).where(ScoreSheet.state == ScoreSheetState.SUBMITTED)
    ).scalars():
        scoring = registry.edition_named(editions[row.case_id]).scoring
        assert scoring is not None
        missing = {criterion.key for criterion in scoring.criteria} - row.marks.keys()
        if missing or row.submitted_at is None or not row.payload_sha256:
            yield f"score sheet {row.id}", f"lacks {sorted(missing) or 'instant or hash'}"


@invariant("I-32 a reviewer's sheets are numbered without gaps, the last one current")
def sheet_numbers(session: Session) -> Found:
    """A correction is a new sheet, and the old one stays."""
    for row in session.execute(
        select(
            ScoreSheet.assignment_id,
            func.count().label("sheets"),
            func.max(ScoreSheet.number).label("last"),
        ).group_by(ScoreSheet.assignment_id)
    ):
        if row.sheets != row.last:
            yield f"assignment {row.assignment_id}", f"{row.sheets} sheets, last is {row.last}"


@invariant("I-36 nobody recused has a sheet that counts")
def recused_do_not_count(session: Session) -> Found:
    """A recusal voids what was already submitted, unless the score stood before it."""
    gone = (AssignmentState.RECUSED, AssignmentState.DECLINED, AssignmentState.REPLACED)
    for row in session.execute(
        select(ScoreSheet.id, Assignment.state)
        .join(Assignment, Assignment.id == ScoreSheet.assignment_id)
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(
            Assignment.state.in_(gone),
            ScoreSheet.state == ScoreSheetState.SUBMITTED,
            or_(Panel.closed_at.is_(None), Assignment.ended_at < Panel.closed_at),
        )
    ):
        yield f"score sheet {row.id}", f"counts, but its reviewer is {row.state}"


@invariant("I-35 a closed panel's score can be recomputed from its sheets")
def scores_recompute(session: Session) -> Found:
    """Mean of the weighted totals, rounded once half up, plus the bonus, under the cap."""
    editions = _editions(session)
    sheets: dict[int, list[ScoreSheet]] = defaultdict(list)
    for sheet in session.execute(
        select(ScoreSheet).where(
            ScoreSheet.state == ScoreSheetState.SUBMITTED, ScoreSheet.current.is_(True)
        )
    ).scalars():
        sheets[sheet.case_id].append(sheet)
    for panel in session.execute(select(Panel).where(Panel.state == PanelState.CLOSED)).scalars():
        scoring = registry.edition_named(editions[panel.case_id]).scoring
        assert scoring is not None
        valid = [one for one in sheets[panel.case_id] if one.id != panel.excluded_sheet_id]
        if len(valid) != panel.valid_count or len(valid) < scoring.quorum:
            yield f"panel {panel.id}", f"{len(valid)} valid sheets, stored {panel.valid_count}"
            continue
        totals = [
            sum(
                Fraction(int(one.marks.get(criterion.key, 0)) * criterion.weight, 1000)
                for criterion in scoring.criteria
            )
            for one in valid
        ]
        mean = Fraction(sum(totals), len(totals)) * 100
        base = (2 * mean.numerator + mean.denominator) // (2 * mean.denominator)
        score = min(scoring.total_cap, base + (panel.bonus_score or 0))
        if (base, score) != (panel.base_score, panel.score):
            yield f"panel {panel.id}", f"recomputed {base}/{score}, stored {panel.score}"


@invariant("I-40 every decision rests on a quorum and on the printed score")
def decisions_rest_on_scores(session: Session) -> Found:
    """An award has passed; its amount is the case's."""
    for row in session.execute(
        select(Decision, Case.number, Case.subsidy, Case.score).join(
            Case, Case.id == Decision.case_id
        )
    ):
        decision = row.Decision
        if decision.valid_count < decision.quorum:
            yield row.number, "decided without a quorum"
        if decision.kind is DecisionKind.AWARD and decision.score < decision.pass_mark:
            yield row.number, f"awarded at {decision.score}, pass mark {decision.pass_mark}"
        if decision.kind is DecisionKind.AWARD and decision.subsidy != row.subsidy:
            yield row.number, f"awarded {decision.subsidy}, case says {row.subsidy}"


@invariant("I-34 the checkpoints of a contract weigh 100.00 %, half of it by mid-term")
def checkpoint_weights(session: Session) -> Found:
    """Σ weights = 10000 bp; Σ weights due by the mid-term date ≥ the edition's minimum."""
    editions = _editions(session)
    points: dict[int, list[Checkpoint]] = defaultdict(list)
    for point in session.execute(
        select(Checkpoint).where(Checkpoint.state != CheckpointState.REMOVED)
    ).scalars():
        points[point.case_id].append(point)
    for row in session.execute(select(Contract.case_id, Contract.number, Contract.midterm_on)):
        rules = registry.edition_named(editions[row.case_id]).checkpoints
        if rules is None:
            continue
        all_of_them = sum(point.weight_bp for point in points[row.case_id])
        by_midterm = sum(
            point.weight_bp for point in points[row.case_id] if point.due_on <= row.midterm_on
        )
        if all_of_them != rules.sum_bp or by_midterm < rules.by_midterm_min_bp:
            yield row.number, f"weights {all_of_them}, by mid-term {by_midterm}"


def _editions(session: Session) -> dict[int, str]:
    return {row.id: row.edition for row in session.execute(select(Case.id, Case.edition))}
