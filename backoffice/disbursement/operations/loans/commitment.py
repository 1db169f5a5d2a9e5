"""How much is committed for a loan, and its lines worked out anew when something moved.

Budget (by `post`) first, then the loan and its case.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from backoffice.cases.models import Case
from backoffice.disbursement.models import BankClaimLine, RegisteredLoan
from backoffice.disbursement.queries.carryover import obliged_stage
from backoffice.disbursement.queries.loans import ROWS_MAX, accepted_periods
from backoffice.disbursement.rules.loans import (
    BANK_LINE,
    OPEN_LINES,
    BankLineEvent,
    Lent,
    Period,
    event_of,
    overlap_refusal,
    to_commit,
)
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.operations import post
from backoffice.ledger.rules import Stage, Transfer, move
from backoffice.use_case import Act


def loan_at(act: Act, loan_id: int, version: int) -> RegisteredLoan:
    """The loan as the page showed it; Stale when somebody has changed it since."""
    loan = act.session.get_one(RegisteredLoan, loan_id)
    if loan.version != version:
        raise Stale
    return loan


def locked(act: Act, loan_id: int) -> RegisteredLoan:
    """The loan as it is now, held until the act ends: nobody accepts for it meanwhile."""
    return act.session.get_one(
        RegisteredLoan, loan_id, with_for_update=True, populate_existing=True
    )


def wanted(loan: RegisteredLoan, lent: Lent, asked_back: Ntd) -> Ntd:
    """What the loan may come to by what is known now; never less than was accepted."""
    amount = loan.capital + loan.working
    return to_commit(lent, amount, accepted=loan.accepted, asked_back=asked_back)


def commit_to(act: Act, case: Case, loan: RegisteredLoan, target: Ntd, memo: str) -> None:
    """Commit so much for the loan in all; what is no longer needed is available again.

    Refuses "budget.exhausted" when more is needed than there is.
    """
    transfers = tuple(_transfers(act, case, loan, target, memo))
    if transfers:
        post(act, *transfers)
    loan.committed = target
    case.subsidy = target


def _transfers(
    act: Act, case: Case, loan: RegisteredLoan, target: Ntd, memo: str
) -> Iterator[Transfer]:
    promised = obliged_stage(act.session, case.id)
    more, less = target - loan.committed, loan.committed - target
    sides = (Stage.AVAILABLE, promised) if more > less else (promised, Stage.AVAILABLE)
    if more:
        yield move(
            case.scheme,
            *sides,
            max(more, less),
            key=f"loan:{case.number}:{loan.version or 0}",
            memo=f"{memo} {case.number}",
            case_id=case.id,
        )


def recommit_by(act: Act, loan: RegisteredLoan, known: Lent, back: Ntd, memo: str) -> None:
    """Commit what the loan comes to by what is known now, and work its open lines out anew.

    `back`: what of its accepted interest is asked back. Refuses "budget.exhausted".
    """
    case = act.session.get_one(Case, loan.case_id)
    accepted = accepted_periods(act.session, [loan.id])[loan.id]
    commit_to(act, case, loan, wanted(loan, known, back), memo)
    loan.rate_since = known.rates[-1].since
    rework(act, loan, known, accepted)


def rework(act: Act, loan: RegisteredLoan, lent: Lent, accepted: tuple[Period, ...]) -> None:
    """Work the loan's lines out anew that nobody has decided yet."""
    lines = act.session.scalars(
        select(BankClaimLine)
        .where(BankClaimLine.loan_id == loan.id, BankClaimLine.state.in_(OPEN_LINES))
        .order_by(BankClaimLine.id)
        .limit(ROWS_MAX)
    )
    for line in lines:
        line.computed = lent.due(line.from_on, line.through_on)
        event = line_event(line, accepted)
        try:
            BANK_LINE.after(line.state, event)
        except Refused:
            continue  # it stays as it is
        line.move(event)


def line_event(line: BankClaimLine, accepted: tuple[Period, ...]) -> BankLineEvent:
    """Whether a line can be accepted as it came: our amount, and no day of it accepted before."""
    if overlap_refusal(Period(line.from_on, line.through_on), accepted) is not None:
        return BankLineEvent.MISMATCH
    return event_of(line.claimed, line.computed)
