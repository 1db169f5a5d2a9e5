"""Cases that the money does not cover: offered a part, or in line for more."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.operations import withdraw_case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.review.models import Offer
from backoffice.review.operations import (
    Award,
    FirmLetter,
    accept_offer,
    decide_offer,
    decide_waitlist,
    decline_offer,
    promote,
)
from backoffice.use_case import Office
from tests import given
from tests.given import review as world

WANTED, PLAN = 3_000_000, 6_000_000
SCHEME = "S01"


def a_case(office: Office, place: int = 1, *, capital: int = 5_000_000) -> int:
    """A scored case that passed: 3,000,000 of 6,000,000."""
    return world.a_scored_case(
        office,
        applied=world.Applied(
            number=f"S01-112-0009{place:02}",
            firm_name=f"候補企業{place}有限公司",
            capital=capital,
            subsidy=WANTED,
            total=PLAN,
            equipment=world.IMPORTED_ONLY,
        ),
    )


def award(number: str = "經企字第11200050號") -> Award:
    """All that was asked for."""
    return Award(Ntd(WANTED), Ntd(PLAN), number, "")


def offer_part(office: Office, case_id: int, amount: int) -> int:
    """The convenor offers what is there."""
    version = world.case_row(office, case_id).version
    return office.perform(decide_offer, given.CONVENOR, case_id, version, award(), Ntd(amount))


def wait_in_line(office: Office, case_id: int) -> int:
    """The convenor places a case in line."""
    version = world.case_row(office, case_id).version
    return office.perform(decide_waitlist, given.CONVENOR, case_id, version, award(""))


def an_offered_case(office: Office, amount: int = 1_200_000, *, capital: int = 5_000_000) -> int:
    """A case that was offered all there was."""
    world.a_budget(office, amount)
    case_id = a_case(office, 80, capital=capital)
    offer_part(office, case_id, amount)
    return case_id


def a_line(office: Office, count: int, *, clock: FixedClock | None = None) -> list[int]:
    """Some cases in line for money that was never there, the first decided first."""
    if budget_of(office, Stage.APPROPRIATION) == 0:
        world.a_budget(office, 1)
        offer_part(office, a_case(office, 90), 1)
    ids = [a_case(office, place) for place in range(1, count + 1)]
    for case_id in ids:
        if clock is not None:
            clock.advance(minutes=1)
        wait_in_line(office, case_id)
    return ids


def letter(office: Office, number: str = "宏企字第1號") -> FirmLetter:
    """The firm's letter of today."""
    return FirmLetter(number, world.today(office))


def accept(office: Office, case_id: int, total: int = PLAN) -> None:
    """The firm agrees."""
    version = world.case_row(office, case_id).version
    office.perform(accept_offer, given.OFFICER, case_id, version, letter(office), Ntd(total))


def decline(office: Office, case_id: int) -> None:
    """The firm does not agree."""
    version = world.case_row(office, case_id).version
    office.perform(decline_offer, given.OFFICER, case_id, version, letter(office), "資金不足")


def withdraw(office: Office, case_id: int) -> None:
    """The firm withdraws."""
    version = world.case_row(office, case_id).version
    office.perform(
        withdraw_case, given.OFFICER, case_id, version, world.today(office), "宏企字第9號", "歇業"
    )


def call(office: Office) -> int:
    """The convenor gives out what is there."""
    return office.perform(promote, given.CONVENOR, SCHEME, None)


def states(office: Office, *case_ids: int) -> list[CaseState]:
    """Where the cases stand."""
    return [world.case_row(office, case_id).state for case_id in case_ids]


def budget_of(office: Office, stage: Stage) -> int:
    """The scheme's money at a stage."""
    with Session(office.engine) as session:
        return budget_line(session, SCHEME).amount(stage).dollars


def money(office: Office) -> tuple[int, int, int]:
    """Available, held, committed."""
    return (
        budget_of(office, Stage.AVAILABLE),
        budget_of(office, Stage.HELD),
        budget_of(office, Stage.COMMITTED),
    )


def offers(office: Office, case_id: int) -> list[Offer]:
    """The offers of a case, oldest first, detached."""
    with Session(office.engine, expire_on_commit=False) as session:
        return list(
            session.scalars(select(Offer).where(Offer.case_id == case_id).order_by(Offer.number))
        )


def ids_in(office: Office, state: CaseState) -> set[int]:
    """The cases in a state."""
    with Session(office.engine) as session:
        return set(session.scalars(select(Case.id).where(Case.state == state)))
