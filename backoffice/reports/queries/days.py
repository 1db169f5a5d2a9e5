"""What the board kept of each day, and what was awarded and paid between two days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy import union_all as together
from sqlalchemy.orm import Session, aliased

from backoffice.db import InstantColumn, look
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date, through_end_of
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.reports.models import BoardDay, BoardRecord, DayFlow
from backoffice.reports.queries.board import Waiting
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
    rows = session.execute(_moved_between(), movement_facts(first, last))
    return moved_of([tuple(row) for row in rows])


@cache
def _moved_between() -> CompoundSelect[Any]:
    return together(*movement_parts())


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
            literal(movement.value).label("movement"),
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
                and_(source.stage.in_([s.value for s in before]), target.stage == after.value),
                literal(movement.value),
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


def kept_waiting(session: Session, day: date) -> Waiting | None:
    """What waited for a decision on a day; None where its board was not kept."""
    row = look(
        session,
        select(
            BoardDay.sheets,
            BoardDay.sheets_total,
            BoardDay.scored,
            BoardDay.returned,
            BoardDay.in_line,
        ).where(BoardDay.kept_on == day),
    ).first()
    return None if row is None else Waiting(*row)


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows of a day's board by scheme; `kept_on` None and no rows where none was kept."""

    kept_on: date | None
    rows: Mapping[str, Row]


def kept_boards(session: Session, *days: date) -> tuple[Kept, ...]:
    """For each day the last board that was kept up to it; one statement for all."""
    lasts = [
        select(func.max(BoardDay.kept_on)).where(BoardDay.kept_on <= day).scalar_subquery()
        for day in days
    ]
    found: dict[date, dict[str, Row]] = {}
    wanted = or_(*(BoardRecord.kept_on == last for last in lasts))
    for kept_on, scheme, row in _rows(session, wanted):
        found.setdefault(kept_on, {})[scheme] = row
    return tuple(_kept(found, day) for day in days)


def _kept(found: Mapping[date, Mapping[str, Row]], day: date) -> Kept:
    last = max((kept_on for kept_on in found if kept_on <= day), default=None)
    return Kept(last, found[last] if last else {})


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
