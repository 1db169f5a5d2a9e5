"""The figures of a scheme's budget, by name: what each is, and what it is made of. Pure.

Source: domain §3.7. Every figure that a page shows stands in `FIGURES`, and every page that
shows it leads to the one page that explains it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.ledger.rules import Stage
from backoffice.reports.rules.budget import OUTSTANDING, OUTSTANDING_STAGES, share_bp


class FigureName(StrEnum):
    """The names of the figures that are made of more than one stage of the ledger."""

    BUDGET = "budget"  # 預算數
    ALLOTTED = "allotments"  # 累計分配數
    COMMITTED = "commitments"  # 核定數
    CONTRACTED = "contracts"  # 簽約數
    PAYABLE = "payable"  # 應付數
    REALISED = "realised"  # 實現數
    CARRIED = "carried"  # 保留數
    FINAL = "final"  # 決算數
    SURPLUS = "surplus"  # 賸餘數
    RATE_A = "rate-a"
    RATE_B = "rate-b"
    PAID_RATE = "paid-rate"


_N = FigureName
_PAID = (Stage.DISBURSED, Stage.RECOVERED)
_CONTRACTED = (Stage.CONTRACTED, Stage.CARRIED_OVER, Stage.IN_TRANSIT, *_PAID)


@dataclass(frozen=True, slots=True)
class Figure:
    """How a figure comes about: out of ledger entries (`stages`), or out of other figures.

    `parts` are figures with their sign; of a rate, `parts` stand above the line and `whole`
    beneath it. `PAYABLE` alone is made of verified claims.
    """

    name: str
    stages: tuple[Stage, ...] = ()
    parts: tuple[tuple[int, str], ...] = ()
    whole: str = ""

    @property
    def is_rate(self) -> bool:
        return bool(self.whole)


FIGURES: Mapping[str, Figure] = {
    figure.name: figure
    for figure in (
        *(Figure(stage.value, stages=(stage,)) for stage in Stage),
        Figure(OUTSTANDING, stages=OUTSTANDING_STAGES),
        Figure(_N.BUDGET, stages=(Stage.APPROPRIATION,)),
        Figure(_N.ALLOTTED, stages=(Stage.ALLOTMENT,)),
        Figure(_N.COMMITTED, stages=(Stage.COMMITTED, *_CONTRACTED)),
        Figure(_N.CONTRACTED, stages=_CONTRACTED),
        Figure(_N.REALISED, stages=_PAID),
        Figure(_N.PAYABLE),
        Figure(_N.CARRIED, stages=(Stage.CARRIED_OVER,)),
        Figure(_N.FINAL, parts=((1, _N.REALISED), (1, _N.PAYABLE), (1, _N.CARRIED))),
        Figure(_N.SURPLUS, parts=((1, _N.BUDGET), (-1, _N.FINAL))),
        Figure(_N.RATE_A, parts=((1, _N.REALISED), (1, _N.PAYABLE)), whole=_N.BUDGET),
        Figure(
            _N.RATE_B,
            parts=((1, _N.REALISED), (1, _N.PAYABLE), (1, Stage.LAPSED.value)),
            whole=_N.ALLOTTED,
        ),
        Figure(_N.PAID_RATE, parts=((1, Stage.DISBURSED.value),), whole=Stage.APPROPRIATION.value),
    )
}


@dataclass(frozen=True, slots=True)
class Payable:
    """應付數: what is verified and unpaid; `carried` of it stands carried over, and is not sent."""

    amount: Ntd = ZERO
    carried: Ntd = ZERO


@dataclass(frozen=True, slots=True)
class Figures:
    """A scheme's figures at one instant: its money by stage, and what is payable."""

    scheme: str
    stages: Mapping[Stage, Ntd]
    payable: Payable

    def amount(self, name: str) -> Ntd:
        """A figure in whole dollars; KeyError for a rate or for no figure."""
        figure = FIGURES[name]
        if name == _N.PAYABLE:
            return self.payable.amount
        if name == _N.CARRIED:
            # What is payable is no longer carried over: it is counted once (A77).
            return self._of(figure.stages) - self.payable.carried
        if figure.is_rate:
            raise KeyError(name)
        if figure.parts:
            return total(Ntd(sign * self.amount(part).dollars) for sign, part in figure.parts)
        return self._of(figure.stages)

    def rate_bp(self, name: str) -> int | None:
        """A rate in basis points, a half rounded up; None where nothing stands beneath."""
        figure = FIGURES[name]
        above = total(self.amount(part) for _sign, part in figure.parts)
        return share_bp(above, self.amount(figure.whole))

    def _of(self, stages: tuple[Stage, ...]) -> Ntd:
        return total(self.stages.get(stage, ZERO) for stage in stages)
