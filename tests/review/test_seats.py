"""The declaration: before it nothing opens, with a conflict everything closes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import NoResultFound

from backoffice.access import Actor
from backoffice.cases.models import WaitingFor
from backoffice.review.operations import declare, decline, recuse, save_draft
from backoffice.review.rules.conflicts import Ground
from backoffice.review.rules.lifecycles import AssignmentState, ScoreSheetState
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.review.refusals import refused, stale


def stand_aside(
    office: Office, case_id: int, person: Actor, ground: Ground = Ground.R2, note: str = ""
) -> None:
    seat = world.seat_row(office, case_id, person)
    office.perform(recuse, person, seat.id, seat.version, ground, note)


def test_a_declaration_opens_the_case_with_an_empty_sheet(office: Office) -> None:
    case_id = world.a_case_with_panel(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)

    office.perform(declare, given.REVIEWER, seat.id, seat.version)

    declared = world.seat_row(office, case_id, given.REVIEWER)
    sheet = world.sheet_row(office, case_id, given.REVIEWER)
    assert (declared.state, declared.declared_at) == (
        AssignmentState.DECLARED,
        office.clock.now(),
    )
    assert (sheet.number, sheet.state, sheet.marks) == (1, ScoreSheetState.DRAFT, {})


def test_declaring_twice_is_declaring_once(office: Office) -> None:
    case_id = world.a_case_with_panel(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)
    office.perform(declare, given.REVIEWER, seat.id, seat.version)

    office.perform(declare, given.REVIEWER, seat.id, seat.version)

    assert len(world.sheet_rows(office, case_id, given.REVIEWER)) == 1


@pytest.mark.scenario("A49")
def test_nothing_is_written_before_the_declaration(office: Office) -> None:
    case_id = world.a_case_with_panel(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)

    with refused("declaration.missing"):
        office.perform(save_draft, given.REVIEWER, seat.id, 1, world.entry(80, 70, 75))


@pytest.mark.scenario("A48")
@pytest.mark.parametrize(
    ("until", "barred"), [(date(2020, 5, 17), True), (date(2020, 4, 16), False)]
)
def test_no_conflict_cannot_be_declared_against_the_register(
    office: Office, until: date, barred: bool
) -> None:
    case_id = world.a_case_with_panel(office)
    world.an_employment(office, given.REVIEWER, ubn=world.Applied().ubn, until=until)
    seat = world.seat_row(office, case_id, given.REVIEWER)

    if barred:
        with refused("recusal.known", ground=Ground.R3):
            office.perform(declare, given.REVIEWER, seat.id, seat.version)
    else:
        office.perform(declare, given.REVIEWER, seat.id, seat.version)

    state = AssignmentState.ASSIGNED if barred else AssignmentState.DECLARED
    assert world.seat_row(office, case_id, given.REVIEWER).state is state


def test_a_conflict_is_declared_in_one_act(office: Office) -> None:
    case_id = world.a_case_with_panel(office)

    stand_aside(office, case_id, given.REVIEWER, Ground.R1, "姻親。")

    seat = world.seat_row(office, case_id, given.REVIEWER)
    assert (seat.state, seat.ground, seat.note) == (AssignmentState.RECUSED, "R1", "姻親。")
    assert seat.ended_at == office.clock.now()


@pytest.mark.scenario("A46")
def test_a_sheet_that_was_handed_in_is_void_after_a_recusal_and_two_are_enough(
    office: Office,
) -> None:
    case_id = world.a_case_with_sheets(office, applied=world.Applied(equipment=world.NO_EQUIPMENT))

    stand_aside(office, case_id, given.REVIEWER)

    assert world.sheet_row(office, case_id, given.REVIEWER).state is ScoreSheetState.VOID
    assert world.close(office, case_id) == 6945  # the mean of 69.1 and 69.8


@pytest.mark.scenario("A47")
def test_with_two_recused_the_case_waits_for_replacements_and_cannot_be_closed(
    office: Office,
) -> None:
    case_id = world.a_case_with_sheets(office, applied=world.Applied(equipment=world.NO_EQUIPMENT))

    stand_aside(office, case_id, given.REVIEWER)
    stand_aside(office, case_id, given.REVIEWER_2)

    assert world.case_row(office, case_id).waiting_for is WaitingFor.OFFICER
    with refused("panel.quorum", valid=1, quorum=2):
        world.close(office, case_id)


def test_other_doubts_must_be_put_into_words(office: Office) -> None:
    case_id = world.a_case_with_panel(office)

    with refused("recusal.note_missing", ground=Ground.R6):
        stand_aside(office, case_id, given.REVIEWER, Ground.R6, " ")


def test_a_recused_reviewer_is_a_stranger(office: Office) -> None:
    case_id = world.a_case_being_scored(office)
    stand_aside(office, case_id, given.REVIEWER)
    seat = world.seat_row(office, case_id, given.REVIEWER)

    for person in (given.REVIEWER, given.REVIEWER_4):
        with pytest.raises(NoResultFound):
            office.perform(save_draft, person, seat.id, 1, world.entry(80, 70, 75))


def test_nobody_declares_for_another(office: Office) -> None:
    case_id = world.a_case_with_panel(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)

    with pytest.raises(NoResultFound):
        office.perform(declare, given.REVIEWER_2, seat.id, seat.version)


def test_after_scoring_a_recusal_waits_until_it_is_reopened(office: Office) -> None:
    case_id = world.a_scored_case(office)

    with refused("panel.closed"):
        stand_aside(office, case_id, given.REVIEWER)


def test_after_the_decision_a_recusal_bars_from_opinions_and_leaves_the_score(
    office: Office,
) -> None:
    world.a_budget(office, 5_000_000)
    case_id = world.a_scored_case(office)
    world.award_all(office, case_id)

    stand_aside(office, case_id, given.REVIEWER, Ground.R7)

    assert world.seat_row(office, case_id, given.REVIEWER).state is AssignmentState.RECUSED
    assert world.sheet_row(office, case_id, given.REVIEWER).state is ScoreSheetState.SUBMITTED
    assert world.case_row(office, case_id).score == 7147


def test_a_seat_is_given_back_with_a_reason(office: Office) -> None:
    case_id = world.a_case_being_scored(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)

    office.perform(decline, given.REVIEWER, seat.id, seat.version, " 本月出國。 ")

    given_back = world.seat_row(office, case_id, given.REVIEWER)
    assert (given_back.state, given_back.note) == (AssignmentState.DECLINED, "本月出國。")
    assert world.sheet_row(office, case_id, given.REVIEWER).state is ScoreSheetState.VOID


def test_a_seat_is_not_given_back_without_a_reason(office: Office) -> None:
    case_id = world.a_case_with_panel(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)

    with refused("note.missing"):
        office.perform(decline, given.REVIEWER, seat.id, seat.version, "\n")


@pytest.mark.parametrize("use_case", ["declare", "recuse", "decline"])
def test_a_seat_that_was_changed_meanwhile_is_stale(office: Office, use_case: str) -> None:
    case_id = world.a_case_with_panel(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)
    old = seat.version + 1

    with stale():
        match use_case:
            case "declare":
                office.perform(declare, given.REVIEWER, seat.id, old)
            case "recuse":
                office.perform(recuse, given.REVIEWER, seat.id, old, Ground.R1, "")
            case _:
                office.perform(decline, given.REVIEWER, seat.id, old, "出國。")


@pytest.mark.parametrize("person", [given.OFFICER, given.CONVENOR, given.AUDITOR])
def test_only_reviewers_declare(office: Office, person: Actor) -> None:
    with refused("access.denied"):
        office.perform(declare, person, 1, 1)
