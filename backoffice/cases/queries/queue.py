"""The officers' queue: piles with honest counts, paged by key, each filter served by an index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, Turn, WaitingFor
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import InstantColumn
from backoffice.kernel.money import Ntd
from backoffice.people.models import Account

PAGE = 50
COUNT_MAX = 1_000
SEARCH_MAX = 200


class Pile(StrEnum):
    """What an officer wants to see first."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    WAITING = "waiting"
    OVERDUE = "overdue"
    ALL = "all"


COUNTED = (Pile.MINE, Pile.UNASSIGNED, Pile.WAITING, Pile.OVERDUE)


@dataclass(frozen=True, slots=True)
class Filter:
    """What stands in the address of a queue page. `state` is offered with the pile of all."""

    pile: Pile
    officer_id: int
    today: date
    scheme: str | None = None
    state: CaseState | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page ends: the next one starts after it."""

    waiting_since: datetime
    id: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in the queue."""

    id: int
    version: int
    number: str
    scheme: str
    state: CaseState
    firm_name: str
    ubn: str
    project_name: str
    waiting_for: WaitingFor
    waiting_since: datetime
    due_on: date | None
    officer_name: str | None
    officer_id: int | None
    subsidy_requested: Ntd | None
    subsidy: Ntd | None
    finding_count: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of rows and the key of the next one, None on the last."""

    rows: tuple[QueueRow, ...]
    next: Key | None


_COLUMNS = (
    Case.id,
    Case.version,
    Case.number,
    Case.scheme,
    Case.state,
    Case.firm_name,
    Case.ubn,
    Case.project_name,
    Case.waiting_for,
    Case.waiting_since,
    Case.due_on,
    Account.name.label("officer_name"),
    Case.officer_id,
    Case.subsidy_requested,
    Case.subsidy,
    Case.finding_count,
    Case.received_at,
)


def _in_pile(pile: Pile) -> ColumnElement[bool]:
    mine = Case.officer_id == bindparam("officer_id")
    match pile:
        case Pile.MINE:
            return and_(mine, Case.turn == Turn.OURS)
        case Pile.UNASSIGNED:
            return and_(Case.officer_id.is_(None), Case.turn == Turn.OURS)
        case Pile.WAITING:
            return and_(mine, Case.turn == Turn.THEIRS)
        case Pile.OVERDUE:
            return and_(mine, Case.due_on < bindparam("today", type_=Date))
        case Pile.ALL:
            return true()


@cache
def _page(pile: Pile, *, by_scheme: bool, by_state: bool, later: bool) -> Select[Any]:
    """The statement of one combination of filters, built once in the life of the process."""
    statement: Any = (
        select(*_COLUMNS).outerjoin(Account, Account.id == Case.officer_id).where(_in_pile(pile))
    )
    if by_scheme:
        statement = statement.where(Case.scheme == bindparam("scheme"))
    if by_state:
        statement = statement.where(Case.state == bindparam("state", type_=Case.state.type))
    if later:
        since = bindparam("since", type_=InstantColumn())
        statement = statement.where(
            or_(
                Case.waiting_since > since,
                and_(Case.waiting_since == since, Case.id > bindparam("after_id")),
            ),
            Case.waiting_since >= since,  # the line above is served by no index by itself
        )
    built: Select[Any] = statement.order_by(Case.waiting_since, Case.id).limit(PAGE + 1)
    return built


def queue(session: Session, wanted: Filter, *, after: Key | None = None) -> QueuePage:
    """The cases of a pile, longest waiting first, fifty at a time from the key `after` on."""
    statement = _page(
        wanted.pile,
        by_scheme=wanted.scheme is not None,
        by_state=wanted.state is not None,
        later=after is not None,
    )
    facts = {
        "officer_id": wanted.officer_id,
        "today": wanted.today,
        "scheme": wanted.scheme,
        "state": wanted.state,
        "since": after.waiting_since if after else None,
        "after_id": after.id if after else None,
    }
    rows: Sequence[Any] = session.execute(statement, facts).all()
    shown = tuple(QueueRow(*row) for row in rows[:PAGE])
    last = shown[-1] if len(rows) > PAGE else None
    return QueuePage(shown, Key(last.waiting_since, last.id) if last else None)


@cache
def _counts() -> Select[Any]:
    return select(
        *(
            select(func.count())
            .select_from(
                select(literal(1))
                .select_from(Case)
                .where(_in_pile(pile))
                .limit(COUNT_MAX + 1)
                .subquery()
            )
            .scalar_subquery()
            for pile in COUNTED
        )
    )


def counts(session: Session, *, officer_id: int, today: date) -> dict[Pile, int]:
    """How many cases each pile holds, counted up to a thousand and one."""
    counted = session.execute(_counts(), {"officer_id": officer_id, "today": today}).one()
    return dict(zip(COUNTED, counted, strict=True))


def search(session: Session, text: str) -> tuple[QueueRow, ...]:
    """Cases by number, 統一編號, or a part of the firm's name; newest first, 200 at most."""
    word = text.strip()
    if not word:
        return ()
    part = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows: Iterable[Any] = session.execute(
        select(*_COLUMNS)
        .outerjoin(Account, Account.id == Case.officer_id)
        .where(
            or_(
                Case.number == word,
                Case.number.like(f"{part}%", escape="\\"),
                Case.ubn == word,
                Case.firm_name.like(f"%{part}%", escape="\\"),
            )
        )
        .order_by(Case.id.desc())
        .limit(SEARCH_MAX)
    )
    return tuple(QueueRow(*row) for row in rows)


def officers(session: Session) -> tuple[tuple[int, str], ...]:
    """The officers to whom a case can be handed over, by name."""
    from backoffice.access import Role
    from backoffice.people.models import AccountState

    rows = session.execute(
        select(Account.id, Account.name)
        .where(Account.role == Role.OFFICER, Account.state == AccountState.ACTIVE)
        .order_by(Account.name, Account.id)
    )
    return tuple((row.id, row.name) for row in rows)
