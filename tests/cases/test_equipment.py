"""The bonus for equipment made in Taiwan: its two amounts, its border, and when it is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.cases.rules import Equipment, EquipmentFacts, Origin, equipment_facts
from tests.cases.workbook import case, evaluated, line, piece


def _piece(cost: int, origin: Origin, quantity: int = 1) -> Equipment:
    return Equipment("加工機", None, None, quantity, cost, origin, None)


@pytest.mark.scenario("A39")
@pytest.mark.parametrize(
    ("domestic", "is_open"), [(499_999, False), (500_000, True), (500_001, True)]
)
def test_half_of_the_equipment_opens_the_bonus(domestic: int, is_open: bool) -> None:
    facts = equipment_facts(
        [_piece(domestic, Origin.DOMESTIC), _piece(1_000_000 - domestic, Origin.IMPORTED)]
    )

    assert facts == EquipmentFacts(domestic, 1_000_000)
    assert facts.opens_bonus(5_000) is is_open


@pytest.mark.scenario("A40")
def test_without_new_equipment_there_is_no_bonus_and_no_division() -> None:
    facts = equipment_facts([])

    assert (facts.domestic, facts.new_equipment) == (0, 0)
    assert facts.is_applicable is False
    assert facts.opens_bonus(5_000) is False


@pytest.mark.scenario("A41")
def test_improvement_of_existing_equipment_is_no_part_of_the_share() -> None:
    sent = case(
        "S01",
        case_row={"總經費": "6000000", "申請補助款": "3000000", "自籌款": "3000000"},
        經費=[
            line("全新設備之購置費", 500_000, 500_000),
            line("既有設備之改善費", 2_500_000, 2_500_000),
        ],
        設備=[piece(800_000), piece(200_000, "進口")],
    )

    result = evaluated(sent).cases["T-1"]

    assert result.findings == ()
    assert result.equipment == EquipmentFacts(800_000, 1_000_000)
    assert result.equipment.opens_bonus(5_000)


def test_a_piece_costs_its_unit_price_times_its_quantity() -> None:
    facts = equipment_facts([_piece(100, Origin.DOMESTIC, 3), _piece(50, Origin.IMPORTED, 4)])

    assert facts == EquipmentFacts(300, 500)


@settings(deadline=None)
@given(
    domestic=st.integers(0, 10**12), imported=st.integers(0, 10**12), share=st.integers(0, 10_000)
)
def test_the_share_is_the_same_as_exact_arithmetic(
    domestic: int, imported: int, share: int
) -> None:
    total = domestic + imported

    is_open = EquipmentFacts(domestic, total).opens_bonus(share)

    assert is_open is (total > 0 and domestic * 10_000 >= share * total)


@pytest.mark.parametrize(("scheme", "has_facts"), [("S01", True), ("S11", True), ("S09", False)])
def test_only_schemes_with_a_budget_tell_of_equipment(scheme: str, has_facts: bool) -> None:
    told = evaluated(case(scheme)).cases["T-1"].document()

    assert ("domestic" in told, "new_equipment" in told) == (has_facts, has_facts)
