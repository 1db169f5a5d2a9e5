"""Balances are kept, so reading one never sums; only a past day is summed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.taiwan import through_end_of
from backoffice.ledger.models import (
    AllotmentPeriod,
    AllotmentYear,
    BooksCheck,
    LedgerAccount,
    LedgerTransfer,
)
from backoffice.ledger.rules import Book, Stage, Unit, account_name

PAGE = 50


def balance(session: Session, name: str, *, as_of: datetime | None = None) -> int:
    """An account's balance in its unit, now or as at an instant; NoResultFound without account."""
    if as_of is None:
        return session.execute(
            select(LedgerAccount.balance).where(LedgerAccount.name == name)
        ).scalar_one()
    account = session.execute(
        select(LedgerAccount.id).where(LedgerAccount.name == name)
    ).scalar_one()
    signed = case(
        (LedgerTransfer.target_id == account, LedgerTransfer.quantity),
        else_=-LedgerTransfer.quantity,
    )
    touched = or_(LedgerTransfer.source_id == account, LedgerTransfer.target_id == account)
    total = session.execute(
        select(func.coalesce(func.sum(signed), 0)).where(touched, LedgerTransfer.at <= as_of)
    ).scalar_one()
    return int(total)


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One scheme's money by stage; the stages sum to the appropriation."""

    scheme: str
    stages: Mapping[Stage, Ntd]

    def amount(self, stage: Stage) -> Ntd:
        return self.stages.get(stage, ZERO)

    @property
    def appropriation(self) -> Ntd:
        """法定預算: what was given to the scheme."""
        return self.amount(Stage.APPROPRIATION)

    @property
    def allotment(self) -> Ntd:
        """分配數: what may be paid by now."""
        return self.amount(Stage.ALLOTMENT)


def budget_lines(session: Session) -> tuple[BudgetLine, ...]:
    """Every scheme that has money, in order of its code."""
    rows = session.execute(
        select(LedgerAccount.scheme, LedgerAccount.stage, LedgerAccount.balance)
        .where(
            LedgerAccount.unit == Unit.NTD, LedgerAccount.book.in_((Book.BUDGET, Book.ALLOTMENT))
        )
        .order_by(LedgerAccount.scheme, LedgerAccount.id)
    )
    lines: dict[str, dict[Stage, Ntd]] = {}
    for scheme, stage, amount in rows:
        lines.setdefault(scheme, {})[Stage(stage)] = Ntd(abs(amount))
    return tuple(BudgetLine(scheme, stages) for scheme, stages in lines.items())


def budget_line(session: Session, scheme: str) -> BudgetLine:
    """One scheme's money; all zero when none was entered yet."""
    found = [line for line in budget_lines(session) if line.scheme == scheme]
    return found[0] if found else BudgetLine(scheme, {})


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A ledger entry as it is shown; `signed` is seen from the account asked for."""

    id: int
    key: str
    source: str
    target: str
    quantity: int
    signed: int
    memo: str
    case_id: int | None
    at: datetime
    actor_id: int
    act: str


def entries(
    session: Session, *, name: str, before_id: int | None = None, limit: int = PAGE
) -> tuple[TransferRow, ...]:
    """The transfers of one account, newest first, from the key `before_id` on."""
    account = session.execute(
        select(LedgerAccount.id).where(LedgerAccount.name == name)
    ).scalar_one()
    touched = or_(LedgerTransfer.source_id == account, LedgerTransfer.target_id == account)
    older = LedgerTransfer.id < before_id if before_id is not None else and_(True)
    return _rows(session, and_(touched, older), limit=limit, newest=True, account=name)


def history(session: Session, *, case_id: int, limit: int = 500) -> tuple[TransferRow, ...]:
    """The transfers of one case, oldest first."""
    return _rows(session, LedgerTransfer.case_id == case_id, limit=limit, newest=False)


def _rows(
    session: Session,
    wanted: ColumnElement[bool],
    *,
    limit: int,
    newest: bool,
    account: str | None = None,
) -> tuple[TransferRow, ...]:
    source, target = aliased(LedgerAccount), aliased(LedgerAccount)
    order = LedgerTransfer.id.desc() if newest else LedgerTransfer.id
    rows = session.execute(
        select(
            LedgerTransfer.id,
            LedgerTransfer.key,
            source.name.label("source"),
            target.name.label("target"),
            LedgerTransfer.quantity,
            LedgerTransfer.memo,
            LedgerTransfer.case_id,
            LedgerTransfer.at,
            LedgerTransfer.actor_id,
            LedgerTransfer.act,
        )
        .join(source, source.id == LedgerTransfer.source_id)
        .join(target, target.id == LedgerTransfer.target_id)
        .where(wanted)
        .order_by(order)
        .limit(limit)
    )
    return tuple(
        TransferRow(signed=-row.quantity if row.source == account else row.quantity, **row._mapping)
        for row in rows
    )


def stages_of_case(session: Session, scheme: str, *, case_id: int) -> Mapping[Stage, Ntd]:
    """Where each of a case's dollars stands: what came in less what went out, by stage."""
    effect: dict[str, int] = {}
    for row in history(session, case_id=case_id):
        effect[row.source] = effect.get(row.source, 0) - row.quantity
        effect[row.target] = effect.get(row.target, 0) + row.quantity
    return {
        stage: Ntd(effect[account_name(scheme, stage)])
        for stage in Stage
        if effect.get(account_name(scheme, stage), 0) > 0
    }


@dataclass(frozen=True, slots=True)
class MonthDue:
    """A month of the plan that has begun and was not released."""

    id: int
    year: int
    month: int
    document_number: str


def _begun(today: date) -> ColumnElement[bool]:
    return and_(
        AllotmentPeriod.released_at.is_(None),
        or_(
            AllotmentPeriod.year < today.year,
            and_(AllotmentPeriod.year == today.year, AllotmentPeriod.month <= today.month),
        ),
    )


def months_due(session: Session, scheme: str, today: date) -> tuple[MonthDue, ...]:
    """The scheme's months that are to be released, in their order."""
    rows = session.execute(
        select(
            AllotmentPeriod.id,
            AllotmentPeriod.year,
            AllotmentPeriod.month,
            AllotmentPeriod.document_number,
        )
        .where(AllotmentPeriod.scheme == scheme, _begun(today))
        .order_by(AllotmentPeriod.year, AllotmentPeriod.month)
    )
    return tuple(MonthDue(*row) for row in rows)


def _unturned(today: date) -> ColumnElement[bool]:
    turned = (
        select(AllotmentYear.id)
        .where(
            AllotmentYear.scheme == AllotmentPeriod.scheme,
            AllotmentYear.year == AllotmentPeriod.year,
        )
        .exists()
    )
    return and_(AllotmentPeriod.year < today.year, ~turned)


def years_due(session: Session, scheme: str, today: date) -> tuple[int, ...]:
    """The planned years that have ended and were not turned."""
    return tuple(
        session.scalars(
            select(AllotmentPeriod.year)
            .where(AllotmentPeriod.scheme == scheme, _unturned(today))
            .distinct()
            .order_by(AllotmentPeriod.year)
        )
    )


def scheme_due(session: Session, today: date) -> str | None:
    """A scheme of which something is to be released or turned."""
    return session.scalars(
        select(AllotmentPeriod.scheme)
        .where(or_(_begun(today), _unturned(today)))
        .order_by(AllotmentPeriod.scheme)
        .limit(1)
    ).first()


@dataclass(frozen=True, slots=True)
class PlannedYear:
    """A year of the plan at its end: what its months released, what was spent, what is left."""

    released: Ntd
    spent: Ntd
    rest: Ntd


def year_of_plan(session: Session, scheme: str, year: int) -> PlannedYear:
    """What came of a scheme's plan for a year that has ended."""
    released = session.execute(
        select(func.sum(type_coerce(AllotmentPeriod.planned, BigInteger()))).where(
            AllotmentPeriod.scheme == scheme,
            AllotmentPeriod.year == year,
            AllotmentPeriod.released_at.is_not(None),
        )
    ).scalar_one()
    used = account_name(scheme, Stage.ALLOTMENT_USED)
    until = through_end_of(date(year, 12, 31))
    before = through_end_of(date(year - 1, 12, 31))
    # What is spent at an instant is in neither year twice: the borders are half open.
    spent = _came_to(session, used, until) - _came_to(session, used, before)
    rest = balance(session, account_name(scheme, Stage.ALLOTTED))
    return PlannedYear(Ntd(int(released or 0)), Ntd(max(0, spent)), Ntd(rest))


def _came_to(session: Session, name: str, before: datetime) -> int:
    """An account's balance just before an instant."""
    return balance(session, name, as_of=before - timedelta(microseconds=1))


def planned_and_unreleased(session: Session, scheme: str) -> Ntd:
    """What the plan still holds back: the months that were not released."""
    total = session.execute(
        select(func.sum(type_coerce(AllotmentPeriod.planned, BigInteger()))).where(
            AllotmentPeriod.scheme == scheme, AllotmentPeriod.released_at.is_(None)
        )
    ).scalar_one()
    return Ntd(int(total or 0))


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk through every entry found: how many there are, how many accounts differ."""

    entries: int
    unequal: int


def walked(session: Session) -> Walked:
    """Add every account up from its entries and compare with the balance that is kept."""
    sums: dict[int, int] = {}
    entry_count = 0
    for column, sign in ((LedgerTransfer.target_id, 1), (LedgerTransfer.source_id, -1)):
        entry_count = 0
        for account, count, quantity in session.execute(
            select(column, func.count(), func.sum(LedgerTransfer.quantity)).group_by(column)
        ):
            sums[account] = sums.get(account, 0) + sign * int(quantity)
            entry_count += count
    kept = session.execute(select(LedgerAccount.id, LedgerAccount.balance)).all()
    return Walked(entry_count, sum(row.balance != sums.get(row.id, 0) for row in kept))


def last_check(session: Session) -> datetime | None:
    """When every entry was walked through last; None if that never was."""
    return session.execute(
        select(BooksCheck.checked_at).where(BooksCheck.id == 1)
    ).scalar_one_or_none()
