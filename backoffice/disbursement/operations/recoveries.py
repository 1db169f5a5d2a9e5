"""追繳: demanded in writing, entered as it comes back, enforced or written off (domain §4.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.cases.models import Case
from backoffice.disbursement.models import (
    Recovery,
    RecoveryShare,
    Repayment,
    RepaymentReversal,
    Tranche,
)
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.operations.closing import close_when_done
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.queries.cases import ROWS_MAX
from backoffice.disbursement.queries.recoveries import (
    paid_tranches,
    shares,
    states_by_tranche,
)
from backoffice.disbursement.queries.repayments import free_number, standing
from backoffice.disbursement.queries.repayments import repayment as one_repayment
from backoffice.disbursement.rules import recoveries as rules
from backoffice.disbursement.rules.lifecycles import TrancheEvent, TrancheState
from backoffice.disbursement.rules.recoveries import (
    Disposition,
    RecoveryEvent,
    RecoveryFacts,
    RecoveryState,
    Share,
    Split,
    check_disposition,
    check_enforcement,
    check_repayment,
    check_write_off,
    demanding_refusal,
    receiving_refusal,
    shares_of,
)
from backoffice.disbursement.rules.reversals import left_of, reversing_refusal
from backoffice.disbursement.rules.stages import Letter, check_reason
from backoffice.kernel.money import ZERO
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.operations import post
from backoffice.ledger.rules import Stage, Transfer, move, reverse
from backoffice.use_case import Act, use_case

_EVENTS: Mapping[TrancheState, TrancheEvent] = {
    TrancheState.RECOVERY: TrancheEvent.DEMAND_RECOVERY,
    TrancheState.ENFORCEMENT: TrancheEvent.ENFORCE,
    TrancheState.RECOVERED: TrancheEvent.RECOVER,
    TrancheState.WRITTEN_OFF: TrancheEvent.WRITE_OFF,
}


def recovery_at(act: Act, recovery_id: int, version: int) -> Recovery:
    """The demand as the page showed it; Stale when somebody has changed it since."""
    found = act.session.get_one(Recovery, recovery_id)
    if found.version != version:
        raise Stale
    return found


def facts_of(recovery: Recovery) -> RecoveryFacts:
    """The demand as the rules ask about it."""
    return RecoveryFacts(
        recovery.state, recovery.amount, recovery.repaid, recovery.disposed_on, recovery.due_on
    )


# --- demanded ---------------------------------------------------------------------------------


@use_case("recovery.demand", requires=Permission.ENDING_PREPARE)
def demand_recovery(act: Act, recovery_id: int, version: int, disposition: Disposition) -> None:
    """Enter the written disposition 追繳處分 on money that a settlement found paid too much.

    From here on it is owed, and the instalments that it asks back are to be recovered. Refuses
    what `demanding_refusal` and `check_disposition` do.
    """
    recovery = recovery_at(act, recovery_id, version)
    if refusal := demanding_refusal(facts_of(recovery)):
        raise refusal
    check_disposition(disposition, today(act), demands=True)
    case = act.session.get_one(Case, recovery.case_id)
    put_demand(act, recovery, disposition)
    pass_turn(act, case)


def put_demand(act: Act, recovery: Recovery, disposition: Disposition) -> None:
    """The demand is made: its number and dates, its shares, and what its instalments become."""
    act.session.flush()
    found = _shares(act, recovery)
    recovery.number = disposition.letter.number.strip()
    recovery.disposed_on = disposition.letter.on
    recovery.due_on = disposition.due_on
    recovery.demanded_by = act.actor.id
    recovery.demanded_at = act.now
    recovery.move(RecoveryEvent.DEMAND)
    act.session.flush()
    follow(act, found, TrancheState.RECOVERY)


def _shares(act: Act, recovery: Recovery) -> Sequence[Share]:
    """What the demand asks back of which instalment, known when it was prepared or spread now."""
    if known := shares(act.session, recovery.id):
        return [row.share for row in known]
    found = shares_of(recovery.amount, paid_tranches(act.session, recovery.case_id))
    act.session.add_all(
        RecoveryShare(
            recovery_id=recovery.id,
            tranche_id=share.tranche_id,
            case_id=recovery.case_id,
            amount=share.amount,
            paid_on=share.paid_on,
        )
        for share in found
    )
    return found


def follow(act: Act, found: Sequence[Share], ended: TrancheState) -> None:
    """The instalments of a demand go where the running demands on them say."""
    states = states_by_tranche(act.session, [share.tranche_id for share in found])
    tranches = act.session.scalars(
        select(Tranche)
        .where(Tranche.id.in_([share.tranche_id for share in found]))
        .order_by(Tranche.id)
        .limit(ROWS_MAX)
    )
    for tranche in tranches:
        target = rules.tranche_follows(states.get(tranche.id, ()), ended)
        if tranche.state is not target:
            tranche.move(_EVENTS[target])


# --- back -------------------------------------------------------------------------------------


@use_case("recovery.receive", requires=Permission.RECOVERY_RECEIVE)
def receive_repayment(act: Act, recovery_id: int, version: int, repayment: rules.Repayment) -> None:
    """Enter money that came back, in whole or in part; each dollar into the right books.

    Of the year of its payment it restores the allotment and what is available 支出收回; of an
    earlier year it goes to the treasury 收回以前年度歲出. Never set off against any other payment
    (A72, A73). When nothing is owed any more, the demand is recovered. Refuses what
    `receiving_refusal` and `check_repayment` do, and "recovery.receipt_taken" (number).
    """
    recovery = recovery_at(act, recovery_id, version)
    facts = facts_of(recovery)
    if refusal := receiving_refusal(facts):
        raise refusal
    assert facts.disposed_on is not None, "what runs was demanded"
    check_repayment(repayment, owed=facts.owed, disposed_on=facts.disposed_on, today=today(act))
    number = free_number(act.session, repayment.receipt_number)
    if number is None:
        raise Refused(
            "recovery.receipt_taken", number=rules.receipt_number(repayment.receipt_number)
        )
    case = act.session.get_one(Case, recovery.case_id)
    found = [row.share for row in shares(act.session, recovery_id)]
    left = left_of(found, standing(act.session, recovery_id))
    parts = rules.split(left, ZERO, repayment.amount, repayment.received_on)
    post(act, *_transfers(case, parts, number))
    act.session.add(
        Repayment(
            recovery_id=recovery.id,
            case_id=case.id,
            received_on=repayment.received_on,
            receipt_number=number,
            account=repayment.account.strip(),
            amount=repayment.amount,
            to_budget=parts.to_budget,
            to_treasury=parts.to_treasury,
            document_number=repayment.document_number.strip(),
            entered_by=act.actor.id,
            entered_at=act.now,
        )
    )
    recovery.repaid = recovery.repaid + repayment.amount
    if recovery.repaid == recovery.amount:
        _end(act, recovery, RecoveryEvent.RECOVER, found)
    _go_on(act, case)


def _transfers(case: Case, parts: Split, receipt: str) -> Iterator[Transfer]:
    if parts.to_budget:
        yield move(
            case.scheme,
            Stage.DISBURSED,
            Stage.AVAILABLE,
            parts.to_budget,
            key=f"recover:{receipt}",
            memo=f"支出收回 {case.number} {receipt}",
            case_id=case.id,
        )
        yield move(
            case.scheme,
            Stage.ALLOTMENT_USED,
            Stage.ALLOTTED,
            parts.to_budget,
            key=f"allot-recover:{receipt}",
            memo=f"支出收回 {case.number} {receipt}",
        )
    if parts.to_treasury:
        yield move(
            case.scheme,
            Stage.DISBURSED,
            Stage.RECOVERED,
            parts.to_treasury,
            key=f"recover-earlier:{receipt}",
            memo=f"收回以前年度歲出 {case.number} {receipt}",
            case_id=case.id,
        )


def _end(act: Act, recovery: Recovery, event: RecoveryEvent, found: Sequence[Share]) -> None:
    recovery.move(event)
    recovery.ended_at = act.now
    act.session.flush()
    ended = {
        RecoveryEvent.RECOVER: TrancheState.RECOVERED,
        RecoveryEvent.WRITE_OFF: TrancheState.WRITTEN_OFF,
    }
    follow(act, found, ended[event])


def _go_on(act: Act, case: Case) -> None:
    """A settled case that owes nothing more is closed; any other waits for whose turn it is."""
    act.session.flush()
    if not close_when_done(act, case):
        pass_turn(act, case)


@use_case("recovery.reverse", requires=Permission.RECOVERY_RECEIVE)
def reverse_repayment(act: Act, repayment_id: int, version: int, reason: str) -> None:
    """Take a receipt that was entered wrongly out again 更正收回登錄, by a correcting entry.

    `version` is the demand's. The receipt stays on record with the correction beside it; its money
    leaves the books that it went into, and is owed again. Refuses what `reversing_refusal` does,
    "note.missing", and "budget.exhausted" or "budget.allotment_short" when what it had restored
    was promised or used meanwhile.
    """
    receipt = act.session.get_one(Repayment, repayment_id)
    recovery = recovery_at(act, receipt.recovery_id, version)
    facts = one_repayment(act.session, repayment_id).receipt
    if refusal := reversing_refusal(facts, recovery.state, act.actor.id):
        raise refusal
    check_reason(reason)
    case = act.session.get_one(Case, recovery.case_id)
    parts = Split(receipt.to_budget, receipt.to_treasury)
    post(
        act,
        *(
            reverse(each, key=f"undo-{each.key}", memo=f"更正 {each.memo}")
            for each in _transfers(case, parts, receipt.receipt_number)
        ),
    )
    act.session.add(
        RepaymentReversal(
            repayment_id=receipt.id,
            recovery_id=recovery.id,
            case_id=case.id,
            amount=receipt.amount,
            to_budget=receipt.to_budget,
            to_treasury=receipt.to_treasury,
            reason=reason.strip(),
            reversed_by=act.actor.id,
            reversed_at=act.now,
        )
    )
    act.because(reason.strip())
    # The database lets what came back grow less by a correction only, which it must see first.
    act.session.flush()
    recovery.repaid = recovery.repaid - receipt.amount
    if recovery.state is RecoveryState.RECOVERED:
        _reopen(act, recovery)
    act.session.flush()
    pass_turn(act, case)


def _reopen(act: Act, recovery: Recovery) -> None:
    """Owed once more: demanded, or with the enforcement agency if it had been there."""
    was_enforced = recovery.enforced_at is not None
    recovery.move(RecoveryEvent.REOPEN_ENFORCED if was_enforced else RecoveryEvent.REOPEN)
    recovery.ended_at = None
    act.session.flush()
    follow(
        act,
        [row.share for row in shares(act.session, recovery.id)],
        TrancheState.RECOVERED,
    )


# --- enforced, written off --------------------------------------------------------------------


@use_case("recovery.enforce", requires=Permission.ENDING_PREPARE)
def enforce_recovery(
    act: Act, recovery_id: int, version: int, letter: Letter, final_on: date | None
) -> None:
    """Pass an overdue demand on for enforcement 移送行政執行, once its disposition is final.

    Refuses what `check_enforcement` does.
    """
    recovery = recovery_at(act, recovery_id, version)
    check_enforcement(facts_of(recovery), letter, final_on, today(act))
    case = act.session.get_one(Case, recovery.case_id)
    recovery.move(RecoveryEvent.ENFORCE)
    recovery.final_on = final_on
    recovery.enforcement_number = letter.number.strip()
    recovery.enforcement_on = letter.on
    recovery.enforced_by = act.actor.id
    recovery.enforced_at = act.now
    act.session.flush()
    found = [row.share for row in shares(act.session, recovery_id)]
    follow(act, found, TrancheState.ENFORCEMENT)
    pass_turn(act, case)


@use_case("recovery.write_off", requires=Permission.RECOVERY_WRITE_OFF)
def write_off_recovery(
    act: Act, recovery_id: int, version: int, letter: Letter, reason: str
) -> None:
    """Write off what enforcement could not bring back 註銷債權, on the authority's approval.

    What came back before stays where it went. Refuses what `check_write_off` does.
    """
    recovery = recovery_at(act, recovery_id, version)
    facts = facts_of(recovery)
    check_write_off(facts, letter, reason, today(act))
    case = act.session.get_one(Case, recovery.case_id)
    recovery.written_off = facts.owed
    recovery.write_off_number = letter.number.strip()
    recovery.write_off_on = letter.on
    recovery.write_off_reason = reason.strip()
    recovery.written_off_by = act.actor.id
    act.because(reason.strip())
    _end(
        act,
        recovery,
        RecoveryEvent.WRITE_OFF,
        [row.share for row in shares(act.session, recovery_id)],
    )
    _go_on(act, case)


def merge_prepared(act: Act, case_id: int) -> None:
    """Demands of this case that were not made yet go into the one that is made now 併入後案."""
    waiting = act.session.scalars(
        select(Recovery)
        .where(Recovery.case_id == case_id, Recovery.state == RecoveryState.PREPARED)
        .order_by(Recovery.id)
        .limit(ROWS_MAX)
    )
    for recovery in waiting:
        recovery.move(RecoveryEvent.MERGE)
        recovery.ended_at = act.now
