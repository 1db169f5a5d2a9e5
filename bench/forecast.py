"""How often the forecast's nine-in-ten band holds, by kind of history and weeks seen.

`python -m bench.forecast [N]`: so many histories a cell, 500 unless said.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np

from backoffice.reports.rules.forecast import foresee, is_too_early
from bench.histories import KINDS, story
from bench.measure import say

SEEN = (8, 12, 20)
HORIZON = 120


def cell(kind: str, seen: int, count: int) -> str:
    """One line: the share held, the median error and width in weeks, the time of one forecast."""
    draw, held, spent = np.random.default_rng(5), 0, 0.0
    errors: list[int] = []
    widths: list[int] = []
    while len(errors) < count:
        told = story(kind, seen, draw)
        if told.ran_out < 1 or is_too_early(told.weeks):
            continue
        began = time.process_time()
        outlook = foresee(told.weeks, told.left, horizon=HORIZON, seed=len(errors))
        spent += time.process_time() - began
        held += outlook.holds(told.ran_out)
        low, middle, high = (
            HORIZON + 1 if week is None else week
            for week in (outlook.low, outlook.middle, outlook.high)
        )
        errors.append(abs(middle - told.ran_out))
        widths.append(high - low)
    return (
        f"{kind:<10} {seen:>3} weeks  held {held / count:>6.1%} ± "
        f"{(held / count * (1 - held / count) / count) ** 0.5:.1%}  "
        f"median error {statistics.median(errors):>4.1f}  "
        f"median width {statistics.median(widths):>5.1f} weeks  "
        f"{spent * 1000 / count:>5.1f} ms  n={count}"
    )


def main() -> int:
    """The whole table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    for kind in KINDS:
        for seen in SEEN:
            say(cell(kind, seen, count))
    return 0


if __name__ == "__main__":
    sys.exit(main())
