"""Opinions of the panel at mid-term and closing: called for, given once, and no longer awaited.

The room above opens and concludes the review of a stage; as part of those acts it calls
`call_for_opinions` and `end_opinions`.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.kernel.refusal import Refused, Stale
from backoffice.review.models import Assignment, StageOpinion
from backoffice.review.operations.records import SEATS_MAX, locked_case, refuse_conflict
from backoffice.review.rules.lifecycles import AssignmentState, OpinionResult, ReviewStage
from backoffice.use_case import Act, use_case


@use_case("review.call_for_opinions", requires=Permission.CHECKPOINT_WORK)
def call_for_opinions(
    act: Act, case_id: int, stage: ReviewStage, round_number: int, due_on: date | None
) -> int:
    """Ask every reviewer who sat on the panel for an opinion on this round of a stage.

    How many were asked is returned: 0 where nobody of the panel is left. Calling again for the
    same round asks nobody twice.
    """
    asked = set(
        act.session.scalars(
            select(StageOpinion.assignment_id).where(
                StageOpinion.case_id == case_id,
                StageOpinion.stage == stage,
                StageOpinion.round == round_number,
            )
        )
    )
    panel = act.session.scalars(
        select(Assignment.id)
        .where(Assignment.case_id == case_id, Assignment.state == AssignmentState.DECLARED)
        .order_by(Assignment.id)
        .limit(SEATS_MAX)
    )
    called = [seat_id for seat_id in panel if seat_id not in asked]
    for seat_id in called:
        act.session.add(
            StageOpinion(
                case_id=case_id,
                assignment_id=seat_id,
                stage=stage,
                round=round_number,
                called_at=act.now,
                due_on=due_on,
            )
        )
    return len(called)


@use_case("review.end_opinions", requires=Permission.CHECKPOINT_WORK)
def end_opinions(act: Act, case_id: int, stage: ReviewStage, round_number: int) -> None:
    """The stage is concluded: opinions that were not given are no longer awaited."""
    waiting = act.session.scalars(
        select(StageOpinion).where(
            StageOpinion.case_id == case_id,
            StageOpinion.stage == stage,
            StageOpinion.round == round_number,
            StageOpinion.ended_at.is_(None),
        )
    )
    for opinion in waiting:
        opinion.ended_at = act.now


@use_case("review.give_opinion", requires=Permission.OPINION_GIVE)
def give_opinion(act: Act, opinion_id: int, version: int, result: OpinionResult, text: str) -> None:
    """Give the opinion that was called for, once; after the last one it is the officer's turn.

    Only the reviewer who was asked, and only while not recused (NoResultFound). Refuses
    "opinion.ended", "opinion.given", "opinion.text_missing" unless it is a plain pass, and
    "recusal.known".
    """
    opinion = act.session.scalars(
        select(StageOpinion)
        .join(Assignment, Assignment.id == StageOpinion.assignment_id)
        .where(
            StageOpinion.id == opinion_id,
            Assignment.reviewer_id == act.actor.id,
            Assignment.state == AssignmentState.DECLARED,
        )
    ).one()
    case = locked_case(act, opinion.case_id)
    if opinion.result is not None:
        raise Refused("opinion.given", number=case.number)
    if opinion.ended_at is not None:
        raise Refused("opinion.ended", number=case.number)
    if opinion.version != version:
        raise Stale
    if result is not OpinionResult.PASS and not text.strip():
        raise Refused("opinion.text_missing")
    refuse_conflict(act, case, act.actor.id, act.actor.name)
    opinion.result = result
    opinion.text = text.strip()
    opinion.given_at = act.now
    act.session.flush()
    _pass_the_turn(act, case, opinion)


def _pass_the_turn(act: Act, case: Case, opinion: StageOpinion) -> None:
    awaited = act.session.execute(
        select(StageOpinion.id)
        .join(Assignment, Assignment.id == StageOpinion.assignment_id)
        .where(
            StageOpinion.case_id == case.id,
            StageOpinion.stage == opinion.stage,
            StageOpinion.round == opinion.round,
            StageOpinion.result.is_(None),
            Assignment.state == AssignmentState.DECLARED,
        )
        .limit(1)
    ).first()
    if awaited is None and case.waiting_for is WaitingFor.REVIEWERS:
        case.wait(WaitingFor.OFFICER, at=act.now)
