"""Awards with the money taken, 64 deciders at once over HTTP, against bare guarded updates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import write_engine
from backoffice.invariants import violations
from bench.contest import Arena, Sent, arenas, forms, sign_in, told
from bench.measure import Result
from tests import given
from tests.given import offices
from tests.given import review as world

CASES: Final = 256
WARM_UP: Final = 40
GOAL: Final = 4.0  # a quarter of the bare rate
TYPED: Final = {"document_number": "經企字第112號"}


def results(_cases: int) -> Iterator[Result]:
    """One result for each engine."""
    return map(_result, arenas(_build))


def _build(url: str, folder: Path) -> str:
    """Cases that are scored and wait for their decision; the clock's instant."""
    with offices.an_office(url, folder, offices.cheap_hash()) as office:
        for place in range(CASES):
            world.a_scored_case(office, applied=world.Applied(number=f"S01-112-{place:06}"))
        world.a_budget(office, CASES * 2_000_000)
        sign_in(office, given.CONVENOR)
        return office.clock.now().isoformat()


def _result(arena: Arena) -> Result:
    waiting = _waiting(arena.built)
    pages = [f"/review/cases/{case_id}/decide" for case_id, _scheme, _amount in waiting]
    bare = [
        (Sent(f"/award/{scheme}/{case_id}/{amount}", "x=1"), "")
        for case_id, scheme, amount in _waiting(arena.built)
    ]
    runs = arena.meet(lambda port: forms(port, pages, TYPED), bare, _check, warm_up=WARM_UP)
    return told("award, 64 at once", f"{CASES} cases", arena.engine, runs, GOAL)


def _waiting(url: str) -> list[tuple[int, str, int]]:
    engine = write_engine(url)
    with Session(engine) as session:
        found = session.execute(
            select(Case.id, Case.scheme, Case.subsidy_requested)
            .where(Case.state == CaseState.SCORED)
            .order_by(Case.id)
        ).all()
    engine.dispose()
    return [(key, scheme, amount.dollars) for key, scheme, amount in found if amount is not None]


def _check(url: str) -> None:
    """Every case was awarded, and nothing is wrong with the books."""
    assert not _waiting(url)
    engine = write_engine(url)
    with Session(engine) as session:
        assert not violations(session)
    engine.dispose()
