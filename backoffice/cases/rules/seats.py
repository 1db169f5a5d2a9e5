"""Places 名額: the states of a place and of whoever wants one, and who comes before whom (§4.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from backoffice.kernel.lifecycle import Lifecycle
from backoffice.kernel.taiwan import local_date
from backoffice.scheme.rules import SeatOrder, Seats


class SeatState(StrEnum):
    """Where a numbered place stands."""

    FREE = "FREE"
    HELD = "HELD"
    CONFIRMED = "CONFIRMED"
    IN_SERVICE = "IN_SERVICE"
    DONE = "DONE"
    CONSUMED = "CONSUMED"
    UNUSED = "UNUSED"


class SeatEvent(StrEnum):
    """What can happen to a place."""

    HOLD = "HOLD"
    CONFIRM = "CONFIRM"
    PAY = "PAY"
    LAPSE = "LAPSE"
    RELEASE = "RELEASE"
    START = "START"
    DELIVER = "DELIVER"
    CONSUME = "CONSUME"
    RETIRE = "RETIRE"


_S, _E = SeatState, SeatEvent
SEAT: Lifecycle[SeatState, SeatEvent] = Lifecycle(
    initial=_S.FREE,
    moves=[
        (_S.FREE, _E.HOLD, _S.HELD),
        (_S.FREE, _E.CONFIRM, _S.CONFIRMED),
        (_S.HELD, _E.PAY, _S.CONFIRMED),
        (_S.HELD, _E.LAPSE, _S.FREE),
        (_S.HELD, _E.RELEASE, _S.FREE),
        (_S.CONFIRMED, _E.RELEASE, _S.FREE),
        (_S.CONFIRMED, _E.START, _S.IN_SERVICE),
        (_S.IN_SERVICE, _E.DELIVER, _S.DONE),
        (_S.IN_SERVICE, _E.CONSUME, _S.CONSUMED),
        (_S.FREE, _E.RETIRE, _S.UNUSED),
    ],
)
# A place that somebody has: it counts against the total.
TAKEN = (_S.HELD, _S.CONFIRMED, _S.IN_SERVICE, _S.DONE, _S.CONSUMED)
# A place that an earlier firm could still have had.
MOVABLE = (_S.HELD, _S.CONFIRMED)


class ClaimState(StrEnum):
    """How a case stands towards a place."""

    WAITING = "WAITING"
    SEATED = "SEATED"
    LAPSED = "LAPSED"
    REFUND = "REFUND"
    ENDED = "ENDED"


# A claim that has a place or may still come to one: a firm has one of them in a round.
LIVE_CLAIMS = (ClaimState.WAITING, ClaimState.SEATED, ClaimState.LAPSED)


class ClaimEvent(StrEnum):
    """What can happen to the wish for a place."""

    SEAT = "SEAT"
    GIVE_WAY = "GIVE_WAY"
    LAPSE = "LAPSE"
    PAY_LATE = "PAY_LATE"
    CHOOSE_REFUND = "CHOOSE_REFUND"
    END = "END"


_C, _V = ClaimState, ClaimEvent
CLAIM: Lifecycle[ClaimState, ClaimEvent] = Lifecycle(
    initial=_C.WAITING,
    moves=[
        (_C.WAITING, _V.SEAT, _C.SEATED),
        (_C.WAITING, _V.CHOOSE_REFUND, _C.REFUND),
        (_C.WAITING, _V.END, _C.ENDED),
        (_C.SEATED, _V.GIVE_WAY, _C.WAITING),
        (_C.SEATED, _V.LAPSE, _C.LAPSED),
        (_C.SEATED, _V.END, _C.ENDED),
        (_C.LAPSED, _V.PAY_LATE, _C.WAITING),
        (_C.LAPSED, _V.CHOOSE_REFUND, _C.REFUND),
        (_C.LAPSED, _V.END, _C.ENDED),
        (_C.REFUND, _V.END, _C.ENDED),
    ],
)


class ConflictState(StrEnum):
    """A late claim that outranks a place: it waits for a person, and then says what became."""

    OPEN = "OPEN"
    KEPT = "KEPT"
    REPLACED = "REPLACED"
    MOOT = "MOOT"


class ConflictEvent(StrEnum):
    """What settles a conflict."""

    KEEP = "KEEP"
    REPLACE = "REPLACE"
    SETTLE = "SETTLE"


CONFLICT: Lifecycle[ConflictState, ConflictEvent] = Lifecycle(
    initial=ConflictState.OPEN,
    moves=[
        (ConflictState.OPEN, ConflictEvent.KEEP, ConflictState.KEPT),
        (ConflictState.OPEN, ConflictEvent.REPLACE, ConflictState.REPLACED),
        (ConflictState.OPEN, ConflictEvent.SETTLE, ConflictState.MOOT),
    ],
)


class ReleaseCause(StrEnum):
    """Why a place was given up."""

    LAPSED = "LAPSED"
    WITHDRAWN = "WITHDRAWN"
    CANCELLED = "CANCELLED"
    GAVE_WAY = "GAVE_WAY"


class Choice(StrEnum):
    """What a firm without a place may choose: to wait, or to have its fee back (§3.8)."""

    WAIT = "WAIT"
    REFUND = "REFUND"


class FeeSource(StrEnum):
    """How a payment became known."""

    INTAKE = "INTAKE"
    HAND = "HAND"
    BANK = "BANK"


@dataclass(frozen=True, slots=True, order=True)
class SeatKey:
    """What puts firms in order: payment or acceptance, then receipt, then the case number."""

    at: datetime
    received_at: datetime
    case_number: str


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment with its value time, its amount in whole NTD and its receipt."""

    at: datetime
    amount: int
    receipt: str


@dataclass(frozen=True, slots=True)
class FullFee:
    """The payment with which the sum first reached the fee: its value time and receipt."""

    at: datetime
    receipt: str


def full_fee(payments: Iterable[Paid], fee: int) -> FullFee | None:
    """The payment that first brought the sum to the fee, by value time; None if none did.

    Instalments count together; payments of the same instant in order of their receipts, so that
    the answer never depends on the order in which they became known. Source: domain §3.8.
    """
    paid = 0
    for payment in sorted(payments, key=lambda each: (each.at, each.receipt)):
        paid += payment.amount
        if paid >= fee:
            return FullFee(payment.at, payment.receipt)
    return None


def claim_at(seats: Seats, accepted_at: datetime, full: FullFee | None) -> datetime | None:
    """The instant that puts an accepted case in line; None while it has no place there.

    By payment: the value time of the full fee. By acceptance: when it was accepted.
    """
    if seats.order is SeatOrder.ACCEPTANCE:
        return accepted_at
    return None if full is None else full.at


def hold_until(seats: Seats, now: datetime) -> date:
    """The last day on which the fee of a place given now may be paid (§4.4)."""
    assert seats.hold_days is not None, "a place is held only where the edition says how long"
    return local_date(now) + timedelta(days=seats.hold_days)


def rejoins_at(accepted_key: datetime, due_on: date, full: FullFee) -> datetime:
    """The key of a firm whose hold had run out when its fee became known.

    Paid in time, only known late: it stands where it stood. Paid late: by the payment.
    """
    return accepted_key if local_date(full.at) <= due_on else full.at


def outranked(key: SeatKey, holders: Sequence[SeatKey]) -> SeatKey | None:
    """The last of those whose places `key` would have come before; None if it comes after all."""
    last = max(holders, default=None)
    return last if last is not None and key < last else None


def rank_of(key: SeatKey, holders: Iterable[SeatKey]) -> int:
    """Which place the key would have had among the holders, 1 for the first."""
    return 1 + sum(holder < key for holder in holders)
