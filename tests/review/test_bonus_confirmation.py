"""The bonus: confirmed or denied by the officer, before scoring ends."""

from __future__ import annotations

import pytest

from backoffice.review.operations import (
    confirm_bonus,
    deny_bonus,
)
from backoffice.review.rules.lifecycles import (
    BonusState,
)
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.review.refusals import refused, stale
from tests.review.scenes import PLAIN


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
