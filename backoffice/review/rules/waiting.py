"""Who waits for money, in which order, and who is called when some is there (domain §3.7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused


@dataclass(frozen=True, slots=True, order=True)
class Order:
    """What puts cases in line: when they were decided, complete, received; then the number."""

    decided_at: datetime
    complete_at: datetime
    received_at: datetime
    case_number: str


@dataclass(frozen=True, slots=True)
class InLine:
    """A case that waits: it wants `wanted`, and would not take `declined` of it (0: not asked)."""

    case_id: int
    order: Order
    wanted: Ntd
    declined: Ntd


@dataclass(frozen=True, slots=True)
class Call:
    """A case whose turn it is: the whole of what it wants, or a part to be offered."""

    case_id: int
    amount: Ntd
    is_whole: bool


def calls(line: Iterable[InLine], available: Ntd) -> tuple[Call, ...]:
    """Who is called with so much money there, in the line's order.

    The first takes what it wants, the next of what is left, and the last a part. A case is passed
    over for one reason only: no more is left than it has declined before. Nobody is called twice,
    and no more is given than there is.
    """
    left, called = available, []
    for each in sorted(line, key=lambda one: one.order):
        if left > each.declined:
            amount = min(left, each.wanted)
            called.append(Call(each.case_id, amount, amount == each.wanted))
            left = left - amount
    return tuple(called)


def first_call(line: Iterable[InLine], available: Ntd) -> Call | None:
    """Whose turn it is now; None when nobody waits or what is there is no use to them."""
    return next(iter(calls(line, available)), None)


class Course(StrEnum):
    """What a case that passed can be given: all of it, what is there, or a place in line."""

    AWARD = "AWARD"
    OFFER = "OFFER"
    WAIT = "WAIT"


def course(wanted: Ntd, available: Ntd, line: Sequence[InLine]) -> Course:
    """What can be decided now. Whoever waits and could be served comes before a new decision."""
    if available <= ZERO or first_call(line, available) is not None:
        return Course.WAIT
    return Course.AWARD if available >= wanted else Course.OFFER


def refuse_out_of_turn(chosen: Course, wanted: Ntd, available: Ntd, line: Sequence[InLine]) -> None:
    """Refuse what the money and the line do not allow.

    "budget.exhausted" (available, wanted) when there is too little, "waitlist.first_in_line"
    (available, number) when somebody who waits comes first, "waitlist.money_there" (available)
    when there is no reason to wait, "offer.whole_there" (available, wanted) when no part needs to
    be offered.
    """
    allowed = course(wanted, available, line)
    if chosen is allowed:
        return
    first = first_call(line, available)
    if first is not None:
        number = next(one.order.case_number for one in line if one.case_id == first.case_id)
        raise Refused("waitlist.first_in_line", available=available, number=number)
    if chosen is Course.WAIT:
        raise Refused("waitlist.money_there", available=available)
    if allowed is Course.AWARD:
        raise Refused("offer.whole_there", available=available, wanted=wanted)
    raise Refused("budget.exhausted", available=available.dollars, wanted=wanted.dollars)
