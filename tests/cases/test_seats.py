"""Places by payment: who sits where, who waits, what frees one, what a late payment does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM
from backoffice.audit import AuditEntry
from backoffice.cases.models import SeatAllocation, SeatClaim
from backoffice.cases.operations import (
    choose,
    end_overdue_hold,
    give_out_everywhere,
    keep_seats,
    replace_seat,
)
from backoffice.cases.rules.seats import Choice, ClaimState, ConflictState, SeatState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.models import LedgerAccount
from backoffice.ledger.rules import Book
from backoffice.use_case import Office
from tests import given
from tests.given import seats as world
from tests.given.cases import version_of

TOTAL = 3


@pytest.fixture(autouse=True)
def small_rounds(clock: FixedClock) -> Iterator[None]:
    """Rounds of three places, so that they fill quickly; the first day has passed."""
    clock.set(world.at("04-18 09:00"))
    with world.a_round_of(TOTAL):
        yield


@pytest.mark.scenario("A78")
def test_who_paid_first_comes_first_whoever_applied_first(
    office: Office, clock: FixedClock
) -> None:
    clock.set(world.at("05-21 09:00"))
    a = world.a_firm(
        office, 1, received_at=world.at("05-01 10:00"), paid_at=world.at("05-20 10:00")
    )
    b = world.a_firm(
        office, 2, received_at=world.at("05-10 10:00"), paid_at=world.at("05-12 10:00")
    )

    with world.a_round_of(1):
        world.accept(office, b)
        world.accept(office, a)

    assert world.seated(office) == [world.number_of(2)]
    assert world.in_line(office) == [world.number_of(1)]


def test_places_have_numbers_in_the_order_in_which_they_are_given(office: Office) -> None:
    for place in (3, 1, 2):
        world.an_accepted_firm(office, place, paid_at=office.clock.now())

    assert world.seated(office) == [world.number_of(place) for place in (3, 1, 2)]


def test_the_last_place_closes_the_window_at_that_instant(
    office: Office, clock: FixedClock
) -> None:
    for place in (1, 2):
        world.an_accepted_firm(office, place, paid_at=office.clock.now())
    clock.set(world.at("05-10 14:03"))
    assert world.closure(office) is None

    world.an_accepted_firm(office, 3, paid_at=world.at("05-10 14:00"))

    closed = world.closure(office)
    assert closed is not None
    assert (closed.cause, closed.at) == ("quota_full", world.at("05-10 14:03"))


def test_the_window_closes_with_the_latest_place_whichever_act_came_first(
    office: Office, clock: FixedClock
) -> None:
    firms = [world.an_accepted_firm_received(office, place) for place in range(1, TOTAL + 1)]
    paid_at, later = clock.now(), clock.now() + timedelta(milliseconds=3)
    clock.set(later)
    for number, firm in enumerate(firms[:-1], start=1):
        world.pay(office, firm, paid_at, world.FEE[world.PAYMENT], f"B{number}")
    # This act began before the others, and waited for them.
    clock.set(paid_at)

    world.pay(office, firms[-1], paid_at, world.FEE[world.PAYMENT])

    closed = world.closure(office)
    assert closed is not None
    assert closed.at == later


@pytest.mark.parametrize("model", [SeatClaim, SeatAllocation])
def test_what_gives_a_place_stands_in_the_audit_with_all_its_columns(
    office: Office, model: type[SeatClaim | SeatAllocation]
) -> None:
    world.an_accepted_firm(office, 1, paid_at=office.clock.now())

    with Session(office.engine) as session:
        row = session.execute(select(model.__table__)).mappings().one()
        told = session.scalars(
            select(AuditEntry.changes).where(
                AuditEntry.subject == model.__tablename__, AuditEntry.subject_id == row["id"]
            )
        ).one()
    assert set(json.loads(told)) == {name for name, value in row.items() if value is not None}


@pytest.mark.scenario("A79")
def test_a_freed_place_keeps_its_number_and_goes_to_the_head_of_the_line(
    office: Office, clock: FixedClock
) -> None:
    first, *_ = world.a_full_round(office, TOTAL)
    clock.set(world.at("06-03 09:00"))
    c = world.an_accepted_firm_received(office, 8, paid_at=world.at("06-02 10:00"))
    d = world.an_accepted_firm_received(office, 9, paid_at=world.at("06-01 10:00"))
    assert world.in_line(office) == [world.number_of(9), world.number_of(8)]

    world.withdraw(office, first)

    assert [each.case_id for each in world.allocations(office, 1)] == [first, d]
    assert world.in_line(office) == [world.number_of(8)]
    waiting = world.claim(office, c)
    assert waiting is not None
    assert waiting.state is ClaimState.WAITING
    closed = world.closure(office)
    assert closed is not None
    assert closed.at < clock.now()


@pytest.mark.scenario("A80")
def test_a_place_freed_when_nobody_waits_after_the_window_is_unused(
    office: Office, clock: FixedClock
) -> None:
    ids = world.a_full_round(office, TOTAL)
    clock.set(world.at("08-01 09:00"))

    world.withdraw(office, ids[-1])

    assert world.places(office)[-1] == world.Place(TOTAL, SeatState.UNUSED, None)


def test_a_place_freed_while_somebody_may_still_come_stays_free(
    office: Office, clock: FixedClock
) -> None:
    ids = world.a_full_round(office, TOTAL)
    late = world.a_firm(office, 9, received_at=world.at("04-17 09:30"), paid_at=clock.now())
    clock.set(world.at("08-01 09:00"))
    world.withdraw(office, ids[0])

    world.accept(office, late)

    assert world.seated(office)[0] == world.number_of(9)


@pytest.mark.scenario("A81")
def test_a_short_payment_takes_no_place_until_the_rest_is_there(
    office: Office, clock: FixedClock
) -> None:
    case_id = world.a_firm(office, 1, paid_at=clock.now(), amount=285_714)
    world.accept(office, case_id)
    assert (world.seated(office), world.in_line(office)) == ([], [])
    clock.set(world.at("05-20 10:00"))

    world.pay(office, case_id, world.at("05-19 15:30"), 14_286)

    (given_to,) = world.allocations(office, 1)
    assert (given_to.case_id, given_to.key_at) == (case_id, world.at("05-19 15:30"))
    assert given_to.receipt == "B000001"


@pytest.mark.scenario("A82")
def test_of_two_payments_of_one_second_the_earlier_received_comes_first(
    office: Office, clock: FixedClock
) -> None:
    paid = world.at("05-12 10:00")
    clock.set(world.at("05-13 09:00"))
    later = world.a_firm(office, 1, received_at=world.at("05-02 10:00"), paid_at=paid)
    twin = world.a_firm(office, 3, received_at=world.at("05-01 10:00"), paid_at=paid)
    earlier = world.a_firm(office, 2, received_at=world.at("05-01 10:00"), paid_at=paid)

    world.accept_all(office, later, twin, earlier)

    assert world.seated(office) == [world.number_of(place) for place in (2, 3, 1)]


@pytest.mark.scenario("A83")
def test_a_late_payment_that_comes_before_somebody_is_put_before_a_person(
    office: Office, clock: FixedClock
) -> None:
    world.a_full_round(office, TOTAL)
    before = world.seated(office)
    late = world.an_accepted_firm_received(office, 9)
    clock.advance(days=8)

    world.pay(office, late, world.at("04-10 10:00"), 300_000)

    assert world.seated(office) == before
    (conflict,) = world.conflicts(office)
    assert (conflict.case_id, conflict.rank, conflict.state) == (late, 1, ConflictState.OPEN)
    assert conflict.allocation_id == world.allocations(office, TOTAL)[0].id


def test_a_person_may_leave_the_places_as_they_are(office: Office, clock: FixedClock) -> None:
    late = world.a_late_firm(office, TOTAL, clock)
    (conflict,) = world.conflicts(office)

    office.perform(keep_seats, given.CONVENOR, conflict.id, conflict.version, "依公告不溯及")

    assert world.conflicts(office)[0].state is ConflictState.KEPT
    assert world.in_line(office) == [world.number_of(9)]
    assert late not in [each.case_id for each in world.allocations(office, TOTAL)]


def test_a_person_may_have_the_last_one_give_way(office: Office, clock: FixedClock) -> None:
    late = world.a_late_firm(office, TOTAL, clock)
    (conflict,) = world.conflicts(office)

    office.perform(
        replace_seat,
        given.MANAGER,
        conflict.id,
        conflict.version,
        conflict.allocation_id,
        "銀行檔遲送",
    )

    assert [each.case_id for each in world.allocations(office, TOTAL)][-1] == late
    assert world.in_line(office) == [world.number_of(TOTAL)]
    assert [each.state for each in world.conflicts(office)] == [ConflictState.REPLACED]


def test_a_conflict_is_decided_once_with_a_reason_and_as_it_was_shown(
    office: Office, clock: FixedClock
) -> None:
    world.a_late_firm(office, TOTAL, clock)
    (conflict,) = world.conflicts(office)

    with pytest.raises(Refused) as blank:
        office.perform(keep_seats, given.CONVENOR, conflict.id, conflict.version, " ")
    with pytest.raises(Stale):
        office.perform(replace_seat, given.CONVENOR, conflict.id, conflict.version, 1, "x")
    office.perform(keep_seats, given.CONVENOR, conflict.id, conflict.version, "x")
    with pytest.raises(Refused) as again:
        office.perform(keep_seats, given.CONVENOR, conflict.id, conflict.version, "x")
    with pytest.raises(Refused) as denied:
        office.perform(keep_seats, given.OFFICER, conflict.id, conflict.version, "x")

    assert blank.value.code == "note.missing"
    assert again.value.code == "seat.conflict_settled"
    assert denied.value.code == "access.denied"


def test_only_the_first_in_line_can_be_given_the_place_of_another(
    office: Office, clock: FixedClock
) -> None:
    world.a_late_firm(office, TOTAL, clock)
    second = world.an_accepted_firm_received(office, 10)
    world.pay(office, second, world.at("04-11 10:00"), 300_000)
    conflict = next(each for each in world.conflicts(office) if each.case_id == second)

    with pytest.raises(Refused) as refused:
        office.perform(
            replace_seat,
            given.CONVENOR,
            conflict.id,
            conflict.version,
            conflict.allocation_id,
            "x",
        )

    assert refused.value.code == "seat.not_head"
    assert refused.value.facts["number"] == world.number_of(9)


def test_a_freed_place_settles_the_conflict(office: Office, clock: FixedClock) -> None:
    late = world.a_late_firm(office, TOTAL, clock)
    sitting = world.allocations(office, 1)[0].case_id

    world.withdraw(office, sitting)

    assert world.allocations(office, 1)[-1].case_id == late
    assert [each.state for each in world.conflicts(office)] == [ConflictState.MOOT]


@pytest.mark.scenario("A84")
def test_a_payment_after_the_last_place_waits_or_goes_back_as_the_firm_chooses(
    office: Office, clock: FixedClock
) -> None:
    first, *_ = world.a_full_round(office, TOTAL)
    late = world.an_accepted_firm_received(office, 8)
    other = world.an_accepted_firm_received(office, 9)
    clock.advance(hours=2)
    world.pay(office, late, clock.now(), 300_000)
    world.pay(office, other, clock.now(), 300_000, "B000002")
    assert world.in_line(office) == [world.number_of(8), world.number_of(9)]
    assert world.conflicts(office) == []

    today = local_date(clock.now())
    letter = (today, "退字第1號")
    version = version_of(office, late)
    office.perform(choose, given.OFFICER, late, version, Choice.REFUND, *letter)
    version = version_of(office, other)
    office.perform(choose, given.OFFICER, other, version, Choice.WAIT, *letter)
    world.withdraw(office, first)

    assert world.allocations(office, 1)[-1].case_id == other
    refunded = world.claim(office, late)
    assert refunded is not None
    assert refunded.state is ClaimState.REFUND
    with Session(office.engine) as session:
        books = set(session.scalars(select(LedgerAccount.book).where(LedgerAccount.balance != 0)))
    assert books == {Book.SEATS, Book.FEES}


def test_a_choice_needs_a_letter_and_a_firm_without_a_place(
    office: Office, clock: FixedClock
) -> None:
    first, *_, waiting = world.a_full_round(office, TOTAL, waiting=1)
    today = local_date(clock.now())

    def refusal(case_id: int, on: date, number: str) -> str:
        version = version_of(office, case_id)
        with pytest.raises(Refused) as refused:
            office.perform(choose, given.OFFICER, case_id, version, Choice.WAIT, on, number)
        return refused.value.code

    assert refusal(first, today, "x") == "seat.no_choice"
    assert refusal(waiting, today, " ") == "case.letter_missing"
    assert refusal(waiting, world.at("12-31 00:00").date(), "x") == "seat.letter_in_future"


def test_the_worker_finds_what_nobody_gave_out(office: Office) -> None:
    world.a_full_round(office, TOTAL, waiting=1)

    assert office.perform(give_out_everywhere, SYSTEM) is None
    assert office.perform(end_overdue_hold, SYSTEM) is None


def test_a_claim_says_what_put_it_in_order(office: Office) -> None:
    world.a_full_round(office, 2)

    with Session(office.engine) as session:
        claims = session.scalars(select(SeatClaim).order_by(SeatClaim.case_number)).all()

    assert [each.receipt for each in claims] == ["R000001", "R000002"]
