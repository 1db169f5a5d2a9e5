"""How often the band has held: the same forecast, asked of the scheme's own past. Pure.

One scheme runs out once, so the question is put anew for each past week: how long would a budget of
six average weeks have lasted from there? The answer is known by now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from backoffice.reports.rules.forecast import WEEKS_MIN, Left, Weeks, foresee, is_too_early

SPAN: Final = 6  # average weeks that the budget of a trial lasts
TRIALS_MAX: Final = 26
_HORIZON, _DRAWS = 40, 400
_WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Record:
    """Of so many trials, how many the band held."""

    held: int
    tested: int

    @property
    def share_bp(self) -> int | None:
        """The share in basis points, cut; None without a trial."""
        return self.held * _WHOLE_BP // self.tested if self.tested else None


def record(weeks: Weeks, *, seed: int) -> Record:
    """The trials of a scheme's weeks, the latest twenty-six.

    A trial counts only where its whole band lies in the past, so that counting does not depend on
    how it ended.
    """
    trials = []
    for origin in reversed(range(WEEKS_MIN, len(weeks))):
        held = _trial(weeks, origin, seed)
        if held is not None:
            trials.append(held)
        if len(trials) == TRIALS_MAX:
            break
    return Record(sum(trials), len(trials))


def _trial(weeks: Weeks, origin: int, seed: int) -> bool | None:
    past = weeks.until(origin)
    budget = sum(past.net) * SPAN // len(past)
    if is_too_early(past) or budget <= 0:
        return None
    seen = len(weeks) - origin
    if seen <= SPAN:
        return None  # a band that ends before its middle is no band
    outlook = foresee(past, Left(budget), horizon=_HORIZON, seed=seed + origin, draws=_DRAWS)
    if outlook.high is None or outlook.high > seen:
        return None
    return outlook.holds(ran_out(weeks.net[origin:], budget))


def ran_out(net: Sequence[int], budget: int) -> int | None:
    """The number of the first week, from 1, by which a budget was used up; None if it never was."""
    spent = enumerate(accumulate(net), 1)
    return next((week for week, sum_ in spent if sum_ >= budget), None)
