"""The mid-term review: report, opinions, conclusion, and the first tranche."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import StageReview
from backoffice.disbursement.operations.midterm import conclude_midterm, open_midterm
from backoffice.disbursement.rules.lifecycles import StageResult, TrancheState
from backoffice.disbursement.rules.stages import Conclusion, Letter
from backoffice.kernel.refusal import Stale
from backoffice.review.queries.opinions import opinions
from backoffice.review.rules.lifecycles import ReviewStage
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given.disbursement import MIDTERM_ON, PASSED, Awarded, refused

REACHED_ON = date(2023, 10, 31)
TO_CORRECT = Conclusion(StageResult.CORRECT, reason="補測節電數據", correct_by=date(2023, 12, 6))
FAILED = Conclusion(StageResult.FAIL, reason="未依計畫執行")


def conclude(office: Office, case_id: int, conclusion: Conclusion = PASSED) -> None:
    version = world.version_of(office, Case, case_id)
    office.perform(conclude_midterm, given.OFFICER, case_id, version, conclusion)


def reviews(office: Office, case_id: int) -> list[StageReview]:
    with Session(office.engine) as session:
        query = select(StageReview).where(StageReview.case_id == case_id)
        return list(session.scalars(query.order_by(StageReview.round)))


def a_reported_case(office: Office, accepted: int = 2) -> int:
    """A case whose mid-term report is in, with an opinion; the first points are accepted."""
    case_id = world.a_contracted_case(office)
    world.accept_points(office, case_id, accepted, REACHED_ON)
    world.a_midterm_report(office, case_id)
    return case_id


def test_the_report_calls_the_panel_for_its_opinions(office: Office) -> None:
    case_id = world.a_contracted_case(office)

    world.a_midterm_report(office, case_id, opinion=False)

    assert world.case_row(office, case_id).waiting_for is WaitingFor.REVIEWERS
    with Session(office.engine) as session:
        asked = opinions(session, case_id, ReviewStage.MIDTERM, 1)
    assert [(each.letter, each.result, each.due_on) for each in asked] == [
        ("A", None, date(2023, 11, 13)),
        ("B", None, date(2023, 11, 13)),
        ("C", None, date(2023, 11, 13)),
    ]


def test_it_is_the_officer_s_turn_when_every_opinion_is_in(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.a_midterm_report(office, case_id)
    assert world.case_row(office, case_id).waiting_for is WaitingFor.REVIEWERS

    world.give_an_opinion(office, case_id, given.REVIEWER_2)
    world.give_an_opinion(office, case_id, given.REVIEWER_3)

    assert world.case_row(office, case_id).waiting_for is WaitingFor.OFFICER


def test_a_pass_makes_the_first_tranche_claimable(office: Office) -> None:
    case_id = a_reported_case(office)

    conclude(office, case_id)

    first, second = world.tranches(office, case_id)
    assert (first.state, second.state) == (TrancheState.CLAIMABLE, TrancheState.PLANNED)
    assert first.released_at is not None
    case = world.case_row(office, case_id)
    assert (case.state, case.waiting_for) == (CaseState.ACTIVE_2, WaitingFor.APPLICANT)
    (review,) = reviews(office, case_id)
    assert (review.result, review.achieved_bp, review.letter_number, review.concluded_on) == (
        StageResult.PASS,
        5_500,
        "經企字第1121106號",
        MIDTERM_ON,
    )


def test_a_conclusion_ends_the_wait_for_other_opinions(office: Office) -> None:
    case_id = a_reported_case(office)

    conclude(office, case_id)

    with Session(office.engine) as session:
        asked = opinions(session, case_id, ReviewStage.MIDTERM, 1)
    assert all(each.ended_at is not None for each in asked)


@pytest.mark.scenario("A55")
def test_a_pass_below_half_is_refused_and_the_tranche_stays_where_it_is(office: Office) -> None:
    case_id = a_reported_case(office, accepted=1)

    with refused("midterm.below_minimum", value="30", limit="50", missing="20"):
        conclude(office, case_id)

    assert [each.state for each in world.tranches(office, case_id)] == [
        TrancheState.PLANNED,
        TrancheState.PLANNED,
    ]
    assert world.case_row(office, case_id).state is CaseState.ACTIVE


def test_nothing_is_concluded_without_an_opinion(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    world.accept_points(office, case_id, 2, REACHED_ON)
    world.a_midterm_report(office, case_id, opinion=False)

    with refused("stage.no_opinion"):
        conclude(office, case_id)


def test_a_correction_is_awaited_and_then_reviewed_anew(office: Office) -> None:
    case_id = a_reported_case(office)

    conclude(office, case_id, TO_CORRECT)

    case = world.case_row(office, case_id)
    assert (case.state, case.waiting_for, case.due_on) == (
        CaseState.ACTIVE,
        WaitingFor.APPLICANT,
        date(2023, 12, 6),
    )
    office.perform(
        open_midterm,
        given.OFFICER,
        case_id,
        case.version,
        Letter("宏聯字第112120號", MIDTERM_ON),
        world.a_pdf(),
    )
    with refused("stage.no_opinion"):
        conclude(office, case_id)
    world.give_an_opinion(office, case_id)
    conclude(office, case_id)
    assert [(each.round, each.result) for each in reviews(office, case_id)] == [
        (1, StageResult.CORRECT),
        (2, StageResult.PASS),
    ]


def test_a_failure_leads_to_termination_and_pays_nothing(office: Office) -> None:
    case_id = a_reported_case(office)

    conclude(office, case_id, FAILED)

    case = world.case_row(office, case_id)
    assert (case.state, case.waiting_for) == (CaseState.TERMINATING, WaitingFor.OFFICER)
    assert {each.state for each in world.tranches(office, case_id)} == {TrancheState.PLANNED}


def test_a_second_report_is_not_taken_while_one_is_under_review(office: Office) -> None:
    case_id = a_reported_case(office)

    with refused("stage.already_open", round=1):
        world.a_midterm_report(office, case_id, opinion=False)


def test_a_conclusion_needs_a_report(office: Office) -> None:
    case_id = world.a_contracted_case(office)

    with refused("stage.not_open"):
        conclude(office, case_id)


def test_the_report_itself_is_needed(office: Office) -> None:
    case_id = world.a_contracted_case(office)
    version = world.version_of(office, Case, case_id)

    with refused("document.missing"):
        office.perform(open_midterm, given.OFFICER, case_id, version, world.LETTER, None)


def test_a_case_past_its_mid_term_is_not_reviewed_again(office: Office) -> None:
    case_id = world.a_case_past_midterm(office)

    with refused("lifecycle.not_allowed", state=CaseState.ACTIVE_2):
        conclude(office, case_id)
    with refused("lifecycle.not_allowed", state=CaseState.ACTIVE_2):
        world.a_midterm_report(office, case_id)


def test_a_tranche_of_nothing_is_void_at_once(office: Office) -> None:
    plan = Awarded(lines=(world.category("C1", 1, 1),))

    case_id = world.a_case_past_midterm(office, plan)

    first, second = world.tranches(office, case_id)
    assert (first.state, first.amount.dollars) == (TrancheState.VOID, 0)
    assert (second.state, second.amount.dollars) == (TrancheState.PLANNED, 1)


def test_an_older_page_concludes_nothing(office: Office) -> None:
    case_id = a_reported_case(office)

    with pytest.raises(Stale):
        office.perform(conclude_midterm, given.OFFICER, case_id, 1, PASSED)


@pytest.mark.parametrize("person", [given.REVIEWER, given.CONVENOR, given.MANAGER])
def test_only_officers_conclude(office: Office, person: Actor) -> None:
    case_id = a_reported_case(office)

    with refused("access.denied"):
        office.perform(conclude_midterm, person, case_id, 1, PASSED)
