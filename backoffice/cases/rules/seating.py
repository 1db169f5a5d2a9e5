"""In which order places are given out, and to whom (§4.4): by payment, or by acceptance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backoffice.cases.rules.submission import FeePayment, Submission
from backoffice.scheme.rules import SeatOrder, Seats


@dataclass(frozen=True, slots=True)
class Place:
    """A numbered place, or a place on the waiting list; one of the two is None."""

    seat: int | None
    waitlist: int | None


def paid_in_full_at(fees: Iterable[FeePayment], fee: int) -> datetime | None:
    """The instant at which the payments first reach the fee (whole NTD); None if they never do.

    Instalments count together. Source: domain §3.8.
    """
    paid = 0
    for payment in sorted(fees, key=lambda each: each.paid_at):
        paid += payment.amount
        if paid >= fee:
            return payment.paid_at
    return None


def queue_key(submission: Submission, seats: Seats) -> tuple[datetime, datetime, str] | None:
    """What puts a case in order for a place; None if it may not have one yet.

    By payment: the instant of the full fee, then receipt, then number. By acceptance, which
    the office does in order of receipt: receipt, then number.
    """
    received_at = submission.received_at
    if seats.order is SeatOrder.ACCEPTANCE:
        return received_at, received_at, submission.number
    paid_at = paid_in_full_at(submission.fees, seats.fee.dollars)
    return None if paid_at is None else (paid_at, received_at, submission.number)


def places(submissions: Iterable[Submission], seats: Seats) -> dict[str, Place]:
    """Who would sit where if these eligible cases of one scheme took their places now."""
    keyed = [(queue_key(each, seats), each.number) for each in submissions]
    queue = sorted((key, number) for key, number in keyed if key is not None)
    return {
        number: Place(place, None) if place <= seats.total else Place(None, place - seats.total)
        for place, (_, number) in enumerate(queue, 1)
    }
