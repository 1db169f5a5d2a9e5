"""What would be otherwise under a cap on awards or with another budget. Pure: nothing is written.

A cap 上限 is a share of what the firm asked for; it touches awards that are still to come. Source:
the manager's Monday question, 「若以申請額的九成為限，經費可用到哪一週？」.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backoffice.kernel.money import ZERO, Ntd
from backoffice.reports.rules.forecast import Weeks
from backoffice.review.rules.waiting import InLine, calls

WHOLE: Final = 100  # per cent

Asked = tuple[tuple[int | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Levers:
    """What is tried: awards of at most `percent` (1 … 100) of what was asked for, and a budget that
    is larger by `added` whole NTD, smaller where negative."""

    percent: int = WHOLE
    added: int = 0

    def __post_init__(self) -> None:
        assert 1 <= self.percent <= WHOLE, "a share of what was asked for"

    def capped(self, amount: int, asked: int | None) -> int:
        """What an award of so many NTD would be; cut to whole dollars, and at least one.

        What no firm asked for, such as interest, has no cap.
        """
        if asked is None or self.percent == WHOLE:
            return amount
        return max(min(amount, asked * self.percent // WHOLE), 1)

    def capped_weeks(self, weeks: Weeks, asked: Asked) -> Weeks:
        """What past weeks would have committed; what was released stays as it was."""
        committed = tuple(
            tuple(map(self.capped, amounts, wanted))
            for amounts, wanted in zip(weeks.committed, asked, strict=True)
        )
        return Weeks(committed, weeks.released)


AS_IT_IS: Final = Levers()


@dataclass(frozen=True, slots=True)
class Pending:
    """A case that is not decided yet, and what its firm asks for."""

    case_id: int
    asked: Ntd


class Reach(StrEnum):
    """How far the money reaches for a case: all that it may get, a part, or nothing."""

    WHOLE = "whole"
    PART = "part"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Served:
    """What a case would get when its turn comes."""

    case_id: int
    reach: Reach
    amount: Ntd


def served(
    line: Iterable[InLine], pending: Sequence[Pending], available: Ntd, levers: Levers
) -> tuple[Served, ...]:
    """What each pending case would get if all passed and were decided in this order.

    Whoever waits for money comes before them, as was decided on them; no cap touches that. Of
    those pending each gets all that it may get while there is enough, the next is offered what is
    left, and whoever comes then waits (domain §3.7).
    """
    left = Ntd(max(available.dollars + levers.added, 0))
    called = calls(line, left)
    left -= Ntd(sum(call.amount.dollars for call in called))
    found = []
    for case in pending:
        wanted = Ntd(levers.capped(case.asked.dollars, case.asked.dollars))
        amount = min(wanted, left)
        reach = Reach.WHOLE if amount == wanted else Reach.PART if amount else Reach.NOTHING
        # Whoever is offered a part takes what is there; nothing is left for those behind.
        left -= amount
        found.append(Served(case.case_id, reach, amount))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Flip:
    """A case for which the money reaches otherwise: farther or less far."""

    before: Served
    after: Served


def flips(before: Sequence[Served], after: Sequence[Served]) -> tuple[Flip, ...]:
    """The cases for which the money reaches otherwise, in the same order."""
    both = zip(before, after, strict=True)
    return tuple(Flip(one, other) for one, other in both if one.reach is not other.reach)


def reached(found: Iterable[Served]) -> tuple[int, Ntd]:
    """How many get all that they may get, and what all pending ones together would get."""
    listed = tuple(found)
    whole = sum(each.reach is Reach.WHOLE for each in listed)
    return whole, sum((each.amount for each in listed), ZERO)
