"""Obligations of contracts and of running loans that are, or should be, carried over 保留."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    func,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import CarryOver, Contract, RegisteredLoan, Settlement, Tranche
from backoffice.disbursement.queries.cases import ROWS_MAX
from backoffice.disbursement.rules.carryover import Obligation
from backoffice.disbursement.rules.lifecycles import EVER_PAID, TrancheState
from backoffice.disbursement.rules.loans import LoanState
from backoffice.kernel.money import ZERO, Ntd
from backoffice.ledger.queries import stages_of_case
from backoffice.ledger.rules import Stage
from backoffice.people.models import Account

PAGE = 50
_OBLIGED = (CaseState.ACTIVE, CaseState.ACTIVE_2, CaseState.CLOSING, CaseState.SETTLED)
_PAYABLE = (TrancheState.VERIFIED, TrancheState.SHEETED)
_WHOLE = BigInteger()
_SUMMED = ("paid", "in_transit", "payable", "unpaid")


def is_carried_over(session: Session, case_id: int) -> bool:
    """Whether a case's unpaid money stands among what is carried over."""
    found = session.execute(select(CarryOver.id).where(CarryOver.case_id == case_id).limit(1))
    return found.first() is not None


def obliged_stage(session: Session, case_id: int) -> Stage:
    """Where a case's unpaid money stands: contracted, or carried over."""
    return Stage.CARRIED_OVER if is_carried_over(session, case_id) else Stage.CONTRACTED


def obliged_stages(session: Session, case_ids: Collection[int]) -> Mapping[int, Stage]:
    """The same for the cases of a sheet."""
    carried = set(
        session.scalars(
            select(CarryOver.case_id)
            .where(CarryOver.case_id.in_(case_ids))
            .order_by(CarryOver.case_id)
            .limit(len(case_ids) * 20)
        )
    )
    return {
        case_id: Stage.CARRIED_OVER if case_id in carried else Stage.CONTRACTED
        for case_id in case_ids
    }


def carried_in(session: Session, case_ids: Collection[int], year: int) -> frozenset[str]:
    """The numbers of those cases that were carried over at the end of this year."""
    return frozenset(
        session.scalars(
            select(Case.number)
            .join(CarryOver, CarryOver.case_id == Case.id)
            .where(CarryOver.case_id.in_(case_ids), CarryOver.year == year)
            .order_by(Case.number)
            .limit(len(case_ids))
        )
    )


def obligation_of(session: Session, scheme: str, case_id: int) -> Obligation:
    """What a case may still be paid, by its ledger entries, and which years carry it over."""
    stages = stages_of_case(session, scheme, case_id=case_id)
    return Obligation(
        unpaid=stages.get(Stage.CONTRACTED, ZERO) + stages.get(Stage.CARRIED_OVER, ZERO),
        in_transit=stages.get(Stage.IN_TRANSIT, ZERO),
        carried_years=frozenset(row.year for row in carry_overs_of(session, case_id)),
    )


@dataclass(frozen=True, slots=True)
class CarryOverRow:
    """One approval to carry a case's obligation over."""

    id: int
    year: int
    amount: Ntd
    approval_number: str
    approval_on: date
    entered_by_name: str | None
    entered_at: datetime


def carry_overs_of(session: Session, case_id: int) -> tuple[CarryOverRow, ...]:
    """A case's approvals, oldest first."""
    rows = session.execute(
        select(
            CarryOver.id,
            CarryOver.year,
            CarryOver.amount,
            CarryOver.approval_number,
            CarryOver.approval_on,
            Account.name,
            CarryOver.entered_at,
        )
        .outerjoin(Account, Account.id == CarryOver.entered_by)
        .where(CarryOver.case_id == case_id)
        .order_by(CarryOver.year, CarryOver.id)
        .limit(ROWS_MAX)
    )
    return tuple(CarryOverRow(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class ObligedRow:
    """A contracted case, or one with a running loan, that still has money to come.

    `ends_on`: the last day of its plan, or of its loan's subsidy. `payable` was verified and not
    sent; `unpaid` is all that may still be paid, what is at the bank aside; `approval_number` is
    this year's, None without one.
    """

    case_id: int
    number: str
    firm_name: str
    scheme: str
    edition: str
    state: CaseState
    ends_on: date
    contracted: Ntd
    paid: Ntd
    in_transit: Ntd
    payable: Ntd
    unpaid: Ntd
    approval_number: str | None


@dataclass(frozen=True, slots=True)
class ObligedKey:
    """Where a page of the list begins: after this case."""

    ends_on: date
    case_id: int


def obliged(
    session: Session,
    *,
    year: int,
    ends_after: date | None,
    carried: bool,
    scheme: str = "",
    after: ObligedKey | None = None,
    size: int = PAGE,
) -> tuple[ObligedRow, ...]:
    """Cases with money to come, by the last day of their plan or subsidy.

    At most `size` and one more, which says that others follow.

    `ends_after`: only those that end after this day; `carried`: only those that `year` carries
    over, otherwise only those that it does not yet.
    """
    wanted = _Wanted(year, ends_after, carried, scheme)
    # Each kind is read in the order of its own index, and no further than a page needs.
    firsts = [
        select(
            _owing(kind, wanted, after)
            .order_by(kind.ends_on, kind.case_id)
            .limit(size + 1)
            .subquery()
        )
        for kind in _KINDS
    ]
    found = union_all(*firsts).subquery()
    paid = _sum(found.c.case_id, EVER_PAID)
    in_transit = _sum(found.c.case_id, (TrancheState.SENT,))
    rows = session.execute(
        select(
            Case.id.label("case_id"),
            Case.number,
            Case.firm_name,
            Case.scheme,
            Case.edition,
            Case.state,
            found.c.ends_on,
            found.c.contracted,
            paid.label("paid"),
            in_transit.label("in_transit"),
            _sum(found.c.case_id, _PAYABLE).label("payable"),
            (found.c.due - paid - in_transit).label("unpaid"),
            CarryOver.approval_number,
        )
        .join(found, found.c.case_id == Case.id)
        .outerjoin(CarryOver, (CarryOver.case_id == Case.id) & (CarryOver.year == year))
        .order_by(found.c.ends_on, found.c.case_id)
        .limit(size + 1)
    )
    return tuple(
        ObligedRow(**{**row._mapping, **{key: Ntd(int(row._mapping[key])) for key in _SUMMED}})
        for row in rows
    )


def not_carried_over(
    *, year: ColumnElement[int], ends_after: ColumnElement[date]
) -> CompoundSelect[*tuple[Any, ...]]:
    """The cases that `obliged` lists as still to be carried over, as a part of other queries."""
    wanted = _Wanted(year, ends_after, carried=False)
    return union_all(*(_owing(kind, wanted) for kind in _KINDS))


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a case was promised, by its contract or with its loan.

    `contracted` is the whole promise, `due` what a settlement left of it; `is_open` while it may
    still be paid.
    """

    case_id: ColumnElement[int]
    ends_on: ColumnElement[date]
    contracted: ColumnElement[Ntd]
    due: ColumnElement[int]
    is_open: ColumnElement[bool]


_KINDS = (
    _Kind(
        case_id=Contract.case_id.expression,
        ends_on=Contract.period_end.expression,
        contracted=Contract.subsidy.expression,
        due=func.coalesce(
            select(type_coerce(Settlement.final, _WHOLE))
            .where(Settlement.case_id == Contract.case_id)
            .correlate(Contract)
            .scalar_subquery(),
            type_coerce(Contract.subsidy, _WHOLE),
        ),
        is_open=Case.state.in_(_OBLIGED),
    ),
    _Kind(
        case_id=RegisteredLoan.case_id.expression,
        ends_on=RegisteredLoan.ends_on.expression,
        contracted=RegisteredLoan.committed.expression,
        due=type_coerce(RegisteredLoan.committed, _WHOLE),
        is_open=RegisteredLoan.state == LoanState.RUNNING,
    ),
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which cases are asked for; the year and the day may be parameters of a statement."""

    year: int | ColumnElement[int]
    ends_after: date | ColumnElement[date] | None
    carried: bool
    scheme: str = ""


def _owing(
    kind: _Kind, wanted: _Wanted, after: ObligedKey | None = None
) -> Select[*tuple[Any, ...]]:
    """The cases of one kind with money to come, those that follow `after` in the list's order."""
    later: ColumnElement[bool] = true()
    if after is not None:
        later = and_(
            kind.ends_on >= after.ends_on,
            or_(kind.ends_on > after.ends_on, kind.case_id > after.case_id),
        )
    sent = _sum(kind.case_id, (*EVER_PAID, TrancheState.SENT))
    return (
        select(
            kind.case_id.label("case_id"),
            kind.ends_on.label("ends_on"),
            kind.contracted.label("contracted"),
            kind.due.label("due"),
        )
        .join(Case, Case.id == kind.case_id)
        .outerjoin(CarryOver, (CarryOver.case_id == kind.case_id) & (CarryOver.year == wanted.year))
        .where(
            kind.is_open,
            kind.due - sent > 0,
            kind.ends_on > wanted.ends_after if wanted.ends_after is not None else true(),
            CarryOver.id.is_not(None) if wanted.carried else CarryOver.id.is_(None),
            Case.scheme == wanted.scheme if wanted.scheme else true(),
            later,
        )
    )


def _sum(case_id: ColumnElement[int], states: Collection[TrancheState]) -> ColumnElement[int]:
    """What a case's instalments in these states come to."""
    return (
        select(func.coalesce(func.sum(type_coerce(Tranche.amount, _WHOLE)), 0))
        .where(Tranche.case_id == case_id, Tranche.state.in_(states))
        .scalar_subquery()
    )
