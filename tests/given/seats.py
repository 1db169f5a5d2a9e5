"""Rounds whose places go by payment or by acceptance, with firms that paid, wait and sit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Permission
from backoffice.cases.models import (
    Case,
    EligibilityFinding,
    Seat,
    SeatAllocation,
    SeatClaim,
    SeatConflict,
    WindowClosure,
)
from backoffice.cases.operations import (
    FindingWord,
    decide_eligibility,
    lapse_hold,
    start_service,
    take_from_queue,
    withdraw_case,
)
from backoffice.cases.operations.fees import book_payment
from backoffice.cases.operations.imports import accept_together
from backoffice.cases.queries.seats import line
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import FeeSource, SeatState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI, local_date
from backoffice.scheme import registry
from backoffice.use_case import Act, Office, use_case
from tests import given
from tests.cases import workbook
from tests.given import cases

PAYMENT, ACCEPTANCE = "S09", "S10"
FEE = {PAYMENT: 300_000, ACCEPTANCE: 60_000}


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a test asks for it."""

    number: int
    state: SeatState
    case: str | None


@use_case("given.pay", requires=Permission.CASE_WORK)
def pay_fee(act: Act, case_id: int, value_at: datetime, amount: Ntd, receipt: str) -> None:
    """A payment is booked, as the fee desk does it."""
    case = act.session.get_one(Case, case_id)
    book_payment(
        act, case, value_at=value_at, amount=amount, receipt_number=receipt, source=FeeSource.BANK
    )


@contextmanager
def a_round_of(total: int, *schemes: str) -> Iterator[None]:
    """The shipped editions, but with so many places in these schemes (both by default)."""
    chosen = schemes or (PAYMENT, ACCEPTANCE)
    editions = []
    for edition in registry.catalogue():
        if edition.key.scheme in chosen and edition.seats is not None:
            edition = replace(edition, seats=replace(edition.seats, total=total))
        editions.append(edition)
    with registry.using(registry.Catalogue(editions)):
        yield


def at(text: str) -> datetime:
    """An instant in Taipei: "05-12 10:00" of the year of the round."""
    return datetime.strptime(f"2023-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=TAIPEI)


def number_of(place: int, scheme: str = PAYMENT) -> str:
    """The case number of the `place`-th firm."""
    return f"{scheme}-112-{place:06}"


def a_firm(
    office: Office,
    place: int,
    *,
    scheme: str = PAYMENT,
    received_at: datetime | None = None,
    paid_at: datetime | None = None,
    amount: int | None = None,
) -> int:
    """A firm's application that came in, with its payment where it has paid."""
    received = received_at or office.clock.now()
    made = a_row(place, scheme=scheme, received_at=received, paid_at=paid_at, amount=amount)
    cases.import_cases(office, [made])
    return cases.case_id_of(office, number_of(place, scheme))


def a_row(
    place: int,
    *,
    scheme: str,
    received_at: datetime,
    paid_at: datetime | None = None,
    amount: int | None = None,
) -> workbook.Case:
    """The same as rows of a workbook."""
    paid = []
    if paid_at is not None:
        when = paid_at.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M:%S")
        whole = amount or FEE[scheme]
        paid = [{"繳費時間": when, "金額": str(whole), "收據號碼": f"R{place:06}"}]
    number = number_of(place, scheme)
    return cases.a_submitted_case(received_at, number=number, scheme=scheme, 繳費=paid)


def accept(office: Office, case_id: int) -> None:
    """An officer takes the case and finds it eligible."""
    take(office, case_id)
    version = cases.version_of(office, case_id)
    office.perform(decide_eligibility, given.OFFICER, case_id, version, (), "")


def overrule(office: Office, case_id: int) -> None:
    """Its officer overrules every finding of a case and finds it eligible."""
    with Session(office.engine) as session:
        found = session.scalars(
            select(EligibilityFinding.id).where(EligibilityFinding.case_id == case_id)
        ).all()
    words = tuple(FindingWord(each, overrule=True, reason="附佐證") for each in found)
    version = cases.version_of(office, case_id)
    office.perform(decide_eligibility, given.OFFICER, case_id, version, words, "")


def two_cases_of_one_firm(
    office: Office, first: int, second: int, *, scheme: str, paid_at: datetime | None = None
) -> tuple[int, int]:
    """Two cases of one firm in one round, taken by their officer; the first came in too early.

    With that finding it stood in the way of no other, so of the second nothing was found.
    """
    early = a_row(first, scheme=scheme, received_at=at("04-01 09:00"), paid_at=paid_at)
    late = a_row(second, scheme=scheme, received_at=office.clock.now(), paid_at=paid_at)
    late["案件"][0]["統一編號"] = early["案件"][0]["統一編號"]
    cases.import_cases(office, [early])
    cases.import_cases(office, [late])
    ids = [cases.case_id_of(office, number_of(place, scheme)) for place in (first, second)]
    for case_id in ids:
        take(office, case_id)
    return ids[0], ids[1]


def lapse(office: Office, clock: FixedClock, case_id: int) -> None:
    """The last day for the fee of a held place passes, and the officer enters it."""
    clock.advance(days=30)
    version = cases.version_of(office, case_id)
    office.perform(lapse_hold, given.OFFICER, case_id, version, "逾期未繳")


def take(office: Office, case_id: int) -> None:
    """An officer takes the case."""
    version = cases.version_of(office, case_id)
    office.perform(take_from_queue, given.OFFICER, case_id, version)


def an_accepted_firm(
    office: Office, place: int, *, scheme: str = PAYMENT, paid_at: datetime | None = None
) -> int:
    """A firm that was accepted, having paid or not."""
    case_id = a_firm(office, place, scheme=scheme, paid_at=paid_at)
    accept(office, case_id)
    return case_id


def pay(
    office: Office, case_id: int, value_at: datetime, amount: int, receipt: str = "B000001"
) -> None:
    """The firm's payment becomes known now."""
    office.perform(pay_fee, SYSTEM, case_id, value_at, Ntd(amount), receipt)


def a_full_round(
    office: Office, total: int, *, waiting: int = 0, scheme: str = PAYMENT
) -> list[int]:
    """All places are taken, in order of payment; behind them firms that wait.

    Each pays a minute after the one before, a day before now. They are their officer's.
    """
    first = office.clock.now() - timedelta(days=1)
    rows = [
        a_row(
            place,
            scheme=scheme,
            received_at=office.clock.now(),
            paid_at=first + timedelta(minutes=place),
        )
        for place in range(1, total + waiting + 1)
    ]
    cases.import_cases(office, rows)
    ids = [
        cases.case_id_of(office, number_of(place, scheme))
        for place in range(1, total + waiting + 1)
    ]
    for case_id in ids:
        take(office, case_id)
    office.perform(accept_together, SYSTEM, tuple(ids))
    return ids


def withdraw(office: Office, case_id: int) -> None:
    """The firm's letter of withdrawal is entered."""
    version = cases.version_of(office, case_id)
    office.perform(
        withdraw_case, given.OFFICER, case_id, version, date(2023, 4, 17), "撤字第1號", "撤回"
    )


def places(office: Office, scheme: str = PAYMENT) -> list[Place]:
    """Every place that is not free, by number."""
    with Session(office.engine) as session:
        rows = session.execute(
            select(Seat.number, Seat.state, Case.number)
            .outerjoin(Case, Case.id == Seat.case_id)
            .where(Seat.scheme == scheme, Seat.state != SeatState.FREE)
            .order_by(Seat.number)
        )
        return [Place(*row) for row in rows]


def seated(office: Office, scheme: str = PAYMENT) -> list[str | None]:
    """The case numbers on the places, by number of the place."""
    return [place.case for place in places(office, scheme)]


def in_line(office: Office, scheme: str = PAYMENT) -> list[str]:
    """The case numbers that wait, in order."""
    edition = str(registry.editions_of(scheme)[-1].key)
    with Session(office.engine) as session:
        return [claim.case_number for claim in line(session, edition)]


def claim(office: Office, case_id: int) -> SeatClaim | None:
    """How the case stands towards a place."""
    with Session(office.engine) as session:
        return session.scalars(select(SeatClaim).where(SeatClaim.case_id == case_id)).first()


def conflicts(office: Office) -> Sequence[SeatConflict]:
    """The conflicts there are, oldest first."""
    with Session(office.engine) as session:
        return session.scalars(select(SeatConflict).order_by(SeatConflict.id)).all()


def closure(office: Office, scheme: str = PAYMENT) -> WindowClosure | None:
    """How the window was closed before its date."""
    with Session(office.engine) as session:
        return session.scalars(
            select(WindowClosure).where(WindowClosure.scheme == scheme)
        ).one_or_none()


def allocations(office: Office, number: int, scheme: str = PAYMENT) -> Sequence[SeatAllocation]:
    """To whom a place was given, one after the other."""
    with Session(office.engine) as session:
        return session.scalars(
            select(SeatAllocation)
            .join(Seat, Seat.id == SeatAllocation.seat_id)
            .where(Seat.scheme == scheme, Seat.number == number)
            .order_by(SeatAllocation.id)
        ).all()


def an_accepted_firm_received(
    office: Office, place: int, *, scheme: str = PAYMENT, paid_at: datetime | None = None
) -> int:
    """A firm that applied before the window closed and was accepted now."""
    received = at("04-17 09:30")
    case_id = a_firm(office, place, scheme=scheme, received_at=received, paid_at=paid_at)
    accept(office, case_id)
    return case_id


def accept_all(office: Office, *ids: int) -> None:
    """Cases of one round are accepted before any place is given."""
    office.perform(accept_together, SYSTEM, ids)


def a_late_firm(office: Office, total: int, clock: FixedClock) -> int:
    """A full round, and a firm whose payment came first but became known last."""
    a_full_round(office, total)
    late = an_accepted_firm_received(office, 9)
    clock.advance(days=8)
    pay(office, late, at("04-10 10:00"), FEE[PAYMENT])
    return late


def findings(office: Office, case_id: int) -> list[tuple[str, str]]:
    """The findings of a case, each with its cause."""
    with Session(office.engine) as session:
        rows = session.scalars(
            select(EligibilityFinding)
            .where(EligibilityFinding.case_id == case_id)
            .order_by(EligibilityFinding.id)
        )
        return [(row.code, str(row.facts.get("cause", ""))) for row in rows]


def state_of(office: Office, case_id: int) -> CaseState:
    """Where the case stands."""
    with Session(office.engine) as session:
        return session.get_one(Case, case_id).state


def start(office: Office, case_id: int) -> None:
    """The officer begins the service today."""
    version = cases.version_of(office, case_id)
    office.perform(start_service, given.OFFICER, case_id, version, local_date(office.clock.now()))
