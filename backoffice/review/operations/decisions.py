"""決審: an award with its money, an offer of a part, a place in line, or the refusal."""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.access import Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseEvent, CaseState
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.operations import available_of, post
from backoffice.ledger.rules import Stage
from backoffice.review.models import Decision, Panel
from backoffice.review.operations import standing
from backoffice.review.operations.records import (
    counting_sheets,
    edition_of,
    panel_of,
    policy_of,
    reason_given,
    refuse_one_s_own,
    variant_of,
)
from backoffice.review.queries.waiting import line_of
from backoffice.review.rules.awards import Proposal, awardable
from backoffice.review.rules.explanation import written_hundredths
from backoffice.review.rules.lifecycles import DecisionKind
from backoffice.review.rules.scoring import Tally, tally
from backoffice.review.rules.waiting import Course, refuse_out_of_turn
from backoffice.use_case import Act, use_case


@dataclass(frozen=True, slots=True)
class Award:
    """What the convenor finds right: the subsidy, the plan's total with it, letter and remark.

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
    limit), what `awardable` does, and what `refuse_out_of_turn` does: whoever waits comes first.
    """
    case, panel = _passing(act, case_id, version, award)
    _in_turn(act, case, Course.AWARD, award.subsidy)
    # Money first: every act takes the budget's lock before the case's.
    post(act, standing.award_transfer(case, Stage.AVAILABLE, award.subsidy))
    decision = _recorded(act, case, panel, DecisionKind.AWARD, award)
    standing.award(act, case, award.subsidy)
    act.session.flush()
    return decision.id


@use_case("review.decide_offer", requires=Permission.CASE_DECIDE)
def decide_offer(act: Act, case_id: int, version: int, award: Award, amount: Ntd) -> int:
    """Offer what is there of an award that the money does not cover 部分核定, and hold it.

    `amount` is what the page showed: all that is available, and less than `award.subsidy`. The
    firm answers within the edition's days. Refuses what `decide_award` does, and
    "offer.available_changed" (available, amount) when there is more or less by now.
    """
    case, panel = _passing(act, case_id, version, award)
    available = _in_turn(act, case, Course.OFFER, award.subsidy)
    if available != amount:
        raise Refused("offer.available_changed", available=available, amount=amount)
    number = standing.next_offer_number(act, [case.id])[case.id]
    post(act, standing.holding_transfer(case, number, amount))
    decision = _recorded(act, case, panel, DecisionKind.PARTIAL_OFFER, award)
    decision.subsidy = amount
    letter = award.document_number.strip()
    terms = standing.new_offer(act, case, amount, award.subsidy, award.total_budget, letter)
    standing.offer_part(act, case, number, terms)
    act.session.flush()
    return decision.id


@use_case("review.decide_waitlist", requires=Permission.CASE_DECIDE)
def decide_waitlist(act: Act, case_id: int, version: int, award: Award) -> int:
    """Place a case that passed in line for money 列入候補, with what it would have been awarded.

    Refuses what `decide_award` does of the case itself, and "waitlist.money_there" (available)
    when there is money and nobody comes first.
    """
    case, panel = _passing(act, case_id, version, award)
    _in_turn(act, case, Course.WAIT, award.subsidy)
    decision = _recorded(act, case, panel, DecisionKind.WAITLIST, award)
    case.decided_at = act.now
    standing.stand_in_line(act, case, award.subsidy, award.total_budget)
    case.move(CaseEvent.PLACE_ON_WAITLIST, at=act.now, waiting_for=WaitingFor.CONVENOR)
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
    decision = standing.decision_of(act, case, panel, DecisionKind.REJECT)
    decision.document_number, decision.reason = document_number.strip(), note
    act.session.add(decision)
    case.decided_at = act.now
    case.move(CaseEvent.REJECT, at=act.now, waiting_for=WaitingFor.NOBODY)
    act.session.flush()
    return decision.id


def _passing(act: Act, case_id: int, version: int, award: Award) -> tuple[Case, Panel]:
    """The case, if it passed and this award keeps within every limit but the money's."""
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
    return case, panel


def _in_turn(act: Act, case: Case, chosen: Course, wanted: Ntd) -> Ntd:
    """What is available, held from now on, if money and line allow what was chosen."""
    available = available_of(act, case.scheme)
    refuse_out_of_turn(chosen, wanted, available, line_of(act.session, case.scheme))
    return available


def _recorded(act: Act, case: Case, panel: Panel, kind: DecisionKind, award: Award) -> Decision:
    reason = award.reason.strip()
    act.because(reason)
    decision = standing.decision_of(act, case, panel, kind)
    decision.subsidy, decision.total_budget = award.subsidy, award.total_budget
    decision.document_number, decision.reason = award.document_number.strip(), reason
    act.session.add(decision)
    return decision


def _scored(act: Act, case_id: int, version: int) -> tuple[Case, Panel, Tally]:
    """The case as the page showed it, its panel, and its result worked out again."""
    case = act.session.get_one(Case, case_id)
    if case.state is not CaseState.SCORED:
        raise Refused("decision.not_scored", number=case.number, state=case.state)
    if case.version != version:
        raise Stale
    refuse_one_s_own(act, case)
    panel = panel_of(act, case)
    result = tally(counting_sheets(act, panel), policy_of(case), bonus=panel.bonus_score or 0)
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
