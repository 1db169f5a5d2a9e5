"""The deeds that are cut short, in order, each under a form's key: what is done stays done.

A life begins on a copy of a prepared database. A process performs the deeds that are not done yet
until it is killed; the next process goes on where the books say that the last one stopped.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing.connection import Connection
from typing import Any, Protocol

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor, Permission
from backoffice.cases.models import Case
from backoffice.db import write_engine
from backoffice.disbursement.models import Sheet, SheetLine
from backoffice.disbursement.operations.closing import conclude_closing
from backoffice.disbursement.operations.sheets import (
    approve_sheet,
    check_sheet,
    make_sheet,
    send_sheet,
    settle_sheet,
)
from backoffice.disbursement.rules.lifecycles import LineEvent, SheetState
from backoffice.disbursement.rules.sheets import LineOutcome, ReturnReason
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.operations import open_budget
from backoffice.reports.operations import enter_appropriation
from backoffice.review.operations import Award, decide_award, decide_waitlist
from backoffice.review.operations.waiting import promote
from backoffice.use_case import Act, ActKey, Office, UseCase, use_case
from tests import given
from tests.given import cases, disbursement, review, sheets

SCORED, CLOSING, VERIFIED, WAITING = 5, 2, 4, 4
AMOUNT = 3_000_000
WANTED = 1_000_000  # by each who waits, in a scheme that has no money until some is released
POOR = "S03"
RELEASED = (WANTED + WANTED // 2, WANTED // 2, WANTED)
LAST_DAY = date(2024, 5, 6)


class Flag(Protocol):
    """A number that the parent can still read after the process was killed."""

    value: int


OUTSIDE, INSIDE, COMMITTING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class End:
    """How a process dies.

    "statement": by itself, at the `statement`-th one inside transactions; "unsaid": by itself,
    after its first commit and before it could tell; "clock": its parent kills it.
    """

    kind: str
    statement: int


@dataclass(frozen=True, slots=True)
class World:
    """The records that the deeds are done to."""

    scored: tuple[int, ...]
    closing: tuple[int, ...]
    tranches: tuple[int, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """One act under a key of its own; `prepare` reads what the page would show now."""

    key: str
    case: UseCase[Any, Any]
    actor: Actor
    prepare: Callable[[Session], tuple[Any, ...]]

    def do(self, office: Office) -> None:
        with Session(office.engine) as session:
            arguments = self.prepare(session)
        office.perform_once(self.key, self.case, self.actor, *arguments)


@use_case("test.poor_scheme", requires=Permission.SYSTEM)
def open_without_money(act: Act) -> None:
    """The accounts of a scheme that nothing has been appropriated to yet."""
    open_budget(act, POOR)


def build(office: Office) -> World:
    """Cases before their award and their settlement, and claims before their sheet."""
    scored = tuple(
        review.a_scored_case(office, applied=review.Applied(number=f"S01-112-0001{place:02d}"))
        for place in range(SCORED)
    )
    office.perform(open_without_money, SYSTEM)
    for place in range(WAITING):
        _wait_in_line(office, f"{POOR}-112-{place + 1:06d}")
    tranches = tuple(sheets.a_verified_tranche(office, place, AMOUNT) for place in range(VERIFIED))
    closing = tuple(_closing(office, VERIFIED + place) for place in range(CLOSING))
    sheets.an_allotment(office)
    disbursement.at(office, LAST_DAY)
    return World(scored, closing, tranches, office.clock.now())


def _wait_in_line(office: Office, number: str) -> None:
    """A case that passed where there is no money yet."""
    case_id = cases.a_case_in_review(office, number=number, scheme=POOR, subsidy=WANTED)
    review.seat_panel(office, case_id)
    review.declare_all(office, case_id)
    for person, marks in zip(review.PANEL, review.PASSING, strict=True):
        review.score(office, case_id, person, marks)
    if (
        2 * (case := review.case_row(office, case_id)).domestic.dollars
        >= case.new_equipment.dollars
    ):
        review.confirm(office, case_id)
    review.close(office, case_id)
    case = review.case_row(office, case_id)
    assert case.subsidy_requested is not None
    assert case.total_budget is not None
    award = Award(case.subsidy_requested, case.total_budget, "經企字第11203號", "")
    office.perform(decide_waitlist, given.CONVENOR, case_id, case.version, award)


def _closing(office: Office, place: int) -> int:
    awarded = sheets.firm(place, AMOUNT)
    case_id = disbursement.a_closing_case(office, awarded)
    disbursement.spend(office, case_id, C1=AMOUNT)
    return case_id


def deeds(world: World) -> Iterator[Deed]:
    """Awards, settlements, releases with their promotions, and two sheets through all hands."""
    pairs = [world.tranches[at : at + 2] for at in range(0, len(world.tranches), 2)]
    chains = [_sheet(number, pair, world.now) for number, pair in enumerate(pairs)]
    for case_id in world.scored:
        yield Deed(f"award:{case_id}", decide_award, given.CONVENOR, _award(case_id))
        for chain in chains:
            yield from (deed for deed in [next(chain, None)] if deed is not None)
    for number, amount in enumerate(RELEASED):
        yield Deed(
            f"release:{number}", enter_appropriation, given.ACCOUNTING, _release(number, amount)
        )
        yield Deed(f"promote:{number}", promote, given.CONVENOR, lambda _: (POOR, None))
    for case_id in world.closing:
        yield Deed(f"settle:{case_id}", conclude_closing, given.OFFICER, _settlement(case_id))


def _award(case_id: int) -> Callable[[Session], tuple[Any, ...]]:
    def prepare(session: Session) -> tuple[Any, ...]:
        case = session.get_one(Case, case_id)
        assert case.subsidy_requested is not None
        assert case.total_budget is not None
        award = Award(case.subsidy_requested, case.total_budget, "經企字第1130506號", "")
        return case_id, case.version, award

    return prepare


def _release(number: int, amount: int) -> Callable[[Session], tuple[Any, ...]]:
    letter = f"主預字第113{number:04d}號"
    return lambda _: (POOR, Ntd(amount), letter, LAST_DAY, "追加預算")


def _settlement(case_id: int) -> Callable[[Session], tuple[Any, ...]]:
    def prepare(session: Session) -> tuple[Any, ...]:
        return case_id, session.get_one(Case, case_id).version, disbursement.CLOSED

    return prepare


def _sheet(number: int, tranches: tuple[int, ...], now: datetime) -> Iterator[Deed]:
    """A sheet's way: made, checked, approved, sent, settled with one payment returned."""

    def live(session: Session) -> Sheet:
        query = select(Sheet).join(SheetLine, SheetLine.sheet_id == Sheet.id)
        return session.scalars(
            query.where(SheetLine.tranche_id.in_(tranches), Sheet.state != SheetState.VOIDED).limit(
                1
            )
        ).one()

    def shown(session: Session) -> tuple[Any, ...]:
        sheet = live(session)
        return sheet.id, sheet.version

    def told(session: Session) -> tuple[Any, ...]:
        sheet, today = live(session), local_date(now)
        lines = session.scalars(
            select(SheetLine).where(SheetLine.sheet_id == sheet.id).order_by(SheetLine.position)
        )
        first, *rest = lines
        back = LineOutcome(first.id, LineEvent.RETURN, today, ReturnReason.NAME_DIFFERS)
        paid = [LineOutcome(line.id, LineEvent.PAY, today) for line in rest]
        return sheet.id, sheet.version, (back, *paid)

    def check(session: Session) -> tuple[Any, ...]:
        return (*shown(session), ())

    yield Deed(
        f"make:{number}",
        make_sheet,
        given.ACCOUNTING,
        lambda _: (tranches, "第1期款"),
    )
    yield Deed(f"check:{number}", check_sheet, given.ACCOUNTING_2, check)
    yield Deed(f"approve:{number}", approve_sheet, given.MANAGER, shown)
    yield Deed(f"send:{number}", send_sheet, given.CASHIER, shown)
    yield Deed(f"bank:{number}", settle_sheet, given.CASHIER, told)


def live(url: str, world: World, tell: Connection, flag: Flag, end: End) -> None:
    """Perform what is not done yet, telling the parent of each deed before and after."""
    engine = _watched(write_engine(url), flag, end)
    office = Office(engine, FixedClock(world.now))
    with Session(engine) as session:
        done = set(session.scalars(select(ActKey.key)))
    for deed in deeds(world):
        if deed.key not in done:
            tell.send(("try", deed.key))
            deed.do(office)
            flag.value = OUTSIDE
            if end.kind == "unsaid":
                os.kill(os.getpid(), signal.SIGKILL)
            tell.send(("done", deed.key))


def _watched(engine: Engine, flag: Flag, end: End) -> Engine:
    counted = 0

    @event.listens_for(engine, "begin")
    def _begin(_connection: Any) -> None:
        flag.value = INSIDE

    @event.listens_for(engine, "commit")
    def _commit(_connection: Any) -> None:
        flag.value = COMMITTING

    @event.listens_for(engine, "rollback")
    def _rollback(_connection: Any) -> None:
        flag.value = OUTSIDE

    @event.listens_for(engine, "after_cursor_execute")
    def _statement(*_facts: Any) -> None:
        nonlocal counted
        counted += flag.value == INSIDE
        if end.kind == "statement" and counted >= end.statement:
            os.kill(os.getpid(), signal.SIGKILL)

    return engine
