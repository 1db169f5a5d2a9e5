"""What becomes of a partial offer 部分核定: agreed to, not agreed to, not answered, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backoffice.access import Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.operations.handling import on_withdrawal
from backoffice.cases.rules.lifecycle import CaseEvent, CaseState
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.ledger.operations import post
from backoffice.ledger.rules import Stage
from backoffice.review.models import Offer
from backoffice.review.operations import standing
from backoffice.review.operations.records import edition_of, today
from backoffice.review.queries.waiting import overdue_offer
from backoffice.review.rules.awards import check_acceptance, part_of
from backoffice.review.rules.lifecycles import OfferEvent
from backoffice.use_case import Act, use_case


@dataclass(frozen=True, slots=True)
class FirmLetter:
    """The firm's answer in writing: the number and the date of its letter."""

    number: str
    on: date


@use_case("offer.accept", requires=Permission.CASE_WORK)
def accept_offer(
    act: Act, case_id: int, version: int, letter: FirmLetter, total_budget: Ntd
) -> None:
    """Enter that the firm agrees: what was held is awarded, with a plan that the firm can carry.

    `total_budget` is the plan's total from now on, kept or shrunk; its categories are tested again
    when the contract is signed. Refuses what `check_acceptance` does, "offer.none",
    "offer.letter_missing", "offer.letter_in_future" (on) and "offer.answered_late" (on, due_on).
    """
    case, offer = _offered(act, case_id, version)
    _check_letter(act, offer, letter)
    part = part_of(offer.amount, offer.total_budget, case.paid_in_capital, edition_of(case))
    check_acceptance(total_budget, part, case.paid_in_capital)
    post(act, standing.award_transfer(case, Stage.HELD, offer.amount))
    offer.agreed_total = total_budget
    _end(act, offer, OfferEvent.ACCEPT, letter)
    standing.award(act, case, offer.amount)


@use_case("offer.decline", requires=Permission.CASE_WORK)
def decline_offer(act: Act, case_id: int, version: int, letter: FirmLetter, reason: str) -> None:
    """Enter that the firm does not agree: its money is free for the next in line.

    The case stands in line where it stood by its order, and is not offered as little again.
    Refuses as `accept_offer` does of the letter.
    """
    case, offer = _offered(act, case_id, version)
    _check_letter(act, offer, letter)
    _let_go(act, case, offer, OfferEvent.DECLINE, "業者不同意部分核定", letter)
    act.because(reason.strip())


@use_case("offer.miss_answer", requires=Permission.CASE_WORK)
def miss_answer(act: Act, case_id: int, version: int, reason: str) -> None:
    """Enter that the firm has not answered in time 逾期未回復; as `decline_offer` otherwise.

    Refuses "offer.not_due" (due_on) until the last day has passed.
    """
    case, offer = _offered(act, case_id, version)
    if today(act) <= offer.due_on:
        raise Refused("offer.not_due", due_on=offer.due_on)
    _let_go(act, case, offer, OfferEvent.MISS_ANSWER, "部分核定逾期未回復", None)
    act.because(reason.strip())


@use_case("offer.end_overdue", requires=Permission.SYSTEM)
def end_overdue_offer(act: Act) -> int | None:
    """End the offer that is longest past its day, as `miss_answer` does; its case, None if none.

    One offer an act, so that an officer who enters an answer waits for one case at most.
    """
    case_id = overdue_offer(act.session, today(act))
    if case_id is None:
        return None
    case = act.session.get_one(Case, case_id)
    offer = standing.offer_at(act, case)
    _let_go(act, case, offer, OfferEvent.MISS_ANSWER, "部分核定逾期未回復", None)
    act.because(f"回復期限 {offer.due_on.isoformat()} 已過，未接獲業者回復")
    return case_id


@on_withdrawal
def release_on_withdrawal(act: Act, case: Case) -> None:
    """A firm that withdraws while an offer is open lets the held money go."""
    if case.state is not CaseState.OFFERED:
        return
    offer = standing.offer_at(act, case)
    post(act, standing.release_transfer(case, offer, "撤案"))
    _end(act, offer, OfferEvent.WITHDRAW, None)


def _offered(act: Act, case_id: int, version: int) -> tuple[Case, Offer]:
    case = act.session.get_one(Case, case_id)
    if case.state is not CaseState.OFFERED:
        raise Refused("offer.none", number=case.number)
    if case.version != version:
        raise Stale
    return case, standing.offer_at(act, case)


def _check_letter(act: Act, offer: Offer, letter: FirmLetter) -> None:
    if not letter.number.strip():
        raise Refused("offer.letter_missing")
    if letter.on > today(act):
        raise Refused("offer.letter_in_future", on=letter.on)
    if letter.on > offer.due_on:
        raise Refused("offer.answered_late", on=letter.on, due_on=offer.due_on)


def _let_go(
    act: Act, case: Case, offer: Offer, event: OfferEvent, memo: str, letter: FirmLetter | None
) -> None:
    post(act, standing.release_transfer(case, offer, memo))
    _end(act, offer, event, letter)
    place = standing.stand_in_line(act, case, offer.wanted, offer.total_budget)
    place.declined = max(place.declined, offer.amount)
    case.move(CaseEvent.DECLINE_OFFER, at=act.now, waiting_for=WaitingFor.CONVENOR)


def _end(act: Act, offer: Offer, event: OfferEvent, letter: FirmLetter | None) -> None:
    if letter is not None:
        offer.answer_number, offer.answer_on = letter.number.strip(), letter.on
        act.because(f"業者函 {letter.number.strip()} {letter.on.isoformat()}")
    offer.move(event, at=act.now, by=act.actor.id)
