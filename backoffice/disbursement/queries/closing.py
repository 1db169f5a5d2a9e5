"""Spending and settlement of a case, as they are shown and as they are settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, select, type_coerce
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, aliased

from backoffice.cases.models import Case
from backoffice.disbursement.models import ApprovedLine, Settlement, SpendingLine
from backoffice.disbursement.queries.cases import ROWS_MAX, contract_of, tranches_of
from backoffice.disbursement.rules.settlement import (
    Basis,
    CategorySpent,
    paid,
    settling_refusal,
)
from backoffice.kernel.money import Ntd
from backoffice.scheme.rules import Edition, Release

LINES_MAX = 2_000


@dataclass(frozen=True, slots=True)
class SpendingRow:
    """One invoice; `refusal` is the code of why it is not recognised, "" when it is.

    `elsewhere` and `elsewhere_id` are the other case in which the same invoice is recognised.
    """

    id: int
    version: int
    case_id: int
    category: str
    invoice_number: str
    invoice_on: date
    paid_on: date
    vendor: str
    amount: Ntd
    accepted: bool
    refusal: str
    withdrawn_at: datetime | None
    elsewhere: str | None
    elsewhere_id: int | None


def spending_of(session: Session, case_id: int) -> tuple[SpendingRow, ...]:
    """The invoices of a case that were not withdrawn, in the order in which they were entered."""
    rows = session.execute(
        _lines()
        .where(SpendingLine.case_id == case_id, SpendingLine.withdrawn_at.is_(None))
        .order_by(SpendingLine.id)
        .limit(LINES_MAX)
    )
    return tuple(SpendingRow(**row._mapping) for row in rows)


def spending_line(session: Session, line_id: int) -> SpendingRow:
    """One invoice; NoResultFound when there is none."""
    return SpendingRow(**session.execute(_lines().where(SpendingLine.id == line_id)).one()._mapping)


def _lines() -> Select[*tuple[Any, ...]]:
    other, other_case = aliased(SpendingLine), aliased(Case)
    return (
        select(
            SpendingLine.id,
            SpendingLine.version,
            SpendingLine.case_id,
            SpendingLine.category,
            SpendingLine.invoice_number,
            SpendingLine.invoice_on,
            SpendingLine.paid_on,
            SpendingLine.vendor,
            SpendingLine.amount,
            SpendingLine.accepted,
            SpendingLine.refusal,
            SpendingLine.withdrawn_at,
            other_case.number.label("elsewhere"),
            other_case.id.label("elsewhere_id"),
        )
        .outerjoin(
            other,
            (other.invoice_number == SpendingLine.invoice_number)
            & (other.case_id != SpendingLine.case_id)
            & other.accepted
            & other.withdrawn_at.is_(None),
        )
        .outerjoin(other_case, other_case.id == other.case_id)
    )


@dataclass(frozen=True, slots=True)
class Claimed:
    """Where an invoice stands already: in this case, and the number of another case."""

    is_twice: bool
    elsewhere: str | None


def invoice_claimed(session: Session, case_id: int, number: str) -> Claimed:
    """Where the invoice of this number is recognised, or entered in this case, already."""
    rows = session.execute(
        select(SpendingLine.case_id, SpendingLine.accepted, Case.number)
        .join(Case, Case.id == SpendingLine.case_id)
        .where(SpendingLine.invoice_number == number, SpendingLine.withdrawn_at.is_(None))
        .order_by(SpendingLine.id)
        .limit(LINES_MAX)
    ).all()
    others = [row.number for row in rows if row.case_id != case_id and row.accepted]
    return Claimed(any(row.case_id == case_id for row in rows), others[0] if others else None)


def categories_spent(session: Session, case_id: int) -> tuple[CategorySpent, ...]:
    """Every category of the contract: what was approved, and the sum of its accepted lines."""
    accepted: ColumnElement[Any] = func.coalesce(
        func.sum(type_coerce(SpendingLine.amount, BigInteger)), 0
    )
    rows = session.execute(
        select(ApprovedLine.category, ApprovedLine.subsidy, ApprovedLine.self_fund, accepted)
        .outerjoin(
            SpendingLine,
            (SpendingLine.case_id == ApprovedLine.case_id)
            & (SpendingLine.category == ApprovedLine.category)
            & SpendingLine.accepted
            & SpendingLine.withdrawn_at.is_(None),
        )
        .where(ApprovedLine.case_id == case_id)
        .group_by(
            ApprovedLine.id, ApprovedLine.category, ApprovedLine.subsidy, ApprovedLine.self_fund
        )
        .order_by(ApprovedLine.category, ApprovedLine.id)
        .limit(ROWS_MAX)
    )
    return tuple(
        CategorySpent(category, subsidy + self_fund, Ntd(int(spent)))
        for category, subsidy, self_fund, spent in rows
    )


def basis_of(session: Session, case_id: int, edition: Edition) -> Basis:
    """What a case in its closing review would be settled on now.

    Refuses "closing.tranche_unpaid" while a tranche before the last is not paid.
    """
    contract = contract_of(session, case_id)
    if contract is None:
        raise NoResultFound("a case in its closing has a contract")
    last = {rule.number for rule in edition.tranches if rule.release is Release.CLOSING_PASSED}
    earlier = [row.money for row in tranches_of(session, case_id) if row.number not in last]
    if refusal := settling_refusal(earlier):
        raise refusal
    return Basis(
        award=contract.subsidy,
        award_total=contract.total_budget,
        paid=paid(earlier),
        categories=categories_spent(session, case_id),
    )


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """A settlement as it was made; `steps` as they were computed."""

    id: int
    award: Ntd
    award_total: Ntd
    recognised: Ntd
    recognised_grant: Ntd
    final: Ntd
    paid_before: Ntd
    tranche2: Ntd
    clawback: Ntd
    lapsed: Ntd
    steps: dict[str, Any]
    settled_at: datetime


def settlement_of(session: Session, case_id: int) -> SettlementRow | None:
    """A case's settlement, None before it is made."""
    row = session.execute(
        select(
            Settlement.id,
            Settlement.award,
            Settlement.award_total,
            Settlement.recognised,
            Settlement.recognised_grant,
            Settlement.final,
            Settlement.paid_before,
            Settlement.tranche2,
            Settlement.clawback,
            Settlement.lapsed,
            Settlement.steps,
            Settlement.settled_at,
        ).where(Settlement.case_id == case_id)
    ).one_or_none()
    return None if row is None else SettlementRow(**row._mapping)
