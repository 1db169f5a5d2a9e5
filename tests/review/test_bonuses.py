"""The bonus for domestic equipment: when it opens, and how many points may be confirmed."""

from __future__ import annotations

import pytest

from backoffice.cases.rules.equipment import EquipmentFacts
from backoffice.kernel.refusal import Refused
from backoffice.review.rules.bonuses import BonusStanding, confirmable, standing
from tests.review.policies import POLICY

BONUS = POLICY.bonus


@pytest.mark.parametrize(
    ("domestic", "whole", "expected"),
    [
        pytest.param(
            500_000, 1_000_000, BonusStanding.OPEN, marks=pytest.mark.scenario("A39"), id="half"
        ),
        pytest.param(
            499_999, 1_000_000, BonusStanding.NOT_MET, marks=pytest.mark.scenario("A39"), id="under"
        ),
        pytest.param(
            0, 0, BonusStanding.NOT_APPLICABLE, marks=pytest.mark.scenario("A40"), id="none"
        ),
        # Three million of improvement by a foreign vendor are outside of both amounts.
        pytest.param(
            800_000, 1_000_000, BonusStanding.OPEN, marks=pytest.mark.scenario("A41"), id="c3"
        ),
    ],
)
def test_the_equipment_table_opens_the_bonus(
    domestic: int, whole: int, expected: BonusStanding
) -> None:
    assert standing(EquipmentFacts(domestic, whole), BONUS) is expected


def test_a_scheme_without_a_bonus_has_none() -> None:
    assert standing(EquipmentFacts(1, 1), None) is BonusStanding.NOT_APPLICABLE


@pytest.mark.parametrize("points", [1, 150, 300])
def test_points_up_to_the_maximum_may_be_confirmed(points: int) -> None:
    assert confirmable(points, EquipmentFacts(1, 1), BONUS) == points


@pytest.mark.parametrize("points", [-1, 0, 301])
def test_no_points_and_too_many_points_are_refused(points: int) -> None:
    with pytest.raises(Refused) as refusal:
        confirmable(points, EquipmentFacts(1, 1), BONUS)

    assert refusal.value.code == "bonus.out_of_range"
    assert refusal.value.facts["max_points"] == "3.00"


@pytest.mark.parametrize(
    ("equipment", "code"),
    [
        (EquipmentFacts(499_999, 1_000_000), "bonus.not_met"),
        (EquipmentFacts(0, 0), "bonus.not_applicable"),
    ],
)
def test_a_bonus_that_is_not_open_cannot_be_confirmed(equipment: EquipmentFacts, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        confirmable(300, equipment, BONUS)

    assert refusal.value.code == code
