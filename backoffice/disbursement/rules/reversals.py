"""更正收回登錄: a receipt entered wrongly is taken out again, and leaves its place. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.disbursement.rules.recoveries import RecoveryState, Share, Split
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused


@dataclass(frozen=True, slots=True)
class Booked:
    """A receipt that stands: when the money came, and which books it went into."""

    received_on: date
    split: Split


def left_of(shares: Sequence[Share], booked: Iterable[Booked]) -> tuple[Share, ...]:
    """What is still to come back of each share, after the receipts that stand.

    Each receipt counts against the shares of its own books, what was paid first before the rest;
    so a receipt that was taken out again 更正 leaves its place to the next one. Without any
    correction this is what `split` means by `repaid`.
    """
    left = [share.amount for share in shares]
    for each in booked:
        year = each.received_on.year
        same = [at for at, share in enumerate(shares) if share.paid_on.year == year]
        other = [at for at, share in enumerate(shares) if share.paid_on.year != year]
        over = _take(left, same, each.split.to_budget) + _take(left, other, each.split.to_treasury)
        rest = _take(left, [*other, *same], over)
        assert not rest, "receipts never exceed the shares"
    return tuple(
        Share(share.tranche_id, amount, share.paid_on)
        for share, amount in zip(shares, left, strict=True)
    )


def _take(left: list[Ntd], places: Iterable[int], amount: Ntd) -> Ntd:
    """Take an amount out of these places in order; what they did not hold."""
    for at in places:
        part = min(left[at], amount)
        left[at] = left[at] - part
        amount = amount - part
    return amount


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as the rules ask about it."""

    entered_by: int
    is_reversed: bool


def reversing_refusal(receipt: Receipt, state: RecoveryState, person_id: int) -> Refused | None:
    """Why a receipt cannot be taken out again 更正收回登錄.

    Only by another person than who entered it, once, and not after the rest was written off: the
    authority approved that write-off on what had come back. "recovery.reversed",
    "recovery.same_person", "recovery.written_off".
    """
    if receipt.is_reversed:
        return Refused("recovery.reversed")
    if state is RecoveryState.WRITTEN_OFF:
        return Refused("recovery.written_off")
    if receipt.entered_by == person_id:
        return Refused("recovery.same_person")
    return None
