"""What the interest of loans is worked out from: balances, rates, periods already accepted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, Loan
from backoffice.disbursement.models import (
    BankClaim,
    BankClaimLine,
    Recovery,
    RecoveryShare,
    ReferenceRate,
    RegisteredLoan,
    Tranche,
)
from backoffice.disbursement.queries.loans.movements import ROWS_MAX, movements_of
from backoffice.disbursement.rules.lifecycles import EVER_PAID, TrancheState
from backoffice.disbursement.rules.loans import (
    OPEN_LINES,
    AcceptedLine,
    BankLineState,
    Lent,
    LoanState,
    OtherLoan,
    PaidPeriod,
    Period,
    Rate,
    rates_of,
    subsidy_terms,
)
from backoffice.disbursement.rules.recoveries import NEVER_MADE
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.scheme import registry


class _Loan(Protocol):
    """A record or a row of a registered loan."""

    @property
    def id(self) -> int: ...
    @property
    def edition(self) -> str: ...
    @property
    def loan_class(self) -> str: ...
    @property
    def starts_on(self) -> date: ...


def entered_rates(session: Session, scheme: str) -> tuple[Rate, ...]:
    """The rates entered since the edition, in the order of their days."""
    rows = session.execute(
        select(ReferenceRate.since, ReferenceRate.rate_ppm)
        .where(ReferenceRate.scheme == scheme)
        .order_by(ReferenceRate.since)
        .limit(ROWS_MAX)
    )
    return tuple(Rate(since, rate_ppm) for since, rate_ppm in rows)


def known_rates(session: Session, edition: str) -> tuple[Rate, ...]:
    """All rates that hold for the loans of an edition."""
    rules = registry.edition_named(edition)
    return rates_of(rules, entered_rates(session, rules.key.scheme))


def lent(session: Session, loan: _Loan) -> Lent:
    """A loan with everything that its interest is worked out from."""
    return lent_of(session, [loan])[loan.id]


def lent_of(session: Session, loans: Sequence[_Loan]) -> Mapping[int, Lent]:
    """The same for several loans, in as many statements as they have editions, and one more."""
    moved = movements_of(session, [loan.id for loan in loans])
    rates = {name: known_rates(session, name) for name in sorted({x.edition for x in loans})}
    return {
        loan.id: Lent(
            subsidy_terms(registry.edition_named(loan.edition), loan.loan_class, loan.starts_on),
            moved[loan.id],
            rates[loan.edition],
        )
        for loan in loans
    }


def accepted_periods(
    session: Session, loan_ids: Collection[int]
) -> Mapping[int, tuple[Period, ...]]:
    """The days for which interest was accepted, loan by loan."""
    rows = session.execute(
        select(BankClaimLine.loan_id, BankClaimLine.from_on, BankClaimLine.through_on)
        .where(BankClaimLine.loan_id.in_(loan_ids), BankClaimLine.state == BankLineState.ACCEPTED)
        .order_by(BankClaimLine.loan_id, BankClaimLine.from_on)
        .limit(ROWS_MAX * max(1, len(loan_ids)))
    )
    found: dict[int, list[Period]] = defaultdict(list)
    for loan_id, from_on, through_on in rows:
        found[loan_id].append(Period(from_on, through_on))
    return {loan_id: tuple(found[loan_id]) for loan_id in loan_ids}


def claimed_through(session: Session, loan_id: int) -> date | None:
    """The last day for which interest was accepted; None before the first claim."""
    return session.execute(
        select(func.max(BankClaimLine.through_on)).where(
            BankClaimLine.loan_id == loan_id, BankClaimLine.state == BankLineState.ACCEPTED
        )
    ).scalar_one()


def scheme_claimed_through(session: Session, scheme: str) -> date | None:
    """The last day for which interest of any loan of a scheme was accepted."""
    return session.execute(
        select(func.max(BankClaimLine.through_on))
        .join(RegisteredLoan, RegisteredLoan.id == BankClaimLine.loan_id)
        .where(RegisteredLoan.scheme == scheme, BankClaimLine.state == BankLineState.ACCEPTED)
    ).scalar_one()


def accepted_lines(session: Session, loan_id: int) -> tuple[AcceptedLine, ...]:
    """The accepted lines of a loan in the order of their days, with what of each is asked back."""
    asked_back = (
        select(func.coalesce(func.sum(type_coerce(RecoveryShare.amount, BigInteger())), 0))
        .join(Recovery, Recovery.id == RecoveryShare.recovery_id)
        .where(RecoveryShare.tranche_id == Tranche.id, Recovery.state.not_in(NEVER_MADE))
        .correlate(Tranche)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Tranche.id,
            BankClaim.letter_number,
            Tranche.state,
            Tranche.paid_on,
            BankClaimLine.from_on,
            BankClaimLine.through_on,
            BankClaimLine.paid,
            BankClaimLine.computed,
            asked_back,
        )
        .join(Tranche, Tranche.id == BankClaimLine.tranche_id)
        .join(BankClaim, BankClaim.id == BankClaimLine.bank_claim_id)
        .where(BankClaimLine.loan_id == loan_id, BankClaimLine.state == BankLineState.ACCEPTED)
        .order_by(BankClaimLine.from_on, BankClaimLine.id)
        .limit(ROWS_MAX)
    )
    return tuple(
        AcceptedLine(
            row[0],
            row[1],
            row[2],
            row[3],
            PaidPeriod(Period(row[4], row[5]), row[6] or ZERO, Ntd(int(row[8]))),
            row[7],
        )
        for row in rows
    )


def paid_periods(session: Session, loan_id: int) -> tuple[PaidPeriod, ...]:
    """The accepted lines whose money has reached the bank, in the order of their days."""
    return tuple(line.paid for line in accepted_lines(session, loan_id) if line.state in EVER_PAID)


def asked_back(session: Session, loan_id: int) -> Ntd:
    """What of a loan's accepted interest is demanded back, or to be demanded."""
    return total(line.paid.asked_back for line in accepted_lines(session, loan_id))


_UNDER_WAY = (TrancheState.VERIFIED, TrancheState.SHEETED, TrancheState.SENT)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What keeps a loan's subsidy from being closed: lines not decided, payments under way."""

    open_lines: int
    under_way: int


def unfinished(session: Session, loan_id: int, case_id: int) -> Unfinished:
    """What is still to be done about a loan."""
    lines = (
        select(func.count())
        .where(BankClaimLine.loan_id == loan_id, BankClaimLine.state.in_(OPEN_LINES))
        .scalar_subquery()
    )
    payments = (
        select(func.count())
        .where(Tranche.case_id == case_id, Tranche.state.in_(_UNDER_WAY))
        .scalar_subquery()
    )
    row = session.execute(select(lines, payments)).one()
    return Unfinished(*row)


def other_loans(session: Session, ubn: str, scheme: str, case_id: int) -> tuple[OtherLoan, ...]:
    """Loans of the firm in the scheme that were registered for other cases."""
    rows = session.execute(
        select(Case.number, RegisteredLoan.loan_class)
        .join(Case, Case.id == RegisteredLoan.case_id)
        .where(
            RegisteredLoan.ubn == ubn,
            RegisteredLoan.scheme == scheme,
            RegisteredLoan.case_id != case_id,
        )
        .order_by(RegisteredLoan.id)
        .limit(ROWS_MAX)
    )
    return tuple(OtherLoan(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class AppliedLoan:
    """A row of 貸款 as the application brought it."""

    loan_class: str
    amount: Ntd
    purpose: str
    plan_cost: Ntd | None
    condition: str
    bank_code: str
    drawn_on: date | None


def applied_loans(session: Session, case_id: int) -> tuple[AppliedLoan, ...]:
    """What the application says about the loan, in its order."""
    rows = session.execute(
        select(
            Loan.loan_class,
            Loan.amount,
            Loan.purpose,
            Loan.plan_cost,
            Loan.condition,
            Loan.bank_code,
            Loan.drawn_on,
        )
        .where(Loan.case_id == case_id)
        .order_by(Loan.position, Loan.id)
        .limit(ROWS_MAX)
    )
    return tuple(AppliedLoan(*row) for row in rows)


def running_behind(session: Session, scheme: str, since: date, limit: int) -> tuple[int, ...]:
    """Running loans whose commitment was worked out before the rate of this day was known."""
    return tuple(
        session.scalars(
            select(RegisteredLoan.id)
            .where(
                RegisteredLoan.scheme == scheme,
                RegisteredLoan.state == LoanState.RUNNING,
                RegisteredLoan.rate_since < since,
                RegisteredLoan.ends_on >= since,
            )
            .order_by(RegisteredLoan.id)
            .limit(limit)
        )
    )
