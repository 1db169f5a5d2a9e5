"""How long the rest of an afternoon will take, learnt from one's own pace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

_PAUSE = timedelta(minutes=45)  # a longer gap is a break, and no case
_GAPS_MIN = 3


def time_left(saved: Iterable[datetime], left: int) -> timedelta | None:
    """The median time between two finished cases times the cases left.

    `saved` are the instants at which cases were finished, in any order. None until there are
    three gaps to learn from, or when nothing is left.
    """
    instants = sorted(saved)
    gaps = sorted(
        later - earlier
        for earlier, later in pairwise(instants)
        if timedelta(0) < later - earlier <= _PAUSE
    )
    if left <= 0 or len(gaps) < _GAPS_MIN:
        return None
    return gaps[len(gaps) // 2] * left
