"""What a case was to achieve and what it achieved: the targets that are checked at closing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc
from backoffice.scheme.rules import Edition, Metric, Op, Target, TargetBasis, Variant

_MEASURED = re.compile(r"(?P<number>[0-9,]{1,15}(?:\.[0-9]{1,9})?) ?(?P<tonnes>公噸|噸|t)?")


@dataclass(frozen=True, slots=True)
class Achieved:
    """One reported value, in the metric's own unit; carbon is whole kilograms, rounded down."""

    metric: Metric
    value: int


@dataclass(frozen=True, slots=True)
class Result:
    """One target: the class's own, what the firm promised, what is asked, and what was achieved.

    `promised` and `achieved` None: nothing was stated.
    """

    target: Target
    promised: int | None
    asked: Target
    achieved: int | None

    @property
    def is_met(self) -> bool:
        """Whether the achieved value reaches what is asked; equality does (A60)."""
        return self.achieved is not None and self.asked.holds(self.achieved)


def results(
    edition: Edition,
    variant: Variant | None,
    promised: Mapping[Metric, int],
    achieved: Mapping[Metric, int],
) -> tuple[Result, ...]:
    """Every target of the case's class, in the edition's order; empty where none is set."""
    basis = edition.closing.targets if edition.closing else None
    return tuple(
        Result(
            target=target,
            promised=promised.get(target.metric),
            asked=_asked(target, promised.get(target.metric), basis),
            achieved=achieved.get(target.metric),
        )
        for target in (variant.targets if variant else ())
    )


def _asked(target: Target, promised: int | None, basis: TargetBasis | None) -> Target:
    """What must be reached: the class's minimum, or a promise beyond it, equality included."""
    if basis is not TargetBasis.PROMISED or promised is None or not target.holds(promised):
        return target
    is_floor = target.op in (Op.AT_LEAST, Op.MORE)
    return Target(target.metric, Op.AT_LEAST if is_floor else Op.AT_MOST, promised)


def measured(text: str, metric: Metric) -> int:
    """A value as it is typed, whole: what is behind the point is dropped, never rounded up (§0.2).

    Carbon is kilograms, or tonnes where 公噸, 噸 or t stands behind. Refuses "targets.unreadable".
    """
    found = _MEASURED.fullmatch(nfkc(text).strip())
    if found is None or (found["tonnes"] and metric is not Metric.CARBON_KG):
        raise Refused("targets.unreadable", text=text)
    value = Decimal(found["number"].replace(",", "")) * (1_000 if found["tonnes"] else 1)
    return int(value)


def check_reported(values: Sequence[Achieved], wanted: Sequence[Result]) -> None:
    """The report states every target once, and nothing else.

    Refuses "targets.none_asked", "targets.incomplete" (metrics), "targets.negative".
    """
    if not wanted:
        raise Refused("targets.none_asked")
    stated = [each.metric for each in values]
    asked = [each.target.metric for each in wanted]
    differing = [metric for metric in asked if stated.count(metric) != 1]
    differing += [metric for metric in stated if metric not in asked]
    if differing:
        raise Refused("targets.incomplete", metrics=tuple(dict.fromkeys(differing)))
    if any(each.value < 0 for each in values):
        raise Refused("targets.negative")
