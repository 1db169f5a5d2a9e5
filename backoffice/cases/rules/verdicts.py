"""What judging a case by its edition yields: a verdict for every rule, a finding for every no."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from backoffice.kernel.names import Name
from backoffice.scheme.rules import CloseCause

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule as judged. `has_passed` is None where the case does not say enough to judge it.

    `clause` is the path of the edition's figure that states the rule; its source is
    `edition.source_of(clause)`. `facts` are whole numbers, texts, tuples of texts, names,
    and, under keys that end in _on and _at, days and aware instants; as a rule `value` is what the
    case says, `limit` what the edition allows, `excess` or `shortfall` the difference. Where a code
    can mean several things, `cause` tells which, so that each has its own sentence.
    """

    code: str
    clause: str
    has_passed: bool | None
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that the case does not meet; fields as in `Verdict`."""

    code: str
    facts: Mapping[str, object]
    clause: str


def findings_of(verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
    """The verdicts that are a no, in their order."""
    return tuple(
        Finding(each.code, each.facts, each.clause) for each in verdicts if each.has_passed is False
    )


def packed(facts: Mapping[str, object]) -> dict[str, Any]:
    """Facts as plain JSON values; `unpacked` is the way back."""
    return {name: _packed(value) for name, value in facts.items()}


def unpacked(plain: Mapping[str, Any]) -> dict[str, object]:
    """The facts whose `packed` form this is. ValueError if a day or an instant is none."""
    return {name: _unpacked(name, value) for name, value in plain.items()}


def _packed(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case Name():
            return {"zh": value.zh, "en": value.en}
        case _:
            return value


def _unpacked(name: str, value: object) -> object:
    match value:
        case list():
            return tuple(value)
        case {"zh": str(zh), "en": str(en)}:
            return Name(zh, en)
        case str() if name.endswith("_at"):
            return datetime.fromisoformat(value)
        case str() if name.endswith("_on"):
            return date.fromisoformat(value)
        case _:
            return value


@dataclass(frozen=True, slots=True)
class Closure:
    """A scheme's window closed before its date: at which instant, and why."""

    at: datetime
    cause: CloseCause


def is_weekday(day: date) -> bool:
    """Whether `day` is Monday to Friday; the calendar when no holidays are known."""
    return day.weekday() < _SATURDAY


@dataclass(frozen=True, slots=True)
class Known:
    """What the office knew when a case was judged; nothing, by default.

    `contents`: every case number in the system, with its content hash. `holders`: by family of
    schemes and 統一編號, the cases for which the firm, as applicant or partner, holds a subsidy
    that has not been annulled (§1.0.4). `live`: by scheme and 統一編號, the cases of the firm that
    are still under way or were granted. `closures`: by edition, which is
    one round of its scheme. A case never bars itself.
    """

    contents: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    holders: Mapping[tuple[str, str], tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    live: Mapping[tuple[str, str], tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    closures: Mapping[str, Closure] = field(default_factory=lambda: MappingProxyType({}))
    is_working_day: Callable[[date], bool] = is_weekday


NOTHING_KNOWN = Known()
"""An office without a single case."""


def percent(basis_points: int) -> str:
    """Basis points as a percentage without needless zeros: 3000 is 30, 3333 is 33.33."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
