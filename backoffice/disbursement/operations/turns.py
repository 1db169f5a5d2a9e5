"""Whose turn a contracted case is, worked out anew whenever something about it changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import FINISHED, CaseState
from backoffice.disbursement.queries.cases import contract_of, tranches_of
from backoffice.disbursement.queries.checkpoints import points_of
from backoffice.disbursement.queries.endings import proposed_id
from backoffice.disbursement.queries.loans import loan_of, unfinished
from backoffice.disbursement.queries.recoveries import (
    OpenDemand,
    open_demand,
    waits_for_disposition,
)
from backoffice.disbursement.queries.stages import stages_of
from backoffice.disbursement.rules.checkpoints import next_due
from backoffice.disbursement.rules.lifecycles import CheckpointState, StageResult, TrancheState
from backoffice.disbursement.rules.recoveries import RecoveryState
from backoffice.review.queries.opinions import open_opinions
from backoffice.use_case import Act

_WITH_FINANCE = frozenset({TrancheState.VERIFIED, TrancheState.SHEETED, TrancheState.SENT})


@dataclass(frozen=True, slots=True)
class _Turn:
    waiting_for: WaitingFor
    due_on: date | None = None


def pass_turn(act: Act, case: Case) -> None:
    """Say whose turn the case is now; unchanged, it goes on waiting since when it did."""
    if case.state in FINISHED:
        return
    turn = _turn(act, case)
    if (turn.waiting_for, turn.due_on) != (case.waiting_for, case.due_on):
        case.wait(turn.waiting_for, at=act.now, due_on=turn.due_on)


def _turn(act: Act, case: Case) -> _Turn:
    if case.state is CaseState.IN_SERVICE:
        return _served(act, case)
    points = [row.facts for row in points_of(act.session, case.id)]
    stages = stages_of(act.session, case.id)
    states = {row.state for row in tranches_of(act.session, case.id)}
    if proposed_id(act.session, case.id) is not None:
        return _Turn(WaitingFor.CONVENOR)
    if case.state is CaseState.TERMINATING:
        return _Turn(WaitingFor.OFFICER)
    reported = any(each.state is CheckpointState.REPORTED for each in points)
    if reported or TrancheState.CLAIMED in states:
        return _Turn(WaitingFor.OFFICER)
    if any(stage.result is None for stage in stages):
        awaited = open_opinions(act.session, case.id)
        return _Turn(WaitingFor.REVIEWERS if awaited else WaitingFor.OFFICER)
    if case.state is CaseState.SETTLED:
        return _settled(states, open_demand(act.session, case.id))
    if stages and stages[-1].result is StageResult.CORRECT:
        return _Turn(WaitingFor.APPLICANT, stages[-1].correct_by)
    return _Turn(WaitingFor.APPLICANT, next_due(points) or _end(act, case))


def _served(act: Act, case: Case) -> _Turn:
    """A loan waits for its bank's next claim until its subsidy ends; other services as before."""
    loan = loan_of(act.session, case.id)
    if loan is None:
        return _Turn(case.waiting_for, case.due_on)
    waiting = unfinished(act.session, loan.id, case.id)
    if waiting.open_lines or waits_for_disposition(act.session, case.id):
        return _Turn(WaitingFor.OFFICER)
    if waiting.under_way:
        return _Turn(WaitingFor.FINANCE)
    return _Turn(WaitingFor.APPLICANT, loan.ends_on)


def _settled(states: set[TrancheState], demand: OpenDemand | None) -> _Turn:
    if demand is not None:
        asked = demand.state is RecoveryState.DEMANDED
        return _Turn(WaitingFor.APPLICANT if asked else WaitingFor.OFFICER, demand.due_on)
    if TrancheState.CLAIMABLE in states:
        return _Turn(WaitingFor.APPLICANT)
    return _Turn(WaitingFor.FINANCE if states & _WITH_FINANCE else WaitingFor.OFFICER)


def _end(act: Act, case: Case) -> date:
    contract = contract_of(act.session, case.id)
    assert contract is not None, "only contracted cases have turns here"
    return contract.midterm_on if case.state is CaseState.ACTIVE else contract.period_end
