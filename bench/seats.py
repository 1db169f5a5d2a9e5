"""Places claimed by 64 firms at once over HTTP, against the bare conditional update.

An officer finds a firm eligible, and in the same act it comes to its place: fifty get one, the
others wait. The bare application takes a place as long as there is one, and does nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, SeatAllocation
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import write_engine
from backoffice.invariants import violations
from backoffice.scheme import registry
from bench.contest import CLIENTS, Arena, Sent, arenas, forms, sign_in, told
from bench.measure import Result
from tests import given
from tests.given import cases, offices
from tests.given import seats as world

WARM_UP: Final = 16
OPENED_BY: Final = 1  # the round's places are opened by the first firm, before the clock runs
FIRMS: Final = OPENED_BY + WARM_UP + CLIENTS
GOAL: Final = 4.0  # a quarter of the bare rate
SCHEME: Final = world.ACCEPTANCE


def results(_cases: int) -> Iterator[Result]:
    """One result for each engine."""
    return map(_result, arenas(_build))


def _build(url: str, folder: Path) -> str:
    """Firms whose cases are an officer's and wait for the word on them; the clock's instant."""
    with offices.an_office(url, folder, offices.cheap_hash()) as office:
        received = office.clock.now()
        rows = (world.a_row(n, scheme=SCHEME, received_at=received) for n in range(1, FIRMS + 1))
        cases.import_cases(office, list(rows))
        ids = [cases.case_id_of(office, world.number_of(n, SCHEME)) for n in range(1, FIRMS + 1)]
        world.accept(office, ids[0])
        for case_id in ids[OPENED_BY:]:
            world.take(office, case_id)
        sign_in(office, given.OFFICER)
        return office.clock.now().isoformat()


def _result(arena: Arena) -> Result:
    pages = [f"/cases/{case_id}/eligibility" for case_id in _claiming(arena.built)]
    bare = [(Sent(f"/seat/{_round()}/{key}", "x=1"), "") for key in _claiming(arena.built)]
    runs = arena.meet(lambda port: forms(port, pages), bare, _check, warm_up=WARM_UP)
    return told("seat claim, 64 at once", f"{_places()} places", arena.engine, runs, GOAL)


def _round() -> str:
    (edition,) = registry.editions_of(SCHEME)
    return str(edition.key)


def _places() -> int:
    seats = registry.edition_named(_round()).seats
    assert seats is not None, "a round gives out places"
    return seats.total


def _claiming(url: str) -> list[int]:
    engine = write_engine(url)
    with Session(engine) as session:
        found = session.scalars(
            select(Case.id).where(Case.state != CaseState.ACCEPTED).order_by(Case.id)
        ).all()
    engine.dispose()
    return list(found)


def _check(url: str) -> None:
    """Every place was given once, without a gap, and nothing is wrong with the books."""
    assert not _claiming(url)
    engine = write_engine(url)
    with Session(engine) as session:
        given_out = list(session.scalars(select(SeatAllocation.number)))
        assert sorted(given_out) == list(range(1, _places() + 1)), given_out
        assert not violations(session)
    engine.dispose()
