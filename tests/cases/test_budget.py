"""The budget of a plan, rule by rule, each border one dollar below, on it and one above."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.cases.rules import (
    BudgetLine,
    Plan,
    Untaxed,
    Verdict,
    budget_verdicts,
    plan_of,
    spending_of,
    untaxed,
)
from backoffice.cases.rules import budget as rules
from backoffice.kernel.money import Ntd
from backoffice.kernel.names import Name
from tests.cases.workbook import case, codes, edition, evaluated, line, piece, submission

C1, C2, C3 = "消耗性器材及原材料費", "全新設備之購置費", "既有設備之改善費"
C4, C5, C6 = "委託研究或驗證費", "人事費", "無形資產之引進費"
C7, C8 = "國內差旅費", "基礎工程施工費"
NEW_EQUIPMENT = Name(C2, "New equipment")


def _plan(
    total: int,
    subsidy: int,
    *lines: tuple[str, int, int],
    scheme: str = "S01",
    capital: int | None = None,
    new_equipment: int | None = None,
) -> Plan:
    """A plan; without lines, all of it is improvement of existing equipment."""
    written = lines or ((C3, subsidy, total - subsidy),)
    spending = spending_of(
        [BudgetLine(category, sub, own, None) for category, sub, own in written],
        edition(scheme).category_named,
    )
    equipment = sum(each.total for each in spending if each.label == NEW_EQUIPMENT)
    return Plan(
        total=total,
        subsidy=subsidy,
        self_fund=total - subsidy,
        paid_in_capital=total if capital is None else capital,
        spending=spending,
        new_equipment=equipment if new_equipment is None else new_equipment,
    )


def _found(plan: Plan, scheme: str = "S01", variant: str = "") -> list[str]:
    rulebook = edition(scheme)
    leaf = rulebook.variant(variant) if variant else rulebook.variants[0]
    return codes(each for each in budget_verdicts(plan, rulebook, leaf) if not each.has_passed)


def _told(found: list[Verdict], code: str) -> Verdict:
    return next(each for each in found if each.code == code and not each.has_passed)


# --- B1 … B4: totals ---


@pytest.mark.parametrize(
    ("scheme", "variant", "cap"),
    [
        ("S01", "individual", 3_000_000),
        ("S02", "low_carbon", 30_000_000),
        ("S02", "smart", 20_000_000),
        ("S03", "individual", 5_000_000),
        ("S05", "individual", 1_500_000),
        ("S11", "single", 300_000),
        ("S11", "integrated", 1_500_000),
    ],
)
def test_the_subsidy_is_at_most_the_cap(scheme: str, variant: str, cap: int) -> None:
    def asking(subsidy: int) -> list[str]:
        return _found(_plan(2 * subsidy + 2, subsidy, scheme=scheme), scheme, variant)

    assert [asking(cap - 1), asking(cap), asking(cap + 1)] == [[], [], ["SUBSIDY_OVER_CAP"]]


@pytest.mark.scenario("A24")
def test_a_plan_at_four_borders_at_once_is_valid() -> None:
    assert _found(_plan(6_000_000, 3_000_000, capital=3_000_000)) == []


@pytest.mark.scenario("A25")
def test_self_fund_above_the_paid_in_capital_is_told_with_what_would_fit() -> None:
    verdict = rules.self_fund_within_capital(_plan(6_000_000, 3_000_000, capital=2_999_999))

    assert (verdict.code, verdict.has_passed) == ("SELF_FUND_OVER_CAPITAL", False)
    assert verdict.facts == {
        "value": 3_000_000, "limit": 2_999_999, "excess": 1,
        "subsidy_max": 2_999_999, "total_max": 5_999_998,
    }  # fmt: skip


@pytest.mark.scenario("A26")
@pytest.mark.parametrize(
    ("total", "subsidy", "found"),
    [(400_000, 200_000, []), (400_001, 200_000, ["SELF_FUND_OVER_CAPITAL"])],
)
def test_a_small_capital_binds_far_below_the_cap(
    total: int, subsidy: int, found: list[str]
) -> None:
    assert _found(_plan(total, subsidy, capital=200_000)) == found


def test_the_capital_rule_is_s01_s_alone_and_not_judged_without_the_capital() -> None:
    assert _found(_plan(4_000_000, 1_000_000, scheme="S03", capital=1), "S03") == []
    unknown = replace(_plan(4_000_000, 2_000_000), paid_in_capital=None)
    assert rules.self_fund_within_capital(unknown).has_passed is None


@pytest.mark.scenario("A27")
@pytest.mark.parametrize(
    ("subsidy", "found"),
    [(2_999_999, []), (3_000_000, ["SUBSIDY_OVER_RATIO", "SUBSIDY_OVER_RATIO"])],
)
def test_half_of_an_odd_total_is_rounded_down(subsidy: int, found: list[str]) -> None:
    plan = _plan(5_999_999, subsidy)

    assert _found(plan) == found
    assert rules.ratio(plan, 5_000).facts["limit"] == 2_999_999


@settings(deadline=None)
@given(total=st.integers(1, 10**12), subsidy=st.integers(0, 10**12))
def test_the_ratio_is_the_same_as_exact_arithmetic(total: int, subsidy: int) -> None:
    verdict = rules.ratio(_plan(total, subsidy), 5_000)

    assert verdict.has_passed is (2 * subsidy <= total)
    assert verdict.facts["excess"] == max(0, subsidy - total // 2)


# --- B5 … B8: categories ---


@pytest.mark.scenario("A28")
@pytest.mark.parametrize(
    ("category", "amount", "found"),
    [
        (C2, 1_499_999, []), (C2, 1_500_000, []), (C2, 1_500_001, ["CATEGORY_OVER_CAP"]),
        (C4, 1_999_999, []), (C4, 2_000_000, []), (C4, 2_000_001, ["CATEGORY_OVER_CAP"]),
        ("委託研究及驗證費", 2_000_001, ["CATEGORY_OVER_CAP"]),
    ],
)  # fmt: skip
def test_a_category_takes_at_most_its_share(category: str, amount: int, found: list[str]) -> None:
    lines = ((category, 0, amount), (C3, 2_500_000, 2_500_000 - amount))

    assert _found(_plan(5_000_000, 2_500_000, *lines)) == found
    assert _found(_plan(5_000_000, 2_500_000, *lines, scheme="S03"), "S03") == []


def test_an_excess_is_told_in_numbers_a_sentence_can_use() -> None:
    plan = _plan(4_000_000, 2_000_000, (C2, 600_000, 600_001), (C3, 1_400_000, 1_399_999))

    verdict = _told(list(rules.category_caps(plan)), "CATEGORY_OVER_CAP")

    assert verdict.facts == {
        "category": NEW_EQUIPMENT, "value": 1_200_001, "total": 4_000_000,
        "percent": "30", "limit": 1_200_000, "excess": 1,
    }  # fmt: skip
    assert verdict.clause == "budget.categories[C2].cap_bp"


@pytest.mark.scenario("A29")
def test_a_plan_of_nothing_but_equipment_never_validates() -> None:
    assert _found(_plan(5_000_000, 2_500_000, (C2, 2_500_000, 2_500_000))) == ["CATEGORY_OVER_CAP"]


@pytest.mark.scenario("A30")
def test_the_subsidy_is_at_most_what_may_be_subsidised() -> None:
    plan = _plan(5_000_000, 2_500_000, (C5, 300_000, 2_500_000), (C3, 2_200_000, 0))

    verdict = _told(list(rules.within_subsidisable(plan)), "SUBSIDY_OVER_SUBSIDISABLE")

    assert (verdict.facts["limit"], verdict.facts["excess"]) == (2_200_000, 300_000)
    assert _found(plan) == ["CATEGORY_SELF_FUND_ONLY", "SUBSIDY_OVER_SUBSIDISABLE"]


def test_what_may_be_subsidised_is_not_judged_before_the_lines_add_up() -> None:
    assert _found(replace(_plan(4_000_000, 2_000_000), spending=())) == ["BUDGET_SUM"]


@pytest.mark.scenario("A31")
@pytest.mark.parametrize("category", [C5, C6])
@pytest.mark.parametrize(("subsidy", "found"), [(0, []), (1, ["CATEGORY_SELF_FUND_ONLY"])])
def test_a_self_fund_category_takes_not_one_dollar_of_subsidy(
    category: str, subsidy: int, found: list[str]
) -> None:
    plan = _plan(
        4_000_000,
        2_000_000,
        (category, subsidy, 400_000 - subsidy),
        (C3, 2_000_000 - subsidy, 1_600_000 + subsidy),
    )

    assert _found(plan) == found


@pytest.mark.scenario("A32")
@pytest.mark.scenario("A33")
@pytest.mark.parametrize(
    ("scheme", "category", "found"),
    [
        ("S05", C6, ["CATEGORY_NOT_ALLOWED"]), ("S05", C8, []),
        ("S05", C7, ["CATEGORY_NOT_ALLOWED"]),
        ("S02", C7, []), ("S02", C8, ["CATEGORY_NOT_ALLOWED"]),
        ("S01", C7, ["CATEGORY_NOT_ALLOWED"]), ("S01", C8, ["CATEGORY_NOT_ALLOWED"]),
        ("S03", C7, ["CATEGORY_NOT_ALLOWED"]), ("S11", C8, ["CATEGORY_NOT_ALLOWED"]),
        ("S01", "雜費", ["CATEGORY_NOT_ALLOWED"]),
    ],
)  # fmt: skip
def test_a_category_the_scheme_does_not_know_takes_nothing(
    scheme: str, category: str, found: list[str]
) -> None:
    plan = _plan(500_000, 200_000, (category, 0, 100_000), (C3, 200_000, 200_000), scheme=scheme)

    assert _found(plan, scheme) == found
    nothing = _plan(400_000, 200_000, (category, 0, 0), (C3, 200_000, 200_000), scheme=scheme)
    assert _found(nothing, scheme) == []


def test_lines_of_one_category_are_judged_together_in_any_spelling() -> None:
    lines = [
        BudgetLine("委託研究或驗證費", 0, 1_000_000, None),
        BudgetLine(" 委託研究及驗證費 ", 0, 1_000_001, None),
    ]

    found = spending_of(lines, edition("S01").category_named)

    rule = edition("S01").category_named(C4)
    assert [(each.rule, each.total) for each in found] == [(rule, 2_000_001)]


# --- B9, B10, B11 ---


@pytest.mark.parametrize(("total", "subsidy"), [(0, 0), (100, 0)])
def test_a_plan_asks_for_something(total: int, subsidy: int) -> None:
    assert _found(_plan(total, subsidy)) == ["AMOUNT_ZERO"]


@pytest.mark.parametrize("scheme", ["S01", "S02", "S03", "S05", "S11"])
@pytest.mark.parametrize("field", ["total", "subsidy", "self_fund"])
def test_the_lines_add_up_to_every_total(scheme: str, field: str) -> None:
    plan = plan_of(submission(scheme), edition(scheme).category_named)
    changes: dict[str, Any] = {field: getattr(plan, field) - 1}

    verdict = rules.lines_foot(replace(plan, **changes))

    assert rules.lines_foot(plan).has_passed
    assert verdict.has_passed is False


@pytest.mark.parametrize(("listed", "found"), [(999_999, True), (1_000_000, False)])
def test_the_list_of_equipment_adds_up_to_its_category(listed: int, found: bool) -> None:
    plan = _plan(
        4_000_000,
        2_000_000,
        (C2, 500_000, 500_000),
        (C3, 1_500_000, 1_500_000),
        new_equipment=listed,
    )

    assert ("EQUIPMENT_SUM" in _found(plan)) is found


def test_a_list_of_equipment_without_its_category_is_found() -> None:
    assert _found(_plan(4_000_000, 2_000_000, new_equipment=1)) == ["EQUIPMENT_SUM"]


@pytest.mark.parametrize(
    ("gross", "net", "tax"),
    [(1_050_000, 1_000_000, 50_000), (300_000, 285_714, 14_286), (0, 0, 0), (10, 10, 0)],
)
def test_a_price_is_budgeted_without_its_tax(gross: int, net: int, tax: int) -> None:
    assert untaxed(Ntd(gross)) == Untaxed(Ntd(net), Ntd(tax))


def test_a_price_below_zero_is_none() -> None:
    with pytest.raises(ValueError, match="no price"):
        untaxed(Ntd(-1))


# --- through the workbook ---


@pytest.mark.scenario("A35")
@pytest.mark.parametrize(
    ("total", "subsidy", "found"),
    [
        (600_000, 300_000, []),
        (700_000, 350_000, ["SUBSIDY_OVER_CAP"]),
        (500_000, 260_000, ["SUBSIDY_OVER_RATIO"]),
        (500_000, 250_000, []),
    ],
)
def test_a_single_service_is_capped_twice(total: int, subsidy: int, found: list[str]) -> None:
    own = total - subsidy
    row = {"總經費": str(total), "申請補助款": str(subsidy), "自籌款": str(own)}

    sent = case("S11", case_row=row, 經費=[line(C3, subsidy, own)])

    assert codes(evaluated(sent).cases["T-1"].findings) == found


def test_a_workbook_s_equipment_and_lines_are_judged_as_sent() -> None:
    sent = case("S01", 設備=[piece(999_999)])

    result = evaluated(sent).cases["T-1"]

    assert codes(result.findings) == ["EQUIPMENT_SUM"]
    assert result.findings[0].facts == {
        "category": NEW_EQUIPMENT, "value": 999_999, "limit": 1_000_000,
    }  # fmt: skip
