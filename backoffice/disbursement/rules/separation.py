"""職責分離: can any one person make a payment and pay it? Answered by trying every pair of deeds.

The answer is worked out from the same rules that refuse the deeds, and from what roles may do; a
person's role may change between two deeds, so every pair of roles is tried. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import Final, TypeAlias

from backoffice.disbursement.rules.lifecycles import SheetState
from backoffice.disbursement.rules.sheets import (
    SheetFacts,
    may_amend,
    may_approve,
    may_check,
    may_make,
    may_send,
    may_settle,
)
from backoffice.kernel.refusal import Refused

_PERSON: Final = 1
_OTHERS: Final = (101, 102, 103)


class Deed(StrEnum):
    """What somebody does about one payment, in the order of time."""

    SCORE = "SCORE"
    CLAIM = "CLAIM"
    MAKE = "MAKE"
    CHANGE = "CHANGE"
    CHECK = "CHECK"
    APPROVE = "APPROVE"
    SEND = "SEND"
    SETTLE = "SETTLE"


LADDER: Final = (Deed.MAKE, Deed.CHECK, Deed.APPROVE, Deed.SEND)
_D = Deed

Bar: TypeAlias = Callable[[Deed, Deed], Refused | None]


def bar(first: Deed, second: Deed) -> Refused | None:
    """What the law says to a person who did `first` and now wants to do `second`; None: nothing.

    Asked of the rules themselves, over a sheet that differs from an ordinary one in that alone.
    """
    maker, checker, approver = _OTHERS
    facts = SheetFacts(SheetState.MADE, maker, checker, approver, {})
    match first:
        case _D.SCORE:
            facts = replace(facts, scorers={_PERSON: ("–",)})
        case _D.MAKE:
            facts = replace(facts, made_by=_PERSON)
        case _D.CHANGE:
            facts = replace(facts, editors=frozenset({_PERSON}))
        case _D.CHECK:
            facts = replace(facts, checked_by=_PERSON)
        case _D.APPROVE:
            facts = replace(facts, approved_by=_PERSON)
        case _:
            pass  # a claim, a sending and a settlement leave no trace that the rules look at
    return _asked(second, facts)


def _asked(deed: Deed, facts: SheetFacts) -> Refused | None:
    match deed:
        case _D.MAKE:
            return may_make(facts.scorers, _PERSON)
        case _D.CHANGE:
            return may_amend(facts)
        case _D.CHECK:
            return may_check(facts, _PERSON)
        case _D.APPROVE:
            return may_approve(replace(facts, state=SheetState.CHECKED), _PERSON)
        case _D.SEND:
            return may_send(replace(facts, state=SheetState.APPROVED), _PERSON)
        case _D.SETTLE:
            return may_settle(replace(facts, state=SheetState.SENT))
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two deeds of one person: what the law says, and which roles would hold both.

    `same`: roles that hold both at once; `changed`: pairs of roles, first and later one, by which
    a person whose role is changed in between could come to both.
    """

    first: Deed
    second: Deed
    refusal: Refused | None
    same: tuple[str, ...]
    changed: tuple[tuple[str, str], ...]

    @property
    def is_hole(self) -> bool:
        """Whether one person could do both deeds of the ladder: nothing bars it, roles allow it."""
        guarded = {self.first, self.second} <= {*LADDER, Deed.CHANGE}
        # Who makes a sheet may also correct it: both are one deed, and bar the same later ones.
        is_making = (self.first, self.second) == (Deed.MAKE, Deed.CHANGE)
        return guarded and not is_making and self.is_possible

    @property
    def is_possible(self) -> bool:
        """Whether one person may come to do both, at once or after a change of role."""
        return self.refusal is None and bool(self.same or self.changed)


def pairs(may: Mapping[str, frozenset[Deed]], barred: Bar = bar) -> tuple[Pair, ...]:
    """Every two deeds about one payment, the earlier first; `may` is by role."""
    return tuple(
        Pair(
            first,
            second,
            barred(first, second),
            same=tuple(role for role, deeds in may.items() if {first, second} <= deeds),
            changed=tuple(
                (one, other)
                for one, before in may.items()
                for other, after in may.items()
                if one != other and first in before and second in after
            ),
        )
        for first, second in combinations(Deed, 2)
    )


def holes(found: Iterable[Pair]) -> tuple[Pair, ...]:
    """The pairs by which one person could make a payment and take it further; () is the proof."""
    return tuple(pair for pair in found if pair.is_hole)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in service, and what their role may do."""

    id: int
    name: str
    deeds: frozenset[Deed]


def staffing(people: Sequence[Person]) -> tuple[Person, ...] | None:
    """Four different people who can take a payment up the whole ladder; None when nobody can.

    One for each step of `LADDER`, in its order.
    """
    return _staffed(people, LADDER, ())


def _staffed(
    people: Sequence[Person], steps: Sequence[Deed], taken: tuple[Person, ...]
) -> tuple[Person, ...] | None:
    if not steps:
        return taken
    for person in people:
        if steps[0] in person.deeds and person not in taken:
            found = _staffed(people, steps[1:], (*taken, person))
            if found is not None:
                return found
    return None
