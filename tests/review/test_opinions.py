"""Opinions at mid-term and closing: asked of the panel, given once, by who may still give one."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor, Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.review.models import Assignment, StageOpinion
from backoffice.review.operations import (
    call_for_opinions,
    end_opinions,
    give_opinion,
    recuse,
)
from backoffice.review.queries import open_opinions, opinions
from backoffice.review.queries.opinions import OpinionRow
from backoffice.review.rules.conflicts import Ground
from backoffice.review.rules.lifecycles import OpinionResult, ReviewStage
from backoffice.use_case import Act, Office, use_case
from tests import given
from tests.given import review as world
from tests.review.refusals import refused, stale

MIDTERM = ReviewStage.MIDTERM


@use_case("test.stage_opened", requires=Permission.SYSTEM)
def open_stage(act: Act, case_id: int) -> int:
    """What the room above does when a report has come in."""
    case = act.session.get_one(Case, case_id)
    asked = call_for_opinions(act, case_id, MIDTERM, 1, None)
    case.wait(WaitingFor.REVIEWERS, at=act.now)
    return asked


@use_case("test.stage_concluded", requires=Permission.SYSTEM)
def conclude_stage(act: Act, case_id: int) -> None:
    """What the room above does when it is concluded."""
    end_opinions(act, case_id, MIDTERM, 1)


def an_awarded_case(office: Office) -> int:
    world.a_budget(office, 5_000_000)
    case_id = world.a_scored_case(office)
    world.award_all(office, case_id)
    return case_id


def asked(office: Office, case_id: int, person: Actor) -> StageOpinion:
    with Session(office.engine, expire_on_commit=False) as session:
        return session.scalars(
            select(StageOpinion)
            .join(Assignment, Assignment.id == StageOpinion.assignment_id)
            .where(StageOpinion.case_id == case_id, Assignment.reviewer_id == person.id)
        ).one()


def give(
    office: Office,
    case_id: int,
    person: Actor,
    result: OpinionResult = OpinionResult.PASS,
    text: str = "",
) -> None:
    opinion = asked(office, case_id, person)
    office.perform(give_opinion, person, opinion.id, opinion.version, result, text)


def read(office: Office, case_id: int) -> tuple[OpinionRow, ...]:
    with Session(office.engine) as session:
        return opinions(session, case_id, MIDTERM, 1)


def awaited(office: Office, case_id: int) -> list[str]:
    with Session(office.engine) as session:
        return [row.letter for row in open_opinions(session, case_id)]


def test_the_whole_panel_is_asked_once(office: Office) -> None:
    case_id = an_awarded_case(office)

    assert office.perform(open_stage, SYSTEM, case_id) == 3
    assert office.perform(open_stage, SYSTEM, case_id) == 0

    assert awaited(office, case_id) == ["A", "B", "C"]


def test_an_opinion_is_read_by_letter(office: Office) -> None:
    case_id = an_awarded_case(office)
    office.perform(open_stage, SYSTEM, case_id)

    give(office, case_id, given.REVIEWER_2, OpinionResult.CORRECT, " 請補節電量測。 ")

    first, second, third = read(office, case_id)
    assert (first.result, third.result) == (None, None)
    assert (second.letter, second.result, second.text, second.given_at) == (
        "B",
        OpinionResult.CORRECT,
        "請補節電量測。",
        office.clock.now(),
    )


def test_after_the_last_opinion_it_is_the_officer_s_turn(office: Office) -> None:
    case_id = an_awarded_case(office)
    office.perform(open_stage, SYSTEM, case_id)
    for person in world.PANEL[:2]:
        give(office, case_id, person)
    assert world.case_row(office, case_id).waiting_for is WaitingFor.REVIEWERS

    give(office, case_id, world.PANEL[2])

    assert world.case_row(office, case_id).waiting_for is WaitingFor.OFFICER


@pytest.mark.parametrize("result", [OpinionResult.CORRECT, OpinionResult.FAIL])
def test_anything_but_a_pass_is_put_into_words(office: Office, result: OpinionResult) -> None:
    case_id = an_awarded_case(office)
    office.perform(open_stage, SYSTEM, case_id)

    with refused("opinion.text_missing"):
        give(office, case_id, given.REVIEWER, result, " ")


def test_an_opinion_is_given_once(office: Office) -> None:
    case_id = an_awarded_case(office)
    office.perform(open_stage, SYSTEM, case_id)
    give(office, case_id, given.REVIEWER)

    with refused("opinion.given"):
        give(office, case_id, given.REVIEWER, OpinionResult.FAIL, "改變看法")


def test_after_the_conclusion_no_opinion_is_taken(office: Office) -> None:
    case_id = an_awarded_case(office)
    office.perform(open_stage, SYSTEM, case_id)
    office.perform(conclude_stage, SYSTEM, case_id)

    with refused("opinion.ended"):
        give(office, case_id, given.REVIEWER)
    assert awaited(office, case_id) == []


def test_a_recused_reviewer_is_neither_asked_nor_heard(office: Office) -> None:
    case_id = an_awarded_case(office)
    office.perform(open_stage, SYSTEM, case_id)
    seat = world.seat_row(office, case_id, given.REVIEWER)
    office.perform(recuse, given.REVIEWER, seat.id, seat.version, Ground.R7, "")

    with pytest.raises(NoResultFound):
        give(office, case_id, given.REVIEWER)
    assert awaited(office, case_id) == ["B", "C"]


def test_nobody_gives_another_s_opinion(office: Office) -> None:
    case_id = an_awarded_case(office)
    office.perform(open_stage, SYSTEM, case_id)
    opinion = asked(office, case_id, given.REVIEWER)

    with pytest.raises(NoResultFound):
        office.perform(
            give_opinion, given.REVIEWER_2, opinion.id, opinion.version, OpinionResult.PASS, ""
        )


def test_a_reviewer_who_works_for_the_firm_by_now_is_not_heard(office: Office) -> None:
    case_id = an_awarded_case(office)
    office.perform(open_stage, SYSTEM, case_id)
    world.an_employment(office, given.REVIEWER, ubn=world.Applied().ubn, until=None)

    with refused("recusal.known_now"):
        give(office, case_id, given.REVIEWER)


def test_an_older_opinion_is_stale(office: Office) -> None:
    case_id = an_awarded_case(office)
    office.perform(open_stage, SYSTEM, case_id)
    opinion = asked(office, case_id, given.REVIEWER)

    with stale():
        office.perform(give_opinion, given.REVIEWER, opinion.id, 9, OpinionResult.PASS, "")
