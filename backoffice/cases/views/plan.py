"""What an application states beside its budget: the firms of a consortium, and its targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backoffice.cases.queries.sheets import Application, MemberRow
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.scheme.rules import Variant
from backoffice.scheme.sentences.words import bound, word


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A firm of the consortium with its share of the money that is asked for."""

    firm_name: str
    ubn: str
    factory_number: str
    subsidy: Ntd
    self_fund: Ntd
    is_centre: bool


@dataclass(frozen=True, slots=True)
class Consortium:
    """The firms of a consortium, the centre first; the amounts are their sums."""

    lines: tuple[MemberLine, ...]

    @property
    def partner_count(self) -> int:
        """How many there are beside the centre."""
        return len(self.lines) - 1

    @property
    def subsidy(self) -> Ntd:
        """Their shares of the subsidy together."""
        return total(line.subsidy for line in self.lines)

    @property
    def self_fund(self) -> Ntd:
        """Their own money together."""
        return total(line.self_fund for line in self.lines)


def consortium(
    firm: tuple[str, str], facts: Application, partners: Sequence[MemberRow]
) -> Consortium | None:
    """The centre (its name and 統一編號) with what its partners leave, then the partners."""
    if not partners:
        return None
    asked, own = facts.subsidy_requested or ZERO, facts.self_fund or ZERO
    centre = MemberLine(
        firm_name=firm[0],
        ubn=firm[1],
        factory_number=facts.factory_number,
        subsidy=max(ZERO, asked - total(each.subsidy or ZERO for each in partners)),
        self_fund=max(ZERO, own - total(each.self_fund or ZERO for each in partners)),
        is_centre=True,
    )
    others = (
        MemberLine(
            each.firm_name,
            each.ubn,
            each.factory_number,
            each.subsidy or ZERO,
            each.self_fund or ZERO,
            is_centre=False,
        )
        for each in partners
    )
    return Consortium((centre, *others))


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A target of the case's class, and what the firm promised; None for nothing."""

    label: str
    minimum: str
    promised: int | None
    is_enough: bool


def promise_lines(variant: Variant | None, stated: Mapping[str, Any]) -> tuple[PromiseLine, ...]:
    """Every target of the class, in the edition's order."""
    return tuple(
        PromiseLine(
            label=word(each.metric),
            minimum=bound(each.op, each.value),
            promised=stated.get(each.metric.value),
            is_enough=each.holds(stated.get(each.metric.value) or 0),
        )
        for each in (variant.targets if variant else ())
    )
