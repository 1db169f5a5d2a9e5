"""撤回還本登錄: a late notice that was entered wrongly is withdrawn with the demand it prepared."""

from __future__ import annotations

from backoffice.access import Permission
from backoffice.cases.models import Case
from backoffice.disbursement.models import (
    LoanMovement,
    NoticeWithdrawal,
    Recovery,
    RegisteredLoan,
)
from backoffice.disbursement.operations.loans.commitment import recommit_by
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.queries.loans import (
    accepted_lines,
    asked_back,
    lent,
    movement_row,
)
from backoffice.disbursement.rules.loans import LoanState, resting, withdrawal_refusal
from backoffice.disbursement.rules.recoveries import RecoveryEvent
from backoffice.disbursement.rules.stages import check_reason
from backoffice.kernel.refusal import Stale
from backoffice.ledger.operations import available_of
from backoffice.use_case import Act, use_case


@use_case("loan.withdraw_notice", requires=Permission.LOAN_WORK)
def withdraw_notice(act: Act, movement_id: int, version: int, reason: str) -> None:
    """Withdraw the last notice of a loan, which was entered wrongly, with the demand it prepared.

    `version` is the demand's. Both stay on record with who withdrew them and why; the repayment
    moves nothing any more, the demand asks nothing back, and what the loan may come to is committed
    anew. Refuses what `withdrawal_refusal` does, "note.missing" and "budget.exhausted".
    """
    movement = act.session.get_one(LoanMovement, movement_id)
    loan = act.session.get_one(RegisteredLoan, movement.loan_id)
    available_of(act, loan.scheme)
    row = movement_row(act.session, loan.id, movement_id)
    known = lent(act.session, loan)
    # One that was withdrawn is not among those that move it.
    restored = known if row.withdrawn_at else known.without(row.movement)
    rests = resting(known, restored, accepted_lines(act.session, loan.id))
    if refusal := withdrawal_refusal(loan.state, row.notice, rests):
        raise refusal
    check_reason(reason)
    assert row.demand is not None, "only a notice that prepared a demand is withdrawn"
    recovery = act.session.get_one(Recovery, row.demand.id)
    if recovery.version != version:
        raise Stale
    if loan.state is LoanState.RUNNING:
        back = asked_back(act.session, loan.id) - recovery.amount
        recommit_by(act, loan, restored, back, "撤回還本登錄")
    recovery.move(RecoveryEvent.WITHDRAW)
    recovery.ended_at = act.now
    act.session.add(
        NoticeWithdrawal(
            movement_id=movement.id,
            recovery_id=recovery.id,
            loan_id=loan.id,
            case_id=loan.case_id,
            reason=reason.strip(),
            withdrawn_by=act.actor.id,
            withdrawn_at=act.now,
        )
    )
    act.because(reason.strip())
    act.session.flush()
    pass_turn(act, act.session.get_one(Case, loan.case_id))
