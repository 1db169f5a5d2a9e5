"""Everything that the lives of one run begin with, and what can be done to it, lane by lane."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from backoffice.use_case import Office
from tests.crash.deeds import LAST_DAY, Lane
from tests.crash.lanes import budgets, desk, grants, loans, places
from tests.given import disbursement, seats


@dataclass(frozen=True, slots=True)
class World:
    """The records that the deeds are done to, and the instant at which a life begins."""

    now: datetime
    places: places.Places
    loans: loans.Loans
    grants: grants.Grants
    desk: desk.Desk


def build(office: Office) -> World:
    """Made once by the product's own use cases; each life has a copy."""
    with seats.a_round_of(places.TOTAL):
        placed = places.build(office)
    lent = loans.build(office)
    granted = grants.build(office)
    verified = desk.build(office)
    disbursement.at(office, LAST_DAY)
    return World(office.clock.now(), placed, lent, granted, verified)


def lanes(world: World) -> Iterator[Lane]:
    """All lanes, the same in every process."""
    yield from grants.lanes(world.grants)
    yield from desk.lanes(world.desk)
    yield from places.lanes(world.places)
    yield from loans.lanes(world.loans)
    yield from budgets.lanes()
