"""What the clients contend for, made once by the product's own use cases and copied for each round.

Each idiom has units of its own: nothing that one of them gives out can be changed by another.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor
from backoffice.cases.models import Case
from backoffice.disbursement.models import Claim
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.review.models import Assignment, ScoreSheet
from backoffice.use_case import Office
from tests import given
from tests.given import cases, disbursement, review, seats, sheets
from tests.storm.deeds import appropriate_once

GRANTED, QUEUED, PAID_OUT, REPEATED = "S01", "S02", "S03", "S04"
PLACES = {seats.PAYMENT: 70, seats.ACCEPTANCE: 50}
SUBSIDY = 2_000_000  # what each scored case asks for
TRANCHE = 3_000_000  # the subsidy of each case with a claim
DAY = date(2023, 11, 20)
BOOKED_IN_PARTS = 4  # every so many firms pay in two parts


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each there are, and how often each is tried for in one round."""

    payers: int
    comers: int
    scored: int
    claimed: int
    verified: int
    queued: int
    panels: int
    documents: int
    tries: int


FULL = Size(
    payers=110,
    comers=80,
    scored=24,
    claimed=24,
    verified=24,
    queued=60,
    panels=8,
    documents=60,
    tries=6,
)
SHORT = Size(
    payers=76,
    comers=54,
    scored=6,
    claimed=4,
    verified=4,
    queued=14,
    panels=2,
    documents=16,
    tries=3,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A row that can be had once, in the version that every client saw before it began."""

    id: int
    version: int
    amount: int = 0
    owner: Actor = SYSTEM


@dataclass(frozen=True, slots=True)
class Slip:
    """A payment, or a part of one, that becomes known during the storm."""

    receipt: str
    case_id: int
    value_at: datetime
    amount: int


@dataclass(frozen=True, slots=True)
class World:
    """Everything there is to be had, and the instant at which the storm begins."""

    now: datetime
    slips: tuple[Slip, ...]
    comers: tuple[Unit, ...]
    scored: tuple[Unit, ...]
    claims: tuple[Unit, ...]
    tranches: tuple[Unit, ...]
    queued: tuple[Unit, ...]
    sheets: tuple[Unit, ...]
    documents: tuple[str, ...]

    @property
    def payers(self) -> dict[int, tuple[str, ...]]:
        """The receipts that make up the whole fee of each case."""
        found: dict[int, tuple[str, ...]] = {}
        for slip in self.slips:
            found[slip.case_id] = (*found.get(slip.case_id, ()), slip.receipt)
        return found


def number_of_panel(place: int) -> str:
    """The case on which the n-th panel sits; no other case of the scheme has a later number."""
    return f"{GRANTED}-112-{900 + place:06}"


def build(office: Office, size: Size, seed: int) -> World:
    """Bring everything to where the storm begins."""
    dice = random.Random(seed)
    scored = _scored(office, size.scored)
    panels = _panels(office, size.panels)
    comers = _brought_in(office, seats.ACCEPTANCE, size.comers)
    for case_id in comers:
        seats.take(office, case_id)
    payers = _brought_in(office, seats.PAYMENT, size.payers)
    seats.accept_all(office, *payers)
    queued = _brought_in(office, QUEUED, size.queued)
    claims = [
        _a_claim(office, place, verified=place < size.verified)
        for place in range(size.verified + size.claimed)
    ]
    disbursement.at(office, DAY)
    office.perform(appropriate_once, given.ACCOUNTING, REPEATED, Ntd(1), "主預字第0號", DAY)
    ready, open_ones = claims[: size.verified], claims[size.verified :]
    return World(
        now=office.clock.now(),
        slips=tuple(_slips(payers, dice)),
        comers=_units(office, comers),
        scored=_units(office, scored, SUBSIDY),
        claims=tuple(_claim_units(office, open_ones)),
        tranches=tuple(_tranche_units(office, ready)),
        queued=_units(office, queued),
        sheets=tuple(_sheet_units(office, panels)),
        documents=tuple(f"主預字第{number}號" for number in range(1, size.documents + 1)),
    )


def _scored(office: Office, count: int) -> list[int]:
    """Cases that passed, and the money for half of them."""
    ids = [
        review.a_scored_case(office, applied=review.Applied(number=f"{GRANTED}-112-{place:06}"))
        for place in range(1, count + 1)
    ]
    review.a_budget(office, count // 2 * SUBSIDY)
    return ids


def _panels(office: Office, count: int) -> list[int]:
    """Cases on which every reviewer has written a sheet, and handed none in."""
    ids = []
    for place in range(1, count + 1):
        applied = review.Applied(number=number_of_panel(place))
        ids.append(case_id := review.a_case_being_scored(office, applied))
        for person, points in zip(review.PANEL, review.PASSING, strict=True):
            review.save(office, case_id, person, review.entry(*points))
    return ids


def _brought_in(office: Office, scheme: str, count: int) -> list[int]:
    received = office.clock.now()
    numbers = [seats.number_of(place, scheme) for place in range(1, count + 1)]
    made = [
        cases.a_submitted_case(received + timedelta(seconds=place), number=number, scheme=scheme)
        for place, number in enumerate(numbers)
    ]
    assert isinstance(office.clock, FixedClock)
    office.clock.set(received + timedelta(seconds=count))
    cases.import_cases(office, made)
    office.clock.set(received)
    return [cases.case_id_of(office, number) for number in numbers]


def _a_claim(office: Office, place: int, *, verified: bool) -> int:
    """A claim of the first tranche of a case, entered and perhaps verified."""
    awarded = sheets.firm(place, TRANCHE, PAID_OUT)
    case_id = disbursement.a_case_past_midterm(office, awarded)
    first = disbursement.tranches(office, case_id)[0]
    account = replace(disbursement.ACCOUNT, holder=awarded.firm_name)
    claim_id = disbursement.file(office, first, disbursement.package(first.amount, account))
    if verified:
        disbursement.verify(office, claim_id)
    return claim_id


def _slips(payers: list[int], dice: random.Random) -> Iterator[Slip]:
    """The fees, each with a value time of its own, in an order that has nothing to do with it."""
    whole = seats.FEE[seats.PAYMENT]
    minutes = dice.sample(range(60 * 24), k=len(payers))
    slips = []
    for place, (case_id, minute) in enumerate(zip(payers, minutes, strict=True)):
        at = seats.at("04-20 08:00") + timedelta(minutes=minute)
        parts = (whole // 3, whole - whole // 3) if place % BOOKED_IN_PARTS == 0 else (whole,)
        slips += [
            Slip(f"R{case_id}-{part}", case_id, at, amount) for part, amount in enumerate(parts)
        ]
    dice.shuffle(slips)
    yield from slips


def _units(office: Office, ids: list[int], amount: int = 0) -> tuple[Unit, ...]:
    with Session(office.engine) as session:
        rows = session.execute(
            select(Case.id, Case.version).where(Case.id.in_(ids)).order_by(Case.id)
        )
        return tuple(Unit(row.id, row.version, amount) for row in rows)


def _claim_units(office: Office, ids: list[int]) -> Iterator[Unit]:
    with Session(office.engine) as session:
        for row in session.scalars(select(Claim).where(Claim.id.in_(ids)).order_by(Claim.id)):
            yield Unit(row.id, row.version)


def _tranche_units(office: Office, claims: list[int]) -> Iterator[Unit]:
    with Session(office.engine) as session:
        for row in session.scalars(select(Claim).where(Claim.id.in_(claims)).order_by(Claim.id)):
            yield Unit(row.tranche_id, 0, row.amount.dollars)


def _sheet_units(office: Office, ids: list[int]) -> Iterator[Unit]:
    people = {person.id: person for person in review.PANEL}
    with Session(office.engine) as session:
        rows = session.execute(
            select(Assignment.id, ScoreSheet.version, Assignment.reviewer_id)
            .join(ScoreSheet, ScoreSheet.assignment_id == Assignment.id)
            .where(Assignment.case_id.in_(ids), ScoreSheet.current)
            .order_by(Assignment.id)
        )
        for seat, version, reviewer in rows:
            yield Unit(seat, version, owner=people[reviewer])
