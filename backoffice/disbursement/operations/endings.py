"""放棄, 終止, 撤銷, 廢止: an awarded case ends before its time; its money is settled for good.

Budget (by `post`) first, then the case, its instalments, its checkpoints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CASE, FINISHED, CaseEvent, CaseState
from backoffice.disbursement.models import Checkpoint, Ending
from backoffice.disbursement.operations.cases import case_at, edition_of, today, tranches_at
from backoffice.disbursement.operations.demands import new_recovery
from backoffice.disbursement.operations.recoveries import merge_prepared, put_demand
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.queries.cases import ROWS_MAX
from backoffice.disbursement.queries.endings import kept_basis, proposed_id, standings
from backoffice.disbursement.queries.stages import stages_of
from backoffice.disbursement.rules.endings import (
    CASE_EVENT,
    ENDING,
    EndingEvent,
    EndingKind,
    Proposal,
    cancels,
    check_decision,
    check_proposal,
    demand_of,
    tranche_refusal,
)
from backoffice.disbursement.rules.lifecycles import CheckpointEvent, CheckpointState
from backoffice.disbursement.rules.recoveries import (
    Disposition,
    Ground,
    RecoveryCause,
)
from backoffice.disbursement.rules.stages import Letter, check_letter, check_reason
from backoffice.documents import Upload, keep_pdf
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.operations import post
from backoffice.ledger.queries import stages_of_case
from backoffice.ledger.rules import Stage, Transfer, move
from backoffice.review.operations.opinions import end_opinions
from backoffice.use_case import Act, use_case

_CAUSES: Mapping[EndingKind, RecoveryCause] = {
    EndingKind.TERMINATION: RecoveryCause.TERMINATION,
    EndingKind.ANNULMENT: RecoveryCause.ANNULMENT,
    EndingKind.REVOCATION: RecoveryCause.REVOCATION,
}
_PROMISED = (Stage.HELD, Stage.COMMITTED, Stage.CONTRACTED, Stage.CARRIED_OVER)
_WORDS: Mapping[EndingKind, str] = {
    EndingKind.TERMINATION: "終止",
    EndingKind.ANNULMENT: "撤銷",
    EndingKind.REVOCATION: "廢止",
}


@use_case("case.give_up", requires=Permission.ENDING_PREPARE)
def give_up(
    act: Act, case_id: int, version: int, letter: Letter, reason: str, paper: Upload | None
) -> None:
    """The firm gives its award or its plan up, by letter: the case is being terminated.

    Refuses "lifecycle.not_allowed", "letter.missing", "letter.in_future", "note.missing", and
    what `keep_pdf` refuses. `paper` is the letter, where it came on paper.
    """
    case = case_at(act, case_id, version)
    CASE.after(case.state, CaseEvent.GIVE_UP)
    check_letter(letter, today(act))
    check_reason(reason)
    if paper is not None:
        keep_pdf(act, paper, kind="give-up", case_id=case.id)
    _end_opinions(act, case.id)
    case.move(CaseEvent.GIVE_UP, at=act.now, waiting_for=WaitingFor.OFFICER)
    act.because(f"{letter.number.strip()} {letter.on.isoformat()} {reason.strip()}")
    pass_turn(act, case)


@use_case("ending.propose", requires=Permission.ENDING_PREPARE)
def propose_ending(
    act: Act, case_id: int, version: int, proposal: Proposal, paper: Upload | None
) -> int:
    """Prepare a termination's terms, an annulment or a revocation for the convenor 陳核.

    What must come back is worked out here and shown to who decides. Refuses what
    `check_proposal` and `demand_of` do, and "ending.proposed" while another one waits.
    """
    case = case_at(act, case_id, version)
    check_proposal(proposal, case.state, today(act))
    if proposed_id(act.session, case_id) is not None:
        raise Refused("ending.proposed")
    basis = kept_basis(act.session, case_id, edition_of(case))
    demand = demand_of(basis, proposal)
    kept = keep_pdf(act, paper, kind="ending", case_id=case.id) if paper is not None else None
    ending = Ending(
        case_id=case.id,
        kind=proposal.kind,
        state=ENDING.initial,
        ground=proposal.ground or Ground.CONTRACT_ENDED,
        reason=proposal.reason.strip(),
        known_on=proposal.known_on,
        returns=proposal.returns,
        recognised=proposal.recognised,
        recognised_grant=proposal.recognised_grant,
        paid=basis.paid,
        demand=demand,
        document_id=kept,
        prepared_by=act.actor.id,
        prepared_at=act.now,
    )
    act.session.add(ending)
    act.because(proposal.reason.strip())
    _wait(act, case, WaitingFor.CONVENOR)
    act.session.flush()
    return ending.id


@use_case("ending.return", requires=Permission.ENDING_DECIDE)
def return_ending(act: Act, ending_id: int, version: int, reason: str) -> None:
    """Give a proposal back to the officer with the reason; the case goes on as it was.

    Refuses "note.missing" and "lifecycle.not_allowed".
    """
    ending = _ending_at(act, ending_id, version)
    check_reason(reason)
    ending.move(EndingEvent.RETURN)
    ending.return_reason = reason.strip()
    ending.decided_by = act.actor.id
    ending.decided_at = act.now
    act.because(reason.strip())
    act.session.flush()
    case = act.session.get_one(Case, ending.case_id)
    _wait(act, case, WaitingFor.OFFICER)


@use_case("ending.decide", requires=Permission.ENDING_DECIDE)
def decide_ending(act: Act, ending_id: int, version: int, disposition: Disposition) -> None:
    """Decide it 核定: the case ends, and everything that belongs to its money with it.

    What was not paid returns to the budget, instalments not paid are cancelled, checkpoints are
    frozen, and what must come back is demanded. Refuses "lifecycle.not_allowed", what
    `check_decision` and `tranche_refusal` do, and "ending.money_changed" (paid, now) when the
    money stands otherwise than it was prepared.
    """
    ending = _ending_at(act, ending_id, version)
    ENDING.after(ending.state, EndingEvent.DECIDE)
    case = act.session.get_one(Case, ending.case_id)
    CASE.after(case.state, CASE_EVENT[ending.kind])
    check_decision(
        ending.kind,
        disposition,
        known_on=ending.known_on,
        demand=ending.demand,
        today=today(act),
    )
    if refusal := tranche_refusal(standings(act.session, case.id)):
        raise refusal
    _refuse_changed(act, case, ending)
    transfers = list(_released(act, case, ending.kind))
    if transfers:
        post(act, *transfers)
    _stop(act, case.id)
    ending.move(EndingEvent.DECIDE)
    ending.number = disposition.letter.number.strip()
    ending.disposed_on = disposition.letter.on
    ending.due_on = disposition.due_on if ending.demand else None
    ending.decided_by = act.actor.id
    ending.decided_at = act.now
    case.move(CASE_EVENT[ending.kind], at=act.now, waiting_for=WaitingFor.NOBODY)
    act.because(ending.reason)
    act.session.flush()
    _demand(act, case, ending, disposition)


def _demand(act: Act, case: Case, ending: Ending, disposition: Disposition) -> None:
    merge_prepared(act, case.id)
    if not ending.demand:
        return
    recovery = new_recovery(
        act, case, _CAUSES[ending.kind], ending.ground, ending.demand, ending.reason
    )
    put_demand(act, recovery, disposition)


def _ending_at(act: Act, ending_id: int, version: int) -> Ending:
    ending = act.session.get_one(Ending, ending_id)
    if ending.version != version:
        raise Stale
    return ending


def _refuse_changed(act: Act, case: Case, ending: Ending) -> None:
    now = kept_basis(act.session, case.id, edition_of(case)).paid
    if now != ending.paid:
        raise Refused("ending.money_changed", paid=ending.paid, now=now)


def _released(act: Act, case: Case, kind: EndingKind) -> Iterator[Transfer]:
    """What was promised to the case and not paid, back to what is available."""
    stages: Mapping[Stage, Ntd] = stages_of_case(act.session, case.scheme, case_id=case.id)
    for stage in _PROMISED:
        amount = stages.get(stage)
        if amount:
            yield move(
                case.scheme,
                stage,
                Stage.AVAILABLE,
                amount,
                key=f"end:{case.number}:{stage.value}",
                memo=f"{_WORDS[kind]} {case.number}",
                case_id=case.id,
            )


def _stop(act: Act, case_id: int) -> None:
    """No instalment is paid any more, no checkpoint counts, no opinion is awaited."""
    for tranche in tranches_at(act, case_id):
        event = cancels(tranche.state)
        if event is not None:
            tranche.move(event)
    points = act.session.scalars(
        select(Checkpoint)
        .where(
            Checkpoint.case_id == case_id,
            Checkpoint.state.not_in((CheckpointState.REMOVED, CheckpointState.FROZEN)),
        )
        .order_by(Checkpoint.id)
        .limit(ROWS_MAX)
    )
    for point in points:
        point.move(CheckpointEvent.FREEZE)
    _end_opinions(act, case_id)


def _end_opinions(act: Act, case_id: int) -> None:
    for stage in stages_of(act.session, case_id):
        if stage.result is None:
            end_opinions(act, case_id, stage.stage, stage.round)


def _wait(act: Act, case: Case, waiting_for: WaitingFor) -> None:
    """Whose turn it is while a proposal waits, and after it was given back."""
    if case.state in FINISHED:
        return  # a closed case waits for nobody; the list of demands shows what is proposed
    if case.state is CaseState.AWARDED:
        # Its due date is the last day to sign, which a proposal does not change.
        case.wait(waiting_for, at=act.now, due_on=case.due_on)
        return
    act.session.flush()
    pass_turn(act, case)
