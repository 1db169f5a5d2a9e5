"""The line for money: order kept, money given out in order and once, the end of the programme."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM
from backoffice.cases.models import WaitingFor
from backoffice.cases.operations.windows import declare_used_up
from backoffice.cases.queries.windows import window_of
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.operations.contract import lapse_overdue, let_lapse
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.review.operations import end_programme, promote, promote_everywhere
from backoffice.review.queries.waiting import line_of
from backoffice.review.rules.lifecycles import DecisionKind
from backoffice.review.rules.waiting import Call
from backoffice.use_case import Office
from backoffice.worker import money_round
from tests import given
from tests.given import review as world
from tests.given import waiting
from tests.review.refusals import refused, stale

S = CaseState


def order(office: Office) -> list[int]:
    with Session(office.engine) as session:
        return [one.case_id for one in line_of(session, waiting.SCHEME)]


def use_up(office: Office) -> None:
    with Session(office.engine) as session:
        edition = window_of(session, waiting.SCHEME, office.clock.now()).edition
    office.perform(declare_used_up, given.MANAGER, waiting.SCHEME, edition, "經企字第1號", "")


def test_a_case_without_money_stands_in_line(office: Office) -> None:
    (case_id,) = waiting.a_line(office, 1)

    case, decision = world.case_row(office, case_id), world.decision_row(office, case_id)
    assert (case.state, case.waiting_for, case.subsidy) == (S.WAITLISTED, WaitingFor.CONVENOR, None)
    assert (decision.kind, decision.subsidy) == (DecisionKind.WAITLIST, Ntd(3_000_000))


def test_who_was_decided_first_stands_first(office: Office, clock: FixedClock) -> None:
    first, second = waiting.a_line(office, 2, clock=clock)
    clock.advance(days=1)

    assert order(office) == [first, second]


def test_cases_decided_at_once_stand_by_their_numbers_at_last(office: Office) -> None:
    ids = waiting.a_line(office, 2)

    assert order(office) == ids


def test_released_money_goes_down_the_line_and_the_last_gets_a_part(
    office: Office, clock: FixedClock
) -> None:
    first, second, third = waiting.a_line(office, 3, clock=clock)
    world.a_budget(office, 4_000_000)

    assert waiting.call(office) == 2

    assert waiting.states(office, first, second, third) == [S.AWARDED, S.OFFERED, S.WAITLISTED]
    assert waiting.money(office) == (0, 1_000_001, 3_000_000)
    assert world.case_row(office, first).subsidy == Ntd(3_000_000)
    assert waiting.offers(office, second)[0].amount == Ntd(1_000_000)
    assert waiting.call(office) == 0


def test_the_page_s_list_is_what_happens_or_nothing(office: Office) -> None:
    (case_id,) = waiting.a_line(office, 1)
    world.a_budget(office, 2_000_000)
    shown = (Call(case_id, Ntd(1_999_999), is_whole=False),)

    with stale():
        office.perform(promote, given.CONVENOR, waiting.SCHEME, shown)
    shown = (Call(case_id, Ntd(2_000_000), is_whole=False),)
    assert office.perform(promote, given.CONVENOR, waiting.SCHEME, shown) == 1


def test_money_that_was_declined_goes_to_the_next_and_the_place_is_kept(
    office: Office, clock: FixedClock
) -> None:
    first, second = waiting.a_line(office, 2, clock=clock)
    world.a_budget(office, 1_200_000)
    waiting.call(office)
    waiting.decline(office, first)

    assert order(office) == [first, second]
    assert waiting.call(office) == 1

    assert waiting.states(office, first, second) == [S.WAITLISTED, S.OFFERED]
    world.a_budget(office, 1_200_001)
    waiting.call(office)
    assert [offer.amount for offer in waiting.offers(office, first)] == [
        Ntd(1_200_000),
        Ntd(1_200_001),
    ]


def test_who_waits_comes_before_a_new_case(office: Office) -> None:
    (first,) = waiting.a_line(office, 1)
    second = waiting.a_case(office, 2)
    world.a_budget(office, 3_000_000)

    with refused("waitlist.first_in_line", number="S01-112-000901"):
        world.award_all(office, second)
    with refused("waitlist.first_in_line"):
        waiting.offer_part(office, second, 3_000_000)
    waiting.wait_in_line(office, second)

    assert order(office) == [first, second]


def test_a_case_that_withdraws_leaves_the_line(office: Office) -> None:
    first, second = waiting.a_line(office, 2)

    waiting.withdraw(office, first)

    assert order(office) == [second]


@pytest.mark.scenario("A76")
def test_after_used_up_a_withdrawal_goes_to_the_line_and_the_window_stays_closed(
    office: Office, clock: FixedClock
) -> None:
    offered = waiting.an_offered_case(office, 1_200_000)
    first, second = waiting.a_line(office, 2, clock=clock)
    use_up(office)
    clock.advance(minutes=1)

    waiting.withdraw(office, offered)
    money_round(office)

    assert waiting.states(office, offered, first, second) == [S.WITHDRAWN, S.OFFERED, S.WAITLISTED]
    assert waiting.offers(office, first)[0].amount == Ntd(1_200_000)
    with Session(office.engine) as session:
        assert not window_of(session, waiting.SCHEME, clock.now()).is_open


@pytest.mark.scenario("A76")
@pytest.mark.parametrize("by_hand", [True, False])
def test_an_award_that_is_not_signed_in_time_goes_to_the_line(
    office: Office, clock: FixedClock, by_hand: bool
) -> None:
    world.a_budget(office, 3_000_000)
    unsigned = waiting.a_case(office, 50)
    world.award_all(office, unsigned)
    (waits,) = [waiting.a_case(office, 1)]
    waiting.wait_in_line(office, waits)
    clock.advance(days=30)
    money_round(office)
    assert waiting.states(office, unsigned, waits) == [S.AWARDED, S.WAITLISTED]
    clock.advance(days=1)

    if by_hand:
        version = world.case_row(office, unsigned).version
        office.perform(let_lapse, given.OFFICER, unsigned, version, "未來簽約")
    money_round(office)

    assert waiting.states(office, unsigned, waits) == [S.LAPSED, S.AWARDED]
    assert waiting.money(office) == (0, 0, 3_000_000)
    assert office.perform(lapse_overdue, SYSTEM) is None


def test_the_daily_round_ends_what_nobody_answered_and_calls_the_next(
    office: Office, clock: FixedClock
) -> None:
    offered = waiting.an_offered_case(office, 1_200_000)
    (first,) = waiting.a_line(office, 1, clock=clock)
    clock.advance(days=11)

    money_round(office)

    assert waiting.states(office, offered, first) == [S.WAITLISTED, S.OFFERED]
    decision = world.decisions(office, first)[-1]
    assert (decision.kind, decision.decided_by_name) == (
        DecisionKind.PARTIAL_OFFER,
        "系統依序遞補",
    )
    assert office.perform(promote_everywhere, SYSTEM) is None


# --- the end ----------------------------------------------------------------------------------


def end(office: Office, count: int, reason: str = "經費用罄") -> int:
    return office.perform(
        end_programme, given.CONVENOR, waiting.SCHEME, count, "經企字第9號", reason
    )


def test_when_the_programme_ends_whoever_waits_gets_nothing(
    office: Office, clock: FixedClock
) -> None:
    first, second = waiting.a_line(office, 2)
    clock.advance(days=300)
    money_round(office)  # the dollar that nobody wanted comes back, and is offered down the line
    for _each in range(3):
        clock.advance(days=11)
        money_round(office)

    assert end(office, 3) == 3

    assert waiting.states(office, first, second) == [S.REJECTED, S.REJECTED]
    assert world.decisions(office, first)[-1].reason == "經費用罄"
    with refused("waitlist.empty"):
        end(office, 0)


def test_the_line_does_not_end_while_cases_or_money_may_come(
    office: Office, clock: FixedClock
) -> None:
    (waits,) = waiting.a_line(office, 1, clock=clock)

    with refused("waitlist.window_open"):
        end(office, 1)
    use_up(office)
    with refused("waitlist.offers_open", count=1):
        end(office, 1)
    clock.advance(days=11)
    (unanswered,) = waiting.ids_in(office, S.OFFERED)
    waiting.withdraw(office, unanswered)
    with refused("waitlist.first_in_line", available=Ntd(1)):
        end(office, 1)
    with refused("note.missing"):
        end(office, 1, " ")
    with stale():
        end(office, 2)

    assert waiting.states(office, waits) == [S.WAITLISTED]
