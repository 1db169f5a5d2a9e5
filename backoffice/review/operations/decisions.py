"""決審: the award with its money in one act, or the refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from backoffice.access import Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseEvent, CaseState
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.operations import post
from backoffice.ledger.rules import Stage, move
from backoffice.review.models import Decision, Panel
from backoffice.review.operations.records import (
    current_sheets,
    edition_of,
    panel_of,
    policy_of,
    reason_given,
    refuse_one_s_own,
    seats_of,
    today,
    valid_sheets,
    variant_of,
)
from backoffice.review.rules.awards import Proposal, awardable
from backoffice.review.rules.explanation import written_hundredths
from backoffice.review.rules.lifecycles import DecisionKind
from backoffice.review.rules.scoring import Tally, tally
from backoffice.use_case import Act, use_case


@dataclass(frozen=True, slots=True)
class Award:
    """What the convenor awards: the subsidy, the plan's total with it, letter number and remark.

    `total_budget` is the plan's total as awarded, kept or shrunk.
    """

    subsidy: Ntd
    total_budget: Ntd
    document_number: str
    reason: str


@use_case("review.decide_award", requires=Permission.CASE_DECIDE)
def decide_award(act: Act, case_id: int, version: int, award: Award) -> int:
    """Award a subsidy to a case that passed: the money is committed in the same act, or nothing.

    The decision's number is returned. Refuses "decision.not_scored" (state),
    "decision.own_score", "award.below_pass" (score, pass_mark), "award.over_limit" (subsidy,
    limit), what `awardable` does, and "budget.exhausted" (available, wanted).
    """
    case, panel, result = _scored(act, case_id, version)
    if not result.passes:
        raise Refused(
            "award.below_pass",
            score=written_hundredths(result.score),
            pass_mark=written_hundredths(policy_of(case).pass_mark),
        )
    edition = edition_of(case)
    subsidy = awardable(_proposal(case, award), edition, variant_of(case, edition))
    if subsidy < award.subsidy:
        raise Refused("award.over_limit", subsidy=award.subsidy, limit=subsidy)
    # Money first: every act takes the budget's lock before the case's.
    post(
        act,
        move(
            case.scheme,
            Stage.AVAILABLE,
            Stage.COMMITTED,
            subsidy,
            key=f"award:{case.number}",
            memo="核定",
            case_id=case.id,
        ),
    )
    reason = award.reason.strip()
    act.because(reason)
    decision = _decision(act, case, panel, DecisionKind.AWARD)
    decision.subsidy, decision.total_budget = subsidy, award.total_budget
    decision.document_number, decision.reason = award.document_number.strip(), reason
    act.session.add(decision)
    case.subsidy = subsidy
    case.decided_at = act.now
    sign_by = today(act) + timedelta(days=edition.award.sign_by_days) if edition.award else None
    case.move(CaseEvent.AWARD, at=act.now, waiting_for=WaitingFor.OFFICER, due_on=sign_by)
    act.session.flush()
    return decision.id


@use_case("review.decide_reject", requires=Permission.CASE_DECIDE)
def decide_reject(act: Act, case_id: int, version: int, reason: str, document_number: str) -> int:
    """Refuse the subsidy, with the reason that the firm will read; the decision's number.

    Refuses "decision.not_scored", "decision.own_score", "note.missing", and
    "decision.reason_needed" where a case that passed is refused without a reason.
    """
    case, panel, result = _scored(act, case_id, version)
    if result.passes and not reason.strip():
        raise Refused("decision.reason_needed", score=written_hundredths(result.score))
    note = reason_given(reason)
    act.because(note)
    decision = _decision(act, case, panel, DecisionKind.REJECT)
    decision.document_number, decision.reason = document_number.strip(), note
    act.session.add(decision)
    case.decided_at = act.now
    case.move(CaseEvent.REJECT, at=act.now, waiting_for=WaitingFor.NOBODY)
    act.session.flush()
    return decision.id


def _scored(act: Act, case_id: int, version: int) -> tuple[Case, Panel, Tally]:
    """The case as the page showed it, its panel, and its result worked out again."""
    case = act.session.get_one(Case, case_id)
    if case.state is not CaseState.SCORED:
        raise Refused("decision.not_scored", number=case.number, state=case.state)
    if case.version != version:
        raise Stale
    refuse_one_s_own(act, case)
    panel = panel_of(act, case)
    counting = valid_sheets(panel, seats_of(act, panel), current_sheets(act, panel))
    result = tally(counting, policy_of(case), bonus=panel.bonus_score or 0)
    assert result.score == panel.score, "a score is what its sheets make it"
    return case, panel, result


def _proposal(case: Case, award: Award) -> Proposal:
    assert case.subsidy_requested is not None, "a scored case asks for a subsidy"
    assert case.total_budget is not None, "a scored case has a budget"
    return Proposal(
        requested=case.subsidy_requested,
        recommended=award.subsidy,
        planned_total=case.total_budget,
        total_budget=award.total_budget,
        capital=case.paid_in_capital,
    )


def _decision(act: Act, case: Case, panel: Panel, kind: DecisionKind) -> Decision:
    policy = policy_of(case)
    assert panel.score is not None, "a scored case has its score"
    assert panel.valid_count is not None, "a scored case knows how many sheets counted"
    return Decision(
        case_id=case.id,
        kind=kind,
        score=panel.score,
        pass_mark=policy.pass_mark,
        valid_count=panel.valid_count,
        quorum=policy.quorum,
        decided_by=act.actor.id,
        decided_by_name=act.actor.name,
        decided_at=act.now,
    )
