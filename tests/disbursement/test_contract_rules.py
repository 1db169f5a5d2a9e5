"""The contract against the award: its period, its budget, its checkpoints."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given as each
from hypothesis import settings
from hypothesis import strategies as st

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.rules.checkpoints import PlannedPoint, check_weights
from backoffice.disbursement.rules.contract import (
    Agreement,
    ApprovedCategory,
    Award,
    Terms,
    agree,
    sign_by,
    signing_refusal,
    span,
)
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.taiwan import local_date
from backoffice.scheme.registry import edition_named
from backoffice.scheme.rules import Edition
from tests.given.disbursement import Awarded, category, refused

S01 = edition_named("S01/1")
S02 = edition_named("S02/1")
S11 = edition_named("S11/1")
TODAY = date(2023, 7, 10)
PLAN = Awarded()


def an_award(plan: Awarded = PLAN, **changes: Any) -> Award:
    award = Award(
        state=CaseState.AWARDED,
        subsidy=plan.subsidy,
        total=plan.total,
        requested=plan.subsidy,
        paid_in_capital=Ntd(plan.capital),
        decided_on=local_date(plan.decided_at),
        received_on=local_date(plan.received_at),
        plan_start=date(2023, 5, 8),
        sign_by=date(2023, 7, 15),
    )
    return replace(award, **changes)


def signed(terms: Terms, award: Award | None = None, edition: Edition = S01) -> Agreement:
    variant = edition.variants[0]
    return agree(terms, award or an_award(), edition, variant, TODAY)


def with_weights(*weights: int, due: date = date(2023, 10, 1)) -> tuple[PlannedPoint, ...]:
    return tuple(PlannedPoint(f"查核項目{n}", due, w) for n, w in enumerate(weights, start=1))


# --- period -----------------------------------------------------------------------------------


@pytest.mark.scenario("A100")
@pytest.mark.parametrize(
    ("received_on", "end", "midterm_on"),
    [
        (date(2023, 12, 20), date(2024, 12, 19), date(2024, 6, 19)),
        (date(2024, 2, 29), date(2025, 2, 28), date(2024, 8, 28)),
    ],
)
def test_the_period_of_s01_counts_from_the_day_of_receipt(
    received_on: date, end: date, midterm_on: date
) -> None:
    award = an_award(received_on=received_on, plan_start=date(2025, 1, 1))

    found = span(S01, award, TODAY)

    assert (found.start, found.last_end, found.last_midterm) == (received_on, end, midterm_on)


def test_elsewhere_the_period_counts_from_the_plan_s_own_start() -> None:
    award = an_award(plan_start=date(2023, 6, 1))

    found = span(S02, award, TODAY)

    assert (found.start, found.last_end) == (date(2023, 6, 1), date(2025, 5, 31))
    assert found.last_midterm == date(2024, 5, 31)


def test_a_plan_without_a_start_counts_from_its_signature() -> None:
    assert span(S02, an_award(plan_start=None), TODAY).start == TODAY


def test_no_period_runs_past_the_special_budget() -> None:
    award = an_award(plan_start=date(2024, 6, 1))

    assert span(S02, award, TODAY).last_end == date(2025, 12, 31)


def test_a_contract_takes_the_latest_days_where_it_names_none() -> None:
    agreement = signed(PLAN.terms())

    assert agreement == Agreement(
        members=(),
        start=date(2023, 5, 8),
        end=date(2024, 5, 7),
        midterm_on=date(2023, 11, 7),
        total=Ntd(6_000_000),
    )


def test_a_contract_may_end_earlier_and_set_an_earlier_mid_term() -> None:
    terms = replace(PLAN.terms(), period_end=date(2024, 4, 30), midterm_on=date(2023, 10, 31))

    agreement = signed(terms)

    assert (agreement.end, agreement.midterm_on) == (date(2024, 4, 30), date(2023, 10, 31))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"period_end": date(2024, 5, 8)}, "contract.end_too_late"),
        ({"period_end": date(2023, 5, 7)}, "contract.end_before_start"),
        ({"midterm_on": date(2023, 11, 8)}, "contract.midterm_outside"),
        ({"midterm_on": date(2023, 5, 7)}, "contract.midterm_outside"),
        ({"number": " "}, "contract.number_missing"),
        ({"signed_on": date(2023, 7, 11)}, "contract.signed_in_future"),
        ({"signed_on": date(2023, 6, 14)}, "contract.signed_before_award"),
        ({"signed_on": date(2023, 7, 16)}, "contract.sign_by_passed"),
    ],
)
def test_a_contract_with_an_impossible_day_or_number_is_refused(
    changes: dict[str, Any], code: str
) -> None:
    terms = replace(PLAN.terms(), **changes)

    with refused(code):
        signed(terms)


def test_a_scheme_that_states_no_length_needs_the_contract_s_own_end() -> None:
    plan = replace(PLAN, lines=(category("C1", 300_000, 300_000),), scheme="S11", capital=1_000_000)
    award = an_award(plan)
    terms = replace(plan.terms(), period_end=None)

    with refused("contract.end_missing"):
        signed(terms, award, S11)
    assert signed(replace(terms, period_end=date(2024, 5, 7)), award, S11).end == date(2024, 5, 7)


# --- signing ----------------------------------------------------------------------------------


def test_an_award_is_signed_within_thirty_days() -> None:
    assert sign_by(date(2023, 6, 15), S01) == date(2023, 7, 15)


@pytest.mark.parametrize(
    ("on", "code"), [(date(2023, 7, 15), None), (date(2023, 7, 16), "contract.sign_by_passed")]
)
def test_the_last_day_to_sign_is_still_in_time(on: date, code: str | None) -> None:
    refusal = signing_refusal(an_award(), on)

    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize("state", [CaseState.SCORED, CaseState.ACTIVE, CaseState.LAPSED])
def test_only_an_awarded_case_is_signed(state: CaseState) -> None:
    refusal = signing_refusal(an_award(state=state), TODAY)

    assert refusal is not None
    assert (refusal.code, refusal.facts["state"]) == ("lifecycle.not_allowed", state)


# --- budget -----------------------------------------------------------------------------------


@pytest.mark.parametrize("difference", [-1, 1])
def test_the_lines_must_make_the_awarded_subsidy_to_the_dollar(difference: int) -> None:
    lines = (category("C1", 1_200_000 + difference, 800_000 - difference), *PLAN.lines[1:])

    with refused("contract.subsidy_differs", value=Ntd(3_000_000 + difference)):
        signed(replace(PLAN.terms(), lines=lines))


@pytest.mark.parametrize("difference", [-1, 1])
def test_the_lines_must_make_the_awarded_budget_when_all_was_awarded(difference: int) -> None:
    lines = (category("C1", 1_200_000, 800_000 + difference), *PLAN.lines[1:])

    with refused("contract.total_differs", value=Ntd(6_000_000 + difference)):
        signed(replace(PLAN.terms(), lines=lines))


CUT = (
    category("C1", 900_000, 1_100_000),
    category("C2", 900_000, 900_000),
    category("C3", 600_000, 1_600_000),
)
"""2,400,000 of 6,000,000."""


@pytest.mark.scenario("A37")
def test_a_smaller_award_with_the_whole_budget_kept_breaks_the_capital_rule() -> None:
    award = an_award(subsidy=Ntd(2_400_000), paid_in_capital=Ntd(3_000_000))
    terms = replace(PLAN.terms(), lines=CUT)

    with refused(
        "plan.self_fund_over_capital", value=3_600_000, limit=3_000_000, total_limit=Ntd(5_400_000)
    ):
        signed(terms, award)


@pytest.mark.scenario("A37")
def test_a_smaller_award_is_signed_once_the_budget_has_shrunk_enough() -> None:
    award = an_award(subsidy=Ntd(2_400_000), paid_in_capital=Ntd(3_000_000))
    lines = (
        category("C1", 900_000, 1_100_000),
        category("C2", 800_000, 820_000),
        category("C3", 700_000, 1_080_000),
    )
    terms = replace(PLAN.terms(), lines=lines, new_equipment=Ntd(1_620_000))

    assert signed(terms, award).total == Ntd(5_400_000)


def test_a_smaller_award_may_keep_the_budget_where_the_capital_allows() -> None:
    award = an_award(subsidy=Ntd(2_400_000))

    assert signed(replace(PLAN.terms(), lines=CUT), award).total == Ntd(6_000_000)


def test_a_smaller_award_never_grows_the_budget() -> None:
    award = an_award(subsidy=Ntd(2_400_000))
    lines = (category("C1", 900_000, 1_100_001), *CUT[1:])

    with refused("contract.total_differs"):
        signed(replace(PLAN.terms(), lines=lines), award)


REST = (("C3", 900_000, 1_300_000),)


def lines(*each_line: tuple[str, int, int]) -> tuple[ApprovedCategory, ...]:
    return tuple(category(*line) for line in each_line)


@pytest.mark.parametrize(
    ("revised", "code"),
    [
        (
            lines(
                ("C1", 1_100_000, 800_000), ("C2", 1_000_000, 900_000), ("C3", 900_000, 1_300_000)
            ),
            "plan.category_over_cap",
        ),
        (
            lines(("C1", 1_200_000, 800_000), ("C5", 900_000, 900_000), *REST),
            "plan.category_self_fund_only",
        ),
        (
            lines(("C1", 1_200_000, 800_000), ("C7", 900_000, 900_000), *REST),
            "plan.category_not_allowed",
        ),
        (
            lines(("C1", 2_000_000, 0), ("C3", 1_000_000, 0), ("C5", 0, 3_000_000)),
            "plan.equipment_sum",
        ),
    ],
)
def test_the_revised_budget_is_tested_by_every_rule_again(
    revised: tuple[ApprovedCategory, ...], code: str
) -> None:
    with refused(code):
        signed(replace(PLAN.terms(), lines=revised))


def test_a_subsidy_above_what_may_be_subsidised_is_refused() -> None:
    plan = replace(PLAN, lines=lines(("C1", 2_500_000, 100_000), ("C5", 0, 2_400_000)))

    with refused("plan.self_fund_over_capital"):
        signed(plan.terms(), an_award(plan, paid_in_capital=Ntd(2_000_000)))


def test_an_unknown_capital_refuses_nothing() -> None:
    assert signed(PLAN.terms(), an_award(paid_in_capital=None)).total == Ntd(6_000_000)


# --- checkpoints ------------------------------------------------------------------------------


@pytest.mark.scenario("A52")
def test_weights_of_99_99_percent_are_refused_with_what_is_missing() -> None:
    with refused("checkpoint.sum_short", value="99.99", limit="100", missing="0.01"):
        signed(replace(PLAN.terms(), points=with_weights(3333, 3333, 3333)))


@pytest.mark.scenario("A53")
def test_weights_of_100_percent_are_signed() -> None:
    signed(replace(PLAN.terms(), points=with_weights(3333, 3333, 3334)))


def test_weights_above_100_percent_are_refused_with_the_excess() -> None:
    with refused("checkpoint.sum_over", excess="0.01"):
        signed(replace(PLAN.terms(), points=with_weights(5000, 5001)))


@pytest.mark.scenario("A54")
@pytest.mark.parametrize(
    ("weight", "due", "is_refused"),
    [
        (4999, date(2023, 11, 6), True),
        (5000, date(2023, 11, 6), False),
        (5000, date(2023, 11, 7), False),
        (5000, date(2023, 11, 8), True),
    ],
)
def test_half_of_the_weight_is_due_by_the_mid_term_date_itself_included(
    weight: int, due: date, is_refused: bool
) -> None:
    points = (
        PlannedPoint("前半", due, weight),
        PlannedPoint("後半", date(2024, 4, 1), 10_000 - weight),
    )
    terms = replace(PLAN.terms(), points=points)

    if is_refused:
        with refused("checkpoint.by_midterm", limit="50", midterm_on=date(2023, 11, 7)):
            signed(terms)
    else:
        signed(terms)


@pytest.mark.parametrize("due", [date(2023, 5, 7), date(2024, 5, 8)])
def test_a_checkpoint_outside_the_period_is_refused(due: date) -> None:
    points = (PlannedPoint("內", date(2023, 10, 1), 6_000), PlannedPoint("外", due, 4_000))

    with refused("contract.checkpoint_outside_period", item="外", due_on=due):
        signed(replace(PLAN.terms(), points=points))


# --- tranches ---------------------------------------------------------------------------------


@pytest.mark.scenario("A57")
def test_the_last_tranche_takes_the_odd_dollar() -> None:
    amounts = [planned.amount for planned in S01.tranche_plan(Ntd(2_999_999))]

    assert amounts == [Ntd(1_499_999), Ntd(1_500_000)]


@settings(deadline=None)
@each(st.integers(min_value=0, max_value=30_000_000))
def test_the_tranches_always_make_the_subsidy(dollars: int) -> None:
    planned = S01.tranche_plan(Ntd(dollars))

    assert total(each_one.amount for each_one in planned) == Ntd(dollars)
    assert planned[0].amount <= planned[1].amount


@settings(deadline=None)
@each(st.lists(st.integers(min_value=1, max_value=10_000), min_size=1, max_size=12))
def test_weights_hold_exactly_when_they_make_the_whole(weights: list[int]) -> None:
    points = with_weights(*weights)
    rules = S01.checkpoints
    assert rules is not None

    if sum(weights) == rules.sum_bp:
        check_weights(points, rules, date(2023, 11, 7))
    else:
        code = "checkpoint.sum_short" if sum(weights) < rules.sum_bp else "checkpoint.sum_over"
        with refused(code):
            check_weights(points, rules, date(2023, 11, 7))
