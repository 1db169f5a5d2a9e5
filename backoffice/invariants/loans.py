"""Loans: what is committed, what was accepted and paid, no day twice, never more than is due."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.disbursement.models import (
    BankClaim,
    BankClaimLine,
    LoanMovement,
    NoticeWithdrawal,
    Recovery,
    RecoveryShare,
    ReferenceRate,
    RegisteredLoan,
    Tranche,
)
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.loans import BankLineState, LoanState, MovementKind
from backoffice.disbursement.rules.recoveries import NEVER_MADE, RecoveryCause, RecoveryState
from backoffice.invariants.register import Found, invariant
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.ledger.rules import Stage
from backoffice.scheme import registry

_MILLION = 1_000_000
_HALF = Fraction(1, 2)


@invariant("I-100 a loan's commitment is what the ledger holds for it")
def commitments_agree(session: Session) -> Found:
    """Taken from what is available less given back, before repayments, against `committed`."""
    taken: dict[int, int] = defaultdict(int)
    available = select(LedgerAccount.id).where(LedgerAccount.stage == Stage.AVAILABLE.value)
    disbursed = select(LedgerAccount.id).where(LedgerAccount.stage == Stage.DISBURSED.value)
    for column, other, sign in (
        (LedgerTransfer.source_id, LedgerTransfer.target_id, 1),
        (LedgerTransfer.target_id, LedgerTransfer.source_id, -1),
    ):
        for case_id, amount in session.execute(
            select(LedgerTransfer.case_id, func.sum(LedgerTransfer.quantity))
            .where(
                LedgerTransfer.case_id.is_not(None),
                column.in_(available),
                other.not_in(disbursed),  # what came back of a demand is not the commitment's
            )
            .group_by(LedgerTransfer.case_id)
        ):
            taken[case_id or 0] += sign * int(amount)
    for row in session.execute(
        select(Case.number, RegisteredLoan.case_id, RegisteredLoan.committed, Case.subsidy).join(
            Case, Case.id == RegisteredLoan.case_id
        )
    ):
        if row.committed != row.subsidy or row.committed.dollars != taken[row.case_id]:
            yield row.number, f"ledger {taken[row.case_id]}, committed {row.committed.dollars}"


@invariant("I-101 a loan's accepted interest is its accepted lines, each an instalment")
def accepted_are_instalments(session: Session) -> Found:
    """Σ lines = `accepted` ≤ `committed`; each line's instalment has its amount and is live."""
    sums: dict[int, int] = defaultdict(int)
    for row in session.execute(
        select(
            BankClaimLine.id,
            BankClaimLine.loan_id,
            BankClaimLine.case_id,
            BankClaimLine.paid,
            Tranche.amount,
            Tranche.state,
            Tranche.case_id.label("tranche_case"),
        )
        .outerjoin(Tranche, Tranche.id == BankClaimLine.tranche_id)
        .where(BankClaimLine.state == BankLineState.ACCEPTED)
    ):
        sums[row.loan_id] += row.paid.dollars if row.paid else 0
        agrees = row.paid == row.amount and row.case_id == row.tranche_case
        if not agrees or row.state is TrancheState.CANCELLED:
            yield f"line {row.id}", f"accepted {row.paid}, its instalment {row.amount} {row.state}"
    for loan in session.execute(
        select(RegisteredLoan.id, RegisteredLoan.accepted, RegisteredLoan.committed)
    ):
        if loan.accepted.dollars != sums[loan.id] or loan.accepted > loan.committed:
            yield f"loan {loan.id}", f"accepted {loan.accepted.dollars}, lines {sums[loan.id]}"


@invariant("I-102 no day of a loan is subsidised twice")
def no_day_twice(session: Session) -> Found:
    """Accepted periods of one loan follow one another."""
    periods: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for loan_id, from_on, through_on in session.execute(
        select(BankClaimLine.loan_id, BankClaimLine.from_on, BankClaimLine.through_on)
        .where(BankClaimLine.state == BankLineState.ACCEPTED)
        .order_by(BankClaimLine.loan_id, BankClaimLine.from_on, BankClaimLine.id)
    ):
        periods[loan_id].append((from_on, through_on))
    for loan_id, found in periods.items():
        for (_start, end), (start, _end) in pairwise(found):
            if start <= end:
                yield f"loan {loan_id}", f"{start} is in two accepted periods"


@invariant("I-103 nothing is accepted beyond the schedule")
def never_beyond_the_schedule(session: Session) -> Found:
    """Day by day: the principal up to the edition's limit, at the day's rate, over its year.

    What is asked back does not count; where a repayment was learnt of late, what is left of the
    period is exactly what the days are worth.
    """
    asked, corrected = _asked_back(session)
    moved: dict[int, list[tuple[date, int]]] = defaultdict(list)
    withdrawn = select(NoticeWithdrawal.movement_id)
    for each in session.execute(
        select(
            LoanMovement.loan_id, LoanMovement.moved_on, LoanMovement.kind, LoanMovement.amount
        ).where(LoanMovement.id.not_in(withdrawn))
    ):
        sign = 1 if each.kind is MovementKind.DRAW else -1
        moved[each.loan_id].append((each.moved_on, sign * each.amount.dollars))
    rates: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for rate in session.execute(
        select(ReferenceRate.scheme, ReferenceRate.since, ReferenceRate.rate_ppm)
    ):
        rates[rate.scheme].append((rate.since, rate.rate_ppm))
    for row in session.execute(
        select(
            BankClaimLine.id,
            BankClaimLine.loan_id,
            BankClaimLine.from_on,
            BankClaimLine.through_on,
            BankClaimLine.paid,
            BankClaimLine.tranche_id,
            RegisteredLoan.scheme,
            RegisteredLoan.edition,
            RegisteredLoan.starts_on,
            RegisteredLoan.ends_on,
        )
        .join(RegisteredLoan, RegisteredLoan.id == BankClaimLine.loan_id)
        .where(BankClaimLine.state == BankLineState.ACCEPTED)
    ):
        rules = registry.edition_named(row.edition).loans
        assert rules is not None, "a loan is of a scheme of loans"
        known = [(each.since, each.rate_ppm) for each in rules.reference_rates]
        known += rates[row.scheme]
        due, day = 0, max(row.from_on, row.starts_on)
        while day <= min(row.through_on, row.ends_on):
            balance = sum(amount for on, amount in moved[row.loan_id] if on <= day)
            per_year = max(
                (known_rate for known_rate in known if known_rate[0] <= day), default=(day, 0)
            )[1]
            due += min(max(balance, 0), rules.subsidised_principal_max.dollars) * per_year
            day += timedelta(days=1)
        most = Fraction(due, _MILLION * rules.days_in_year) + _HALF
        if row.paid is None or row.paid.dollars - asked[row.tranche_id] > most:
            yield f"line {row.id}", f"accepted {row.paid}, due {int(most)} at most"
        elif (late := corrected[row.tranche_id]) and row.paid.dollars - late != int(most):
            yield f"line {row.id}", f"accepted {row.paid}, {late} asked back, due {int(most)}"


def _asked_back(session: Session) -> tuple[dict[int | None, int], dict[int | None, int]]:
    """By instalment: all that is asked back of it, and what of that because of a late notice."""
    asked: dict[int | None, int] = defaultdict(int)
    corrected: dict[int | None, int] = defaultdict(int)
    for tranche_id, amount, cause in session.execute(
        select(RecoveryShare.tranche_id, RecoveryShare.amount, Recovery.cause)
        .join(Recovery, Recovery.id == RecoveryShare.recovery_id)
        .join(RegisteredLoan, RegisteredLoan.case_id == Recovery.case_id)
        .where(Recovery.state.not_in(NEVER_MADE))
    ):
        asked[tranche_id] += amount.dollars
        if cause is RecoveryCause.SETTLEMENT:
            corrected[tranche_id] += amount.dollars
    return asked, corrected


@invariant("I-104 a bank's claim is its lines, and its bank the one that lent")
def claims_are_whole(session: Session) -> Found:
    """As many lines and as much money as its head says."""
    sums = {
        row.bank_claim_id: (row.lines, row.claimed.dollars)
        for row in session.execute(
            select(
                BankClaimLine.bank_claim_id,
                func.count().label("lines"),
                func.sum(BankClaimLine.claimed).label("claimed"),
            ).group_by(BankClaimLine.bank_claim_id)
        )
    }
    for row in session.execute(
        select(BankClaim.id, BankClaim.letter_number, BankClaim.line_count, BankClaim.claimed)
    ):
        if sums.get(row.id) != (row.line_count, row.claimed.dollars):
            yield row.letter_number, f"lines {sums.get(row.id)}, head {row.line_count}"


@invariant("I-105 a loan that is over holds nothing more than was accepted")
def over_holds_nothing(session: Session) -> Found:
    """ENDED or CALLED: what was committed is what was accepted, and no line is open."""
    for row in session.execute(
        select(
            RegisteredLoan.id,
            RegisteredLoan.state,
            RegisteredLoan.committed,
            RegisteredLoan.accepted,
        ).where(
            RegisteredLoan.state != LoanState.RUNNING,
            RegisteredLoan.committed != RegisteredLoan.accepted,
        )
    ):
        yield f"loan {row.id}", f"{row.state}: {row.committed} committed, {row.accepted} accepted"


@invariant("I-106 a notice is withdrawn together with the demand that it prepared")
def withdrawn_together(session: Session) -> Found:
    """A repayment and its own demand, both or neither; it is one of the case's loan."""
    withdrawn: set[int] = set()
    for row in session.execute(
        select(
            NoticeWithdrawal.movement_id,
            NoticeWithdrawal.recovery_id,
            LoanMovement.kind,
            Recovery.movement_id.label("prepared_by"),
            Recovery.state,
            (Recovery.case_id == LoanMovement.case_id).label("same_case"),
        )
        .join(LoanMovement, LoanMovement.id == NoticeWithdrawal.movement_id)
        .join(Recovery, Recovery.id == NoticeWithdrawal.recovery_id)
    ):
        withdrawn.add(row.recovery_id)
        together = row.prepared_by == row.movement_id and row.state is RecoveryState.WITHDRAWN
        if not (together and row.same_case and row.kind is MovementKind.REPAY):
            yield (
                f"notice {row.movement_id}",
                f"withdrawn, its demand {row.recovery_id} {row.state}",
            )
    for recovery_id in session.scalars(
        select(Recovery.id).where(Recovery.state == RecoveryState.WITHDRAWN)
    ):
        if recovery_id not in withdrawn:
            yield f"demand {recovery_id}", "withdrawn, and no notice with it"
