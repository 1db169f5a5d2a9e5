"""The figures of the budget and the ledger entries that make each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    func,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from backoffice.cases.models import Case
from backoffice.db import NtdColumn
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.taiwan import through_end_of
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.ledger.queries import BudgetLine
from backoffice.ledger.rules import SOURCES, Stage, account_name
from backoffice.people.models import Account
from backoffice.reports.rules import MOVES, OUTSTANDING_STAGES, Movement

PAGE = 50


@dataclass(frozen=True, slots=True)
class Entered:
    """A budget document that stands in the ledger already."""

    amount: Ntd
    at: datetime


def entered(session: Session, key: str) -> Entered | None:
    """What was entered under a transfer's key."""
    row = session.execute(
        select(LedgerTransfer.quantity, LedgerTransfer.at).where(LedgerTransfer.key == key)
    ).one_or_none()
    return None if row is None else Entered(Ntd(row.quantity), row.at)


@dataclass(frozen=True, slots=True)
class Entry:
    """A ledger entry as seen from the figure that was asked for.

    `signed` is what it adds to the figure, `running` what the figure came to with it. `account`
    is the other side's name.
    """

    id: int
    at: datetime
    signed: Ntd
    running: Ntd
    account: str
    memo: str
    case_id: int | None
    case_number: str | None
    actor_name: str | None
    act: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The entries of a figure: a page of them, and what all of them come to.

    `kept` is the balance that the ledger keeps; None as at a past day, for which none is kept.
    """

    entries: tuple[Entry, ...]
    count: int
    total: Ntd
    kept: Ntd | None
    next_before: int | None

    @property
    def holds(self) -> bool:
        """Whether the entries come to the balance that is kept."""
        return self.kept is None or self.kept == self.total


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of the books as a query asks for it; `sign` is -1 where giving is what is shown."""

    sign: int
    balance: int
    arrives: ColumnElement[bool]
    touched: ColumnElement[bool]

    @property
    def signed(self) -> ColumnElement[int]:
        """What an entry adds to the figure."""
        quantity = self.sign * LedgerTransfer.quantity
        return case((self.arrives, quantity), else_=-quantity)


def _figure(
    session: Session,
    scheme: str,
    stages: Sequence[Stage],
    as_of: date | None,
    case_id: int | None = None,
) -> _Figure | None:
    accounts = session.execute(
        select(LedgerAccount.id, LedgerAccount.balance)
        .where(LedgerAccount.name.in_([account_name(scheme, stage) for stage in stages]))
        .order_by(LedgerAccount.id)
    ).all()
    if not accounts:
        return None
    ids = [account.id for account in accounts]
    arrives, leaves = LedgerTransfer.target_id.in_(ids), LedgerTransfer.source_id.in_(ids)
    return _Figure(
        # A source's balance is minus what it gave; shown is what it gave.
        sign=-1 if SOURCES.issuperset(stages) else 1,
        balance=sum(account.balance for account in accounts),
        arrives=arrives,
        touched=and_(
            or_(and_(arrives, ~leaves), and_(leaves, ~arrives)),
            _until(as_of),
            LedgerTransfer.case_id == case_id if case_id is not None else true(),
        ),
    )


def ledger(
    session: Session,
    scheme: str,
    stages: Sequence[Stage],
    *,
    as_of: date | None = None,
    before: int | None = None,
    case_id: int | None = None,
) -> Ledger | None:
    """The entries of the figure made by `stages`, newest first, 50 from the key `before` on.

    Entries between two of the stages change nothing and are left out. `as_of` is a day in
    Taipei, its whole day included; `case_id`: only one case's entries. None when the scheme has no
    such account yet.
    """
    figure = _figure(session, scheme, stages, as_of, case_id)
    if figure is None:
        return None
    older = LedgerTransfer.id < before if before is not None else true()
    whole = session.execute(
        select(
            func.count().label("entry_count"),
            func.coalesce(func.sum(figure.signed), 0).label("total"),
            func.coalesce(func.sum(case((older, figure.signed), else_=0)), 0).label("running"),
        ).where(figure.touched)
    ).one()
    rows = _rows(session, and_(figure.touched, older), figure.signed, figure.arrives, PAGE)
    return Ledger(
        entries=_with_running(rows[:PAGE], int(whole.running)),
        count=whole.entry_count,
        total=Ntd(int(whole.total)),
        kept=None if as_of or case_id else Ntd(figure.sign * figure.balance),
        next_before=rows[PAGE - 1].id if len(rows) > PAGE else None,
    )


def all_entries(
    session: Session, scheme: str, stages: Sequence[Stage], *, as_of: date | None, size: int
) -> Iterator[Entry]:
    """Every entry that `ledger` pages through, read `size` at a time."""
    figure = _figure(session, scheme, stages, as_of)
    if figure is None:
        return
    running = session.execute(
        select(func.coalesce(func.sum(figure.signed), 0)).where(figure.touched)
    ).scalar_one()
    older: ColumnElement[bool] = true()
    rows: Sequence[Any] = ()
    while not rows or len(rows) > size:
        rows = _rows(session, and_(figure.touched, older), figure.signed, figure.arrives, size)
        if not rows:
            return
        shown = _with_running(rows[:size], int(running))
        yield from shown
        running = shown[-1].running.dollars - shown[-1].signed.dollars
        older = LedgerTransfer.id < shown[-1].id


def _until(as_of: date | None) -> ColumnElement[bool]:
    return LedgerTransfer.at < through_end_of(as_of) if as_of else true()


def _rows(
    session: Session,
    wanted: ColumnElement[bool],
    signed: ColumnElement[int],
    arrives: ColumnElement[bool],
    size: int,
) -> Sequence[Any]:
    source, target = aliased(LedgerAccount), aliased(LedgerAccount)
    return session.execute(
        select(
            LedgerTransfer.id,
            LedgerTransfer.at,
            signed.label("signed"),
            case((arrives, source.name), else_=target.name).label("account"),
            LedgerTransfer.memo,
            LedgerTransfer.case_id,
            Case.number.label("case_number"),
            Account.name.label("actor_name"),
            LedgerTransfer.act,
        )
        .join(source, source.id == LedgerTransfer.source_id)
        .join(target, target.id == LedgerTransfer.target_id)
        .outerjoin(Case, Case.id == LedgerTransfer.case_id)
        .outerjoin(Account, Account.id == LedgerTransfer.actor_id)
        .where(wanted)
        .order_by(LedgerTransfer.id.desc())
        .limit(size + 1)
    ).all()


def _with_running(rows: Sequence[Any], running: int) -> tuple[Entry, ...]:
    shown: list[Entry] = []
    for row in rows:
        fields = {**row._mapping, "signed": Ntd(row.signed), "running": Ntd(running)}
        shown.append(Entry(**fields))
        running -= row.signed
    return tuple(shown)


@dataclass(frozen=True, slots=True)
class Moved:
    """How many cases' money moved, and how much in all."""

    count: int
    total: Ntd


def moved(session: Session, *, since: datetime) -> Mapping[Movement, Moved]:
    """What was awarded and paid from the instant `since` on; one statement, by index on time."""
    source, target = aliased(LedgerAccount), aliased(LedgerAccount)
    rows = session.execute(
        select(target.stage, func.count(), func.sum(LedgerTransfer.quantity))
        .join(source, source.id == LedgerTransfer.source_id)
        .join(target, target.id == LedgerTransfer.target_id)
        .where(LedgerTransfer.at >= since, or_(*(_is(m, source, target) for m in Movement)))
        .group_by(target.stage)
        .order_by(target.stage)
    )
    found = {stage: Moved(count, Ntd(int(amount))) for stage, count, amount in rows}
    return {
        movement: found.get(stages[1].value, Moved(0, Ntd(0))) for movement, stages in MOVES.items()
    }


def _is(movement: Movement, source: Any, target: Any) -> ColumnElement[bool]:
    before, after = MOVES[movement]
    return and_(source.stage.in_([stage.value for stage in before]), target.stage == after.value)


@dataclass(frozen=True, slots=True)
class MovedRow:
    """One case's money that moved."""

    id: int
    at: datetime
    scheme: str
    amount: Ntd
    memo: str
    case_id: int | None
    case_number: str | None
    firm_name: str | None
    actor_name: str | None


def movements(
    session: Session,
    movement: Movement,
    *,
    since: datetime,
    until: datetime | None = None,
    before: int | None = None,
    size: int = PAGE,
) -> tuple[MovedRow, ...]:
    """The transfers behind `moved`, newest first, `size` and one from the key `before` on.

    `until`: only those before that instant.
    """
    source, target = aliased(LedgerAccount), aliased(LedgerAccount)
    rows = session.execute(
        select(
            LedgerTransfer.id,
            LedgerTransfer.at,
            target.scheme,
            type_coerce(LedgerTransfer.quantity, NtdColumn()).label("amount"),
            LedgerTransfer.memo,
            LedgerTransfer.case_id,
            Case.number.label("case_number"),
            Case.firm_name,
            Account.name.label("actor_name"),
        )
        .join(source, source.id == LedgerTransfer.source_id)
        .join(target, target.id == LedgerTransfer.target_id)
        .outerjoin(Case, Case.id == LedgerTransfer.case_id)
        .outerjoin(Account, Account.id == LedgerTransfer.actor_id)
        .where(
            LedgerTransfer.at >= since,
            LedgerTransfer.at < until if until is not None else true(),
            LedgerTransfer.id < before if before is not None else true(),
            _is(movement, source, target),
        )
        .order_by(LedgerTransfer.id.desc())
        .limit(size + 1)
    )
    return tuple(MovedRow(**row._mapping) for row in rows)


def outstanding(line: BudgetLine) -> Ntd:
    """核定未撥: offered, committed, contracted, or on its way to the firm."""
    return total(line.amount(stage) for stage in OUTSTANDING_STAGES)


def left_the_budget(line: BudgetLine) -> Ntd:
    """Paid back to the treasury or lapsed: neither paid nor available any more."""
    return line.amount(Stage.RECOVERED) + line.amount(Stage.LAPSED)
