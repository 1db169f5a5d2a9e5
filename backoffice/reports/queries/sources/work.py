"""Work on cases: the officer's own cases, the reviewer's own seats, what the convenor decides."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    exists,
    or_,
)

from backoffice.cases.models import Case, Turn, WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import (
    Checkpoint,
    Claim,
    Ending,
    Recovery,
    StageReview,
    Tranche,
)
from backoffice.disbursement.rules.checkpoints import EXECUTING
from backoffice.disbursement.rules.endings import EndingState
from backoffice.disbursement.rules.lifecycles import CheckpointState, TrancheState
from backoffice.disbursement.rules.recoveries import RecoveryState
from backoffice.ledger.models import LedgerAccount
from backoffice.ledger.rules import Stage
from backoffice.reports.queries.sources.shared import ME, MY_CASE, TODAY, Source, cases, rows
from backoffice.review.models import Assignment, Offer, Panel, ScoreSheet, StageOpinion
from backoffice.review.rules.lifecycles import (
    AssignmentState,
    OfferState,
    PanelState,
    ReviewStage,
    ScoreSheetState,
)

# --- officers ---


def overdue() -> Source:
    """The person's cases whose day has passed, whoever's turn it is."""
    return cases(MY_CASE, Case.due_on < TODAY)


def mine() -> Source:
    """The person's cases that wait for the person."""
    return cases(MY_CASE, Case.turn == Turn.OURS)


def unassigned() -> Source:
    """Cases that wait for an officer and have none."""
    return cases(Case.officer_id.is_(None), Case.turn == Turn.OURS)


def claims() -> Source:
    """Claims to verify; one on hold waits for whoever put it there."""
    return (
        rows(Claim.id, case_id=Claim.case_id, since=Claim.entered_at)
        .join(Tranche, Tranche.id == Claim.tranche_id)
        .join(Case, Case.id == Claim.case_id)
        .where(
            Claim.live,
            Tranche.state == TrancheState.CLAIMED,
            Tranche.hold_reason == "",
            MY_CASE,
        )
    )


def points() -> Source:
    """Checkpoints that were reported and not decided."""
    return (
        rows(Checkpoint.id, case_id=Checkpoint.case_id, due_on=Checkpoint.due_on)
        .join(Case, Case.id == Checkpoint.case_id)
        .where(Checkpoint.state == CheckpointState.REPORTED, Case.state.in_(EXECUTING), MY_CASE)
    )


def _stage(stage: ReviewStage, state: CaseState) -> Source:
    """Reports on which no opinion is awaited any more, or not within its day."""
    awaited = exists().where(
        StageOpinion.case_id == StageReview.case_id,
        StageOpinion.result.is_(None),
        StageOpinion.ended_at.is_(None),
        or_(StageOpinion.due_on.is_(None), StageOpinion.due_on >= TODAY),
        Assignment.id == StageOpinion.assignment_id,
        Assignment.state == AssignmentState.DECLARED,
    )
    return (
        rows(StageReview.case_id, case_id=StageReview.case_id, since=StageReview.opened_at)
        .join(Case, Case.id == StageReview.case_id)
        .where(
            StageReview.stage == stage,
            StageReview.result.is_(None),
            Case.state == state,
            MY_CASE,
            ~awaited,
        )
    )


def midterms() -> Source:
    """Mid-term reports to conclude."""
    return _stage(ReviewStage.MIDTERM, CaseState.ACTIVE)


def closings() -> Source:
    """Closing reports to conclude."""
    return _stage(ReviewStage.CLOSING, CaseState.CLOSING)


def offers() -> Source:
    """Partial offers whose answer is to be entered."""
    return (
        rows(Offer.case_id, case_id=Offer.case_id, due_on=Offer.due_on, since=Offer.offered_at)
        .join(Case, Case.id == Offer.case_id)
        .where(Offer.state == OfferState.OPEN, MY_CASE)
    )


def endings_to_prepare() -> Source:
    """Cases that were given up or have failed, with no proposal on the way."""
    proposed = exists().where(Ending.case_id == Case.id, Ending.state == EndingState.PROPOSED)
    return cases(MY_CASE, Case.state == CaseState.TERMINATING, ~proposed)


def demands() -> Source:
    """Demands to be made in writing."""
    return (
        rows(Recovery.id, case_id=Recovery.case_id, since=Recovery.prepared_at)
        .join(Case, Case.id == Recovery.case_id)
        .where(Recovery.state == RecoveryState.PREPARED, MY_CASE)
    )


# --- reviewers ---


def _seats(state: AssignmentState) -> Source:
    return (
        rows(
            Assignment.id,
            case_id=Assignment.case_id,
            due_on=Assignment.due_on,
            since=Assignment.assigned_at,
        )
        .join(Case, Case.id == Assignment.case_id)
        .join(Panel, Panel.id == Assignment.panel_id)
        .where(
            Assignment.reviewer_id == ME,
            Assignment.state == state,
            Panel.state == PanelState.OPEN,
            Case.state == CaseState.IN_REVIEW,
        )
    )


def to_declare() -> Source:
    """Seats without a declaration of interest."""
    return _seats(AssignmentState.ASSIGNED)


def to_score() -> Source:
    """Declared seats whose sheet was not handed in."""
    handed_in = exists().where(
        ScoreSheet.assignment_id == Assignment.id,
        ScoreSheet.current,
        ScoreSheet.state == ScoreSheetState.SUBMITTED,
    )
    return _seats(AssignmentState.DECLARED).where(~handed_in)


def opinions() -> Source:
    """Opinions that were asked for and not given."""
    return (
        rows(
            StageOpinion.id,
            case_id=StageOpinion.case_id,
            due_on=StageOpinion.due_on,
            since=StageOpinion.called_at,
        )
        .join(Assignment, Assignment.id == StageOpinion.assignment_id)
        .where(
            Assignment.reviewer_id == ME,
            Assignment.state == AssignmentState.DECLARED,
            StageOpinion.result.is_(None),
            StageOpinion.ended_at.is_(None),
        )
    )


# --- the convenor ---


def _not_my_seat() -> ColumnElement[bool]:
    """Whoever sits on a case's panel does not decide it."""
    return ~exists().where(Assignment.case_id == Case.id, Assignment.reviewer_id == ME)


def _for_convenor(state: CaseState) -> Source:
    return cases(Case.state == state, Case.waiting_for == WaitingFor.CONVENOR, _not_my_seat())


def divergences() -> Source:
    """Wide differences for which the officer has prepared a way."""
    return (
        rows(Panel.case_id, case_id=Panel.case_id, since=Case.waiting_since)
        .join(Case, Case.id == Panel.case_id)
        .where(
            Case.state == CaseState.IN_REVIEW,
            Case.waiting_for == WaitingFor.CONVENOR,
            Panel.state == PanelState.OPEN,
            Panel.proposed_divergence.is_not(None),
            Panel.divergence.is_(None),
            _not_my_seat(),
        )
    )


def to_close() -> Source:
    """Cases whose scoring can be closed."""
    return _for_convenor(CaseState.IN_REVIEW)


def to_decide() -> Source:
    """Cases to decide."""
    return _for_convenor(CaseState.SCORED)


def in_line() -> Source:
    """Cases that wait for money of a scheme that has some."""
    has_money = exists().where(
        LedgerAccount.scheme == Case.scheme,
        LedgerAccount.stage == Stage.AVAILABLE.value,
        LedgerAccount.balance > 0,
    )
    return rows(Case.id, case_id=Case.id, since=Case.decided_at).where(
        Case.state == CaseState.WAITLISTED, has_money
    )


def endings_to_decide() -> Source:
    """Proposals of somebody else to end a case."""
    return rows(Ending.id, case_id=Ending.case_id, since=Ending.prepared_at).where(
        Ending.state == EndingState.PROPOSED, Ending.prepared_by != ME
    )
