"""What of a fee is business tax 營業稅. Source: domain §3.8, half-up to a dollar."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from backoffice.kernel.money import Ntd, Rounding
from backoffice.scheme.rules import Seats, TaxMode

_WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class TaxSplit:
    """An amount received, as 銷售額 and 營業稅; the two are the amount, to the dollar."""

    net: Ntd
    tax: Ntd


def split(amount: Ntd, seats: Seats) -> TaxSplit | None:
    """The net and the tax within money received, 0 or more; None where no source states the tax.

    What is received has its tax in it, whether the fee is quoted with tax or without. The net is
    rounded half-up, the tax is the rest, so nothing is ever lost.
    """
    if seats.tax_bp is None or seats.tax is None:
        return None
    net = amount.share(Fraction(_WHOLE_BP, _WHOLE_BP + seats.tax_bp), Rounding.HALF_UP)
    return TaxSplit(net, amount - net)


def fee_due(seats: Seats) -> Ntd:
    """What a firm pays for a place: the fee, and its tax where it is quoted without it."""
    if seats.tax is TaxMode.EXCLUSIVE and seats.fee_tax is not None:
        return seats.fee + seats.fee_tax
    return seats.fee


def is_untaxed_payment(paid: Ntd, seats: Seats) -> bool:
    """Whether the firm paid the fee without its tax, taking it for untaxed (A81)."""
    found = split(fee_due(seats), seats)
    return found is not None and bool(found.tax) and paid == found.net
