"""Awards: the least of what limits them, and the firm can still carry its part."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.review.rules.awards import LimitKind, Proposal, awardable, limits
from tests.review.policies import EDITION

VARIANT = EDITION.variants[0]
FULL = Proposal(
    requested=Ntd(3_000_000),
    recommended=Ntd(3_000_000),
    planned_total=Ntd(6_000_000),
    total_budget=Ntd(6_000_000),
    capital=Ntd(3_000_000),
)


def award(proposal: Proposal) -> Ntd:
    return awardable(proposal, EDITION, VARIANT)


def test_everything_on_its_limit_at_once_may_be_awarded_whole() -> None:
    assert award(FULL) == Ntd(3_000_000)


@pytest.mark.parametrize(
    ("proposal", "awarded"),
    [
        (replace(FULL, requested=Ntd(2_999_999), capital=Ntd(9_000_000)), 2_999_999),
        (replace(FULL, recommended=Ntd(2_000_000), capital=Ntd(9_000_000)), 2_000_000),
        (
            replace(
                FULL,
                requested=Ntd(4_000_000),
                recommended=Ntd(4_000_000),
                planned_total=Ntd(9_000_000),
                total_budget=Ntd(9_000_000),
                capital=Ntd(9_000_000),
            ),
            3_000_000,
        ),
        (replace(FULL, planned_total=Ntd(5_999_999), total_budget=Ntd(5_999_999)), 2_999_999),
    ],
    ids=["requested", "recommended", "cap", "ratio"],
)
def test_the_award_is_the_least_of_its_limits(proposal: Proposal, awarded: int) -> None:
    assert award(proposal) == Ntd(awarded)


@pytest.mark.scenario("A37")
def test_a_smaller_award_on_the_same_plan_may_overstrain_the_firm() -> None:
    with pytest.raises(Refused) as refusal:
        award(replace(FULL, recommended=Ntd(2_400_000)))

    assert refusal.value == Refused(
        "award.self_over_capital",
        self_fund=Ntd(3_600_000),
        capital=Ntd(3_000_000),
        total_max=Ntd(5_400_000),
    )


@pytest.mark.scenario("A37")
@pytest.mark.parametrize(("total", "holds"), [(5_400_000, True), (5_400_001, False)])
def test_the_plan_may_shrink_until_the_firm_can_carry_it(total: int, holds: bool) -> None:
    shrunk = replace(FULL, recommended=Ntd(2_400_000), total_budget=Ntd(total))

    if holds:
        assert award(shrunk) == Ntd(2_400_000)
    else:
        with pytest.raises(Refused, match=r"award\.self_over_capital"):
            award(shrunk)


def test_a_scheme_that_does_not_ask_for_capital_does_not_test_it() -> None:
    assert EDITION.budget is not None
    lenient = replace(EDITION, budget=replace(EDITION.budget, self_le_capital=False))

    assert awardable(replace(FULL, recommended=Ntd(1)), lenient, VARIANT) == Ntd(1)


def test_a_plan_may_not_grow_on_award() -> None:
    with pytest.raises(Refused) as refusal:
        award(replace(FULL, total_budget=Ntd(6_000_001)))

    assert refusal.value.code == "award.total_grown"


@pytest.mark.parametrize("nothing", [0, -1])
def test_nothing_cannot_be_awarded(nothing: int) -> None:
    with pytest.raises(Refused) as refusal:
        award(replace(FULL, recommended=Ntd(nothing)))

    assert refusal.value == Refused("award.nothing")


def test_every_limit_is_named_with_its_clause() -> None:
    named = {limit.kind: limit.clause for limit in limits(FULL, EDITION, VARIANT)}

    assert named == {
        LimitKind.REQUESTED: "",
        LimitKind.RECOMMENDED: "",
        LimitKind.CAP: "variants[individual].cap",
        LimitKind.RATIO: "budget.subsidy_max_bp",
        LimitKind.SELF_FUND: "budget.subsidy_le_self",
    }


AMOUNTS = st.integers(1, 20_000_000).map(Ntd)


@for_all(AMOUNTS, AMOUNTS, AMOUNTS)
def test_no_award_ever_exceeds_cap_ratio_request_or_what_the_firm_pays(
    requested: Ntd, recommended: Ntd, total: Ntd
) -> None:
    proposal = Proposal(requested, recommended, total, total, capital=None)
    if total < Ntd(2):
        return

    awarded = award(proposal)

    assert Ntd(0) < awarded <= min(requested, recommended, Ntd(3_000_000))
    assert awarded.dollars * 2 <= total.dollars
