"""The end of scoring: what counts, and the result; opening it again."""

from __future__ import annotations

import pytest

from backoffice.access import Actor
from backoffice.cases.models import WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.review.operations import (
    close_scoring,
    reopen_scoring,
)
from backoffice.review.rules.lifecycles import (
    PanelState,
    ScoreSheetState,
)
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.review.refusals import refused, stale
from tests.review.scenes import PLAIN, reopen


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


# --- opening it again --------------------------------------------------------------------------


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
