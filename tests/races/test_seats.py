"""Places under 64 hands at once: exactly as many as there are, gapless, and nobody passed over.

Cases have the numbers of their firms, in the order in which they were brought in: a contender asks
nothing before its deed, for reading over the connection of acts would wait outside of the queue.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM
from backoffice.cases.models import SeatAllocation, SeatClaim, SeatConflict
from backoffice.cases.operations import FindingWord, decide_eligibility, give_out_everywhere
from backoffice.cases.operations.imports import accept_eligible
from backoffice.cases.rules.seats import ClaimState
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from backoffice.web import guard
from tests import given
from tests.given import cases
from tests.given import seats as world
from tests.races.contest import CONTENDERS, contest

S09, S10 = world.PAYMENT, world.ACCEPTANCE
SEATED_BEFORE, TOTAL_S09, TOTAL_S10 = 20, 70, 50
LEAVING = 5
RUNS, SMALL, FIRMS = 20, 5, 12
PAIRS, VERSION_TAKEN = CONTENDERS // 2, 2


def _office(app: Flask) -> Office:
    house: guard.House = app.extensions[guard.EXTENSION]
    return house.office


def _value_time(place: int) -> datetime:
    """Payments become known in another order than their value times."""
    return world.at("04-10 08:00") + timedelta(minutes=place * 37 % 64)


def accept_one(app: Flask, number: int) -> None:
    """Accept one of the firms."""
    _office(app).perform(accept_eligible, SYSTEM, number + 1)


def pay_one(app: Flask, number: int) -> None:
    """One firm's whole fee becomes known."""
    case_id = SEATED_BEFORE + number + 1
    world.pay(_office(app), case_id, _value_time(number), world.FEE[S09], f"B{case_id:06}")


def leave_or_look(app: Flask, number: int) -> None:
    """Some leave their place; everybody else only looks whether one can be given out."""
    office = _office(app)
    if number < LEAVING:
        world.withdraw(office, number + 1)
    office.perform(give_out_everywhere, SYSTEM)


def decide_one(app: Flask, number: int) -> None:
    """An officer finds one of the cases eligible; the first of each firm has a finding."""
    words = () if number >= PAIRS else (FindingWord(number + 1, overrule=True, reason="附佐證"),)
    _office(app).perform(decide_eligibility, given.OFFICER, number + 1, VERSION_TAKEN, words, "")


def decide_the_same(app: Flask, _number: int) -> None:
    """Every one of them finds the same case eligible."""
    _office(app).perform(decide_eligibility, given.OFFICER, 1, VERSION_TAKEN, (), "")


def given_numbers(office: Office) -> list[int]:
    """The numbers of the places in the order in which they were given."""
    with Session(office.engine) as session:
        return list(session.scalars(select(SeatAllocation.number).order_by(SeatAllocation.id)))


def waiting_outranking(office: Office) -> tuple[set[int], set[int]]:
    """The waiting cases that come before somebody with a place, and those with a conflict."""
    with Session(office.engine) as session:
        last = max(
            (row.key_at, row.received_at, row.case_number)
            for row in session.scalars(select(SeatAllocation))
        )
        waiting = session.scalars(select(SeatClaim).where(SeatClaim.state == ClaimState.WAITING))
        before = {
            each.case_id
            for each in waiting
            if (each.key_at, each.received_at, each.case_number) < last
        }
        return before, set(session.scalars(select(SeatConflict.case_id)))


def test_of_64_accepted_at_once_exactly_fifty_get_a_place(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    clock.set(world.at("04-18 09:00"))
    received = world.at("04-17 10:00")
    rows = [
        world.a_row(place, scheme=S10, received_at=received) for place in range(1, CONTENDERS + 1)
    ]
    cases.import_cases(office, rows)

    outcomes = contest(database_url, tmp_path, clock, accept_one)

    assert outcomes == {"done": CONTENDERS}
    assert given_numbers(office) == list(range(1, TOTAL_S10 + 1))
    assert len(world.in_line(office, S10)) == CONTENDERS - TOTAL_S10
    assert world.closure(office, S10) is not None


def test_of_64_payments_at_once_each_late_one_has_its_seat_or_its_conflict(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    clock.set(world.at("04-18 09:00"))
    world.a_full_round(office, SEATED_BEFORE)
    received = world.at("04-17 10:00")
    places = range(SEATED_BEFORE + 1, SEATED_BEFORE + CONTENDERS + 1)
    cases.import_cases(
        office, [world.a_row(place, scheme=S09, received_at=received) for place in places]
    )
    ids = [cases.case_id_of(office, world.number_of(place)) for place in places]
    world.accept_all(office, *ids)

    outcomes = contest(database_url, tmp_path, clock, pay_one)

    assert outcomes == {"done": CONTENDERS}
    assert given_numbers(office) == list(range(1, TOTAL_S09 + 1))
    outranking, conflicted = waiting_outranking(office)
    assert outranking <= conflicted


def test_each_leaving_calls_the_next_in_line_once(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    clock.set(world.at("04-18 09:00"))
    world.a_full_round(office, TOTAL_S09, waiting=LEAVING + 2)

    outcomes = contest(database_url, tmp_path, clock, leave_or_look)

    assert outcomes == {"done": CONTENDERS}
    first = TOTAL_S09 + 1
    promoted = {world.number_of(first + place) for place in range(LEAVING)}
    assert set(world.seated(office)[:LEAVING]) == promoted
    assert world.in_line(office) == [world.number_of(first + LEAVING + each) for each in range(2)]


def test_of_two_cases_of_a_firm_accepted_at_once_one_has_a_claim(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    clock.set(world.at("04-18 09:00"))
    for received, places in (
        (world.at("04-01 09:00"), range(1, PAIRS + 1)),
        (world.at("04-17 10:00"), range(PAIRS + 1, CONTENDERS + 1)),
    ):
        rows = [world.a_row(place, scheme=S10, received_at=received) for place in places]
        for row in rows:
            place = int(str(row["案件"][0]["案件編號"])[-6:])
            firm = world.number_of((place - 1) % PAIRS + 1, S10)
            row["案件"][0]["統一編號"] = cases.ubn_of(firm)
        cases.import_cases(office, rows)
    for case_id in range(1, CONTENDERS + 1):
        world.take(office, case_id)

    outcomes = contest(database_url, tmp_path, clock, decide_one)

    assert outcomes == {"done": PAIRS, "seat.second_case": PAIRS}
    with Session(office.engine) as session:
        firms = list(session.scalars(select(SeatClaim.ubn).order_by(SeatClaim.ubn)))
    assert len(firms) == PAIRS
    assert len(set(firms)) == PAIRS
    assert given_numbers(office) == list(range(1, PAIRS + 1))


def test_a_case_that_all_accept_at_once_has_one_place_and_the_others_are_told(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    clock.set(world.at("04-18 09:00"))
    cases.import_cases(office, [world.a_row(1, scheme=S10, received_at=world.at("04-17 10:00"))])
    world.take(office, 1)

    outcomes = contest(database_url, tmp_path, clock, decide_the_same)

    assert outcomes == {"done": 1, "stale": CONTENDERS - 1}
    assert given_numbers(office) == [1]


@pytest.mark.parametrize("run", range(RUNS))
def test_a_small_round_fills_exactly_in_every_run(
    office: Office, clock: FixedClock, run: int
) -> None:
    clock.set(world.at("04-18 09:00"))
    received = world.at("04-17 10:00")
    rows = [world.a_row(place, scheme=S10, received_at=received) for place in range(1, FIRMS + 1)]
    cases.import_cases(office, rows)
    ids = [cases.case_id_of(office, world.number_of(place, S10)) for place in range(1, FIRMS + 1)]
    with world.a_round_of(SMALL):
        threads = [
            threading.Thread(target=office.perform, args=(accept_eligible, SYSTEM, case_id))
            for case_id in (*ids[run % FIRMS :], *ids[: run % FIRMS])
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert given_numbers(office) == list(range(1, SMALL + 1))
    assert len(world.in_line(office, S10)) == FIRMS - SMALL
