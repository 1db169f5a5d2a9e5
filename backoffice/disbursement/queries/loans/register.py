"""The register of loans: the list by its parts, and one loan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, Loan
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import BankClaimLine, ReferenceRate, RegisteredLoan
from backoffice.disbursement.rules.loans import OPEN_LINES, LoanState
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.taiwan import nfkc
from backoffice.people.models import Account

PAGE = 50
_ROWS_MAX = 2_000


class LoanShelf(StrEnum):
    """The parts of the register."""

    TO_REGISTER = "to-register"
    RUNNING = "running"
    BEHIND = "behind"
    OVER = "over"
    ENDED = "ended"
    CALLED = "called"


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A registered loan with its case."""

    id: int
    version: int
    case_id: int
    case_number: str
    firm_name: str
    ubn: str
    scheme: str
    edition: str
    loan_class: str
    bank_code: str
    capital: Ntd
    working: Ntd
    plan_cost: Ntd | None
    guarantee_bp: int
    starts_on: date
    ends_on: date
    state: LoanState
    committed: Ntd
    accepted: Ntd
    rate_since: date
    registered_at: datetime
    registered_by_name: str | None
    called_since: date | None
    end_reason: str
    ended_at: datetime | None

    @property
    def amount(self) -> Ntd:
        """What was lent."""
        return self.capital + self.working

    @property
    def left(self) -> Ntd:
        """Committed and not accepted yet."""
        return self.committed - self.accepted


def _loans() -> Select[*tuple[Any, ...]]:
    return (
        select(
            RegisteredLoan.id,
            RegisteredLoan.version,
            RegisteredLoan.case_id,
            Case.number,
            Case.firm_name,
            RegisteredLoan.ubn,
            RegisteredLoan.scheme,
            RegisteredLoan.edition,
            RegisteredLoan.loan_class,
            RegisteredLoan.bank_code,
            RegisteredLoan.capital,
            RegisteredLoan.working,
            RegisteredLoan.plan_cost,
            RegisteredLoan.guarantee_bp,
            RegisteredLoan.starts_on,
            RegisteredLoan.ends_on,
            RegisteredLoan.state,
            RegisteredLoan.committed,
            RegisteredLoan.accepted,
            RegisteredLoan.rate_since,
            RegisteredLoan.registered_at,
            Account.name,
            RegisteredLoan.called_since,
            RegisteredLoan.end_reason,
            RegisteredLoan.ended_at,
        )
        .join(Case, Case.id == RegisteredLoan.case_id)
        .outerjoin(Account, Account.id == RegisteredLoan.registered_by)
    )


def _loan(row: Any) -> LoanRow:
    return LoanRow(*row)


def loan_of(session: Session, case_id: int) -> LoanRow | None:
    """The loan registered for a case; None before it is."""
    row = session.execute(_loans().where(RegisteredLoan.case_id == case_id)).one_or_none()
    return _loan(row) if row else None


def loan(session: Session, loan_id: int) -> LoanRow:
    """One loan; NoResultFound when there is none."""
    return _loan(session.execute(_loans().where(RegisteredLoan.id == loan_id)).one())


def loans_by_number(
    session: Session, scheme: str, numbers: Collection[str]
) -> Mapping[str, RegisteredLoan]:
    """The registered loans of these cases, by the cases' numbers."""
    rows: Any = session.execute(
        select(Case.number, RegisteredLoan)
        .join(RegisteredLoan, RegisteredLoan.case_id == Case.id)
        .where(Case.number.in_(numbers), RegisteredLoan.scheme == scheme)
        .order_by(RegisteredLoan.id)
        .limit(_ROWS_MAX)
    )
    return {row.number: row.RegisteredLoan for row in rows}


@dataclass(frozen=True, slots=True)
class LoanFilter:
    """What the reader of the register asks for; "" is anything."""

    scheme: str = ""
    loan_class: str = ""
    bank_code: str = ""
    text: str = ""

    def where(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions on loans and their cases."""
        wanted = nfkc(self.text).strip()
        return (
            RegisteredLoan.scheme == self.scheme if self.scheme else true(),
            RegisteredLoan.loan_class == self.loan_class if self.loan_class else true(),
            RegisteredLoan.bank_code == self.bank_code if self.bank_code else true(),
            or_(
                Case.number == wanted,
                RegisteredLoan.ubn == wanted,
                Case.firm_name.contains(wanted, autoescape=True),
            )
            if wanted
            else true(),
        )


def _newest_rate() -> ColumnElement[date]:
    return (
        select(func.max(ReferenceRate.since))
        .where(ReferenceRate.scheme == RegisteredLoan.scheme)
        .correlate(RegisteredLoan)
        .scalar_subquery()
    )


def _on(shelf: LoanShelf, today: date) -> ColumnElement[bool]:
    running = RegisteredLoan.state == LoanState.RUNNING
    match shelf:
        case LoanShelf.BEHIND:
            newest = _newest_rate()
            return and_(
                running, RegisteredLoan.rate_since < newest, RegisteredLoan.ends_on >= newest
            )
        case LoanShelf.OVER:
            return and_(running, RegisteredLoan.ends_on < today)
        case LoanShelf.ENDED:
            return RegisteredLoan.state == LoanState.ENDED
        case LoanShelf.CALLED:
            return RegisteredLoan.state == LoanState.CALLED
        case _:
            return running


def loans(
    session: Session,
    shelf: LoanShelf,
    wanted: LoanFilter,
    today: date,
    *,
    after: int = 0,
    limit: int = PAGE + 1,
) -> tuple[LoanRow, ...]:
    """A part of the register in the order of registration; one more than a page holds."""
    rows = session.execute(
        _loans()
        .where(_on(shelf, today), *wanted.where(), RegisteredLoan.id > after)
        .order_by(RegisteredLoan.id)
        .limit(limit)
    )
    return tuple(_loan(row) for row in rows)


@dataclass(frozen=True, slots=True)
class LoanTotals:
    """How many loans stand in a part of the register, and their money."""

    count: int
    committed: Ntd
    accepted: Ntd


def totals(session: Session, today: date) -> Mapping[LoanShelf, LoanTotals]:
    """Each part of the register but the loans still to be registered: one statement."""
    shelves = [shelf for shelf in LoanShelf if shelf is not LoanShelf.TO_REGISTER]
    columns: list[ColumnElement[Any]] = [
        column
        for shelf in shelves
        for column in (
            func.count().filter(_on(shelf, today)),
            func.sum(RegisteredLoan.committed).filter(_on(shelf, today)),
            func.sum(RegisteredLoan.accepted).filter(_on(shelf, today)),
        )
    ]
    row: Any = session.execute(select(*columns).select_from(RegisteredLoan)).one()
    return {
        shelf: LoanTotals(row[3 * place], row[3 * place + 1] or ZERO, row[3 * place + 2] or ZERO)
        for place, shelf in enumerate(shelves)
    }


@dataclass(frozen=True, slots=True)
class WaitingLoan:
    """An accepted case whose loan is not registered yet."""

    case_id: int
    case_number: str
    firm_name: str
    ubn: str
    scheme: str
    loan_class: str
    bank_code: str
    amount: Ntd


def to_register(
    session: Session, wanted: LoanFilter, *, after: int = 0, limit: int = PAGE + 1
) -> tuple[WaitingLoan, ...]:
    """Accepted cases with loans that are not registered, in the order of their receipt."""
    rows = session.execute(
        select(
            Case.id,
            Case.number,
            Case.firm_name,
            Case.ubn,
            Case.scheme,
            func.min(Loan.loan_class),
            func.min(Loan.bank_code),
            func.sum(Loan.amount),
        )
        .join(Loan, Loan.case_id == Case.id)
        .where(
            Case.state == CaseState.ACCEPTED,
            ~exists().where(RegisteredLoan.case_id == Case.id),
            Case.id > after,
            Case.scheme == wanted.scheme if wanted.scheme else true(),
            Loan.loan_class == wanted.loan_class if wanted.loan_class else true(),
            Loan.bank_code == wanted.bank_code if wanted.bank_code else true(),
        )
        .group_by(Case.id, Case.number, Case.firm_name, Case.ubn, Case.scheme)
        .order_by(Case.id)
        .limit(limit)
    )
    return tuple(WaitingLoan(*row) for row in rows)


def waiting_count(session: Session) -> int:
    """How many accepted cases wait for the registration of their loan."""
    has_loan = exists().where(Loan.case_id == Case.id)
    registered = exists().where(RegisteredLoan.case_id == Case.id)
    return session.execute(
        select(func.count())
        .select_from(Case)
        .where(Case.state == CaseState.ACCEPTED, has_loan, ~registered)
    ).scalar_one()


def open_line_count(session: Session) -> int:
    """How many lines of banks' claims nobody has decided yet."""
    return session.execute(
        select(func.count()).where(BankClaimLine.state.in_(OPEN_LINES))
    ).scalar_one()


@dataclass(frozen=True, slots=True)
class RateRow:
    """A reference rate as it was entered."""

    id: int
    since: date
    rate_ppm: int
    letter_number: str
    letter_on: date
    entered_by_name: str
    entered_at: datetime


def rate_rows(session: Session, scheme: str) -> tuple[RateRow, ...]:
    """The rates entered for a scheme, the newest first."""
    rows = session.execute(
        select(
            ReferenceRate.id,
            ReferenceRate.since,
            ReferenceRate.rate_ppm,
            ReferenceRate.letter_number,
            ReferenceRate.letter_on,
            ReferenceRate.entered_by_name,
            ReferenceRate.entered_at,
        )
        .where(ReferenceRate.scheme == scheme)
        .order_by(ReferenceRate.since.desc())
        .limit(_ROWS_MAX)
    )
    return tuple(RateRow(*row) for row in rows)
