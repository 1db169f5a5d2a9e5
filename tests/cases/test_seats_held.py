"""Places by acceptance: held for the fee, given on when it does not come."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backoffice.access import SYSTEM
from backoffice.cases.operations import end_overdue_hold, lapse_hold
from backoffice.cases.rules.seats import ClaimState, SeatState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Office
from tests import given
from tests.given import seats as world
from tests.given.cases import a_case_in_review, version_of

S10 = world.ACCEPTANCE
TOTAL = 2


@pytest.fixture(autouse=True)
def small_rounds(clock: FixedClock) -> Iterator[None]:
    """Rounds of two places; the first day has passed."""
    clock.set(world.at("04-18 09:00"))
    with world.a_round_of(TOTAL):
        yield


def held(office: Office, clock: FixedClock, count: int = TOTAL) -> list[int]:
    """Firms accepted one minute after the other, none of which has paid."""
    ids = []
    for place in range(1, count + 1):
        clock.advance(minutes=1)
        received = world.at("04-17 09:30")
        case_id = world.a_firm(office, place, scheme=S10, received_at=received)
        world.accept(office, case_id)
        ids.append(case_id)
    return ids


def states(office: Office) -> list[tuple[SeatState, str | None]]:
    return [(each.state, each.case) for each in world.places(office, S10)]


@pytest.mark.scenario("A08")
def test_the_last_acceptance_closes_the_window_at_its_instant(
    office: Office, clock: FixedClock
) -> None:
    held(office, clock, 1)
    clock.set(world.at("05-10 14:03"))
    clock.advance(seconds=7)
    early = world.a_firm(office, 2, scheme=S10, received_at=clock.now())
    world.accept(office, early)
    full_at = clock.now()
    clock.advance(seconds=1)

    late = world.a_firm(office, 3, scheme=S10, received_at=clock.now())

    closed = world.closure(office, S10)
    assert closed is not None
    assert (closed.at, closed.cause) == (full_at, "quota_full")
    assert world.findings(office, early) == []
    assert world.findings(office, late) == [("WINDOW_CLOSED", "quota_full")]


def test_acceptance_holds_a_place_for_the_days_of_the_edition(
    office: Office, clock: FixedClock
) -> None:
    (case_id,) = held(office, clock, 1)

    assert states(office) == [(SeatState.HELD, world.number_of(1, S10))]
    claim = world.claim(office, case_id)
    assert claim is not None
    assert claim.due_on == world.at("05-02 00:00").date()


def test_the_whole_fee_in_time_confirms_the_place(office: Office, clock: FixedClock) -> None:
    (case_id,) = held(office, clock, 1)
    clock.set(world.at("05-02 23:00"))

    world.pay(office, case_id, world.at("05-02 20:00"), 59_999)
    assert states(office)[0][0] is SeatState.HELD
    world.pay(office, case_id, world.at("05-02 21:00"), 1, "B000002")

    assert states(office)[0][0] is SeatState.CONFIRMED


@pytest.mark.scenario("A85")
def test_a_hold_that_runs_out_goes_to_the_next_accepted_case(
    office: Office, clock: FixedClock
) -> None:
    first, second, third = held(office, clock, 3)
    assert world.in_line(office, S10) == [world.number_of(3, S10)]
    clock.set(world.at("05-02 23:59"))
    assert office.perform(end_overdue_hold, SYSTEM) is None
    clock.advance(minutes=1)

    assert office.perform(end_overdue_hold, SYSTEM) == first

    assert states(office) == [
        (SeatState.HELD, world.number_of(3, S10)),
        (SeatState.HELD, world.number_of(2, S10)),
    ]
    lapsed = world.claim(office, first)
    assert lapsed is not None
    assert lapsed.state is ClaimState.LAPSED
    assert world.allocations(office, 1, S10)[-1].case_id == third
    assert office.perform(end_overdue_hold, SYSTEM) == second


def test_an_officer_may_end_a_hold_that_has_run_out_and_no_other(
    office: Office, clock: FixedClock
) -> None:
    (case_id,) = held(office, clock, 1)

    def lapse() -> None:
        version = version_of(office, case_id)
        office.perform(lapse_hold, given.OFFICER, case_id, version, "逾期未繳")

    with pytest.raises(Refused) as early:
        lapse()
    clock.set(world.at("05-03 00:00"))
    lapse()
    with pytest.raises(Refused) as again:
        lapse()

    assert early.value.code == "seat.not_due"
    assert again.value.code == "seat.not_held"
    assert states(office) == []


def test_a_fee_paid_too_late_puts_the_firm_at_the_end_of_the_line(
    office: Office, clock: FixedClock
) -> None:
    first, _, _, _ = held(office, clock, 4)
    clock.set(world.at("05-03 09:00"))
    office.perform(end_overdue_hold, SYSTEM)

    world.pay(office, first, world.at("05-03 08:00"), 60_000)

    assert world.in_line(office, S10) == [world.number_of(4, S10), world.number_of(1, S10)]
    assert world.conflicts(office) == []


def test_a_fee_paid_in_time_but_known_late_outranks_whoever_has_the_place(
    office: Office, clock: FixedClock
) -> None:
    first, _, _ = held(office, clock, 3)
    clock.set(world.at("05-03 09:00"))
    office.perform(end_overdue_hold, SYSTEM)

    world.pay(office, first, world.at("05-02 08:00"), 60_000)

    (conflict,) = world.conflicts(office)
    assert conflict.case_id == first


def test_a_fee_paid_too_late_while_the_place_is_still_held_goes_behind_the_line(
    office: Office, clock: FixedClock
) -> None:
    first, _, third = held(office, clock, 3)
    clock.set(world.at("05-03 09:00"))

    world.pay(office, first, world.at("05-03 08:00"), 60_000)

    assert world.allocations(office, 1, S10)[-1].case_id == third
    assert world.in_line(office, S10) == [world.number_of(1, S10)]


def test_a_fee_paid_before_acceptance_confirms_at_once(office: Office, clock: FixedClock) -> None:
    world.an_accepted_firm(office, 1, scheme=S10, paid_at=clock.now())

    assert states(office) == [(SeatState.CONFIRMED, world.number_of(1, S10))]


def test_payments_are_refused_that_cannot_be(office: Office, clock: FixedClock) -> None:
    (case_id,) = held(office, clock, 1)
    grant = a_case_in_review(office)

    def refusal(case: int, at: str, amount: int) -> str:
        with pytest.raises(Refused) as refused:
            world.pay(office, case, world.at(at), amount)
        return refused.value.code

    assert refusal(case_id, "04-17 10:00", 0) == "fee.nothing"
    assert refusal(case_id, "12-31 10:00", 1) == "fee.in_future"
    assert refusal(grant, "04-17 10:00", 1) == "fee.not_asked"
