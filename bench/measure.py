"""Ratios in one run: ours and the floor in turn, medians of processor time, with their spread."""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 7
FLOOR_MAX_MS = 5.0  # a floor slower than this means a machine too busy to judge by


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the benchmark: milliseconds are medians over the rounds."""

    what: str
    size: str
    engine: str
    ours_ms: float
    floor_ms: float
    goal: float
    n: int
    spread: str

    @property
    def ratio(self) -> float:
        return self.ours_ms / self.floor_ms

    def line(self) -> str:
        verdict = "met" if self.ratio <= self.goal else "MISSED"
        return (
            f"{self.what:<34} {self.size:<22} {self.engine:<11} ours {self.ours_ms:>10.2f} ms  "
            f"floor {self.floor_ms:>9.2f} ms  ratio {self.ratio:>5.2f}  goal {self.goal:<4} "
            f"{verdict:<6} n={self.n} spread {self.spread}"
        )


def paired(
    ours: Callable[[], object], floor: Callable[[], object], *, calls: int, rounds: int = ROUNDS
) -> tuple[float, float, str]:
    """Median milliseconds of processor time a call, ours and the floor's, and their spread.

    The two take turns, so that what else the machine does meanwhile falls on both.
    """
    ours(), floor()
    gc.collect()
    gc.freeze()  # as in a worker, what the start made is not looked through again
    mine: list[float] = []
    bare: list[float] = []
    for _round in range(rounds):
        mine.append(_spent(ours, calls))
        bare.append(_spent(floor, calls))
    spread = f"{min(mine):.2f}–{max(mine):.2f} / {min(bare):.2f}–{max(bare):.2f}"
    return statistics.median(mine), statistics.median(bare), spread


def _spent(call: Callable[[], object], calls: int) -> float:
    gc.collect()
    before = _processor_time()
    for _call in range(calls):
        call()
    return (_processor_time() - before) * 1000 / calls


def _processor_time() -> float:
    """Seconds of this process, to the microsecond, and of the children it has waited for."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def say(text: str) -> None:
    """A line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def busy() -> str:
    """How busy the machine is, so that a reader can judge the spread."""
    one, five, _fifteen = os.getloadavg()
    return f"{time.strftime('%Y-%m-%d %H:%M:%S')}, load {one:.2f} {five:.2f}"
