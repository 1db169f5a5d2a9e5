"""The board's rows: money and places from kept balances, and who has how much to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from backoffice.access import Role
from backoffice.cases.models import CaseCount, OfficerLoad
from backoffice.db import InstantColumn, look
from backoffice.kernel.money import Ntd
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.ledger.queries import BudgetLine
from backoffice.ledger.rules import Book, SeatStage, Stage
from backoffice.people.models import Account
from backoffice.people.rules import AccountState
from backoffice.reports.queries.board import Counts, KeptCounts, middle_part, middles_of
from backoffice.reports.queries.budget import Moved, left_the_budget, outstanding
from backoffice.reports.queries.days import moved_of, movement_facts, movement_parts
from backoffice.reports.rules import Movement, wait_halves
from backoffice.reports.rules.board import Band, Row

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
    for account, scheme, book, stage, kept in look(session, _HOLDINGS):
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
        lines={scheme: BudgetLine(scheme, stages) for scheme, stages in money.items()},
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


# Accounts by scheme, and among them, without an account, the cases by scheme and state.
_HELD = union_all(
    select(
        LedgerAccount.id.label("account"),
        LedgerAccount.scheme.label("scheme"),
        type_coerce(LedgerAccount.book, String).label("book"),
        LedgerAccount.stage,
        LedgerAccount.balance,
    ).where(LedgerAccount.book.in_((Book.BUDGET, Book.ALLOTMENT, Book.SEATS))),
    select(
        cast(null(), BigInteger),
        CaseCount.scheme,
        literal(""),
        type_coerce(CaseCount.state, String),
        CaseCount.cases,
    ),
).subquery()
_HOLDINGS = select(*_HELD.c).order_by(_HELD.c.scheme, _HELD.c.account, _HELD.c.stage)


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
    """What the board tells beside its rows' money: each queue's middle, movements, and loads."""

    middle: Mapping[str, tuple[datetime, ...]]
    moved: Mapping[Movement, Moved]
    loads: tuple[Load, ...]


def asides(session: Session, found: Counts, first: date, last: date) -> Asides:
    """The middles of the queues, what moved between two days, and who has how much to do.

    One statement for the three: each is small, and a page may ask only so often.
    """
    _middle, places = middle_part(found)
    facts = {**places, **movement_facts(first, last)}
    waits: dict[str, list[datetime]] = {}
    moved: list[tuple[str, int, int]] = []
    busy: list[Load] = []
    for kind, word, count, amount, instant in look(session, _asides(tuple(found.undecided)), facts):
        if kind == _MIDDLE:
            waits.setdefault(word, []).append(instant)
        elif kind == _MOVED:
            moved.append((word, count, amount))
        elif count:
            busy.append(Load(word, count))
    return Asides(
        middle={scheme: tuple(sorted(instants)) for scheme, instants in waits.items()},
        moved=moved_of(moved),
        loads=tuple(sorted(busy, key=lambda load: (-load.count, load.name))),
    )


_MIDDLE, _MOVED, _LOAD = "middle", "moved", "load"


@cache
def _asides(schemes: tuple[str, ...]) -> Select[Any]:
    """The statement, built once in the life of the process."""
    middle_rows = middles_of(schemes).subquery()
    mine = _loads().subquery()
    parts = [
        select(
            literal(_MIDDLE).label("kind"),
            middle_rows.c.scheme.label("word"),
            cast(null(), BigInteger).label("count"),
            cast(null(), BigInteger).label("amount"),
            middle_rows.c.waiting_since.label("instant"),
        ),
        select(literal(_LOAD), mine.c.name, mine.c.count, cast(null(), BigInteger), _no_instant()),
    ]
    for part in movement_parts():
        movement, count, amount = part.subquery().c
        parts.append(
            select(
                literal(_MOVED),
                movement,
                cast(count, BigInteger),
                cast(amount, BigInteger),
                _no_instant(),
            )
        )
    together = union_all(*parts).subquery()
    found: Select[Any] = select(*together.c)
    return found


def _no_instant() -> ColumnElement[Any]:
    return cast(null(), InstantColumn())


@cache
def _loads() -> Select[Any]:
    columns: list[Any] = [Account.name, OfficerLoad.cases.label("count")]
    return (
        select(*columns)
        .join(OfficerLoad, OfficerLoad.officer_id == Account.id)
        .where(Account.role == Role.OFFICER, Account.state == AccountState.ACTIVE)
        .order_by(OfficerLoad.cases.desc(), Account.id)
        .limit(LOADS_MAX)
    )
