"""Who tries what, drawn by lot: every client of a round at work on the same units at one time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

from backoffice.cases.operations import decide_eligibility, take_from_queue
from backoffice.disbursement.operations.claims import reject_claim
from backoffice.disbursement.operations.fees.entering import enter_payment
from backoffice.disbursement.operations.sheets import make_sheet
from backoffice.disbursement.rules.fees.entries import PaymentEntry
from backoffice.kernel.money import Ntd
from backoffice.review.operations import Award, decide_award, submit_score_sheet
from tests import given
from tests.given.disbursement import a_pdf
from tests.storm.deeds import appropriate_once, verify
from tests.storm.history import Idiom, Operation
from tests.storm.world import DAY, REPEATED, SUBSIDY, Unit, World

T = TypeVar("T")

NEAR = 0.03  # how far, of the whole, a try may be away from its unit's turn
OFFICERS = (given.OFFICER, given.OFFICER_2)
NEW_PAGE, OTHER_WORDS = 0.2, 0.1  # of the repeated requests
TOGETHER_MAX = 3  # tranches on one sheet
DOLLARS = 1_000


def deal(world: World, tries: int, clients: int, dice: random.Random) -> list[list[Operation]]:
    """What each client does, one after the other.

    Every unit has its turn at some point of the round, and all tries for it are near that point,
    spread over the clients: they meet there.
    """
    placed = sorted(_placed(world, tries, dice), key=lambda each: each[0])
    hands: list[list[Operation]] = [[] for _ in range(clients)]
    for number, (_, operation) in enumerate(placed):
        hands[number % clients].append(operation)
    return hands


def _placed(world: World, tries: int, dice: random.Random) -> Iterator[tuple[float, Operation]]:
    for operations in (
        _payments(world, tries, dice),
        _arrivals(world, tries),
        _awards(world, tries),
        _approvals(world, tries, dice),
        _batches(world, tries, dice),
        _takes(world, tries, dice),
        _scores(world, tries),
        _repeats(world, tries, dice),
    ):
        listed = list(operations)
        for place, operation in enumerate(listed):
            yield place / len(listed) + dice.uniform(0, NEAR), operation


def _each(units: Sequence[T], tries: int) -> Iterator[T]:
    for unit in units:
        yield from [unit] * tries


def _payments(world: World, tries: int, dice: random.Random) -> Iterator[Operation]:
    """The same slip again, on the same form or, now and then, on a new page."""
    proof = a_pdf("slip.pdf")
    for slip in _each(world.slips, tries):
        entry = PaymentEntry(slip.value_at, Ntd(slip.amount), slip.receipt)
        key = f"slip:{slip.receipt}"
        yield Operation(
            Idiom.PAYMENT,
            (slip.receipt,),
            enter_payment.name,
            given.OFFICER,
            (slip.case_id, entry, proof),
            (slip.amount,),
            key=f"{key}:new page" if dice.random() < NEW_PAGE else key,
        )


def _arrivals(world: World, tries: int) -> Iterator[Operation]:
    for case in _each(world.comers, tries):
        arguments = (case.id, case.version, (), "")
        yield Operation(
            Idiom.ARRIVAL, (case.id,), decide_eligibility.name, given.OFFICER, arguments
        )


def _awards(world: World, tries: int) -> Iterator[Operation]:
    award = Award(Ntd(SUBSIDY), Ntd(2 * SUBSIDY), "經企字第11211200001號", "")
    for case in _each(world.scored, tries):
        yield Operation(
            Idiom.BUDGET,
            (case.id,),
            decide_award.name,
            given.CONVENOR,
            (case.id, case.version, award),
            (SUBSIDY,),
        )


def _approvals(world: World, tries: int, dice: random.Random) -> Iterator[Operation]:
    for claim in _each(world.claims, tries):
        arguments: tuple[object, ...] = (claim.id, claim.version)
        deed = verify.name
        if dice.random() < 0.5:
            deed, arguments = reject_claim.name, (*arguments, "領據金額與核定不符")
        yield Operation(Idiom.APPROVE, (claim.id,), deed, given.OFFICER_2, arguments)


def _batches(world: World, tries: int, dice: random.Random) -> Iterator[Operation]:
    """Sheets of a tranche and some of its neighbours."""
    for place, tranche in _each(list(enumerate(world.tranches)), tries):
        beside = world.tranches[place + 1 : place + TOGETHER_MAX]
        chosen: list[Unit] = [tranche, *beside[: dice.randrange(TOGETHER_MAX)]]
        ids = tuple(unit.id for unit in chosen)
        amounts = tuple(unit.amount for unit in chosen)
        yield Operation(
            Idiom.BATCH, ids, make_sheet.name, given.ACCOUNTING, (ids, "第1期款"), amounts
        )


def _takes(world: World, tries: int, dice: random.Random) -> Iterator[Operation]:
    """The client asks for the head of the queue; this case is asked for when there is none."""
    for case in _each(world.queued, tries):
        officer = dice.choice(OFFICERS)
        yield Operation(
            Idiom.TAKE, (case.id,), take_from_queue.name, officer, (case.id, case.version)
        )


def _scores(world: World, tries: int) -> Iterator[Operation]:
    for sheet in _each(world.sheets, tries):
        arguments = (sheet.id, sheet.version)
        yield Operation(Idiom.SCORE, (sheet.id,), submit_score_sheet.name, sheet.owner, arguments)


def _repeats(world: World, tries: int, dice: random.Random) -> Iterator[Operation]:
    """The same form again; and now and then from a new page, or with another amount in it."""
    for number, document in _each(list(enumerate(world.documents, start=1)), tries):
        amount, key, lot = DOLLARS * number, f"form:{document}", dice.random()
        if lot < NEW_PAGE:
            key = f"{key}:new page"
        elif lot < NEW_PAGE + OTHER_WORDS:
            amount += 1
        yield Operation(
            Idiom.REPEAT,
            (document,),
            appropriate_once.name,
            given.ACCOUNTING,
            (REPEATED, Ntd(amount), document, DAY),
            (amount,),
            key=key,
        )
