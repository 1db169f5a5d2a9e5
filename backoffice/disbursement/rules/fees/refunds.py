"""退費: when a fee goes back, how much of it, by which day, and through whose hands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import ClaimState
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.disbursement.rules.stages import check_reason
from backoffice.kernel.lifecycle import Lifecycle
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc


class RefundGround(StrEnum):
    """Why money goes back to its payer. Source: domain §3.8."""

    EXCESS = "EXCESS"  # 溢繳或重複繳納
    NO_PLACE = "NO_PLACE"  # 額滿或逾期, by the payer's choice
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    BEFORE_SERVICE = "BEFORE_SERVICE"
    AFTER_SERVICE = "AFTER_SERVICE"  # minus the advertising already placed
    UNKNOWN_PAYER = "UNKNOWN_PAYER"


class RefundState(StrEnum):
    """Where a refund 退費 stands."""

    MADE = "MADE"
    APPROVED = "APPROVED"
    PAID = "PAID"
    RETURNED = "RETURNED"
    BOUNCED = "BOUNCED"  # 退匯: the money is back; another refund, made anew, pays it again


class RefundEvent(StrEnum):
    """What can happen to a refund."""

    APPROVE = "APPROVE"
    RETURN = "RETURN"
    PAY = "PAY"
    BOUNCE = "BOUNCE"


_S, _E = RefundState, RefundEvent
REFUND: Lifecycle[RefundState, RefundEvent] = Lifecycle(
    initial=_S.MADE,
    moves=[
        (_S.MADE, _E.APPROVE, _S.APPROVED),
        (_S.MADE, _E.RETURN, _S.RETURNED),
        (_S.APPROVED, _E.PAY, _S.PAID),
        (_S.PAID, _E.BOUNCE, _S.BOUNCED),
    ],
)
OPEN = (RefundState.MADE, RefundState.APPROVED)
LIVE = (*OPEN, RefundState.PAID)


# The case has come to its end without a place, or has left the place it had.
NOT_ELIGIBLE = (CaseState.INELIGIBLE, CaseState.NOT_ACCEPTED)
LEFT = (CaseState.WITHDRAWN, CaseState.CANCELLED)


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """How a case stands towards a place. `places_closed`: 額滿, or the window's end has passed."""

    state: CaseState
    has_place: bool
    service_began: bool
    places_closed: bool
    claim: ClaimState | None


def ended_by(place: PlaceFacts) -> RefundGround | None:
    """Why the whole fee of a case is to go back; None while it has a place or may get one.

    Who waits in line with the whole fee is asked first: it goes back only by the payer's choice.
    """
    if place.state in NOT_ELIGIBLE:
        return RefundGround.NOT_ELIGIBLE
    if place.state in LEFT:
        return RefundGround.AFTER_SERVICE if place.service_began else RefundGround.BEFORE_SERVICE
    if place.state is not CaseState.ACCEPTED or place.has_place:
        return None
    if place.claim is ClaimState.WAITING:
        return None
    no_place = place.places_closed or place.claim is ClaimState.REFUND
    return RefundGround.NO_PLACE if no_place else None


@dataclass(frozen=True, slots=True)
class Claimed:
    """What may go back now: why, how much, what was taken off, and by which day."""

    ground: RefundGround
    amount: Ntd
    deducted: Ntd
    due_on: date


@dataclass(frozen=True, slots=True)
class FeeFacts:
    """A case's fee account as the rules of refunds ask about it.

    `held`: received and not given back. `running`: refunds that are made and not paid yet.
    `advertising`: placed with evidence. `since` is the day from which the time to refund runs;
    `over_since` the day on which more than the fee was held.
    """

    fee: Ntd
    held: Ntd
    running: Ntd
    advertising: Ntd
    ended: RefundGround | None
    since: date | None
    over_since: date | None
    refund_days: int

    def without_running(self) -> FeeFacts:
        """The same before the refund that is on its way was made."""
        return replace(self, running=ZERO)

    @property
    def free(self) -> Ntd:
        """What is held and not on its way back."""
        return self.held - self.running


def claimed(facts: FeeFacts) -> Claimed | None:
    """What is to go back now; None when nothing is.

    An ended case gets back all, after its service began less the advertising already placed; a
    case without a place all (A84); any other what it paid beyond the fee.
    """
    if facts.ended is not None:
        assert facts.since is not None, "what has ended has ended on a day"
        used = facts.advertising if facts.ended is RefundGround.AFTER_SERVICE else ZERO
        deducted = min(used, facts.free)
        amount = facts.free - deducted
        if amount <= ZERO:
            return None
        return Claimed(facts.ended, amount, deducted, due_on(facts.since, facts.refund_days))
    excess = facts.free - facts.fee
    if excess <= ZERO:
        return None
    assert facts.over_since is not None, "more than the fee came in on a day"
    return Claimed(RefundGround.EXCESS, excess, ZERO, due_on(facts.over_since, facts.refund_days))


def due_on(since: date, refund_days: int) -> date:
    """The last day on which money may go back in time: so many days after it was due."""
    return since + timedelta(days=refund_days)


# --- what is typed ----------------------------------------------------------------------------

ACCOUNT_MAX = 200
REFERENCE_MAX = 64


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """A refund as it is made: to which account, why, by the payer's letter."""

    payee: str
    account: str
    reason: str


def check_order(order: RefundOrder) -> None:
    """Refuses "refund.payee_missing", "refund.account_missing", "fee.too_long" (limit), and what
    `check_reason` does."""
    if not order.payee.strip():
        raise Refused("refund.payee_missing")
    if not order.account.strip():
        raise Refused("refund.account_missing")
    for text in (order.payee, order.account):
        if len(text.strip()) > ACCOUNT_MAX:
            raise Refused("fee.too_long", limit=ACCOUNT_MAX)
    check_reason(order.reason)


def check_other_person(actor_id: int, *earlier: int | None) -> None:
    """Whoever approves or pays took no earlier step of the refund. Refuses "refund.same_person"."""
    if actor_id in earlier:
        raise Refused("refund.same_person")


def bank_reference(text: str) -> str:
    """A bank's reference as it is kept, upper case and without spaces.

    Refuses "refund.reference_missing", "fee.too_long" (limit).
    """
    kept = _told(text)
    if not kept:
        raise Refused("refund.reference_missing")
    if len(kept) > REFERENCE_MAX:
        raise Refused("fee.too_long", limit=REFERENCE_MAX)
    return kept


def check_paid_on(day: date, *, approved_on: date, today: date) -> None:
    """A day on which it can have been paid.

    Refuses "refund.paid_early" (day, approved_on) and "refund.paid_future" (day).
    """
    if day < approved_on:
        raise Refused("refund.paid_early", day=day, approved_on=approved_on)
    if day > today:
        raise Refused("refund.paid_future", day=day)


# --- 退匯 -------------------------------------------------------------------------------------

BOUNCE_NOTE_MAX = 200
# What the bank cannot pay until another account or name is given.
_WRONG = (ReturnReason.ACCOUNT_WRONG, ReturnReason.ACCOUNT_CLOSED, ReturnReason.NAME_DIFFERS)


@dataclass(frozen=True, slots=True)
class Bounce:
    """That a paid refund came back, by the bank's notice: 退匯日, its number, and why.

    `note` is needed for another reason than those of the list.
    """

    on: date
    reference: str
    reason: ReturnReason
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unpaid:
    """To whom a refund that came back was paid, and why it did not arrive."""

    payee: str
    account: str
    reason: ReturnReason


def check_bounce(bounce: Bounce, *, paid_on: date, today: date) -> None:
    """A notice of the bank that can be true.

    Refuses "refund.bounced_early" (day, paid_on), "refund.bounced_future" (day),
    "refund.bounce_note_missing", "fee.too_long" (limit).
    """
    if bounce.on < paid_on:
        raise Refused("refund.bounced_early", day=bounce.on, paid_on=paid_on)
    if bounce.on > today:
        raise Refused("refund.bounced_future", day=bounce.on)
    note = bounce.note.strip()
    if bounce.reason is ReturnReason.OTHER and not note:
        raise Refused("refund.bounce_note_missing")
    if len(note) > BOUNCE_NOTE_MAX:
        raise Refused("fee.too_long", limit=BOUNCE_NOTE_MAX)


def check_corrected(order: RefundOrder, came_back: Iterable[Unpaid]) -> None:
    """Money is not sent again to where an account or a name was wrong: "refund.not_corrected"."""
    said = _told(order.payee), _told(order.account)
    if any(
        each.reason in _WRONG and said == (_told(each.payee), _told(each.account))
        for each in came_back
    ):
        raise Refused("refund.not_corrected")


def _told(text: str) -> str:
    """A name or an account without what makes it look different: width, case and spaces."""
    return "".join(nfkc(text).upper().split())
