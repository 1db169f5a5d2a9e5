"""Sheet, ledger and bank beside each other, by day and by sheet; which days are closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, select, union, union_all
from sqlalchemy.orm import Session

from backoffice.disbursement.models import (
    BankAnswer,
    BankItem,
    DayClose,
    Sheet,
    SheetLine,
)
from backoffice.disbursement.queries.sheets.places import place_on_sheet
from backoffice.disbursement.rules.bank import (
    NOTHING,
    AnswerState,
    DayFacts,
    ItemState,
    Side,
    ThreeWay,
)
from backoffice.disbursement.rules.lifecycles import LineEvent, LineState
from backoffice.disbursement.rules.sheets import LINES_MAX
from backoffice.kernel.money import Ntd
from backoffice.ledger.models import LedgerTransfer

DAYS = 31
_SHEETS_MAX = 500
_FILES_SHOWN = 5
_PAID = (LineState.PAID, LineEvent.PAY)


def closed_days(session: Session, days: Collection[date]) -> frozenset[date]:
    """Which of these days are closed."""
    rows = session.scalars(
        select(DayClose.day).where(DayClose.day.in_(days)).order_by(DayClose.day).limit(len(days))
    )
    return frozenset(rows)


@dataclass(frozen=True, slots=True)
class CloseRow:
    """A closed day."""

    day: date
    paid_rows: int
    paid: Ntd
    returned_rows: int
    returned: Ntd
    content_sha256: str
    closed_by_name: str
    closed_at: datetime


def close_of(session: Session, day: date) -> CloseRow | None:
    """How a day was closed; None while it is open."""
    row = session.execute(
        select(*(getattr(DayClose, name) for name in CloseRow.__slots__)).where(DayClose.day == day)
    ).one_or_none()
    return None if row is None else CloseRow(**row._mapping)


# --- the three sides --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SheetView:
    """One sheet's part of a view."""

    sheet_id: int
    number: str
    view: ThreeWay


def by_sheet(session: Session, day: date) -> tuple[SheetView, ...]:
    """The three sides of a day, sheet by sheet, in the order of their numbers."""
    found = _views(
        session,
        SheetLine.sheet_id,
        SheetLine.sheet_id,
        SheetLine.settled_on == day,
        BankItem.counted_on == day,
    )
    rows = session.execute(
        select(Sheet.id, Sheet.number)
        .where(Sheet.id.in_(found))
        .order_by(Sheet.number)
        .limit(_SHEETS_MAX)
    )
    return tuple(SheetView(key, number, found[key]) for key, number in rows)


def of_sheet(session: Session, sheet_id: int) -> ThreeWay:
    """The three sides of one sheet, over all days."""
    on_sheet = SheetLine.sheet_id == sheet_id
    found = _views(session, SheetLine.sheet_id, SheetLine.sheet_id, on_sheet, on_sheet)
    return found.get(sheet_id, NOTHING)


def by_day(session: Session, days: Collection[date]) -> Mapping[date, ThreeWay]:
    """The three sides of several days."""
    return _views(
        session,
        SheetLine.settled_on,
        BankItem.counted_on,
        SheetLine.settled_on.in_(days),
        BankItem.counted_on.in_(days),
    )


def _views(
    session: Session,
    line_key: Any,
    bank_key: Any,
    lines: ColumnElement[bool],
    items: ColumnElement[bool],
) -> Mapping[Any, ThreeWay]:
    """Three statements, one for each side, grouped by the key."""
    sides = (
        _sheet_side(session, line_key, lines),
        _ledger_side(session, line_key, lines),
        _bank_side(session, bank_key, items),
    )
    keys = {key for side in sides for key in side}
    return {key: ThreeWay(*(side.get(key, Side()) for side in sides)) for key in keys}


def _sheet_side(session: Session, key: Any, lines: ColumnElement[bool]) -> Mapping[Any, Side]:
    return _sides(
        session.execute(
            select(key, SheetLine.state, func.count(), func.sum(SheetLine.amount))
            .where(lines, SheetLine.state.in_((LineState.PAID, LineState.RETURNED)))
            .group_by(key, SheetLine.state)
        )
    )


def _ledger_side(session: Session, key: Any, lines: ColumnElement[bool]) -> Mapping[Any, Side]:
    """What the ledger moved for these lines, found by the keys of its transfers."""
    parts = [
        select(
            key.label("key"),
            literal(event.value).label("event"),
            func.count().label("count"),
            func.sum(LedgerTransfer.quantity).label("amount"),
        )
        .select_from(SheetLine)
        .join(Sheet, Sheet.id == SheetLine.sheet_id)
        .join(
            LedgerTransfer,
            LedgerTransfer.key
            == literal(f"{word}:") + Sheet.number + literal(":") + cast(place_on_sheet(), String),
        )
        .where(lines)
        .group_by(key)
        for word, event in (("paid", LineEvent.PAY), ("return", LineEvent.RETURN))
    ]
    return _sides(session.execute(union_all(*parts)))


def _bank_side(session: Session, key: Any, items: ColumnElement[bool]) -> Mapping[Any, Side]:
    return _sides(
        session.execute(
            select(
                key,
                BankItem.counted_as,
                func.count(BankItem.sheet_line_id.distinct()),
                func.sum(BankItem.counted),
            )
            .join(SheetLine, SheetLine.id == BankItem.sheet_line_id)
            .where(items, BankItem.counted > Ntd(0))
            .group_by(key, BankItem.counted_as)
        )
    )


def _sides(rows: Any) -> Mapping[Any, Side]:
    found: dict[Any, Side] = defaultdict(Side)
    for key, what, count, amount in rows:
        money = amount if isinstance(amount, Ntd) else Ntd(int(amount))
        part = Side(count, money) if what in _PAID else Side(0, Ntd(0), count, money)
        found[key] = found[key] + part
    return found


# --- a day ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day in the list; `open_items`: what waits that is dated on it."""

    day: date
    is_closed: bool
    view: ThreeWay
    open_items: int


def days(session: Session, *, before: date | None = None, size: int = DAYS) -> tuple[DayRow, ...]:
    """Days on which something was settled or answered, the newest first; one more than a page."""
    named = union(
        select(SheetLine.settled_on.label("day")).where(SheetLine.settled_on.is_not(None)),
        select(BankItem.day),
        select(DayClose.day),
    ).subquery()
    earlier = named.c.day < before if before is not None else and_(True)
    found = list(
        session.scalars(
            select(named.c.day).where(earlier).order_by(named.c.day.desc()).limit(size + 1)
        )
    )
    views, closed = by_day(session, found), closed_days(session, found)
    waiting = dict(
        session.execute(
            select(BankItem.day, func.count())
            .where(BankItem.day.in_(found), BankItem.state == ItemState.OPEN)
            .group_by(BankItem.day)
        ).all()
    )
    return tuple(
        DayRow(day, day in closed, views.get(day, NOTHING), waiting.get(day, 0)) for day in found
    )


@dataclass(frozen=True, slots=True)
class DayView:
    """A day with its sheets, how it was closed if it was, and what the closing asks about it."""

    sheets: tuple[SheetView, ...]
    closed: CloseRow | None
    facts: DayFacts


def day_view(session: Session, day: date) -> DayView:
    """A day, read in seven statements."""
    sheets, closed = by_sheet(session, day), close_of(session, day)
    facts = DayFacts(
        day=day,
        is_closed=closed is not None,
        whole=sum((each.view for each in sheets), NOTHING),
        differing=tuple(each.number for each in sheets if not each.view.agrees),
        open_items=open_items(session, day),
        unconfirmed=_unconfirmed(session, day),
    )
    return DayView(sheets, closed, facts)


def open_items(session: Session, day: date) -> int:
    """How many items dated on the day or before wait for a person."""
    return session.execute(
        select(func.count()).where(BankItem.state == ItemState.OPEN, BankItem.day <= day)
    ).scalar_one()


def _unconfirmed(session: Session, day: date) -> tuple[str, ...]:
    rows = session.scalars(
        select(BankAnswer.name)
        .where(
            BankAnswer.state == AnswerState.READ,
            BankAnswer.first_on <= day,
            BankAnswer.last_on >= day,
        )
        .order_by(BankAnswer.id)
        .limit(_FILES_SHOWN)
    )
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class SettledRow:
    """A payment that was settled on a day."""

    line_id: int
    sheet_id: int
    sheet: str
    position: int
    state: LineState
    amount: Ntd


def settled_on(session: Session, day: date) -> tuple[SettledRow, ...]:
    """All payments that were settled on a day, by sheet and position."""
    rows = session.execute(
        select(
            SheetLine.id,
            Sheet.id,
            Sheet.number,
            place_on_sheet().label("position"),
            SheetLine.state,
            SheetLine.amount,
        )
        .join(Sheet, Sheet.id == SheetLine.sheet_id)
        .where(
            SheetLine.settled_on == day,
            SheetLine.state.in_((LineState.PAID, LineState.RETURNED)),
        )
        .order_by(Sheet.number, SheetLine.position)
        .limit(LINES_MAX * _SHEETS_MAX)
    )
    return tuple(SettledRow(*row) for row in rows)


def answered_lines(session: Session, line_ids: Collection[int]) -> frozenset[int]:
    """Which of these payments have their answer, or a person's word for it, on record."""
    rows = session.scalars(
        select(BankItem.sheet_line_id)
        .where(BankItem.sheet_line_id.in_(line_ids), BankItem.counted > Ntd(0))
        .distinct()
        .order_by(BankItem.sheet_line_id)
        .limit(len(line_ids) or 1)
    )
    return frozenset(line_id for line_id in rows if line_id is not None)
