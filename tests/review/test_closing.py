"""The end of scoring: bonus, sheets far apart, the result, and opening it again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backoffice.access import Actor
from backoffice.cases.models import WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.review.operations import (
    Resolution,
    close_scoring,
    confirm_bonus,
    deny_bonus,
    propose_divergence,
    reopen_scoring,
    resolve_divergence,
    withdraw_sheet,
)
from backoffice.review.rules.lifecycles import (
    BonusState,
    Divergence,
    PanelState,
    ScoreSheetState,
)
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.review.refusals import refused, stale

PLAIN = world.Applied(equipment=world.NO_EQUIPMENT)
APART = ((95, 95, 95), (60, 60, 60), (75, 75, 75))
FAR_APART = ((95, 95, 95), (60, 60, 60), (61, 61, 61))
REASON = "委員就效益推估之看法不同，均有所本。"


def resolve(
    office: Office, case_id: int, kind: Divergence, *people: Actor, reason: str = REASON
) -> None:
    ids = tuple(world.sheet_row(office, case_id, person).id for person in people)
    version = world.panel_row(office, case_id).version
    office.perform(
        resolve_divergence, given.CONVENOR, case_id, version, Resolution(kind, ids, reason)
    )


def propose(office: Office, case_id: int, kind: Divergence = Divergence.KEEP) -> None:
    version = world.panel_row(office, case_id).version
    office.perform(propose_divergence, given.OFFICER, case_id, version, kind, "建議並陳。")


def reopen(office: Office, case_id: int, reason: str = "委員漏看附件。", days: int = 3) -> None:
    version = world.panel_row(office, case_id).version
    due_on = world.today(office) + timedelta(days=days)
    office.perform(reopen_scoring, given.CONVENOR, case_id, version, reason, due_on)


# --- the result -------------------------------------------------------------------------------


@pytest.mark.scenario("A42")
def test_closing_gives_the_case_its_score(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, applied=PLAIN)

    assert world.close(office, case_id) == 7147

    case, panel = world.case_row(office, case_id), world.panel_row(office, case_id)
    assert (case.state, case.score, case.waiting_for) == (
        CaseState.SCORED,
        7147,
        WaitingFor.CONVENOR,
    )
    assert (panel.state, panel.base_score, panel.bonus_score, panel.score, panel.valid_count) == (
        PanelState.CLOSED,
        7147,
        0,
        7147,
        3,
    )
    assert (panel.closed_by, panel.closed_at) == (given.CONVENOR.id, office.clock.now())


@pytest.mark.scenario("A43")
def test_a_confirmed_bonus_is_added_after_rounding(office: Office) -> None:
    case_id = world.a_case_with_sheets(office)
    world.confirm(office, case_id, 300)

    assert world.close(office, case_id) == 7447


def test_a_draft_is_named_left_out_and_void(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:2], PLAIN)
    world.save(office, case_id, given.REVIEWER_3, world.entry(0, 0, 0))

    assert world.close(office, case_id, "C") == 7230

    assert world.sheet_row(office, case_id, given.REVIEWER_3).state is ScoreSheetState.VOID


def test_a_sheet_that_came_in_meanwhile_is_not_left_out_unseen(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, applied=PLAIN)

    with stale():
        world.close(office, case_id, "C")


def test_a_draft_that_was_not_named_is_not_left_out_unseen(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:2], PLAIN)

    with stale():
        world.close(office, case_id)


@pytest.mark.scenario("A47")
def test_too_few_sheets_are_no_result(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:1], PLAIN)

    with refused("panel.quorum", valid=1, quorum=2):
        world.close(office, case_id, "B", "C")


def test_a_case_without_a_panel_cannot_be_closed(office: Office) -> None:
    case_id = world.a_case_in_review(office)

    with refused("panel.none"):
        office.perform(close_scoring, given.CONVENOR, case_id, 1, ())


def test_scoring_ends_once(office: Office) -> None:
    case_id = world.a_scored_case(office)

    with refused("panel.closed"):
        world.close(office, case_id)


def test_an_older_panel_is_not_closed(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, applied=PLAIN)

    with stale():
        office.perform(close_scoring, given.CONVENOR, case_id, 99, ())


@pytest.mark.parametrize("person", [given.OFFICER, given.REVIEWER, given.MANAGER, given.AUDITOR])
def test_only_the_convenor_ends_scoring(office: Office, person: Actor) -> None:
    with refused("access.denied"):
        office.perform(close_scoring, person, 1, 1, ())


# --- the bonus --------------------------------------------------------------------------------


def test_an_open_bonus_must_be_decided_before_the_end(office: Office) -> None:
    case_id = world.a_case_with_sheets(office)

    with refused("bonus.open"):
        world.close(office, case_id)


def test_a_confirmed_bonus_can_be_changed_until_the_end(office: Office) -> None:
    case_id = world.a_case_with_sheets(office)
    world.confirm(office, case_id, 300)
    version = world.bonus_row(office, case_id).version

    office.perform(confirm_bonus, given.OFFICER, case_id, version, 150, "一台產地待查。")

    assert world.bonus_row(office, case_id).points == 150
    assert world.close(office, case_id) == 7297


def test_a_bonus_may_be_denied_with_a_reason(office: Office) -> None:
    case_id = world.a_case_with_sheets(office)

    office.perform(deny_bonus, given.OFFICER, case_id, 0, "產地證明為進口組裝。")

    bonus = world.bonus_row(office, case_id)
    assert (bonus.state, bonus.points) == (BonusState.NOT_MET, 0)
    assert world.close(office, case_id) == 7147


@pytest.mark.scenario("A39")
@pytest.mark.parametrize(
    ("domestic", "code"), [(500_000, None), (499_999, "bonus.not_met")], ids=["half", "under half"]
)
def test_half_of_the_equipment_must_be_domestic(
    office: Office, domestic: int, code: str | None
) -> None:
    pieces = (
        world.Piece("國產機", domestic, domestic=True),
        world.Piece("進口機", 1_000_000 - domestic, domestic=False),
    )
    case_id = world.a_case_with_panel(office, world.Applied(equipment=pieces))

    if code is None:
        world.confirm(office, case_id)
        assert world.bonus_row(office, case_id).state is BonusState.CONFIRMED
    else:
        with refused(code):
            office.perform(confirm_bonus, given.OFFICER, case_id, 1, 300, "已核對。")


@pytest.mark.scenario("A40")
def test_without_new_equipment_there_is_no_bonus(office: Office) -> None:
    case_id = world.a_case_with_panel(office, PLAIN)

    with refused("bonus.not_applicable"):
        office.perform(confirm_bonus, given.OFFICER, case_id, 1, 300, "已核對。")
    with refused("bonus.nothing_open"):
        office.perform(deny_bonus, given.OFFICER, case_id, 1, "無新購設備。")


@pytest.mark.parametrize("points", [0, 301])
def test_points_outside_of_the_edition_s_are_refused(office: Office, points: int) -> None:
    case_id = world.a_case_with_panel(office)

    with refused("bonus.out_of_range", max_points="3.00"):
        world.confirm(office, case_id, points)


def test_a_bonus_needs_its_reason_and_its_version(office: Office) -> None:
    case_id = world.a_case_with_panel(office)

    with refused("note.missing"):
        office.perform(confirm_bonus, given.OFFICER, case_id, 0, 300, "")
    with stale():
        office.perform(confirm_bonus, given.OFFICER, case_id, 1, 300, "已核對。")


def test_after_the_end_a_bonus_is_not_confirmed(office: Office) -> None:
    case_id = world.a_scored_case(office)

    with refused("panel.closed"):
        office.perform(confirm_bonus, given.OFFICER, case_id, 1, 300, "已核對。")


# --- sheets far apart -------------------------------------------------------------------------


@pytest.mark.scenario("A50")
def test_sheets_far_apart_keep_scoring_open_until_it_is_said_what_becomes_of_them(
    office: Office,
) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)
    assert world.case_row(office, case_id).waiting_for is WaitingFor.OFFICER
    with refused("divergence.open", spread="35", limit=20):
        world.close(office, case_id)

    propose(office, case_id)
    assert world.case_row(office, case_id).waiting_for is WaitingFor.CONVENOR
    resolve(office, case_id, Divergence.KEEP)

    assert world.close(office, case_id) == 7667


@pytest.mark.scenario("A50")
def test_one_sheet_may_be_left_out_with_a_reason(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)

    resolve(office, case_id, Divergence.EXCLUDE, given.REVIEWER)

    assert world.close(office, case_id) == 6750
    panel = world.panel_row(office, case_id)
    assert (panel.valid_count, panel.divergence, panel.divergence_reason) == (
        2,
        Divergence.EXCLUDE,
        REASON,
    )


def test_leaving_out_a_sheet_must_bring_the_others_together(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)

    with refused("divergence.remains", letter="C", limit=20):
        resolve(office, case_id, Divergence.EXCLUDE, given.REVIEWER_3)


def test_leaving_out_a_sheet_must_leave_a_quorum(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, APART[:2], PLAIN)

    with refused("panel.quorum", valid=1):
        resolve(office, case_id, Divergence.EXCLUDE, given.REVIEWER)


def test_exactly_one_sheet_is_left_out_and_at_least_one_redone(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)

    with refused("divergence.choose_one"):
        resolve(office, case_id, Divergence.EXCLUDE, given.REVIEWER, given.REVIEWER_2)
    with refused("divergence.choose_one"):
        resolve(office, case_id, Divergence.EXCLUDE)
    with refused("divergence.choose_some"):
        resolve(office, case_id, Divergence.REDO)


@pytest.mark.scenario("A50")
def test_sheets_to_be_redone_are_new_versions_and_their_result_is_judged_anew(
    office: Office,
) -> None:
    case_id = world.a_case_with_sheets(office, FAR_APART, PLAIN)

    resolve(office, case_id, Divergence.REDO, given.REVIEWER, given.REVIEWER_2)

    old, new = world.sheet_rows(office, case_id, given.REVIEWER)
    assert (old.state, old.current) == (ScoreSheetState.SUPERSEDED, False)
    assert (new.number, new.state, new.marks) == (2, ScoreSheetState.DRAFT, old.marks)
    assert world.case_row(office, case_id).waiting_for is WaitingFor.REVIEWERS
    world.score(office, case_id, given.REVIEWER, (70, 70, 70))
    world.score(office, case_id, given.REVIEWER_2, (65, 65, 65))
    assert world.panel_row(office, case_id).divergence is None
    assert world.close(office, case_id) == 6533


def test_a_sheet_taken_back_undoes_what_was_said_of_the_divergence(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)
    resolve(office, case_id, Divergence.KEEP)
    sheet = world.sheet_row(office, case_id, given.REVIEWER)

    office.perform(withdraw_sheet, given.REVIEWER, sheet.assignment_id, sheet.version)

    world.hand_in(office, case_id, given.REVIEWER)
    with refused("divergence.open"):
        world.close(office, case_id)


def test_sheets_that_agree_need_nothing_said(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, applied=PLAIN)

    with refused("divergence.none", limit=20):
        propose(office, case_id)
    with refused("divergence.none"):
        resolve(office, case_id, Divergence.KEEP)


def test_what_becomes_of_a_divergence_needs_its_reason(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)

    with refused("note.missing"):
        resolve(office, case_id, Divergence.KEEP, reason=" ")


def test_the_officer_prepares_and_the_convenor_resolves(office: Office) -> None:
    resolution = Resolution(Divergence.KEEP, (), REASON)

    with refused("access.denied"):
        office.perform(resolve_divergence, given.OFFICER, 1, 1, resolution)
    with refused("access.denied"):
        office.perform(propose_divergence, given.CONVENOR, 1, 1, Divergence.KEEP, "…")


# --- opening it again -------------------------------------------------------------------------


@pytest.mark.scenario("A51")
def test_reopening_gives_every_sheet_a_second_version_and_keeps_the_first(office: Office) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:2], PLAIN)
    world.save(office, case_id, given.REVIEWER_3, world.entry(68, 72, 70))
    world.close(office, case_id, "C")

    reopen(office, case_id)

    case, panel = world.case_row(office, case_id), world.panel_row(office, case_id)
    assert (case.state, case.score, case.waiting_for) == (
        CaseState.IN_REVIEW,
        None,
        WaitingFor.REVIEWERS,
    )
    assert (panel.state, panel.round, panel.score, panel.closed_at) == (
        PanelState.OPEN,
        2,
        None,
        None,
    )
    first, second = world.sheet_rows(office, case_id, given.REVIEWER)
    assert (first.state, second.number, second.state) == (
        ScoreSheetState.SUPERSEDED,
        2,
        ScoreSheetState.DRAFT,
    )
    void, again = world.sheet_rows(office, case_id, given.REVIEWER_3)
    assert (void.state, again.number, again.marks) == (ScoreSheetState.VOID, 2, void.marks)


def test_a_reopened_case_is_scored_to_the_end_again(office: Office) -> None:
    case_id = world.a_scored_case(office)
    reopen(office, case_id)

    for person in world.PANEL:
        world.hand_in(office, case_id, person)

    assert world.close(office, case_id) == 7147


@pytest.mark.scenario("A51")
def test_reopening_needs_a_reason(office: Office) -> None:
    case_id = world.a_scored_case(office)

    with refused("note.missing"):
        reopen(office, case_id, reason=" ")


def test_reopening_is_due_today_at_the_earliest(office: Office) -> None:
    case_id = world.a_scored_case(office)

    with refused("panel.due_past"):
        reopen(office, case_id, days=-1)


def test_a_decided_case_is_not_scored_again(office: Office) -> None:
    world.a_budget(office, 5_000_000)
    case_id = world.a_scored_case(office)
    world.award_all(office, case_id)

    with refused("panel.not_scored", state=CaseState.AWARDED):
        reopen(office, case_id)


def test_an_older_panel_is_not_reopened(office: Office) -> None:
    case_id = world.a_scored_case(office)

    with stale():
        office.perform(reopen_scoring, given.CONVENOR, case_id, 99, "理由", world.today(office))
