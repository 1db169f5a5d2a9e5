"""Money released at once from many sides, and many who decide on a part of it: exactly once."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Permission
from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.ledger.operations import appropriate
from backoffice.ledger.rules import Stage
from backoffice.review.models import Offer
from backoffice.review.operations import decide_offer, promote
from backoffice.use_case import Act, Office, use_case
from backoffice.web import guard
from tests import given
from tests.given import review as world
from tests.given import waiting
from tests.races.contest import CONTENDERS, Contender, contest

IN_LINE = 5
TWO = 2
PART = 1_200_000


@use_case("race.release", requires=Permission.SYSTEM)
def give_back(act: Act, number: int) -> None:
    """What one case wants is free."""
    wanted = Ntd(waiting.WANTED)
    appropriate(act, waiting.SCHEME, wanted, key=f"release:{number}", memo="釋出")


def release(office: Office, number: int) -> None:
    """What one case wants is free, and whoever is next is called, as the worker does it."""
    office.perform(give_back, SYSTEM, number)
    office.perform(promote, SYSTEM, waiting.SCHEME, None)


def release_by_two(app: Flask, number: int) -> None:
    """Two release what one case wants; everybody else only looks whether somebody can be called."""
    office = _office(app)
    if number < TWO:
        release(office, number)
    office.perform(promote, SYSTEM, waiting.SCHEME, None)


def release_by_all(app: Flask, number: int) -> None:
    """Everybody releases what one case wants."""
    release(_office(app), number)


def offer_what_is_left(app: Flask, number: int) -> None:
    """Offer one of the scored cases what the page showed to be left."""
    office = _office(app)
    with Session(office.engine) as session:
        case = session.scalars(select(Case).order_by(Case.id).offset(number % IN_LINE)).first()
        assert case is not None
        case_id, version = case.id, case.version
    award = waiting.award(f"經企字第{number}號")
    office.perform(decide_offer, given.CONVENOR, case_id, version, award, Ntd(PART))


def _office(app: Flask) -> Office:
    house: guard.House = app.extensions[guard.EXTENSION]
    return house.office


@pytest.mark.parametrize(
    ("contender", "called"), [(release_by_two, TWO), (release_by_all, IN_LINE)]
)
def test_each_release_calls_the_next_in_line_once(
    office: Office,
    database_url: str,
    tmp_path: Path,
    clock: FixedClock,
    contender: Contender,
    called: int,
) -> None:
    line = waiting.a_line(office, IN_LINE, clock=clock)
    clock.advance(minutes=1)

    outcomes = contest(database_url, tmp_path, clock, contender)

    assert outcomes == {"done": CONTENDERS}
    states = waiting.states(office, *line)
    waits = [CaseState.WAITLISTED] * (IN_LINE - called)
    assert states == [CaseState.AWARDED] * called + waits
    awarded = [world.case_row(office, case_id).subsidy for case_id in line[:called]]
    assert awarded == [Ntd(waiting.WANTED)] * called
    assert waiting.budget_of(office, Stage.COMMITTED) == called * waiting.WANTED


def test_of_64_deciders_exactly_one_offers_what_is_left(
    office: Office, database_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    for place in range(1, IN_LINE + 1):
        waiting.a_case(office, place)
    world.a_budget(office, PART)

    outcomes = contest(database_url, tmp_path, clock, offer_what_is_left)

    assert outcomes["done"] == 1
    assert sum(outcomes.values()) == CONTENDERS
    assert set(outcomes) <= {"done", "budget.exhausted", "stale", "decision.not_scored"}
    assert waiting.money(office) == (0, PART, 0)
    with Session(office.engine) as session:
        (offer,) = session.scalars(select(Offer))
    assert offer.amount == Ntd(PART)
    assert len(waiting.ids_in(office, CaseState.OFFERED)) == 1
