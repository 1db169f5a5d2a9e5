"""Money that comes back, cases that end early, and what is carried over."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.models import (
    CarryOver,
    Recovery,
    RecoveryShare,
    Repayment,
    RepaymentReversal,
    Settlement,
    Tranche,
)
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.recoveries import RecoveryCause, RecoveryState
from backoffice.invariants.register import Found, invariant
from backoffice.ledger.models import LedgerAccount, LedgerTransfer
from backoffice.ledger.rules import Stage

_ENDED = (CaseState.TERMINATED, CaseState.ANNULLED, CaseState.REVOKED)
_PROMISED = (
    Stage.HELD,
    Stage.COMMITTED,
    Stage.CONTRACTED,
    Stage.CARRIED_OVER,
    Stage.IN_TRANSIT,
)
_UNDER_WAY = (
    TrancheState.PLANNED,
    TrancheState.CLAIMABLE,
    TrancheState.CLAIMED,
    TrancheState.VERIFIED,
    TrancheState.SHEETED,
    TrancheState.SENT,
)


@invariant("I-15 an ended case holds no promised money and has no instalment under way")
def ended_cases_hold_nothing(session: Session) -> Found:
    """TERMINATED, ANNULLED, REVOKED: everything was released, cancelled or paid."""
    promised = _by_case(session, _PROMISED)
    live = dict(
        session.execute(
            select(Tranche.case_id, func.count())
            .where(Tranche.state.in_(_UNDER_WAY))
            .group_by(Tranche.case_id)
        ).all()
    )
    for row in session.execute(
        select(Case.id, Case.number, Case.state).where(Case.state.in_(_ENDED))
    ):
        if promised[row.id] or row.id in live:
            yield (
                row.number,
                f"{row.state}: {promised[row.id]} promised, {live.get(row.id, 0)} live",
            )


@invariant("I-51 a settlement's excess has exactly one demand")
def clawbacks_are_demanded(session: Session) -> Found:
    """Of its amount, not merged into another unless the award was annulled; none where it is 0."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in session.execute(
        select(Recovery.case_id, Recovery.amount, Recovery.state, Case.state.label("case_state"))
        .join(Case, Case.id == Recovery.case_id)
        .where(Recovery.cause == RecoveryCause.SETTLEMENT)
    ):
        if row.state is not RecoveryState.MERGED or row.case_state is CaseState.ANNULLED:
            found[row.case_id].append(row.amount.dollars)
    for case_id, clawback in session.execute(select(Settlement.case_id, Settlement.clawback)):
        expected = [clawback.dollars] if clawback.dollars else []
        if found[case_id] != expected:
            yield f"settlement of case {case_id}", f"{found[case_id]}, due {expected}"


@invariant("I-52 a demand's state agrees with what came back of it")
def demands_agree(session: Session) -> Found:
    """Never more than was demanded; recovered when all is back; shares sum to the demand."""
    back: dict[int, int] = defaultdict(int)
    for recovery_id, amount in session.execute(
        select(Repayment.recovery_id, func.sum(Repayment.amount)).group_by(Repayment.recovery_id)
    ):
        back[recovery_id] = amount.dollars
    for recovery_id, amount in session.execute(
        select(RepaymentReversal.recovery_id, func.sum(RepaymentReversal.amount)).group_by(
            RepaymentReversal.recovery_id
        )
    ):
        back[recovery_id] -= amount.dollars
    shared: dict[int, int] = defaultdict(int)
    for recovery_id, amount in session.execute(
        select(RecoveryShare.recovery_id, func.sum(RecoveryShare.amount)).group_by(
            RecoveryShare.recovery_id
        )
    ):
        shared[recovery_id] = amount.dollars
    for row in session.execute(
        select(Recovery.id, Recovery.amount, Recovery.repaid, Recovery.written_off, Recovery.state)
    ):
        amount, repaid, lost = row.amount.dollars, row.repaid.dollars, row.written_off.dollars
        agrees = {
            # A late repayment's demand knows from the first which instalments it asks back.
            RecoveryState.PREPARED: repaid == lost == 0 and shared[row.id] in (0, amount),
            RecoveryState.MERGED: repaid == lost == shared[row.id] == 0,
            # Its shares stay on record, and count nowhere.
            RecoveryState.WITHDRAWN: repaid == lost == 0 and shared[row.id] == amount,
            RecoveryState.DEMANDED: repaid < amount and not lost and shared[row.id] == amount,
            RecoveryState.ENFORCEMENT: repaid < amount and not lost and shared[row.id] == amount,
            RecoveryState.RECOVERED: repaid == amount and not lost and shared[row.id] == amount,
            RecoveryState.WRITTEN_OFF: repaid + lost == amount and lost > 0,
        }
        if repaid != back[row.id] or not agrees[row.state]:
            yield f"demand {row.id}", f"{row.state}: {repaid} of {amount}, receipts {back[row.id]}"


@invariant("I-53 the ledger's recoveries are the receipts")
def ledger_of_recoveries(session: Session) -> Found:
    """By case: what left the disbursed money for the budget and for the treasury."""
    entered: dict[tuple[int, str], int] = defaultdict(int)
    for table, sign in ((Repayment, 1), (RepaymentReversal, -1)):
        for row in session.execute(
            select(
                table.case_id,
                func.sum(table.to_budget).label("budget"),
                func.sum(table.to_treasury).label("treasury"),
            ).group_by(table.case_id)
        ):
            entered[(row.case_id, Stage.AVAILABLE.value)] += sign * row.budget.dollars
            entered[(row.case_id, Stage.RECOVERED.value)] += sign * row.treasury.dollars
    posted: dict[tuple[int, str], int] = defaultdict(int)
    paid = select(LedgerAccount.id).where(LedgerAccount.stage == Stage.DISBURSED.value)
    came, went = LedgerTransfer.source_id, LedgerTransfer.target_id
    back = (Stage.AVAILABLE.value, Stage.RECOVERED.value)
    for inside, outside, sign in ((came, went, 1), (went, came, -1)):
        for case_id, stage, amount in session.execute(
            select(LedgerTransfer.case_id, LedgerAccount.stage, func.sum(LedgerTransfer.quantity))
            .join(LedgerAccount, LedgerAccount.id == outside)
            .where(inside.in_(paid), LedgerAccount.stage.in_(back))
            .group_by(LedgerTransfer.case_id, LedgerAccount.stage)
        ):
            posted[(case_id or 0, stage)] += sign * int(amount)
    for key in sorted(entered.keys() | posted.keys()):
        if entered[key] != posted[key]:
            yield f"case {key[0]} {key[1]}", f"receipts {entered[key]}, ledger {posted[key]}"


@invariant("I-54 only what was approved is carried over")
def carried_over_is_approved(session: Session) -> Found:
    """A case has money carried over or contracted, never both; and carried over by an approval."""
    carried = _by_case(session, (Stage.CARRIED_OVER,))
    contracted = _by_case(session, (Stage.CONTRACTED,))
    approved = set(session.scalars(select(CarryOver.case_id)))
    for case_id in sorted(carried.keys() | approved):
        if carried[case_id] and case_id not in approved:
            yield f"case {case_id}", f"{carried[case_id]} carried over without an approval"
        if case_id in approved and contracted[case_id]:
            yield f"case {case_id}", f"approved, but {contracted[case_id]} is contracted still"


def _by_case(session: Session, stages: tuple[Stage, ...]) -> dict[int, int]:
    """What came into these stages for each case less what went out."""
    sums: dict[int, int] = defaultdict(int)
    accounts = select(LedgerAccount.id).where(
        LedgerAccount.stage.in_([stage.value for stage in stages])
    )
    for column, sign in ((LedgerTransfer.target_id, 1), (LedgerTransfer.source_id, -1)):
        for case_id, amount in session.execute(
            select(LedgerTransfer.case_id, func.sum(LedgerTransfer.quantity))
            .where(LedgerTransfer.case_id.is_not(None), column.in_(accounts))
            .group_by(LedgerTransfer.case_id)
        ):
            assert case_id is not None
            sums[case_id] += sign * int(amount)
    return sums
