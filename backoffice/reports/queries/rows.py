"""The board's rows: money and places from kept balances, and who has how much to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    cast,
    func,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from backoffice.access import Role
from backoffice.cases.models import CaseCount, OfficerLoad, WindowClosure
from backoffice.cases.queries.windows import CLOSURES_MAX
from backoffice.cases.rules import Closure
from backoffice.db import InstantColumn, Prepared, look
from backoffice.kernel.money import Ntd
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.ledger.queries import BudgetLine
from backoffice.ledger.rules import Book, SeatStage, Stage
from backoffice.people.models import Account
from backoffice.people.rules import AccountState
from backoffice.reports.queries.board import (
    Counts,
    KeptCounts,
    among,
    middle_part,
    middles_of,
    word,
)
from backoffice.reports.queries.budget import Moved, left_the_budget, outstanding
from backoffice.reports.queries.days import moved_of, movement_facts, movement_parts
from backoffice.reports.rules import Movement, wait_halves
from backoffice.reports.rules.board import Band, Row
from backoffice.scheme.rules import CloseCause

LOADS_MAX = 10


@dataclass(frozen=True, slots=True)
class Seats:
    """The places of a scheme's rounds: in all, and given out."""

    total: int
    used: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """The money and the places of every scheme that has any, and the cases of every scheme.

    From kept balances and kept counts.
    """

    lines: Mapping[str, BudgetLine]
    seats: Mapping[str, Seats]
    cases: KeptCounts


def holdings(session: Session, *, before: datetime | None = None) -> Holdings:
    """Where each scheme's dollars and places stand, now or before an instant of today; its cases.

    One statement; with an instant two, of which the second reads what has moved since.
    """
    since = effects_since(session, before) if before else {}
    money: dict[str, dict[Stage, Ntd]] = {}
    places: dict[str, dict[SeatStage, int]] = {}
    cases: dict[str, dict[str, int]] = {}
    found = look(session, _ALL_HOLDINGS if before else _HOLDINGS)
    for account, scheme, book, stage, kept in found.fetchall():
        if account is None:
            cases.setdefault(scheme, {})[stage] = kept
            continue
        balance = kept - since.get(account, 0)
        if book == Book.SEATS:
            place = places.setdefault(scheme, {})
            place[SeatStage(stage)] = place.get(SeatStage(stage), 0) + balance
        else:
            money.setdefault(scheme, {})[Stage(stage)] = Ntd(abs(balance))
    return Holdings(
        lines={scheme: BudgetLine(scheme, money[scheme]) for scheme in sorted(money)},
        seats={scheme: _seats(stages) for scheme, stages in places.items()},
        cases=cases,
    )


def effects_since(session: Session, instant: datetime) -> Mapping[int, int]:
    """What came to each account, less what left it, from an instant on."""
    parts = [
        select(side.label("account"), func.sum(sign * LedgerTransfer.quantity))
        .where(LedgerTransfer.at >= instant)
        .group_by(side)
        for side, sign in ((LedgerTransfer.target_id, 1), (LedgerTransfer.source_id, -1))
    ]
    effects: dict[int, int] = {}
    for account, effect in session.execute(union_all(*parts)):
        effects[account] = effects.get(account, 0) + int(effect)
    return effects


def _held(*which: ColumnElement[bool]) -> Select[Any]:
    """Accounts by scheme, and among them, without an account, the cases by scheme and state."""
    held = union_all(
        select(
            LedgerAccount.id.label("account"),
            LedgerAccount.scheme.label("scheme"),
            type_coerce(LedgerAccount.book, String).label("book"),
            LedgerAccount.stage,
            LedgerAccount.balance,
        ).where(among(LedgerAccount.book, (Book.BUDGET, Book.ALLOTMENT, Book.SEATS)), *which),
        select(
            cast(null(), BigInteger),
            CaseCount.scheme,
            word(""),
            type_coerce(CaseCount.state, String),
            CaseCount.cases,
        ).where(CaseCount.cases != 0),
    ).subquery()
    return select(*held.c)


_ALL_HOLDINGS = _held()
# What is empty says nothing; but one scheme has money of which none is left, and one has none.
_HOLDINGS = _held(
    or_(
        LedgerAccount.balance != 0,
        among(LedgerAccount.stage, (Stage.AVAILABLE, SeatStage.QUOTA)),
    )
)


def _seats(stages: Mapping[SeatStage, int]) -> Seats:
    total = -stages.get(SeatStage.QUOTA, 0)
    idle = stages.get(SeatStage.FREE, 0) + stages.get(SeatStage.UNUSED, 0)
    return Seats(total, total - idle)


def rows_of(
    schemes: Sequence[str],
    stock: Holdings,
    found: Counts,
    middle: Mapping[str, Sequence[datetime]],
    now: datetime,
    bands: Mapping[str, Band],
) -> tuple[Row, ...]:
    """The board's rows as things stand at an instant, with the forecasts that are given."""
    rows = []
    for scheme in schemes:
        line, places = stock.lines.get(scheme), stock.seats.get(scheme)
        amount = line.amount if line else lambda _stage: Ntd(0)
        rows.append(
            Row(
                scheme=scheme,
                has_money=line is not None,
                appropriation=amount(Stage.APPROPRIATION),
                paid=amount(Stage.DISBURSED),
                outstanding=outstanding(line) if line else Ntd(0),
                available=amount(Stage.AVAILABLE),
                gone=left_the_budget(line) if line else Ntd(0),
                carried=amount(Stage.CARRIED_OVER),
                seats_total=places.total if places else None,
                seats_used=places.used if places else None,
                undecided=found.undecided[scheme],
                wait_halves=wait_halves(middle.get(scheme, ()), now),
                in_line=found.in_line[scheme],
                offered=found.offered[scheme],
                running=found.running[scheme],
                band=bands.get(scheme, Band(0, None)),
            )
        )
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Load:
    """How many cases wait for an officer."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Asides:
    """What the board tells beside its rows' money.

    Each queue's middle, movements, loads, and by edition since when its money is used up.
    """

    middle: Mapping[str, tuple[datetime, ...]]
    moved: Mapping[Movement, Moved]
    loads: tuple[Load, ...]
    closed: Mapping[str, Closure]


def asides(session: Session, found: Counts, first: date, last: date) -> Asides:
    """The middles of the queues, what moved between two days, who has how much to do, what closed.

    One statement for the four: each is small, and a page may ask only so often.
    """
    short, places = middle_part(found)
    facts = {**places, **movement_facts(first, last)}
    waits: dict[str, list[datetime]] = {}
    moved: list[tuple[str, int, int]] = []
    busy: list[Load] = []
    closed: dict[str, Closure] = {}
    rows = look(session, _asides(short), facts).fetchall()
    for kind, name, count, amount, instant in rows:
        if kind == _MIDDLE:
            waits.setdefault(name, []).append(instant)
        elif kind == _MOVED:
            moved.append((name, count, amount))
        elif kind == _LOAD:
            busy.append(Load(name, count))
        else:
            closed[name] = Closure(instant, CloseCause(kind))
    return Asides(
        middle={scheme: tuple(sorted(instants)) for scheme, instants in waits.items()},
        moved=moved_of(moved),
        loads=tuple(sorted(busy, key=lambda load: (-load.count, load.name))),
        closed=closed,
    )


_MIDDLE, _MOVED, _LOAD = "middle", "moved", "load"


@lru_cache(maxsize=64)
def _asides(schemes: tuple[str, ...]) -> Prepared:
    """The statement for so many short queues, built once in the life of the process."""
    mine = _loads().subquery()
    ended = (
        select(WindowClosure.cause, WindowClosure.edition, WindowClosure.at)
        .order_by(WindowClosure.id)
        .limit(CLOSURES_MAX)
        .subquery()
    )
    nothing = cast(null(), BigInteger)
    parts = [
        select(
            word(_LOAD).label("kind"),
            mine.c.name.label("word"),
            mine.c.count.label("count"),
            nothing.label("amount"),
            _no_instant().label("instant"),
        ),
        # The kind of a closure is its cause.
        select(ended.c.cause, ended.c.edition, nothing, nothing, ended.c.at),
    ]
    for part in movement_parts():
        movement, count, amount = part.subquery().c
        parts.append(
            select(
                word(_MOVED),
                movement,
                cast(count, BigInteger),
                cast(amount, BigInteger),
                _no_instant(),
            )
        )
    if schemes:
        middle = middles_of(schemes).subquery()
        parts.append(
            select(word(_MIDDLE), middle.c.scheme, nothing, nothing, middle.c.waiting_since)
        )
    together = union_all(*parts).subquery()
    return Prepared(select(*together.c))


def _no_instant() -> ColumnElement[Any]:
    return cast(null(), InstantColumn())


@cache
def _loads() -> Select[Any]:
    columns: list[Any] = [Account.name, OfficerLoad.cases.label("count")]
    return (
        select(*columns)
        .join(OfficerLoad, OfficerLoad.officer_id == Account.id)
        .where(
            Account.role == Role.OFFICER,
            Account.state == AccountState.ACTIVE,
            OfficerLoad.cases > 0,
        )
        .order_by(OfficerLoad.cases.desc(), Account.id)
        .limit(LOADS_MAX)
    )
