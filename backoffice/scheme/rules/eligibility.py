"""Who may apply: conditions as data, with the questions that can be asked of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import nfkc
from backoffice.scheme.rules.keys import (
    Declaration,
    FactoryRuleKind,
    FactoryStatus,
    Metric,
    Op,
    Proof,
    Registration,
)

_HOLDS: dict[Op, Callable[[Fraction, Fraction], bool]] = {
    Op.LESS: lambda left, right: left < right,
    Op.AT_MOST: lambda left, right: left <= right,
    Op.AT_LEAST: lambda left, right: left >= right,
    Op.MORE: lambda left, right: left > right,
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A comparison with an exact number; a head-count may be fractional (12-month average)."""

    op: Op
    value: Fraction

    def holds(self, measured: Fraction | int) -> bool:
        """Whether `measured` is on the right side."""
        return _HOLDS[self.op](Fraction(measured), self.value)


@dataclass(frozen=True, slots=True)
class Target:
    """A minimum the case must promise and reach, in the metric's own unit."""

    metric: Metric
    op: Op
    value: int

    def holds(self, measured: int) -> bool:
        """Whether `measured` reaches the target."""
        return _HOLDS[self.op](Fraction(measured), Fraction(self.value))


@dataclass(frozen=True, slots=True)
class SmallFirm:
    """Small and medium enterprise (中小企業): either test is enough. Source: P03 art. 2."""

    capital_max: Ntd
    headcount_below: int

    def holds(self, capital: Ntd, headcount: Fraction | int) -> bool:
        """Whether a firm with this paid-in capital or head-count is one."""
        return capital <= self.capital_max or headcount < self.headcount_below


@dataclass(frozen=True, slots=True)
class FactoryRule:
    """Which standing of the factory a scheme accepts."""

    kind: FactoryRuleKind
    accepted: tuple[FactoryStatus, ...]
    special_satisfies: bool

    def admits(self, status: FactoryStatus | None) -> bool:
        """Whether a factory of this standing may come in; None means none was given."""
        if status is FactoryStatus.SPECIAL and self.special_satisfies:
            return True
        return status in self.accepted


@dataclass(frozen=True, slots=True)
class PartnerRule:
    """What is asked of the partner firms of a consortium.

    `shares_sum`: the shares of the centre and its partners add up to the case's own amounts.
    `replace_days`: days to make up for partners who left; None where none are stated.
    """

    factory_registration: bool
    distinct: bool
    shares_sum: bool
    replace_days: int | None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The conditions a firm must meet; None or an empty tuple where nothing is asked.

    `family`: schemes of one family exclude each other; a firm that holds an award in one
    of them may not apply in any (§1.0.4). `headcount_waived_for`: registrations that the
    head-count is not asked of. `tax_lookback_years` belongs to the tax-arrears declaration.
    """

    registrations: tuple[Registration, ...]
    industries: tuple[str, ...]
    headcount: Threshold | None
    headcount_waived_for: tuple[Registration, ...]
    sme: SmallFirm | None
    factory: FactoryRule | None
    deny: tuple[Declaration, ...]
    tax_lookback_years: int | None
    requires: tuple[Proof, ...]
    partners: PartnerRule | None
    family: str | None
    cases_per_firm_max: int | None

    def admits_industry(self, text: str) -> bool:
        """Whether the trade written as `text` may apply; true if no trade is asked for."""
        return not self.industries or nfkc(text).strip() in self.industries

    def admits_registration(self, text: str) -> bool:
        """Whether a firm registered as `text` may apply; true if no kind is asked for."""
        return not self.registrations or Registration.named(text) in self.registrations

    def admits_headcount(self, headcount: Fraction | int, registration: str = "") -> bool:
        """Whether the 12-month average head-count is on the right side, or not asked for."""
        if self.headcount is None or Registration.named(registration) in self.headcount_waived_for:
            return True
        return self.headcount.holds(headcount)
