"""One case's fee account: what came in, the running sum, and how it stands against the fee."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backoffice.kernel.money import ZERO, Ntd


class Standing(StrEnum):
    """How the money held for a case stands against its fee."""

    UNPAID = "UNPAID"
    SHORT = "SHORT"
    FULL = "FULL"
    OVER = "OVER"
    NOT_DUE = "NOT_DUE"
    RETURNING = "RETURNING"
    RETURNED = "RETURNED"


OPEN = (Standing.UNPAID, Standing.SHORT)
# No fee is asked of a case that has come to its end or has left its place.
SETTLED = (Standing.NOT_DUE, Standing.RETURNING, Standing.RETURNED)


def standing(
    held: Ntd, fee: Ntd, *, returned: Ntd = ZERO, ended: bool = False, owed: bool = False
) -> Standing:
    """By what is held: received less given back, `returned`.

    An ended case owes no fee: then it counts whether money is still `owed` to the payer. What
    stays with the office after that is the advertising already placed.
    """
    if ended and not held + returned:
        return Standing.NOT_DUE
    if ended or (returned and not held):
        return Standing.RETURNING if owed else Standing.RETURNED
    if not held:
        return Standing.UNPAID
    if held < fee:
        return Standing.SHORT
    return Standing.FULL if held == fee else Standing.OVER


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that came in for a case: the bank's value time 入帳時間, and how much."""

    value_at: datetime
    amount: Ntd


@dataclass(frozen=True, slots=True)
class Step:
    """A payment with the sum up to it; `fills` is the one with which the fee was reached."""

    paid: Paid
    sum: Ntd
    fills: bool


def minute(instant: datetime) -> datetime:
    """The minute of an instant: what is typed from a slip has no seconds."""
    return instant.replace(second=0, microsecond=0)


def running(payments: Iterable[Paid], fee: Ntd) -> Iterator[Step]:
    """The payments in order of their value time with the running sum; equal times as given."""
    reached = ZERO
    for payment in sorted(payments, key=lambda each: each.value_at):
        before, reached = reached, reached + payment.amount
        yield Step(payment, reached, fills=before < fee <= reached)
