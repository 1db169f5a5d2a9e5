"""Partial offers: money held in the same act, and what each answer does with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM
from backoffice.cases.models import WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.queries.cases import award_of
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.ledger.queries import history
from backoffice.review.operations import (
    FirmLetter,
    accept_offer,
    decide_award,
    decide_offer,
    decide_waitlist,
    decline_offer,
    end_overdue_offer,
    miss_answer,
)
from backoffice.review.operations.records import edition_of
from backoffice.review.rules.lifecycles import DecisionKind, OfferState
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.given import waiting
from tests.review.refusals import refused, stale

PART = 1_200_000


@pytest.mark.scenario("A74")
def test_a_part_is_offered_and_its_money_held_in_the_same_act(office: Office) -> None:
    case_id = waiting.an_offered_case(office, PART)

    case, decision = world.case_row(office, case_id), world.decision_row(office, case_id)
    (offer,) = waiting.offers(office, case_id)
    due_on = world.today(office) + timedelta(days=10)
    assert (case.state, case.waiting_for, case.due_on, case.subsidy) == (
        CaseState.OFFERED,
        WaitingFor.APPLICANT,
        due_on,
        None,
    )
    assert (decision.kind, decision.subsidy, decision.total_budget) == (
        DecisionKind.PARTIAL_OFFER,
        Ntd(PART),
        Ntd(6_000_000),
    )
    assert (offer.state, offer.amount, offer.wanted, offer.due_on, offer.document_number) == (
        OfferState.OPEN,
        Ntd(PART),
        Ntd(3_000_000),
        due_on,
        "經企字第11200050號",
    )
    assert waiting.money(office) == (0, PART, 0)


@pytest.mark.scenario("A74")
def test_a_firm_that_agrees_is_awarded_what_was_held(office: Office) -> None:
    case_id = waiting.an_offered_case(office, PART, capital=4_800_000)

    waiting.accept(office, case_id)

    case = world.case_row(office, case_id)
    (offer,) = waiting.offers(office, case_id)
    assert (case.state, case.subsidy, case.due_on) == (
        CaseState.AWARDED,
        Ntd(PART),
        world.today(office) + timedelta(days=30),
    )
    assert (offer.state, offer.answer_number, offer.agreed_total) == (
        OfferState.ACCEPTED,
        "宏企字第1號",
        Ntd(6_000_000),
    )
    assert waiting.money(office) == (0, 0, PART)
    with Session(office.engine) as session:
        keys = [row.key for row in history(session, case_id=case_id)]
    assert keys == [f"offer:{case.number}:1", f"award:{case.number}"]


@pytest.mark.scenario("A74")
def test_a_firm_with_little_capital_agrees_to_a_smaller_plan_only(office: Office) -> None:
    case_id = waiting.an_offered_case(office, PART, capital=3_000_000)

    with refused("award.self_over_capital", total_max=Ntd(4_200_000)):
        waiting.accept(office, case_id, 4_200_001)
    waiting.accept(office, case_id, 4_200_000)

    with Session(office.engine) as session:
        case = world.case_row(office, case_id)
        awarded = award_of(session, case_id, edition_of(case))
    assert awarded is not None
    assert (awarded.subsidy, awarded.total) == (Ntd(PART), Ntd(4_200_000))


def test_a_plan_too_small_for_the_part_is_refused(office: Office) -> None:
    case_id = waiting.an_offered_case(office, PART)

    with refused("offer.total_too_small", total_min=Ntd(2_400_000)):
        waiting.accept(office, case_id, 2_399_999)

    assert waiting.money(office) == (0, PART, 0)


def test_a_firm_that_does_not_agree_stands_in_line_and_its_money_is_free(office: Office) -> None:
    case_id = waiting.an_offered_case(office, PART)

    waiting.decline(office, case_id)

    case = world.case_row(office, case_id)
    assert (case.state, case.waiting_for, case.due_on) == (
        CaseState.WAITLISTED,
        WaitingFor.CONVENOR,
        None,
    )
    assert waiting.money(office) == (PART, 0, 0)
    assert waiting.offers(office, case_id)[0].state is OfferState.DECLINED


def test_a_firm_that_withdraws_lets_the_held_money_go(office: Office) -> None:
    case_id = waiting.an_offered_case(office, PART)

    waiting.withdraw(office, case_id)

    assert waiting.states(office, case_id) == [CaseState.WITHDRAWN]
    assert waiting.offers(office, case_id)[0].state is OfferState.WITHDRAWN
    assert waiting.money(office) == (PART, 0, 0)


@pytest.mark.parametrize(
    ("days_late", "number", "code"),
    [
        (0, "  ", "offer.letter_missing"),
        (1, "宏企字第1號", "offer.letter_in_future"),
    ],
)
def test_an_answer_needs_the_firms_letter(
    office: Office, days_late: int, number: str, code: str
) -> None:
    case_id = waiting.an_offered_case(office, PART)
    version = world.case_row(office, case_id).version
    letter = FirmLetter(number, world.today(office) + timedelta(days=days_late))

    with refused(code):
        office.perform(accept_offer, given.OFFICER, case_id, version, letter, Ntd(6_000_000))
    with refused(code):
        office.perform(decline_offer, given.OFFICER, case_id, version, letter, "")


def test_the_last_day_to_answer_counts_and_the_next_does_not(
    office: Office, clock: FixedClock
) -> None:
    case_id = waiting.an_offered_case(office, PART)
    version = world.case_row(office, case_id).version
    clock.advance(days=10)

    with refused("offer.not_due"):
        office.perform(miss_answer, given.OFFICER, case_id, version, "")
    assert office.perform(end_overdue_offer, SYSTEM) is None
    clock.advance(days=1)
    with refused("offer.answered_late"):
        waiting.accept(office, case_id)
    on_time = FirmLetter("宏企字第1號", world.today(office) - timedelta(days=1))
    office.perform(accept_offer, given.OFFICER, case_id, version, on_time, Ntd(6_000_000))

    assert waiting.states(office, case_id) == [CaseState.AWARDED]


@pytest.mark.parametrize("by_hand", [True, False])
def test_no_answer_in_time_is_as_none_given(
    office: Office, clock: FixedClock, by_hand: bool
) -> None:
    case_id = waiting.an_offered_case(office, PART)
    clock.advance(days=11)

    if by_hand:
        version = world.case_row(office, case_id).version
        office.perform(miss_answer, given.OFFICER, case_id, version, "電話三次未接")
    else:
        assert office.perform(end_overdue_offer, SYSTEM) == case_id

    assert waiting.states(office, case_id) == [CaseState.WAITLISTED]
    assert waiting.offers(office, case_id)[0].state is OfferState.UNANSWERED
    assert waiting.money(office) == (PART, 0, 0)
    assert office.perform(end_overdue_offer, SYSTEM) is None


def test_only_what_the_money_allows_is_decided(office: Office) -> None:
    world.a_budget(office, PART)
    case_id = waiting.a_case(office)
    version = world.case_row(office, case_id).version

    with refused("budget.exhausted", available=PART, wanted=3_000_000):
        office.perform(decide_award, given.CONVENOR, case_id, version, waiting.award())
    with refused("offer.available_changed", available=Ntd(PART), amount=Ntd(PART - 1)):
        waiting.offer_part(office, case_id, PART - 1)
    with refused("waitlist.money_there", available=Ntd(PART)):
        waiting.wait_in_line(office, case_id)
    world.a_budget(office, 1_800_000)
    with refused("offer.whole_there"):
        waiting.offer_part(office, case_id, 3_000_000)

    assert waiting.states(office, case_id) == [CaseState.SCORED]
    assert waiting.money(office) == (3_000_000, 0, 0)


def test_a_failed_or_decided_case_gets_no_part_and_no_place(office: Office) -> None:
    failed = world.a_scored_case(office, world.FAILING)
    offered = waiting.an_offered_case(office, PART)

    for deed, more in ((decide_offer, (Ntd(1),)), (decide_waitlist, ())):
        version = world.case_row(office, failed).version
        award = waiting.award()
        with refused("award.below_pass"):
            office.perform(deed, given.CONVENOR, failed, version, award, *more)
        version = world.case_row(office, offered).version
        with refused("decision.not_scored"):
            office.perform(deed, given.CONVENOR, offered, version, award, *more)


def test_an_answer_is_entered_once_and_on_the_page_as_it_is(office: Office) -> None:
    case_id = waiting.an_offered_case(office, PART)
    letter = waiting.letter(office)

    with stale():
        office.perform(decline_offer, given.OFFICER, case_id, 1, letter, "")
    waiting.accept(office, case_id)

    version = world.case_row(office, case_id).version
    with refused("offer.none"):
        office.perform(decline_offer, given.OFFICER, case_id, version, letter, "")
