"""What the board kept of each day, and what was awarded and paid between two days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Engine,
    ScalarSelect,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy import union_all as together
from sqlalchemy.orm import Session, aliased

from backoffice.db import InstantColumn, Prepared, look
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date, through_end_of
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.reports.models import BoardDay, BoardRecord, DayFlow
from backoffice.reports.queries.board import (
    Books,
    Waiting,
    among,
    overview_columns,
    told_overview,
    word,
)
from backoffice.reports.queries.budget import Moved
from backoffice.reports.rules import MOVES, Movement
from backoffice.reports.rules.board import Band, Row

CHUNK = timedelta(days=31)
HISTORY_MAX = 30


def start_of(day: date) -> datetime:
    """The first instant of a day in Taipei."""
    return through_end_of(day - timedelta(days=1))


def moved_between(session: Session, first: date, last: date) -> Mapping[Movement, Moved]:
    """What was awarded and paid from one day through another, both whole, in one statement.

    Whole days that the board has kept are read as they are; only what came after the last of them
    is counted entry by entry.
    """
    rows = look(session, _moved_between(), movement_facts(first, last))
    return moved_of([tuple(row) for row in rows])


@cache
def _moved_between() -> Prepared:
    return Prepared(select(*together(*movement_parts()).subquery().c))


def movement_facts(first: date, last: date) -> dict[str, Any]:
    """What the parts of `moved_between` are asked with."""
    return {
        "first": first,
        "last": last,
        "begin": start_of(first),
        "end": through_end_of(last),
    }


def moved_of(rows: Iterable[tuple[str, Any, Any]]) -> Mapping[Movement, Moved]:
    """Of the rows of `movement_parts`: the movement's name, how many, how much."""
    found = {movement: Moved(0, Ntd(0)) for movement in Movement}
    for name, count, amount in rows:
        if count:
            before = found[Movement(name)]
            found[Movement(name)] = Moved(
                before.count + int(count), before.total + Ntd(int(amount))
            )
    return found


def movement_parts() -> list[Any]:
    """The parts of `moved_between`: the kept days of each movement, and the entries since."""
    flow = DayFlow
    first, last = bindparam("first", type_=Date), bindparam("last", type_=Date)
    begin = bindparam("begin", type_=InstantColumn())
    end = bindparam("end", type_=InstantColumn())
    parts: list[Any] = [
        select(
            word(movement.value).label("movement"),
            func.sum(count).label("count"),
            func.sum(type_coerce(amount, BigInteger())).label("amount"),
        ).where(flow.flowed_on >= first, flow.flowed_on <= last)
        for movement, count, amount in (
            (Movement.AWARDED, flow.awarded_count, flow.awarded),
            (Movement.PAID, flow.paid_count, flow.paid),
        )
    ]
    covered = select(
        case((func.max(BoardDay.opens_at) > begin, func.max(BoardDay.opens_at)), else_=begin)
    ).scalar_subquery()
    source, target = aliased(LedgerAccount), aliased(LedgerAccount)
    movement = _movement(source, target)
    entries = (
        select(movement.label("movement"), LedgerTransfer.quantity.label("quantity"))
        .join(source, source.id == LedgerTransfer.source_id)
        .join(target, target.id == LedgerTransfer.target_id)
        .where(LedgerTransfer.at >= covered, LedgerTransfer.at < end, movement.is_not(None))
        .subquery()
    )
    parts.append(
        select(
            entries.c.movement, func.count().label("count"), func.sum(entries.c.quantity)
        ).group_by(entries.c.movement)
    )
    return parts


def _movement(source: Any, target: Any) -> ColumnElement[Any]:
    """Which movement an entry is, by the stages of its two accounts; NULL for none."""
    return case(
        *(
            (
                and_(among(source.stage, before), among(target.stage, (after,))),
                word(movement.value),
            )
            for movement, (before, after) in MOVES.items()
        ),
        else_=None,
    )


@dataclass(frozen=True, slots=True)
class Flow:
    """What one scheme awarded and paid on one day."""

    flowed_on: date
    scheme: str
    awarded_count: int
    awarded: Ntd
    paid_count: int
    paid: Ntd


def flows_between(session: Session, begin: datetime, end: datetime) -> tuple[Flow, ...]:
    """What each scheme awarded and paid on each day between two instants, entry by entry."""
    source, target = aliased(LedgerAccount), aliased(LedgerAccount)
    movement = _movement(source, target)
    rows = session.execute(
        select(LedgerTransfer.at, target.scheme, movement, LedgerTransfer.quantity)
        .join(source, source.id == LedgerTransfer.source_id)
        .join(target, target.id == LedgerTransfer.target_id)
        .where(LedgerTransfer.at >= begin, LedgerTransfer.at < end, movement.is_not(None))
        .order_by(LedgerTransfer.at, LedgerTransfer.id)
    )
    sums: dict[tuple[date, str], dict[str, list[int]]] = defaultdict(
        lambda: {each.value: [0, 0] for each in Movement}
    )
    for at, scheme, name, quantity in rows:
        tally = sums[local_date(at), scheme][name]
        tally[0] += 1
        tally[1] += quantity
    return tuple(
        Flow(
            day,
            scheme,
            tally[Movement.AWARDED][0],
            Ntd(tally[Movement.AWARDED][1]),
            tally[Movement.PAID][0],
            Ntd(tally[Movement.PAID][1]),
        )
        for (day, scheme), tally in sorted(sums.items())
    )


def spans(session: Session, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The months, or parts of one, whose flows are not kept yet, up to an instant."""
    begin: datetime | None = session.execute(select(func.max(BoardDay.opens_at))).scalar()
    if begin is None:
        first: datetime | None = session.execute(select(func.min(LedgerTransfer.at))).scalar()
        begin = until if first is None else start_of(local_date(first))
    while begin < until:
        end = min(begin + CHUNK, until)
        yield begin, end
        begin = end


def is_kept(session: Session, day: date) -> bool:
    """Whether the board of a day was kept."""
    return session.execute(select(BoardDay.id).where(BoardDay.kept_on == day)).first() is not None


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows of a day's board by scheme, and what waited; all of them nothing where none was."""

    kept_on: date | None
    rows: Mapping[str, Row]
    waiting: Waiting | None


def kept_boards(session: Session, *days: date) -> tuple[Kept, ...]:
    """For each day the last board that was kept up to it."""
    found = look(session, select(*last_kept(len(days))), kept_facts(days)).one()
    return boards_of(session, found)


def last_kept(days: int) -> list[ScalarSelect[Any]]:
    """For each of so many days the number and the instant of the last board kept up to it."""
    columns: list[ScalarSelect[Any]] = []
    for place in range(days):
        latest = bindparam(f"kept_until_{place}", type_=Date)
        columns += [
            select(column)
            .where(BoardDay.kept_on <= latest)
            .order_by(BoardDay.kept_on.desc())
            .limit(literal_column("1"))
            .scalar_subquery()
            for column in (BoardDay.id, BoardDay.made_at)
        ]
    return columns


def kept_facts(days: Sequence[date]) -> dict[str, date]:
    """What `last_kept` is asked with."""
    return {f"kept_until_{place}": day for place, day in enumerate(days)}


def boards_of(session: Session, found: Sequence[Any]) -> tuple[Kept, ...]:
    """The boards that `last_kept` names; one statement for those that were never read before.

    A board that was kept is never changed, so a process reads each of them once.
    """
    known = _KNOWN.setdefault(session.get_bind().engine, {})
    asked = list(zip(found[::2], found[1::2], strict=True))
    seen = {key: known.get(key) for key in asked if key[0] is not None}
    missing = [key for key, board in seen.items() if board is None]
    if missing:
        read = _read(session, missing)
        if len(known) > KNOWN_MAX:
            known.clear()  # at once: other threads read it
        known.update(read)
        seen.update(read)
    return tuple(seen.get(key) or NONE_KEPT for key in asked)


NONE_KEPT = Kept(None, {}, None)
KNOWN_MAX = 60  # boards that a process remembers
_Key = tuple[int, datetime]
_KNOWN: WeakKeyDictionary[Engine, dict[_Key, Kept]] = WeakKeyDictionary()


def _read(session: Session, keys: Iterable[_Key]) -> Mapping[_Key, Kept]:
    day = BoardDay
    days = look(
        session,
        select(
            day.id,
            day.made_at,
            day.kept_on,
            day.sheets,
            day.sheets_total,
            day.scored,
            day.returned,
            day.in_line,
        ).where(day.id.in_([number for number, _made_at in keys])),
    ).all()
    found: dict[date, dict[str, Row]] = {row.kept_on: {} for row in days}
    for kept_on, scheme, row in _rows(session, BoardRecord.kept_on.in_(list(found))):
        found[kept_on][scheme] = row
    return {
        (number, made_at): Kept(kept_on, found[kept_on], Waiting(*waited))
        for number, made_at, kept_on, *waited in days
    }


def overview_and_boards(session: Session, *days: date) -> tuple[Waiting, Books, tuple[Kept, ...]]:
    """The board's overview, and for each day the last board kept up to it: one statement."""
    found = look(session, _overview_and_boards(len(days)), kept_facts(days)).one()
    first = len(overview_columns())
    waits, balanced = told_overview(found[:first])
    return waits, balanced, boards_of(session, found[first:])


@cache
def _overview_and_boards(days: int) -> Prepared:
    return Prepared(select(*overview_columns(), *last_kept(days)))


def history_of(session: Session, scheme: str, until: date) -> tuple[tuple[date, Row], ...]:
    """A scheme's rows as they were kept on Mondays and since the last one, newest first."""
    wanted = and_(BoardRecord.scheme == scheme, BoardRecord.kept_on <= until)
    return tuple((kept_on, row) for kept_on, _scheme, row in _rows(session, wanted, HISTORY_MAX))


def _rows(
    session: Session, wanted: ColumnElement[bool], limit: int | None = None
) -> Iterator[tuple[date, str, Row]]:
    table = BoardRecord.__table__
    found = (
        select(*table.columns)
        .where(wanted)
        .order_by(BoardRecord.kept_on.desc(), BoardRecord.scheme)
        .limit(limit)
    )
    for record in look(session, found):
        columns = dict(record._mapping)
        band = Band(**{each.name: columns.pop(each.name) for each in fields(Band)})
        columns.pop("id")
        yield columns.pop("kept_on"), columns["scheme"], Row(**columns, band=band)
