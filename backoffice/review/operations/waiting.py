"""The line for a scheme's money 候補: who is called when some is there, and its end."""

from __future__ import annotations

from sqlalchemy import select

from backoffice.access import SYSTEM, Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.queries.windows import window_of
from backoffice.cases.rules.lifecycle import CaseEvent, CaseState
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.operations import available_of, post
from backoffice.ledger.rules import Stage, Transfer
from backoffice.review.models import WaitingPlace
from backoffice.review.operations import standing
from backoffice.review.operations.records import panel_of, reason_given
from backoffice.review.queries.waiting import line_of, open_offer_count, schemes_waited_for
from backoffice.review.rules.lifecycles import DecisionKind
from backoffice.review.rules.waiting import Call, InLine, calls, first_call
from backoffice.use_case import Act, use_case

SYSTEM_NAME = "系統依序遞補"


@use_case("waitlist.promote", requires=Permission.WAITLIST_PROMOTE)
def promote(act: Act, scheme: str, shown: tuple[Call, ...] | None) -> int:
    """Give what is available to those in line, in their order; how many were called.

    Whoever can have all that was found right is awarded; the last may be offered a part. `shown`
    is what the page said would happen: Stale when it is another by now; None where nobody looked.

    It cannot call twice, nor skip: it asks for no event but for the balance, whose row it holds
    from its first step to its last, as every act does that gives, takes or decides. Two releases,
    whenever their promotions run, have made one balance, and it is spent once: the second promotion
    waits for the first, then finds less money and a shorter line, and nothing to do is no error.
    The line is read after the balance is held, by its stored order, and `calls` passes nobody over
    who would take what is left. Each transfer's key names its case, so even the same money could
    not be given to it again.
    """
    available = available_of(act, scheme)
    line = _held_line(act, scheme)
    called = calls(line, available)
    if shown is not None and shown != called:
        raise Stale
    if not called:
        return 0
    ids = [call.case_id for call in called]
    numbers = standing.next_offer_number(act, ids)
    cases = {each: act.session.get_one(Case, each) for each in ids}
    places = {
        place.case_id: place
        for place in act.session.scalars(
            select(WaitingPlace).where(WaitingPlace.case_id.in_(ids)).order_by(WaitingPlace.id)
        )
    }
    post(act, *(_transfer(cases[call.case_id], call, numbers) for call in called))
    for call in called:
        _call(act, cases[call.case_id], places[call.case_id], call, numbers[call.case_id])
    act.because(f"釋出經費依候補順序遞補：可用餘額 {available.dollars:,} 元")
    return len(called)


@use_case("waitlist.promote_everywhere", requires=Permission.SYSTEM)
def promote_everywhere(act: Act) -> int | None:
    """`promote` in every scheme that somebody waits for; how many were called, None for nobody."""
    called = sum(promote(act, scheme, None) for scheme in schemes_waited_for(act.session))
    return called or None


@use_case("waitlist.end_programme", requires=Permission.CASE_DECIDE)
def end_programme(act: Act, scheme: str, count: int, document_number: str, reason: str) -> int:
    """The programme ends: whoever still waits gets no subsidy 經費用罄; how many they were.

    `count` is how many the page showed; Stale when there are more or fewer. Refuses
    "waitlist.empty", "waitlist.window_open" (scheme), "waitlist.offers_open" (count),
    "waitlist.first_in_line" (available, number) while somebody could still be served, and
    "note.missing".
    """
    available = available_of(act, scheme)
    line = _held_line(act, scheme)
    note = reason_given(reason)
    if not line:
        raise Refused("waitlist.empty", scheme=scheme)
    if len(line) != count:
        raise Stale
    refuse_unless_ending(act, scheme, available, line)
    act.because(f"{document_number.strip()} {note}".strip())
    for one in line:
        case = act.session.get_one(Case, one.case_id)
        decision = standing.decision_of(act, case, panel_of(act, case), DecisionKind.REJECT)
        decision.document_number, decision.reason = document_number.strip(), note
        act.session.add(decision)
        case.decided_at = act.now
        case.move(CaseEvent.END_PROGRAMME, at=act.now, waiting_for=WaitingFor.NOBODY)
    return len(line)


def refuse_unless_ending(act: Act, scheme: str, available: Ntd, line: tuple[InLine, ...]) -> None:
    """The line ends when no case can come any more and nobody in it can still be served."""
    if window_of(act.session, scheme, act.now).is_open:
        raise Refused("waitlist.window_open", scheme=scheme)
    offers = open_offer_count(act.session, scheme)
    if offers:
        raise Refused("waitlist.offers_open", count=offers)
    first = first_call(line, available)
    if first is not None:
        number = next(one.order.case_number for one in line if one.case_id == first.case_id)
        raise Refused("waitlist.first_in_line", available=available, number=number)


def _held_line(act: Act, scheme: str) -> tuple[InLine, ...]:
    """The line, with its cases held: who withdraws meanwhile comes before or after, not between."""
    act.session.execute(
        select(Case.id)
        .where(Case.scheme == scheme, Case.state == CaseState.WAITLISTED)
        .order_by(Case.id)
        .with_for_update()
    ).all()
    return line_of(act.session, scheme)


def _transfer(case: Case, call: Call, numbers: dict[int, int]) -> Transfer:
    if call.is_whole:
        return standing.award_transfer(case, Stage.AVAILABLE, call.amount)
    return standing.holding_transfer(case, numbers[case.id], call.amount)


def _call(act: Act, case: Case, place: WaitingPlace, call: Call, number: int) -> None:
    kind = DecisionKind.AWARD if call.is_whole else DecisionKind.PARTIAL_OFFER
    decision = standing.decision_of(act, case, panel_of(act, case), kind)
    decision.subsidy, decision.total_budget = call.amount, place.total_budget
    decision.reason = "釋出經費，依候補順序遞補。"
    if act.actor.id == SYSTEM.id:
        decision.decided_by_name = SYSTEM_NAME
    act.session.add(decision)
    if call.is_whole:
        standing.award(act, case, call.amount)
        return
    terms = standing.new_offer(act, case, call.amount, place.wanted, place.total_budget, "")
    terms.offered_by_name = decision.decided_by_name
    standing.offer_part(act, case, number, terms)
