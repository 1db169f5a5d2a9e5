"""What schemes without a grant give: places, loans and courses. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from backoffice.kernel.money import Ntd, Rounding
from backoffice.scheme.rules.keys import SeatOrder, TaxMode


@dataclass(frozen=True, slots=True)
class Seats:
    """Places that are given out in order, and the fee the firm pays for one.

    `tax`: None when the source does not say; then neither net nor tax can be told. `tax_bp`:
    the rate of business tax.
    `hold_days`: how long a place waits for its fee, None where the fee comes first.
    """

    total: int
    order: SeatOrder
    fee: Ntd
    tax: TaxMode | None
    tax_bp: int | None
    hold_days: int | None
    refund_days: int
    reoffer: bool
    delivery_months: int | None

    @property
    def fee_net(self) -> Ntd | None:
        """The fee without business tax, half-up to a dollar (§3.8); None if tax is unstated."""
        if self.tax is None or self.tax_bp is None:
            return None
        if self.tax is TaxMode.EXCLUSIVE:
            return self.fee
        return self.fee.share(Fraction(10_000, 10_000 + self.tax_bp), Rounding.HALF_UP)

    @property
    def fee_tax(self) -> Ntd | None:
        """The tax within the fee, or on top of it; None if tax is unstated."""
        net = self.fee_net
        if net is None or self.tax_bp is None:
            return None
        if self.tax is TaxMode.EXCLUSIVE:
            return net.share(Fraction(self.tax_bp, 10_000), Rounding.HALF_UP)
        return self.fee - net


@dataclass(frozen=True, slots=True)
class ReferenceRate:
    """The subsidised rate from a day on, in millionths a year: 15950 is 1.595 %."""

    since: date
    rate_ppm: int


@dataclass(frozen=True, slots=True)
class LoanRules:
    """What holds for every loan of the scheme; classes stand on the variants."""

    subsidised_principal_max: Ntd
    reference_rates: tuple[ReferenceRate, ...]
    days_in_year: int
    guarantee_fee_bp: int
    one_class_only: bool


@dataclass(frozen=True, slots=True)
class Training:
    """A course: what the trainee pays, and how much of it must be attended (basis points)."""

    fee: Ntd
    attendance_min_bp: int
    streams: tuple[str, ...]
