"""Which ends first, the money or the places, and for how many cases each suffices. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.reports.rules.forecast import Binding, Left


@dataclass(frozen=True, slots=True)
class Scarcity:
    """For how many more cases the money and the places suffice; None of what does not limit.

    `binds` is what stops the next case after them; None where nothing limits.
    """

    by_money: int | None
    by_seats: int | None
    binds: Binding | None


def scarcity(left: Left, price: int) -> Scarcity:
    """How far what is left goes when every case takes one place and `price` (NTD, > 0).

    Where money and places end with the same case the money is named: more places alone would not
    help, and neither would more money, but money is what is asked for first.
    """
    assert price > 0, "a case costs something"
    by_money = None if left.money is None else left.money // price
    binds = None
    if by_money is not None and (left.seats is None or by_money <= left.seats):
        binds = Binding.MONEY
    elif left.seats is not None:
        binds = Binding.SEATS
    return Scarcity(by_money, left.seats, binds)
