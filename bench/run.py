"""All benchmarks: what, size, engine, ours, floor, ratio, goal, n, spread.

`python -m bench.run [queue|intake|exports …] [--cases N]`; without a name, all of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from bench import awards, board, exports, intake, pages, queue, seats, sheets, writes
from bench.measure import FLOOR_MAX_MS, Result, busy, say

BENCHES: dict[str, Callable[[int], Iterator[Result]]] = {
    "board": board.results,
    "queue": queue.results,
    "intake": intake.results,
    "exports": exports.results,
    "pages": pages.results,
    "writes": writes.results,
    "sheets": sheets.results,
    "awards": awards.results,
    "seats": seats.results,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(BENCHES))
    parser.add_argument("--cases", type=int, default=100_000)
    wanted = parser.parse_args()
    say(busy())
    missed = 0
    for name in wanted.names:
        for result in BENCHES[name](wanted.cases):
            say(result.line())
            missed += result.ratio > result.goal
            if name == "queue" and result.floor_ms > FLOOR_MAX_MS:
                say(f"The floor took more than {FLOOR_MAX_MS} ms: this run does not count.")
    say(busy())
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
