"""保留: accounting enters what may be paid after the year."""

from __future__ import annotations

from backoffice.access import Permission
from backoffice.disbursement.models import CarryOver
from backoffice.disbursement.operations.cases import case_at, today
from backoffice.disbursement.queries.carryover import obligation_of
from backoffice.disbursement.rules.carryover import carrying_refusal, check_approval
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.operations import available_of, open_budget, post
from backoffice.ledger.queries import stages_of_case
from backoffice.ledger.rules import Stage, move
from backoffice.use_case import Act, use_case


@use_case("budget.carry_over", requires=Permission.BUDGET_ENTER)
def carry_over(act: Act, case_id: int, version: int, approval: Letter) -> None:
    """Carry a case's unpaid money over 保留, a contract's or a loan's, on the approval's letter.

    What is available does not change: the money moves from contracted to carried over, once, and
    stays there until it is paid or released. Refuses what `carrying_refusal` and
    `check_approval` do, and "carryover.in_transit" (amount) while the bank's answer is awaited.
    Stale where a colleague moved the money meanwhile.
    """
    case = case_at(act, case_id, version)
    obligation = obligation_of(act.session, case.scheme, case_id)
    if obligation.in_transit:
        raise Refused("carryover.in_transit", amount=obligation.in_transit)
    if refusal := carrying_refusal(obligation, today(act)):
        raise refusal
    check_approval(approval, today(act))
    year = today(act).year
    open_budget(act, case.scheme)
    # Whoever settles a case or moves a loan holds this too: neither sees half of what we do.
    available_of(act, case.scheme)
    contracted = stages_of_case(act.session, case.scheme, case_id=case_id).get(Stage.CONTRACTED)
    if contracted:
        post(
            act,
            move(
                case.scheme,
                Stage.CONTRACTED,
                Stage.CARRIED_OVER,
                contracted,
                key=f"carry-over:{case.number}:{year}",
                memo=f"保留 {approval.number.strip()}",
                case_id=case.id,
            ),
        )
    act.session.add(
        CarryOver(
            case_id=case.id,
            scheme=case.scheme,
            year=year,
            amount=obligation.unpaid,
            approval_number=approval.number.strip(),
            approval_on=approval.on,
            entered_by=act.actor.id,
            entered_at=act.now,
        )
    )
    # The scheme's account is ours now: a sheet that was sent meanwhile took what we moved.
    now = obligation_of(act.session, case.scheme, case_id)
    if (now.unpaid, now.in_transit) != (obligation.unpaid, obligation.in_transit):
        raise Stale
