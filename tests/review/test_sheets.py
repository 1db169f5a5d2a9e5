"""Score sheets: saved whole or in part, handed in once, frozen, and taken back as a new number."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.audit import AuditEntry
from backoffice.cases.models import WaitingFor
from backoffice.review.models import ScoreSheet
from backoffice.review.operations import (
    Chosen,
    payload_sha256,
    save_draft,
    submit_score_sheet,
    submit_score_sheets,
    withdraw_sheet,
)
from backoffice.review.rules.lifecycles import ScoreSheetState
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.review.policies import KEYS, POLICY
from tests.review.refusals import refused, stale


def chosen(office: Office, case_id: int, person: Actor) -> Chosen:
    return Chosen(
        world.seat_row(office, case_id, person).id, world.sheet_row(office, case_id, person).version
    )


def take_back(office: Office, case_id: int, person: Actor) -> int:
    sheet = chosen(office, case_id, person)
    return office.perform(withdraw_sheet, person, sheet.assignment_id, sheet.version)


def test_half_a_sheet_is_kept_as_it_is(office: Office) -> None:
    case_id = world.a_case_being_scored(office)

    version = world.save(office, case_id, given.REVIEWER, world.entry(82, None, None))

    sheet = world.sheet_row(office, case_id, given.REVIEWER)
    assert (sheet.version, sheet.marks) == (version, {KEYS[0]: 820})
    assert sheet.saved_at == office.clock.now()


def test_saving_the_same_again_changes_nothing(office: Office) -> None:
    case_id = world.a_case_being_scored(office)
    first = world.save(office, case_id, given.REVIEWER, world.entry(82, 70, None))

    assert world.save(office, case_id, given.REVIEWER, world.entry(82, 70, None)) == first


def test_the_same_text_from_an_older_page_is_no_conflict(office: Office) -> None:
    case_id = world.a_case_being_scored(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)
    old = world.sheet_row(office, case_id, given.REVIEWER).version
    saved = world.save(office, case_id, given.REVIEWER, world.entry(82, 70, None))

    again = office.perform(save_draft, given.REVIEWER, seat.id, old, world.entry(82, 70, None))

    assert again == saved > old


def test_of_two_tabs_the_slower_one_is_told_and_the_faster_one_s_text_stays(
    office: Office,
) -> None:
    case_id = world.a_case_being_scored(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)
    version = world.sheet_row(office, case_id, given.REVIEWER).version
    mine, theirs = (world.entry(82, 70, 75, reason=text) for text in ("慢的", "快的"))
    office.perform(save_draft, given.REVIEWER, seat.id, version, theirs)

    with stale():
        office.perform(save_draft, given.REVIEWER, seat.id, version, mine)

    assert world.sheet_row(office, case_id, given.REVIEWER).reasons[KEYS[0]] == "快的"


def test_a_sheet_is_handed_in_with_its_hashes(office: Office) -> None:
    case_id = world.a_case_being_scored(office)
    world.save(office, case_id, given.REVIEWER, world.entry(82, 74, 80))

    world.hand_in(office, case_id, given.REVIEWER)

    sheet = world.sheet_row(office, case_id, given.REVIEWER)
    assert (sheet.state, sheet.submitted_at) == (ScoreSheetState.SUBMITTED, office.clock.now())
    number = world.case_row(office, case_id).number
    assert sheet.payload_sha256 == payload_sha256(sheet, number)
    assert len(sheet.evidence_sha256) == 64


def test_every_reviewer_of_a_case_saw_the_same_case(office: Office) -> None:
    case_id = world.a_case_with_sheets(office)

    seen = {world.sheet_row(office, case_id, person).evidence_sha256 for person in world.PANEL}

    assert len(seen) == 1


@pytest.mark.parametrize(
    ("points", "reason", "criterion"),
    [
        ((82, None, 75), "理由", 1),
        ((82, 70, 59), "", 2),
    ],
    ids=["no mark", "low without a reason"],
)
def test_an_incomplete_sheet_is_not_handed_in(
    office: Office, points: tuple[int | None, ...], reason: str, criterion: int
) -> None:
    case_id = world.a_case_being_scored(office)
    world.save(office, case_id, given.REVIEWER, world.entry(*points, reason=reason))

    with refused("score_sheet.incomplete", criterion=POLICY.criteria[criterion].name):
        world.hand_in(office, case_id, given.REVIEWER)


def test_a_sheet_is_handed_in_once(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:1])

    with refused("score_sheet.handed_in"):
        world.hand_in(office, case_id, given.REVIEWER)
    with refused("score_sheet.handed_in"):
        world.save(office, case_id, given.REVIEWER, world.entry(1, 2, 3))


def test_an_older_version_is_not_handed_in(office: Office) -> None:
    case_id = world.a_case_being_scored(office)
    old = chosen(office, case_id, given.REVIEWER)
    world.save(office, case_id, given.REVIEWER, world.entry(82, 74, 80))

    with stale():
        office.perform(submit_score_sheet, given.REVIEWER, old.assignment_id, old.version)


def test_a_handed_in_sheet_cannot_be_altered_even_in_the_database(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:1])
    sheet = world.sheet_row(office, case_id, given.REVIEWER)

    with Session(office.engine) as session, pytest.raises(DBAPIError, match="refuses UPDATE"):
        session.execute(update(ScoreSheet).where(ScoreSheet.id == sheet.id).values(opinion="竄改"))


def test_when_every_sheet_is_in_it_is_the_convenor_s_turn(office: Office) -> None:
    applied = world.Applied(equipment=world.NO_EQUIPMENT)
    case_id = world.a_case_with_sheets(office, world.PASSING[:2], applied)
    assert world.case_row(office, case_id).waiting_for is WaitingFor.REVIEWERS

    world.score(office, case_id, given.REVIEWER_3, world.PASSING[2])

    assert world.case_row(office, case_id).waiting_for is WaitingFor.CONVENOR


def test_when_every_sheet_is_in_and_the_bonus_is_open_it_is_the_officer_s_turn(
    office: Office,
) -> None:
    case_id = world.a_case_with_sheets(office)

    assert world.case_row(office, case_id).waiting_for is WaitingFor.OFFICER


def test_a_register_entry_made_meanwhile_bars_from_handing_in(office: Office) -> None:
    case_id = world.a_case_being_scored(office)
    world.save(office, case_id, given.REVIEWER, world.entry(82, 74, 80))
    world.an_employment(office, given.REVIEWER, ubn=world.Applied().ubn, until=None)

    with refused("recusal.known_now"):
        world.hand_in(office, case_id, given.REVIEWER)


def test_several_sheets_are_handed_in_together(office: Office) -> None:
    cases = [
        world.a_case_being_scored(office, world.Applied(number=number))
        for number in ("S01-112-000001", "S01-112-000002")
    ]
    for case_id in cases:
        world.save(office, case_id, given.REVIEWER, world.entry(82, 74, 80))

    sheets = tuple(chosen(office, case_id, given.REVIEWER) for case_id in cases)
    assert office.perform(submit_score_sheets, given.REVIEWER, sheets) == 2

    states = {world.sheet_row(office, case_id, given.REVIEWER).state for case_id in cases}
    assert states == {ScoreSheetState.SUBMITTED}


def test_of_several_sheets_all_are_handed_in_or_none(office: Office) -> None:
    first = world.a_case_being_scored(office)
    second = world.a_case_being_scored(office, world.Applied(number="S01-112-000002"))
    world.save(office, first, given.REVIEWER, world.entry(82, 74, 80))

    with refused("score_sheet.incomplete", number="S01-112-000002"):
        office.perform(
            submit_score_sheets,
            given.REVIEWER,
            (chosen(office, first, given.REVIEWER), chosen(office, second, given.REVIEWER)),
        )

    assert world.sheet_row(office, first, given.REVIEWER).state is ScoreSheetState.DRAFT


def test_no_sheet_at_all_is_no_handing_in(office: Office) -> None:
    with refused("score_sheet.none_chosen"):
        office.perform(submit_score_sheets, given.REVIEWER, ())


def test_another_s_sheet_among_them_is_not_found(office: Office) -> None:
    case_id = world.a_case_being_scored(office)
    world.save(office, case_id, given.REVIEWER_2, world.entry(82, 74, 80))

    with pytest.raises(NoResultFound):
        office.perform(
            submit_score_sheets, given.REVIEWER, (chosen(office, case_id, given.REVIEWER_2),)
        )


def test_a_sheet_taken_back_stays_and_the_next_number_has_its_text(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:1])

    take_back(office, case_id, given.REVIEWER)

    old, new = world.sheet_rows(office, case_id, given.REVIEWER)
    assert (old.number, old.state, old.current) == (1, ScoreSheetState.WITHDRAWN, False)
    assert (new.number, new.state, new.current) == (2, ScoreSheetState.DRAFT, True)
    assert (new.marks, new.reasons) == (old.marks, old.reasons)
    assert world.case_row(office, case_id).waiting_for is WaitingFor.REVIEWERS


def test_a_draft_cannot_be_taken_back(office: Office) -> None:
    case_id = world.a_case_being_scored(office)

    with refused("score_sheet.not_handed_in"):
        take_back(office, case_id, given.REVIEWER)


def test_an_older_version_is_not_taken_back(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:1])
    seat = world.seat_row(office, case_id, given.REVIEWER)

    with stale():
        office.perform(withdraw_sheet, given.REVIEWER, seat.id, 1)


@pytest.mark.scenario("A51")
def test_a_score_after_the_end_is_refused(office: Office) -> None:
    applied = world.Applied(equipment=world.NO_EQUIPMENT)
    case_id = world.a_case_with_sheets(office, world.PASSING[:2], applied)
    world.save(office, case_id, given.REVIEWER_3, world.entry(68, 72, 70))
    world.close(office, case_id, "C")

    with refused("panel.closed", closed_at=office.clock.now()):
        world.hand_in(office, case_id, given.REVIEWER_3)
    with refused("panel.closed"):
        world.save(office, case_id, given.REVIEWER_3, world.entry(1, 2, 3))
    with refused("panel.closed"):
        take_back(office, case_id, given.REVIEWER)


def test_no_timeline_tells_a_mark_or_a_reason(office: Office) -> None:
    case_id = world.a_case_being_scored(office)

    world.save(office, case_id, given.REVIEWER, world.entry(82, 74, 80, reason="不可外洩"))
    world.hand_in(office, case_id, given.REVIEWER)

    with Session(office.engine) as session:
        told = session.scalars(
            select(AuditEntry.changes).where(AuditEntry.subject == "score_sheet")
        ).all()
    assert told
    for changes in map(json.loads, told):
        for name in ("marks", "reasons", "opinion"):
            assert changes.get(name, ["…", "…"]) == ["…", "…"]
