"""Sheets far apart keep scoring open until it is said what becomes of them."""

from __future__ import annotations

import pytest

from backoffice.cases.models import WaitingFor
from backoffice.review.operations import (
    Resolution,
    propose_divergence,
    resolve_divergence,
    withdraw_sheet,
)
from backoffice.review.rules.lifecycles import (
    Divergence,
    ScoreSheetState,
)
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.review.refusals import refused
from tests.review.scenes import APART, FAR_APART, PLAIN, REASON, propose, resolve


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
