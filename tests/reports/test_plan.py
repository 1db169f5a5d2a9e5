"""Allotments by month: released on the first day and not before, unspent money within the year."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import TAIPEI
from backoffice.ledger.operations import release_next
from backoffice.ledger.rules import taken_back
from backoffice.reports.queries.plan import planned_months, spent_by_month
from backoffice.reports.rules.plan import difference_bp, is_open
from backoffice.use_case import Office
from tests.given import budget, sheets


def at(year: int, month: int, day: int = 1, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=TAIPEI)


def let_go(office: Office) -> None:
    """The worker's round."""
    while office.perform(release_next, SYSTEM):
        pass


@pytest.mark.parametrize(
    ("spent", "planned", "expected"),
    [
        (100, 100, 0),
        (0, 100, -10_000),
        (150, 100, 5_000),
        (1, 3, -6_667),
        (2, 3, -3_333),
        (5, 0, None),
    ],
)
def test_the_difference_is_in_basis_points_a_half_to_the_greater(
    spent: int, planned: int, expected: int | None
) -> None:
    assert difference_bp(Ntd(spent), Ntd(planned)) == expected


@pytest.mark.parametrize(
    ("year", "month", "is_planned", "expected"),
    [
        (2023, 3, False, False),
        (2023, 4, False, True),
        (2023, 4, True, False),
        (2023, 5, True, True),
        (2022, 12, False, False),
        (2024, 1, False, True),
    ],
)
def test_what_has_begun_is_locked_but_this_month_unplanned(
    year: int, month: int, is_planned: bool, expected: bool
) -> None:
    assert is_open(year, month, date(2023, 4, 17), is_planned=is_planned) is expected


@pytest.mark.parametrize(
    ("released", "spent", "rest", "expected"),
    [(100, 30, 70, 70), (100, 30, 90, 70), (100, 130, 50, 0), (100, 0, 40, 40), (0, 0, 9, 0)],
)
def test_only_what_the_plan_left_is_taken_back(
    released: int, spent: int, rest: int, expected: int
) -> None:
    found = taken_back(released=Ntd(released), spent=Ntd(spent), rest=Ntd(rest))

    assert found == Ntd(expected)


def test_this_month_is_released_at_once_and_the_next_is_not(office: Office) -> None:
    budget.an_appropriation(office)

    budget.a_plan(office, {4: 1_000, 5: 2_000})

    assert budget.amounts(office)["allotted"] == 1_000


def test_a_month_is_released_at_its_first_instant_and_not_before(
    office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office)
    budget.a_plan(office, {5: 2_000})

    clock.set(datetime(2023, 4, 30, 23, 59, 59, tzinfo=TAIPEI))
    let_go(office)
    before = budget.amounts(office)
    clock.set(at(2023, 5))
    let_go(office)
    let_go(office)

    assert "allotted" not in before
    assert budget.amounts(office)["allotted"] == 2_000


def test_an_approval_releases_the_month_although_no_worker_lives(
    office: Office, clock: FixedClock
) -> None:
    sheet_id = sheets.a_checked_sheet(office, 3_000_000)
    now = clock.now()
    budget.a_plan(office, {now.month + 1: 1_500_000}, year=now.year)

    with pytest.raises(Refused) as early:
        sheets.approve(office, sheet_id)
    clock.set(at(now.year, now.month + 1))
    sheets.approve(office, sheet_id)

    assert early.value.code == "budget.allotment_short"
    assert budget.amounts(office)["allotment_used"] == 1_500_000


def test_unspent_money_rolls_within_the_year_and_is_taken_back_at_its_end(
    office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office)
    budget.a_plan(office, {4: 1_000, 12: 500})
    budget.a_plan(office, {1: 70}, year=2024, number="次年")

    clock.set(at(2023, 12, 31, 23))
    let_go(office)
    rolled = budget.amounts(office)["allotted"]
    clock.set(at(2024, 1))
    let_go(office)

    assert rolled == 1_500
    assert budget.amounts(office)["allotted"] == 70
    assert budget.amounts(office)["allotment"] == 70


def test_years_that_passed_unseen_are_turned_in_their_order(
    office: Office, clock: FixedClock
) -> None:
    budget.an_appropriation(office)
    budget.a_plan(office, {12: 500})
    budget.a_plan(office, {1: 70}, year=2024, number="次年")

    clock.set(at(2025, 2))
    let_go(office)

    assert "allotted" not in budget.amounts(office)


def test_an_allotment_entered_outright_is_not_taken_back(office: Office, clock: FixedClock) -> None:
    budget.an_appropriation(office)
    budget.an_allotment(office, 900, number="專案")
    budget.a_plan(office, {5: 100})

    clock.set(at(2024, 1))
    let_go(office)

    assert budget.amounts(office)["allotted"] == 900


def test_a_month_to_come_may_be_changed(office: Office, clock: FixedClock) -> None:
    budget.an_appropriation(office)
    budget.a_plan(office, {6: 500})

    budget.a_plan(office, {6: 300}, before={6: 500}, number="調整")

    with Session(office.engine) as session:
        assert planned_months(session, 2023)["S01"][6].planned == Ntd(300)


def test_a_month_that_began_is_locked(office: Office, clock: FixedClock) -> None:
    budget.an_appropriation(office)
    budget.a_plan(office, {4: 500})

    for months, before in (({4: 300}, {4: 500}), ({3: 300}, None)):
        with pytest.raises(Refused) as refused:
            budget.a_plan(office, months, before=before)
        assert refused.value.code == "plan.month_locked"


def test_a_plan_without_a_change_is_refused(office: Office) -> None:
    budget.an_appropriation(office)

    with pytest.raises(Refused) as refused:
        budget.a_plan(office, {6: 0})

    assert refused.value.code == "plan.nothing"


@pytest.mark.parametrize("over", [0, 1])
def test_all_allotments_together_stay_within_the_appropriation(office: Office, over: int) -> None:
    budget.an_appropriation(office, 1_000)
    budget.an_allotment(office, 400)
    budget.a_plan(office, {5: 500})

    if not over:
        budget.a_plan(office, {6: 100}, number="二")
        return
    with pytest.raises(Refused) as refused:
        budget.a_plan(office, {6: 101}, number="二")
    assert refused.value.code == "plan.over"
    assert refused.value.facts["excess"] == Ntd(1)


def test_an_allotment_counts_the_months_to_come(office: Office) -> None:
    budget.an_appropriation(office, 1_000)
    budget.a_plan(office, {5: 600})

    with pytest.raises(Refused) as refused:
        budget.an_allotment(office, 401, number="二")

    assert refused.value.code == "budget.allotment_over"


def test_who_read_an_older_plan_is_told(office: Office) -> None:
    budget.an_appropriation(office)
    budget.a_plan(office, {6: 500})

    with pytest.raises(Stale):
        budget.a_plan(office, {6: 300}, number="二")


def test_what_was_spent_stands_in_its_month_and_what_came_back_is_taken_off(
    office: Office, clock: FixedClock
) -> None:
    sheet_id = sheets.a_sent_sheet(office, 3_000_000)
    month = clock.now().astimezone(TAIPEI).month
    year = clock.now().year

    with Session(office.engine) as session:
        spent = spent_by_month(session, year)["S01"]
    line = sheets.line_rows(office, sheet_id)[0]
    sheets.settle(office, sheet_id, sheets.returned(line))
    with Session(office.engine) as session:
        after = spent_by_month(session, year)["S01"]

    assert spent[month - 1] == Ntd(1_500_000)
    assert after[month - 1] == Ntd(0)
    assert sum(amount.dollars for amount in spent) == 1_500_000
