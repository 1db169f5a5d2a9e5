"""Contract obligations that are, or should be, carried over 保留."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    case,
    func,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import CarryOver, Contract, Settlement, Tranche
from backoffice.disbursement.queries.cases import ROWS_MAX
from backoffice.disbursement.rules.carryover import Obligation
from backoffice.disbursement.rules.lifecycles import EVER_PAID, TrancheState
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
    """Where a contracted case's unpaid money stands: contracted, or carried over."""
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
    """A contracted case that still has money to come.

    `payable` was verified and not sent; `unpaid` is all that may still be paid, what is at the
    bank aside; `carried` is this year's approval, None without one.
    """

    case_id: int
    number: str
    firm_name: str
    scheme: str
    edition: str
    state: CaseState
    period_end: date
    contracted: Ntd
    paid: Ntd
    in_transit: Ntd
    payable: Ntd
    unpaid: Ntd
    approval_number: str | None


@dataclass(frozen=True, slots=True)
class ObligedKey:
    """Where a page of the list begins: after this case."""

    period_end: date
    case_id: int


def obliged(
    session: Session,
    *,
    year: int,
    ends_after: date | None,
    carried: bool,
    scheme: str = "",
    after: ObligedKey | None = None,
) -> tuple[ObligedRow, ...]:
    """Contracted cases with money to come, by the end of their period; at most 51 of them.

    `ends_after`: only periods that end after this day; `carried`: only those that `year` carries
    over, otherwise only those that it does not yet.
    """
    sums = _sums()
    due = func.coalesce(
        type_coerce(Settlement.final, _WHOLE), type_coerce(Contract.subsidy, _WHOLE)
    )
    unpaid = due - sums.c.paid - sums.c.in_transit
    later: ColumnElement[bool] = true()
    if after is not None:
        later = or_(
            Contract.period_end > after.period_end,
            (Contract.period_end == after.period_end) & (Case.id > after.case_id),
        )
    rows = session.execute(
        select(
            Case.id.label("case_id"),
            Case.number,
            Case.firm_name,
            Case.scheme,
            Case.edition,
            Case.state,
            Contract.period_end,
            Contract.subsidy.label("contracted"),
            sums.c.paid,
            sums.c.in_transit,
            sums.c.payable,
            unpaid.label("unpaid"),
            CarryOver.approval_number,
        )
        .join(Contract, Contract.case_id == Case.id)
        .join(sums, sums.c.case_id == Case.id)
        .outerjoin(Settlement, Settlement.case_id == Case.id)
        .outerjoin(CarryOver, (CarryOver.case_id == Case.id) & (CarryOver.year == year))
        .where(
            Case.state.in_(_OBLIGED),
            unpaid > 0,
            Contract.period_end > ends_after if ends_after is not None else true(),
            CarryOver.id.is_not(None) if carried else CarryOver.id.is_(None),
            Case.scheme == scheme if scheme else true(),
            later,
        )
        .order_by(Contract.period_end, Case.id)
        .limit(PAGE + 1)
    )
    return tuple(
        ObligedRow(**{**row._mapping, **{key: Ntd(int(row._mapping[key])) for key in _SUMMED}})
        for row in rows
    )


def _sums() -> Any:
    """By case, the sums of its instalments in the states that matter here."""

    def of(states: Collection[TrancheState]) -> ColumnElement[int]:
        amount = type_coerce(Tranche.amount, _WHOLE)
        return func.coalesce(func.sum(case((Tranche.state.in_(states), amount), else_=0)), 0)

    return (
        select(
            Tranche.case_id,
            of(EVER_PAID).label("paid"),
            of((TrancheState.SENT,)).label("in_transit"),
            of(_PAYABLE).label("payable"),
        )
        .group_by(Tranche.case_id)
        .subquery()
    )


def not_carried_over(*, year: ColumnElement[int], ends_after: ColumnElement[date]) -> Select[int]:
    """The cases that `obliged` lists as still to be carried over, as a part of other queries."""
    sums = _sums()
    due = func.coalesce(
        type_coerce(Settlement.final, _WHOLE), type_coerce(Contract.subsidy, _WHOLE)
    )
    return (
        select(Case.id.label("case_id"))
        .join(Contract, Contract.case_id == Case.id)
        .join(sums, sums.c.case_id == Case.id)
        .outerjoin(Settlement, Settlement.case_id == Case.id)
        .outerjoin(CarryOver, (CarryOver.case_id == Case.id) & (CarryOver.year == year))
        .where(
            Case.state.in_(_OBLIGED),
            due - sums.c.paid - sums.c.in_transit > 0,
            Contract.period_end > ends_after,
            CarryOver.id.is_(None),
        )
    )
