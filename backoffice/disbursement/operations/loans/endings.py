"""A loan's subsidy comes to its end: closed when its time is over, or called back on a breach.

Budget (by `post`) first, then the case, the loan, its instalments.
"""

from __future__ import annotations

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseEvent
from backoffice.disbursement.models import BankClaimLine, RegisteredLoan
from backoffice.disbursement.operations.cases import today, tranches_at
from backoffice.disbursement.operations.demands import new_recovery
from backoffice.disbursement.operations.loans.commitment import commit_to, loan_at
from backoffice.disbursement.queries.cases import ROWS_MAX
from backoffice.disbursement.queries.endings import standings
from backoffice.disbursement.queries.loans import lent, paid_periods, unfinished
from backoffice.disbursement.queries.recoveries import owed_by
from backoffice.disbursement.rules.endings import cancels, tranche_refusal
from backoffice.disbursement.rules.loans import (
    OPEN_LINES,
    BankLineEvent,
    BankLineState,
    Calling,
    LoanEvent,
    LoanState,
    balance_on,
    called_back,
    check_calling,
    ending_refusal,
)
from backoffice.disbursement.rules.recoveries import RecoveryCause
from backoffice.disbursement.rules.stages import check_reason
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.operations import available_of
from backoffice.use_case import Act, use_case


@use_case("loan.end", requires=Permission.LOAN_WORK)
def end_loan(act: Act, loan_id: int, version: int) -> None:
    """Close the subsidy after its last day, or once the loan is repaid; the rest is available.

    IN_SERVICE → DELIVERED → CLOSED. Refuses "loan.over" and what `ending_refusal` does.
    """
    loan = loan_at(act, loan_id, version)
    _refuse_ended(loan)
    available_of(act, loan.scheme)
    known, day = lent(act.session, loan), today(act)
    waiting = unfinished(act.session, loan.id, loan.case_id)
    if refusal := ending_refusal(
        known,
        balance=balance_on(known.movements, day),
        open_lines=waiting.open_lines,
        under_way=waiting.under_way,
        owed=owed_by(act.session, loan.case_id),
        today=day,
    ):
        raise refusal
    case = act.session.get_one(Case, loan.case_id)
    commit_to(act, case, loan, loan.accepted, "利息補貼賸餘")
    loan.move(LoanEvent.END)
    loan.ended_at = act.now
    case.move(CaseEvent.DELIVER, at=act.now, waiting_for=WaitingFor.OFFICER)
    case.move(CaseEvent.CLOSE, at=act.now, waiting_for=WaitingFor.NOBODY)


@use_case("loan.call", requires=Permission.ENDING_PREPARE)
def call_loan(act: Act, loan_id: int, version: int, calling: Calling, shown: Ntd) -> int | None:
    """A breach 違約: nothing more is subsidised, and the interest since then is demanded back.

    `shown`: the demand that the page announced; Stale when it is no longer that. The answer is the
    demand that waits for its disposition, None when nothing was paid for those days. IN_SERVICE →
    CANCELLED. Refuses "loan.over", "note.missing", what `check_calling` does, and "ending.on_sheet"
    and "ending.in_transit" (number, sheet).
    """
    loan = loan_at(act, loan_id, version)
    _refuse_ended(loan)
    available_of(act, loan.scheme)
    known = lent(act.session, loan)
    check_calling(calling, known.terms, today(act))
    check_reason(calling.reason)
    if refusal := tranche_refusal(standings(act.session, loan.case_id)):
        raise refusal
    paid = paid_periods(act.session, loan.id)
    demand = called_back(known, paid, calling.since)
    if demand != shown:
        raise Stale
    case = act.session.get_one(Case, loan.case_id)
    kept = total(each.amount for each in paid)
    loan.accepted = kept
    with act.session.no_autoflush:
        commit_to(act, case, loan, kept, "違約收回")
    act.because(calling.reason.strip())
    _stop(act, loan, calling)
    case.move(CaseEvent.CANCEL, at=act.now, waiting_for=WaitingFor.NOBODY)
    if not demand:
        return None
    recovery = new_recovery(
        act, case, RecoveryCause.REVOCATION, calling.ground, demand, calling.reason.strip()
    )
    act.session.flush()
    return recovery.id


def _stop(act: Act, loan: RegisteredLoan, calling: Calling) -> None:
    """Lines not decided are returned, instalments not paid are cancelled with their lines."""
    loan.move(LoanEvent.CALL)
    loan.called_since = calling.since
    loan.end_reason = calling.reason.strip()
    loan.ended_at = act.now
    cancelled = []
    for tranche in tranches_at(act, loan.case_id):
        if event := cancels(tranche.state):
            tranche.move(event)
            cancelled.append(tranche.id)
    lines = act.session.scalars(
        select(BankClaimLine)
        .where(
            BankClaimLine.loan_id == loan.id,
            BankClaimLine.state.in_(OPEN_LINES) | BankClaimLine.tranche_id.in_(cancelled),
        )
        .order_by(BankClaimLine.id)
        .limit(ROWS_MAX)
    )
    for line in lines:
        accepted = line.state is BankLineState.ACCEPTED
        line.move(BankLineEvent.TAKE_BACK if accepted else BankLineEvent.RETURN)
        line.reason = calling.reason.strip()
        line.decided_by = act.actor.id
        line.decided_at = act.now


def _refuse_ended(loan: RegisteredLoan) -> None:
    if loan.state is not LoanState.RUNNING:
        raise Refused("loan.over", state=loan.state)
