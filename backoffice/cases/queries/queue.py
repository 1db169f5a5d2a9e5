"""The officers' queue: piles with honest counts, paged by key, each filter served by an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, Turn
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import InstantColumn, look
from backoffice.people.models import Account

PAGE = 50
COUNT_MAX = 1_000


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
    """Where a page ends, by what its pile is sorted by: the next page starts after it."""

    at: datetime | date
    id: int


class QueueRow(NamedTuple):
    """One case in the queue: the values of closed vocabularies as text, amounts in dollars."""

    id: int
    number: str
    firm_name: str
    ubn: str
    scheme: str
    state: str
    waiting_for: str
    waiting_since: datetime
    due_on: date | None
    officer_name: str | None
    finding_count: int
    subsidy_requested: int | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of rows and the key of the next one, None on the last."""

    rows: Sequence[QueueRow]
    next: Key | None


# Plain text and whole numbers: fifty rows need no enumerations and no money objects to be shown.
COLUMNS = (
    Case.id,
    Case.number,
    Case.firm_name,
    Case.ubn,
    Case.scheme,
    type_coerce(Case.state, String()),
    type_coerce(Case.waiting_for, String()),
    Case.waiting_since,
    Case.due_on,
    Account.name,
    Case.finding_count,
    type_coerce(Case.subsidy_requested, BigInteger()),
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


def by_due_date(pile: Pile) -> bool:
    """Whether a pile begins with the earliest due date, and not with who waits longest."""
    return pile is Pile.OVERDUE


@cache
def _page(pile: Pile, *, by_scheme: bool, by_state: bool, later: bool, size: int) -> Select[Any]:
    """The statement of one combination of filters, built once in the life of the process."""
    order: Any = Case.due_on if by_due_date(pile) else Case.waiting_since
    statement: Any = (
        select(*COLUMNS).outerjoin(Account, Account.id == Case.officer_id).where(_in_pile(pile))
    )
    if by_scheme:
        statement = statement.where(Case.scheme == bindparam("scheme"))
    if by_state:
        statement = statement.where(Case.state == bindparam("state", type_=Case.state.type))
    if later:
        at = bindparam("at", type_=Date() if by_due_date(pile) else InstantColumn())
        statement = statement.where(
            or_(order > at, and_(order == at, Case.id > bindparam("after_id"))),
            order >= at,  # the line above is served by no index by itself
        )
    built: Select[Any] = statement.order_by(order, Case.id).limit(size + 1)
    return built


def queue(
    session: Session, wanted: Filter, *, after: Key | None = None, size: int = PAGE
) -> QueuePage:
    """The cases of a pile, `size` at a time from the key `after` on.

    Who waits longest comes first; among the overdue, the earliest due date.
    """
    statement = _page(
        wanted.pile,
        by_scheme=wanted.scheme is not None,
        by_state=wanted.state is not None,
        later=after is not None,
        size=size,
    )
    facts = {
        "officer_id": wanted.officer_id,
        "today": wanted.today,
        "scheme": wanted.scheme,
        "state": wanted.state,
        "at": after.at if after else None,
        "after_id": after.id if after else None,
    }
    found = list(map(QueueRow._make, look(session, statement, facts).all()))
    last = found[size - 1] if len(found) > size else None
    return QueuePage(found[:size], _key_of(last, wanted.pile) if last else None)


def _key_of(row: QueueRow, pile: Pile) -> Key:
    at = row.due_on if by_due_date(pile) else row.waiting_since
    assert at is not None, "what has no due date is not overdue"
    return Key(at, row.id)


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
    facts = {"officer_id": officer_id, "today": today}
    counted = look(session, _counts(), facts).one()
    return dict(zip(COUNTED, counted, strict=True))


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
