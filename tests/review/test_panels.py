"""Seating a committee: who may sit, how many, and who takes whose place."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backoffice.access import Actor
from backoffice.cases.models import WaitingFor
from backoffice.kernel.refusal import Refused
from backoffice.review.operations import assign_panel, decline, recuse, replace_reviewer
from backoffice.review.rules.conflicts import Ground
from backoffice.review.rules.lifecycles import (
    AssignmentState,
    BonusState,
    PanelState,
    ScoreSheetState,
)
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.review.refusals import refused, stale

UBN = world.Applied().ubn


def assign(office: Office, case_id: int, *people: Actor, days: int = 7) -> int:
    case = world.case_row(office, case_id)
    due_on = world.today(office) + timedelta(days=days)
    ids = tuple(person.id for person in people)
    return office.perform(assign_panel, given.OFFICER, case_id, case.version, ids, due_on)


def replace(
    office: Office, case_id: int, gone: Actor, by: Actor, reason: str = "原委員出國。"
) -> int:
    seat = world.seat_row(office, case_id, gone)
    due_on = world.today(office) + timedelta(days=5)
    return office.perform(
        replace_reviewer, given.OFFICER, seat.id, seat.version, by.id, due_on, reason
    )


def test_three_reviewers_are_seated_as_a_b_and_c(office: Office) -> None:
    case_id = world.a_case_in_review(office)

    assign(office, case_id, *world.PANEL)

    seats = [world.seat_row(office, case_id, person) for person in world.PANEL]
    assert [(seat.letter, seat.state) for seat in seats] == [
        ("A", AssignmentState.ASSIGNED),
        ("B", AssignmentState.ASSIGNED),
        ("C", AssignmentState.ASSIGNED),
    ]
    case = world.case_row(office, case_id)
    assert (case.waiting_for, case.due_on) == (
        WaitingFor.REVIEWERS,
        world.today(office) + timedelta(days=7),
    )
    assert world.panel_row(office, case_id).state is PanelState.OPEN


@pytest.mark.parametrize(
    "people",
    [
        world.PANEL[:2],
        (*world.PANEL, given.REVIEWER_4),
        (given.REVIEWER, given.REVIEWER, given.REVIEWER_2),
        (given.REVIEWER, given.REVIEWER, given.REVIEWER_2, given.REVIEWER_3),
    ],
    ids=["too few", "too many", "one twice", "one twice, three of them"],
)
def test_another_number_of_reviewers_is_refused(office: Office, people: tuple[Actor, ...]) -> None:
    case_id = world.a_case_in_review(office)

    with refused("panel.size", wanted=3):
        assign(office, case_id, *people)


@pytest.mark.parametrize("stranger", [given.OFFICER_2, given.CONVENOR, given.ADMIN])
def test_only_reviewers_of_the_register_are_seated(office: Office, stranger: Actor) -> None:
    case_id = world.a_case_in_review(office)

    with refused("panel.not_a_reviewer", person=stranger.name):
        assign(office, case_id, given.REVIEWER, given.REVIEWER_2, stranger)


def test_somebody_who_does_not_exist_is_not_seated(office: Office) -> None:
    case_id = world.a_case_in_review(office)
    nobody = Actor(999, "", given.REVIEWER.role)

    with refused("panel.not_a_reviewer"):
        assign(office, case_id, given.REVIEWER, given.REVIEWER_2, nobody)


@pytest.mark.scenario("A48")
def test_a_reviewer_who_left_the_firm_two_years_and_eleven_months_ago_is_barred(
    office: Office,
) -> None:
    world.an_employment(office, given.REVIEWER_2, ubn=UBN, until=date(2020, 5, 17))
    case_id = world.a_case_in_review(office)

    with refused("recusal.known", ground=Ground.R3, until=date(2020, 5, 17)):
        assign(office, case_id, *world.PANEL)


@pytest.mark.scenario("A48")
def test_a_reviewer_who_left_the_firm_three_years_and_a_day_ago_is_seated(office: Office) -> None:
    world.an_employment(office, given.REVIEWER_2, ubn=UBN, until=date(2020, 4, 16))
    case_id = world.a_case_in_review(office)

    assign(office, case_id, *world.PANEL)

    assert world.seated_people(office, case_id) == {person.id for person in world.PANEL}


def test_a_reviewer_of_the_applicant_s_own_firm_is_barred(office: Office) -> None:
    world.an_employment(office, given.REVIEWER, ubn=UBN, until=None)
    case_id = world.a_case_in_review(office)

    with refused("recusal.known_now", person=given.REVIEWER.name, ground=Ground.R3):
        assign(office, case_id, *world.PANEL)


def test_a_reviewer_of_a_partner_firm_is_barred(office: Office) -> None:
    world.an_employment(office, given.REVIEWER, ubn="22099131", until=None)
    case_id = world.a_case_in_review(office, world.Applied(partners=(("夥伴企業", "22099131"),)))

    with refused("recusal.known_now", ground=Ground.R3):
        assign(office, case_id, *world.PANEL)


def test_a_reviewer_of_a_vendor_named_in_the_plan_is_barred(office: Office) -> None:
    world.an_employment(
        office, given.REVIEWER, ubn="22099131", until=None, firm="大同機械股份有限公司"
    )
    case_id = world.a_case_in_review(office)

    with refused("recusal.known_now", ground=Ground.R5):
        assign(office, case_id, *world.PANEL)


def test_a_second_panel_is_refused(office: Office) -> None:
    case_id = world.a_case_with_panel(office)

    with refused("panel.exists"):
        assign(office, case_id, *world.PANEL)


def test_a_panel_is_due_today_at_the_earliest(office: Office) -> None:
    case_id = world.a_case_in_review(office)

    with refused("panel.due_past"):
        assign(office, case_id, *world.PANEL, days=-1)
    assign(office, case_id, *world.PANEL, days=0)


def test_a_case_that_is_not_under_review_gets_no_panel(office: Office) -> None:
    case_id = world.a_scored_case(office)

    with refused("panel.not_in_review"):
        assign(office, case_id, *world.PANEL)


def test_a_case_that_was_changed_meanwhile_gets_no_panel(office: Office) -> None:
    case_id = world.a_case_in_review(office)

    with stale():
        office.perform(
            assign_panel,
            given.OFFICER,
            case_id,
            world.case_row(office, case_id).version + 1,
            tuple(person.id for person in world.PANEL),
            world.today(office),
        )


@pytest.mark.parametrize("person", [given.REVIEWER, given.CONVENOR, given.AUDITOR, given.MANAGER])
def test_only_officers_prepare_panels(office: Office, person: Actor) -> None:
    case_id = world.a_case_in_review(office)

    with refused("access.denied"):
        office.perform(assign_panel, person, case_id, 1, (4, 5, 6), world.today(office))


@pytest.mark.parametrize(
    ("equipment", "state"),
    [
        (world.IMPORTED_ONLY, BonusState.NOT_MET),
        pytest.param(
            world.NO_EQUIPMENT, BonusState.NOT_APPLICABLE, marks=pytest.mark.scenario("A40")
        ),
    ],
)
def test_a_bonus_that_is_not_open_is_recorded_with_the_panel(
    office: Office, equipment: tuple[world.Piece, ...], state: BonusState
) -> None:
    case_id = world.a_case_with_panel(office, world.Applied(equipment=equipment))

    bonus = world.bonus_row(office, case_id)

    assert (bonus.state, bonus.points) == (state, 0)


def test_a_reviewer_who_does_not_answer_is_replaced_and_gets_the_next_letter(
    office: Office,
) -> None:
    case_id = world.a_case_with_panel(office)

    replace(office, case_id, given.REVIEWER_2, given.REVIEWER_4)

    assert world.seat_row(office, case_id, given.REVIEWER_2).state is AssignmentState.REPLACED
    assert world.seat_row(office, case_id, given.REVIEWER_4).letter == "D"
    assert world.seated_people(office, case_id) == {4, 6, 7}


def test_a_replaced_reviewer_s_draft_is_void(office: Office) -> None:
    case_id = world.a_case_being_scored(office)
    world.save(office, case_id, given.REVIEWER_2, world.entry(80, 70, 75))

    replace(office, case_id, given.REVIEWER_2, given.REVIEWER_4)

    assert world.sheet_row(office, case_id, given.REVIEWER_2).state is ScoreSheetState.VOID


def test_a_reviewer_whose_sheet_is_in_cannot_be_replaced(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:1])

    with refused("panel.has_scored", letter="A"):
        replace(office, case_id, given.REVIEWER, given.REVIEWER_4)


@pytest.mark.scenario("A47")
def test_a_recused_reviewer_s_place_is_filled_once(office: Office) -> None:
    case_id = world.a_case_being_scored(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)
    office.perform(recuse, given.REVIEWER, seat.id, seat.version, Ground.R2, "")

    replace(office, case_id, given.REVIEWER, given.REVIEWER_4)

    assert world.seated_people(office, case_id) == {5, 6, 7}
    with refused("panel.already_seated"):
        replace(office, case_id, given.REVIEWER, given.REVIEWER_4)


def test_a_full_panel_takes_nobody_in(office: Office) -> None:
    case_id = world.a_case_being_scored(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)
    office.perform(decline, given.REVIEWER, seat.id, seat.version, "本月出國。")
    replace(office, case_id, given.REVIEWER, given.REVIEWER_4)
    fifth = world.another_reviewer(office)

    with refused("panel.full", size=3):
        replace(office, case_id, given.REVIEWER, fifth)


def test_a_replacement_is_asked_for_conflicts_too(office: Office) -> None:
    world.an_employment(office, given.REVIEWER_4, ubn=UBN, until=None)
    case_id = world.a_case_with_panel(office)

    with refused("recusal.known_now"):
        replace(office, case_id, given.REVIEWER, given.REVIEWER_4)


def test_a_replacement_needs_its_reason(office: Office) -> None:
    case_id = world.a_case_with_panel(office)

    with refused("note.missing"):
        replace(office, case_id, given.REVIEWER, given.REVIEWER_4, reason=" ")


def test_two_officers_do_not_replace_the_same_seat(office: Office) -> None:
    case_id = world.a_case_with_panel(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)
    replace(office, case_id, given.REVIEWER, given.REVIEWER_4)

    with pytest.raises(Refused) as refusal:
        office.perform(
            replace_reviewer,
            given.OFFICER_2,
            seat.id,
            seat.version,
            given.REVIEWER_4.id,
            world.today(office),
            "原委員出國。",
        )

    assert refusal.value.code == "stale"
