"""What awards, offers and places in line have in common: the records that say them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseEvent, CaseState
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused
from backoffice.ledger.rules import Stage, Transfer, move
from backoffice.review.models import Decision, Offer, Panel, WaitingPlace
from backoffice.review.operations.records import edition_of, policy_of, today
from backoffice.review.rules.lifecycles import OFFER, DecisionKind, OfferState
from backoffice.use_case import Act


def decision_of(act: Act, case: Case, panel: Panel, kind: DecisionKind) -> Decision:
    """A decision by whoever acts, on the score as it was printed; its amounts are the caller's."""
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


def award_transfer(case: Case, source: Stage, amount: Ntd) -> Transfer:
    """核定: the money of an award, out of what is available or out of what was held for it."""
    return move(
        case.scheme,
        source,
        Stage.COMMITTED,
        amount,
        key=f"award:{case.number}",
        memo="核定",
        case_id=case.id,
    )


def holding_transfer(case: Case, number: int, amount: Ntd) -> Transfer:
    """部分核定: the money is held while the firm makes up its mind."""
    return move(
        case.scheme,
        Stage.AVAILABLE,
        Stage.HELD,
        amount,
        key=f"offer:{case.number}:{number}",
        memo="部分核定保留",
        case_id=case.id,
    )


def release_transfer(case: Case, offer: Offer, memo: str) -> Transfer:
    """The money of an offer that came to nothing is available again."""
    return move(
        case.scheme,
        Stage.HELD,
        Stage.AVAILABLE,
        offer.amount,
        key=f"offer-released:{case.number}:{offer.number}",
        memo=memo,
        case_id=case.id,
    )


def award(act: Act, case: Case, subsidy: Ntd) -> None:
    """The case is awarded from today, and the contract is to be signed in the edition's days."""
    rules = edition_of(case).award
    case.subsidy = subsidy
    case.decided_at = act.now
    sign_by = today(act) + timedelta(days=rules.sign_by_days) if rules else None
    event = CaseEvent.ACCEPT_OFFER if _was_offered(case) else CaseEvent.AWARD
    case.move(event, at=act.now, waiting_for=WaitingFor.OFFICER, due_on=sign_by)


def _was_offered(case: Case) -> bool:
    return case.state is CaseState.OFFERED


def offer_part(act: Act, case: Case, number: int, terms: Offer) -> None:
    """The offer is made: the firm has the edition's days to answer, the last one included."""
    rules = edition_of(case).award
    assert rules is not None, "an edition that pays a subsidy says how it is awarded"
    terms.number = number
    terms.due_on = today(act) + timedelta(days=rules.offer_days)
    act.session.add(terms)
    case.decided_at = act.now
    case.move(
        CaseEvent.OFFER_PARTIAL,
        at=act.now,
        waiting_for=WaitingFor.APPLICANT,
        due_on=terms.due_on,
    )


def next_offer_number(act: Act, case_ids: Sequence[int]) -> dict[int, int]:
    """The number that the next offer to each of these cases bears."""
    rows = act.session.execute(
        select(Offer.case_id, func.max(Offer.number).label("last"))
        .where(Offer.case_id.in_(case_ids))
        .group_by(Offer.case_id)
    )
    last = {row.case_id: row.last for row in rows}
    return {case_id: last.get(case_id, 0) + 1 for case_id in case_ids}


def new_offer(
    act: Act, case: Case, amount: Ntd, wanted: Ntd, total_budget: Ntd, document_number: str
) -> Offer:
    """An offer by whoever acts, of `amount` of what is wanted."""
    return Offer(
        case_id=case.id,
        scheme=case.scheme,
        state=OFFER.initial,
        amount=amount,
        wanted=wanted,
        total_budget=total_budget,
        document_number=document_number,
        offered_by=act.actor.id,
        offered_by_name=act.actor.name,
        offered_at=act.now,
    )


def offer_at(act: Act, case: Case) -> Offer:
    """The case's open offer. Refuses "offer.none" (number)."""
    found = act.session.scalars(
        select(Offer).where(Offer.case_id == case.id, Offer.state == OfferState.OPEN)
    ).one_or_none()
    if found is None:
        raise Refused("offer.none", number=case.number)
    return found


def stand_in_line(act: Act, case: Case, wanted: Ntd, total_budget: Ntd) -> WaitingPlace:
    """The case's place in line: the one it has, else one by when it was decided.

    Written once and never again, so nobody's order depends on what others do.
    """
    place = act.session.scalars(
        select(WaitingPlace).where(WaitingPlace.case_id == case.id)
    ).one_or_none()
    if place is None:
        assert case.decided_at is not None, "only a decided case waits for money"
        place = WaitingPlace(
            case_id=case.id,
            scheme=case.scheme,
            decided_at=case.decided_at,
            complete_at=case.complete_at or case.received_at,
            received_at=case.received_at,
            case_number=case.number,
            wanted=wanted,
            total_budget=total_budget,
            declined=ZERO,
        )
        act.session.add(place)
    return place
