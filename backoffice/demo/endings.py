"""What ends early or is asked back: 廢止, 撤銷, 終止, 追繳, and what is carried over 保留.

`demands` and `end_early` are chapters of the other grant schemes' story (`schemes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from backoffice.demo.schemes import Fate, Told
from backoffice.demo.stage import Stage
from backoffice.disbursement.models import Ending, Recovery, Tranche
from backoffice.disbursement.operations.carryover import carry_over
from backoffice.disbursement.operations.endings import decide_ending, give_up, propose_ending
from backoffice.disbursement.operations.recoveries import (
    demand_recovery,
    enforce_recovery,
    receive_repayment,
)
from backoffice.disbursement.rules.endings import EndingKind, Proposal
from backoffice.disbursement.rules.lifecycles import TrancheState
from backoffice.disbursement.rules.recoveries import Disposition, Ground, Repayment
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import Ntd, total

DUE = timedelta(days=30)
ACCOUNT = "國庫存款戶 000-123456"


def demands(stage: Stage, told: Sequence[Told], day: date) -> None:
    """Of the cases that were paid too much one is demanded and late, one goes to enforcement."""
    stage.at(day)
    owing = [_recovery(stage, one.case_id) for one in told if one.fate is Fate.OWING]
    for recovery in owing[1:]:
        _demand(stage, recovery)
    for recovery in owing[2:]:
        stage.at(day + DUE + timedelta(days=10))
        now = stage.row(Recovery, recovery.id)
        letter = _letter(stage, "移執", recovery.case_id)
        stage.office.perform(
            enforce_recovery, stage.cast.officer, now.id, now.version, letter, stage.today
        )


def end_early(stage: Stage, told: Sequence[Told], day: date) -> None:
    """One case is revoked and repays in part, one is given up and repays all, one is proposed."""
    stage.at(day)
    paid = [one.case_id for one in told if one.fate is Fate.PAID_ONCE][::2]  # one of each scheme
    for case_id, kind in zip(paid, EndingKind, strict=False):
        ending = propose(stage, case_id, kind)
        if kind is not EndingKind.ANNULMENT:  # that one waits for the convenor
            decide(stage, ending)
            _repay(stage, case_id, in_part=kind is EndingKind.REVOCATION)
    for one in [one for one in told if one.fate is Fate.ACTIVE][:1]:
        case = stage.case(one.case_id)
        approval = _letter(stage, "院授主預", one.case_id)
        stage.office.perform(carry_over, stage.cast.accounting, case.id, case.version, approval)


def _letter(stage: Stage, word: str, case_id: int) -> Letter:
    return Letter(f"{word}字第{case_id:06}號", stage.today)


def _recovery(stage: Stage, case_id: int) -> Any:
    return stage.rows(
        select(Recovery).where(Recovery.case_id == case_id).order_by(Recovery.id.desc())
    )[0]


def _demand(stage: Stage, recovery: Any) -> None:
    disposition = Disposition(_letter(stage, "經企追", recovery.case_id), stage.today + DUE)
    stage.office.perform(
        demand_recovery, stage.cast.officer, recovery.id, recovery.version, disposition
    )


def _paid(stage: Stage, case_id: int) -> Ntd:
    tranches = stage.rows(
        select(Tranche).where(Tranche.case_id == case_id, Tranche.state == TrancheState.PAID)
    )
    return total(each.amount for each in tranches)


def firm_gives_up(stage: Stage, case_id: int) -> None:
    """The firm's letter that it gives the plan up is entered."""
    case = stage.case(case_id)
    letter = _letter(stage, case.ubn[-4:], case_id)
    stage.office.perform(
        give_up, stage.cast.officer, case_id, case.version, letter, "停止生產線投資。", None
    )


def propose(stage: Stage, case_id: int, kind: EndingKind) -> int:
    """The officer prepares the end of a case, for 終止 after the firm has given up."""
    if kind is EndingKind.TERMINATION:
        firm_gives_up(stage, case_id)
    grounds = {
        EndingKind.ANNULMENT: Ground.FALSE_DOCUMENTS,
        EndingKind.REVOCATION: Ground.PLAN_NOT_EXECUTED,
    }
    half = Ntd(_paid(stage, case_id).dollars // 2)
    proposal = Proposal(
        kind=kind,
        ground=grounds.get(kind),
        reason="經實地查核，設備未依核定計畫安裝。",
        known_on=None if kind is EndingKind.TERMINATION else stage.today,
        demand=half if kind is EndingKind.REVOCATION else None,
    )
    version = stage.case(case_id).version
    return stage.office.perform(
        propose_ending, stage.cast.officer, case_id, version, proposal, None
    )


def decide(stage: Stage, ending_id: int) -> None:
    """The convenor decides it."""
    ending = stage.row(Ending, ending_id)
    disposition = Disposition(_letter(stage, "經企處", ending.case_id), stage.today + DUE)
    stage.office.perform(decide_ending, stage.cast.convenor, ending_id, ending.version, disposition)


def _repay(stage: Stage, case_id: int, *, in_part: bool) -> None:
    recovery = _recovery(stage, case_id)
    amount = Ntd(recovery.amount.dollars // 3) if in_part else recovery.amount
    back = Repayment(amount, stage.today, f"繳{case_id:06}", ACCOUNT, "支出收回書第1130001號")
    stage.office.perform(receive_repayment, stage.cast.cashier, recovery.id, recovery.version, back)
