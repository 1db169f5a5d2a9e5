"""The line for money: who is called, who is passed over, what a new case can be given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.review.rules.awards import Part, check_acceptance, part_of
from backoffice.review.rules.waiting import (
    Call,
    Course,
    InLine,
    Order,
    calls,
    course,
    first_call,
    refuse_out_of_turn,
)
from tests.review.policies import EDITION
from tests.review.refusals import refused

DAY = datetime(2023, 10, 5, 10, 0, tzinfo=UTC)


def in_line(place: int, wanted: int = 3_000_000, declined: int = 0) -> InLine:
    at = DAY + timedelta(minutes=place)
    return InLine(place, Order(at, at, at, f"S01-{place:03}"), Ntd(wanted), Ntd(declined))


@st.composite
def lines(draw: st.DrawFn) -> list[InLine]:
    wants = draw(st.lists(st.integers(1, 50), max_size=8))
    return [
        in_line(place, wanted, draw(st.integers(0, wanted - 1)))
        for place, wanted in enumerate(wants, 1)
    ]


def test_the_first_takes_what_it_wants_and_the_last_a_part() -> None:
    line = [in_line(1), in_line(2), in_line(3)]

    assert calls(line, Ntd(4_000_000)) == (
        Call(1, Ntd(3_000_000), is_whole=True),
        Call(2, Ntd(1_000_000), is_whole=False),
    )


LATER = DAY + timedelta(hours=1)


@pytest.mark.parametrize(
    "before",
    [
        Order(DAY, LATER, LATER, "S01-009"),
        Order(LATER, DAY, LATER, "S01-009"),
        Order(LATER, LATER, DAY, "S01-009"),
        Order(LATER, LATER, LATER, "S01-000"),
    ],
    ids=["decision", "completeness", "receipt", "number"],
)
def test_cases_stand_by_decision_then_completeness_then_receipt_then_number(
    before: Order,
) -> None:
    later = InLine(1, Order(LATER, LATER, LATER, "S01-001"), Ntd(5), ZERO)
    earlier = InLine(2, before, Ntd(5), ZERO)

    assert first_call([later, earlier], Ntd(1)) == Call(2, Ntd(1), is_whole=False)


def test_who_declined_as_much_is_passed_over_and_asked_again_about_more() -> None:
    line = [in_line(1, declined=1_200_000), in_line(2)]

    assert [call.case_id for call in calls(line, Ntd(1_200_000))] == [2]
    assert calls(line, Ntd(1_200_001)) == (Call(1, Ntd(1_200_001), is_whole=False),)


@for_all(lines(), st.integers(0, 200).map(Ntd))
def test_no_more_is_given_than_there_is_and_nobody_is_called_twice(
    line: list[InLine], available: Ntd
) -> None:
    called = calls(line, available)

    assert total(call.amount for call in called) <= available
    assert len({call.case_id for call in called}) == len(called)


@for_all(lines(), st.integers(0, 200).map(Ntd))
def test_whoever_is_skipped_had_declined_all_that_was_left(
    line: list[InLine], available: Ntd
) -> None:
    called = {call.case_id: call for call in calls(line, available)}
    left = available
    for one in line:
        if one.case_id in called:
            call = called[one.case_id]
            assert one.declined < call.amount <= one.wanted
            assert call.amount == min(left, one.wanted)
            left = left - call.amount
        else:
            assert left <= one.declined


@for_all(lines(), st.integers(0, 100).map(Ntd), st.integers(0, 100).map(Ntd))
def test_two_promotions_give_no_more_than_one_of_the_same_money(
    line: list[InLine], first: Ntd, second: Ntd
) -> None:
    called = calls(line, first)
    rest = [one for one in line if one.case_id not in {call.case_id for call in called}]
    left = first - total(call.amount for call in called) + second

    again = calls(rest, left)

    assert {call.case_id for call in called}.isdisjoint(call.case_id for call in again)
    assert total(call.amount for call in (*called, *again)) <= first + second


@pytest.mark.parametrize(
    ("available", "line", "allowed"),
    [
        (3_000_000, [], Course.AWARD),
        (2_999_999, [], Course.OFFER),
        (1, [], Course.OFFER),
        (0, [], Course.WAIT),
        (3_000_000, [in_line(1)], Course.WAIT),
        (1_200_000, [in_line(1, declined=1_200_000)], Course.OFFER),
        (3_000_000, [in_line(1, declined=1_200_000)], Course.WAIT),
    ],
)
def test_a_new_case_gets_what_is_there_unless_somebody_comes_first(
    available: int, line: list[InLine], allowed: Course
) -> None:
    wanted = Ntd(3_000_000)

    assert course(wanted, Ntd(available), line) is allowed
    refuse_out_of_turn(allowed, wanted, Ntd(available), line)
    for other in set(Course) - {allowed}:
        with pytest.raises(Refused):
            refuse_out_of_turn(other, wanted, Ntd(available), line)


def test_each_wrong_course_is_told_why() -> None:
    wanted = Ntd(3)

    with refused("budget.exhausted", available=2, wanted=3):
        refuse_out_of_turn(Course.AWARD, wanted, Ntd(2), [])
    with refused("budget.exhausted", available=0, wanted=3):
        refuse_out_of_turn(Course.OFFER, wanted, ZERO, [])
    with refused("offer.whole_there", available=Ntd(3), wanted=wanted):
        refuse_out_of_turn(Course.OFFER, wanted, Ntd(3), [])
    with refused("waitlist.money_there", available=Ntd(1)):
        refuse_out_of_turn(Course.WAIT, wanted, Ntd(1), [])
    with refused("waitlist.first_in_line", available=Ntd(3), number="S01-001"):
        refuse_out_of_turn(Course.AWARD, wanted, Ntd(3), [in_line(1)])


# --- what the firm must carry -----------------------------------------------------------------


@pytest.mark.scenario("A74")
@pytest.mark.parametrize(
    ("capital", "total_max", "must_shrink"),
    [(5_000_000, 6_000_000, False), (4_800_000, 6_000_000, False), (3_000_000, 4_200_000, True)],
)
def test_a_part_leaves_the_firm_as_much_as_its_capital_carries(
    capital: int, total_max: int, must_shrink: bool
) -> None:
    part = part_of(Ntd(1_200_000), Ntd(6_000_000), Ntd(capital), EDITION)

    assert (part.self_fund, part.total_max) == (Ntd(4_800_000), Ntd(total_max))
    assert part.must_shrink is must_shrink
    check_acceptance(Ntd(total_max), part, Ntd(capital))
    with pytest.raises(Refused):
        check_acceptance(Ntd(total_max + 1), part, Ntd(capital))


def test_a_plan_may_not_shrink_below_twice_the_part() -> None:
    part = part_of(Ntd(1_200_001), Ntd(6_000_000), Ntd(3_000_000), EDITION)

    check_acceptance(Ntd(2_400_002), part, Ntd(3_000_000))
    with refused("offer.total_too_small", total_min=Ntd(2_400_002), amount=Ntd(1_200_001)):
        check_acceptance(Ntd(2_400_001), part, Ntd(3_000_000))


def test_a_plan_may_not_grow_on_acceptance() -> None:
    with refused("award.total_grown", planned=Ntd(6_000_000)):
        check_acceptance(Ntd(6_000_001), Part(Ntd(1), Ntd(5_999_999), Ntd(2), Ntd(6_000_000)), None)


def test_an_unknown_capital_limits_nothing() -> None:
    assert part_of(Ntd(1), Ntd(6_000_000), None, EDITION).total_max == Ntd(6_000_000)
